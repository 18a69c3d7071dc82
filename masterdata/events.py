"""The facts that master data records."""

from django.utils.translation import gettext_lazy as _

from events.registry import kind

CREATED = kind("masterdata.created", _("created"))
CHANGED = kind("masterdata.changed", _("changed"))
RENAMED = kind("masterdata.renamed", _("renamed"), public=False)
CALENDAR_CHANGED = kind("calendar.changed", _("changed the working time"))
LOT_BLOCKED = kind("lot.blocked", _("blocked the lot"))
LOT_RELEASED = kind("lot.released", _("released the lot"))
SHIPPED = kind("shipment.recorded", _("recorded the shipment"))
