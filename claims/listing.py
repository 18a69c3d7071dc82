"""What the claims list shows: its columns, orders and views, the same for page and export."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from claims.models import Claim, ClaimItem, SavedView
from core import clock
from core.actors import Actor
from core.counting import CountRows
from core.paging import Order

PAGE_SIZE = 25
# All that the columns below and the cards of the board read; a field left out costs a query a row.
ROW_FIELDS = (
    "number", "title", "step", "step_due_at", "step_soon_at", "step_held_at", "response_due_at",
    "response_soon_at", "response_held_at", "final_response_at", "kind", "channel", "severity",
    "outcome", "customer_claim_no", "received_at", "closed_at", "updated_at", "customer__name",
    "owner__first_name", "owner__last_name", "owner__email", "site__name",
)  # fmt: skip
ITEM_FIELDS = (
    "claim", "position", "lot_code", "quantity_claimed", "product__code", "product__name",
    "defect__name_ru", "defect__name_en", "lot__blocked_at",
)  # fmt: skip
# A tab says "999+" rather than count a million rows.
COUNT_LIMIT = 999


@dataclass(frozen=True)
class Column:
    """A column: `value` for exports, `sort` the name of its order, `css` its cell class."""

    name: str
    label: Any
    value: Callable[[Claim], Any]
    css: str = ""
    sort: str = ""
    is_default: bool = True


def _item(claim: Claim) -> ClaimItem | None:
    items = claim.items.all()
    return items[0] if items else None


def _of_item(read: Callable[[ClaimItem], Any]) -> Callable[[Claim], Any]:
    def value(claim: Claim) -> Any:
        item = _item(claim)
        return read(item) if item is not None else ""

    return value


def _local(instant: Any) -> Any:
    return timezone.localtime(instant).replace(tzinfo=None) if instant else ""


def age_days(claim: Claim) -> int:
    """Whole days from receipt to the end, or to now."""
    return ((claim.closed_at or clock.now()) - claim.received_at).days


COLUMNS: dict[str, Column] = {
    each.name: each
    for each in (
        Column("due", _("Step due"), lambda c: _local(c.step_due_at), "q-due", "due"),
        Column("number", _("Number"), lambda c: c.number, "q-no", "number"),
        Column("title", _("Title"), lambda c: c.title, "q-ti", is_default=False),
        Column("severity", _("Severity"), lambda c: c.get_severity_display(), "q-sev"),
        Column("customer", _("Customer"), lambda c: str(c.customer or ""), "q-cu"),
        Column("product", _("Product"), _of_item(lambda i: str(i.product or "")), "q-pr"),
        Column("lot", _("Lot"), _of_item(lambda i: i.lot_code), "q-lot"),
        Column("defect", _("Defect"), _of_item(lambda i: str(i.defect or "")), "q-def"),
        Column("step", _("Step"), lambda c: c.get_step_display(), "q-st"),
        Column(
            "missing", _("What is missing"), lambda c: c.missing.text if c.missing else "", "q-ms"
        ),
        Column("owner", _("Owner"), lambda c: str(c.owner or ""), "q-ow"),
        Column(
            "received",
            _("Received"),
            lambda c: _local(c.received_at),
            "q-rc",
            "received",
            is_default=False,
        ),
        Column("age", _("Age, days"), age_days, "num q-age"),
        Column(
            "answer_due",
            _("Final answer by"),
            lambda c: _local(c.response_due_at),
            "q-due",
            "answer",
            is_default=False,
        ),
        Column("site", _("Site"), lambda c: str(c.site), "q-si", is_default=False),
        Column("kind", _("Kind"), lambda c: c.get_kind_display(), "q-ot", is_default=False),
        Column(
            "channel", _("Channel"), lambda c: c.get_channel_display(), "q-ot", is_default=False
        ),
        Column(
            "customer_no",
            _("Customer's number"),
            lambda c: c.customer_claim_no,
            "q-ot",
            is_default=False,
        ),
        Column(
            "quantity",
            _("Claimed"),
            _of_item(lambda i: i.quantity_claimed if i.quantity_claimed is not None else ""),
            "num q-ot",
            is_default=False,
        ),
        Column(
            "outcome", _("Decision"), lambda c: c.get_outcome_display(), "q-ot", is_default=False
        ),
        Column("updated", _("Changed"), lambda c: _local(c.updated_at), "q-ot", "updated", False),
    )
}
DEFAULT_COLUMNS = [each.name for each in COLUMNS.values() if each.is_default]

ORDERS = {
    "due": Order("step_due_at"),
    "-due": Order("step_due_at", descending=True),
    "received": Order("received_at"),
    "-received": Order("received_at", descending=True),
    "updated": Order("updated_at"),
    "-updated": Order("updated_at", descending=True),
    "answer": Order("response_due_at"),
    "-answer": Order("response_due_at", descending=True),
    "number": Order("number"),
    "-number": Order("number", descending=True),
}


@dataclass(frozen=True)
class View:
    """A named set of filters: the product's own, or one that somebody saved."""

    label: Any
    query: str
    is_late: bool = False
    is_counted: bool = False
    saved: SavedView | None = None


