"""Every write to master data. Pages, API, admin and imports call these."""

from masterdata.commands.calendars import remove_day, save_calendar, save_day
from masterdata.commands.parts import save_contacts, set_part_numbers
from masterdata.commands.records import (
    CATALOGUES,
    RowResult,
    ShippedLine,
    block_lot,
    key_field,
    record_shipments,
    release_lot,
    save_contact,
    set_families,
    upsert,
)

__all__ = [
    "CATALOGUES",
    "RowResult",
    "ShippedLine",
    "block_lot",
    "key_field",
    "record_shipments",
    "release_lot",
    "remove_day",
    "save_calendar",
    "save_contact",
    "save_contacts",
    "save_day",
    "set_families",
    "set_part_numbers",
    "upsert",
]
