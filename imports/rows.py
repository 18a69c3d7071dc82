"""From a row of a file to the report of a claim, with every problem named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from claims.models import Claim, ClaimItem
from core import clock
from core.cells import DateFormat, parse_date, parse_decimal
from core.refusals import RefusedTable
from core.tabular import Row
from imports.profiles import Profile, Value

DATES = frozenset({"occurred_at", "customer_claim_date", "produced_on"})
QUANTITIES = frozenset(
    {
        "quantity_delivered", "quantity_claimed", "quantity_returned", "value_claimed",
        "demand_amount",
    }
)  # fmt: skip
FLAGS = frozenset({"is_safety", "is_line_down"})
YES = frozenset({"yes", "y", "true", "1", "да"})
LIMITS = {
    each.name: each.max_length
    for model in (Claim, ClaimItem)
    for each in model._meta.concrete_fields
    if each.max_length
} | {"customer": 64, "customer_name": 200, "product_code": 64, "product_name": 200}
KEY_LENGTH = LIMITS["source_reference"]
CHOICES = {
    each.name: frozenset(value for value, _label in each.flatchoices)
    for each in Claim._meta.concrete_fields
    if each.choices
}
EARLIEST = date(1990, 1, 1)


@dataclass(frozen=True)
class Problem:
    """Something in a row that could not be taken as it stands."""

    row: int
    key: str
    reason: str
    column: str = ""
    value: str = ""
    is_refusal: bool = False


@dataclass
class ParsedRow:
    """A row read: `reference` identifies the claim, `problems` are what was left out."""

    row: int
    reference: str
    claim: dict[str, Any]
    item: dict[str, Any]
    problems: list[Problem] = field(default_factory=list)

    @property
    def refusal(self) -> Problem | None:
        """Why the row is not taken at all; None when it is."""
        return next((each for each in self.problems if each.is_refusal), None)


class RowReader:
    """Reads rows by a profile. Dates without a time mean the beginning of the site's day.

    `defects` leads from codes and names, case folded, to the codes of the catalogue.
    """

    def __init__(
        self,
        profile: Profile,
        zone: ZoneInfo,
        dates: Mapping[str, DateFormat],
        defects: Mapping[str, str],
    ) -> None:
        self.profile = profile
        self.zone = zone
        self.dates = dates
        self.defects = defects
        self.columns: Mapping[str, str] = {}

    def read(self, source: Row) -> ParsedRow:
        """Parse one row; nothing raises, everything wrong becomes a problem."""
        row = self.columns = source.values
        key = self.profile.key.read(row)
        parsed = ParsedRow(source.number, key[:KEY_LENGTH], {}, {})
        if not key:
            self._note(parsed, "key", "", _("The row has no key."), refuse=True)
        elif len(key) > KEY_LENGTH:
            reason = _("The key is longer than %(n)s characters.") % {"n": KEY_LENGTH}
            self._note(parsed, "key", key, reason, refuse=True)
        self._read_receipt(parsed, row)
        for name, value in self.profile.claim.items():
            if name != "received_at":
                self._read(parsed, parsed.claim, name, value)
        for name, value in self.profile.item.items():
            self._read(parsed, parsed.item, name, value)
        if source.surplus:
            reason = _("The row has more cells than the header. What is beyond was left out.")
            beyond = ", ".join(source.surplus)[:200]
            parsed.problems.append(Problem(parsed.row, parsed.reference, reason, value=beyond))
        if not parsed.claim.get("title") and not parsed.claim.get("description"):
            self._note(parsed, "title", "", _("The row says nothing about a problem."), refuse=True)
        return parsed

    def _read_receipt(self, parsed: ParsedRow, row: Mapping[str, str]) -> None:
        text = self.profile.claim["received_at"].read(row)
        if not text:
            self._note(parsed, "received_at", "", _("The date of receipt is missing."), refuse=True)
            return
        day = self._date("received_at", text)
        if day is None:
            reason = _("The date of receipt cannot be read.")
            self._note(parsed, "received_at", text, reason, refuse=True)
        elif not self._is_past(day):
            reason = _("The date of receipt lies in the future or before 1990.")
            self._note(parsed, "received_at", text, reason, refuse=True)
        else:
            parsed.claim["received_at"] = self._start_of(day)

    def _read(self, parsed: ParsedRow, target: dict[str, Any], name: str, value: Value) -> None:
        text = value.read(self.columns)
        if text:
            self._put(parsed, target, name, text)
        elif unmapped := value.unmapped(self.columns):
            self._note(parsed, name, unmapped, _("There is no such value; it was left out."))

    def _put(self, parsed: ParsedRow, target: dict[str, Any], name: str, text: str) -> None:
        """Convert a text for the field `name`; what cannot be read is left out and noted."""
        if name in DATES:
            day = self._date(name, text)
            if day is None or not self._is_past(day):
                self._note(parsed, name, text, _("The date cannot be read and was left out."))
            else:
                target[name] = self._start_of(day) if name == "occurred_at" else day
        elif name in QUANTITIES:
            number = self._number(text)
            if number is None:
                self._note(parsed, name, text, _("The number cannot be read and was left out."))
            else:
                target[name] = number
        elif name in FLAGS:
            target[name] = text.casefold() in YES
        elif name in CHOICES and text not in CHOICES[name]:
            self._note(parsed, name, text, _("There is no such value; it was left out."))
        elif name == "defect" and text.casefold() not in self.defects:
            self._note(parsed, name, text, _("There is no such defect; it was left out."))
        else:
            target[name] = self._fitting(parsed, name, text)

    def _fitting(self, parsed: ParsedRow, name: str, text: str) -> str:
        if name == "defect":
            return self.defects[text.casefold()]
        limit = LIMITS.get(name) or len(text)
        if len(text) > limit:
            reason = _("The text was cut to %(n)s characters.") % {"n": limit}
            self._note(parsed, name, text, reason)
        return text[:limit]

    def _is_past(self, day: date) -> bool:
        """Neither in the future, as the site counts days, nor before anybody kept such files."""
        return EARLIEST <= day <= clock.now().astimezone(self.zone).date()

    def _date(self, name: str, text: str) -> date | None:
        try:
            return parse_date(text, self.dates.get(name, DateFormat.ISO))
        except RefusedTable:
            return None

    def _number(self, text: str) -> Decimal | None:
        try:
            number = parse_decimal(text)
        except RefusedTable:
            return None
        return number if 0 <= number < 10**12 else None

    def _start_of(self, day: date) -> datetime:
        return datetime.combine(day, time(), self.zone)

    def _note(
        self, parsed: ParsedRow, name: str, value: str, reason: str, *, refuse: bool = False
    ) -> None:
        source = self.profile.key if name == "key" else self.profile.claim.get(name)
        source = source or self.profile.item.get(name)
        column = source.column_in(self.columns) if source else name
        parsed.problems.append(
            Problem(parsed.row, parsed.reference, reason, column, value[:200], refuse)
        )