def system_views() -> list[View]:
    """The views everybody has."""
    in_two_days = (timezone.localtime(clock.now()) + timedelta(days=2)).date()
    return [
        View(_("My open"), "owner=me&state=open&sort=due", is_counted=True),
        View(_("Late"), "state=late&sort=due", is_late=True, is_counted=True),
        View(_("Due soon"), "state=due_soon&sort=due", is_counted=True),
        View(
            _("Answer due"),
            urlencode({"response_due_to": in_two_days.isoformat(), "sort": "answer"}),
            is_counted=True,
        ),
        View(_("Critical"), "severity=critical&state=open&sort=due", is_counted=True),
        View(_("Waiting"), "paused=true&state=open&sort=due", is_counted=True),
        View(_("All open"), "state=open&sort=due", is_counted=True),
        View(pgettext_lazy("view of claims", "Closed"), "state=closed&sort=-updated"),
        View(pgettext_lazy("view of claims", "All"), "sort=due"),
    ]


def saved_views(actor: Actor) -> list[View]:
    """The person's own views and those shared with everybody."""
    rows = SavedView.objects.filter(Q(owner=actor.user) | Q(is_shared=True))
    return [View(row.name, row.query, saved=row) for row in rows]


def with_row_data(claims: QuerySet[Claim]) -> QuerySet[Claim]:
    """What rows of a list show, in two queries, whatever the number of rows."""
    items = ClaimItem.objects.select_related("product", "defect", "lot").order_by("position", "id")
    shown_of_items = items.only(*ITEM_FIELDS)
    return (
        claims.select_related("customer", "owner", "site")
        .only(*ROW_FIELDS)
        .prefetch_related(Prefetch("items", shown_of_items))
    )


def cards_of(claims: QuerySet[Claim]) -> QuerySet[Claim]:
    """The cards of a column of the board, the most urgent first."""
    return with_row_data(claims).order_by("step_due_at", "pk")


def newest_first(claims: QuerySet[Claim]) -> QuerySet[Claim]:
    """The rows of an export."""
    return with_row_data(claims).order_by("-received_at", "-pk")


def count_each(
    actor: Actor, lists: Sequence[QuerySet[Claim]], limit: int = COUNT_LIMIT
) -> list[int]:
    """How many claims each of `lists` has, as `count_up_to`, all in one query."""
    counts = [CountRows(each.order_by().values("pk")[: limit + 1]) for each in lists]
    return list(User.objects.filter(pk=actor.user.pk).values_list(*counts).get())


def count_up_to(claims: QuerySet[Claim], limit: int = COUNT_LIMIT) -> int:
    """How many there are, counting no further than one past `limit`."""
    return claims.order_by()[: limit + 1].count()


def default_columns(owner: str) -> list[str]:
    """What is shown to who has not chosen: a list of one's own claims does not name the owner."""
    return [name for name in DEFAULT_COLUMNS if name != "owner" or owner != "me"]


def chosen_columns(names: Iterable[str]) -> list[Column]:
    """The columns of these names in the list's order; the number is always among them."""
    wanted = {*names, "number"}
    return [each for each in COLUMNS.values() if each.name in wanted]
