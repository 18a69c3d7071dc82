"""The filters of the claims list, shared by page, export and API."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, Q, QuerySet, TextChoices
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from claims.hits import having
from claims.models import Claim, ClaimItem, Pause
from claims.search import matching
from claims.selectors import claims_due_soon, claims_not_late, late_claims
from claims.states import FINISHED_STEPS, Channel, Kind, Severity, Step
from core.filters import FlagFilter
from masterdata.models import Customer, Site

ITEM_LOOKUPS = {
    "product": ("product__code",),
    "lot": ("lot_code",),
    "line": ("line__code",),
    "defect": ("defect__code", "defect__group__code"),
    "family": ("product__family__code",),
}

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(9000, 1, 1)


class CodeFilter(django_filters.CharFilter):  # type: ignore[misc]
    """Rows that belong to the record of that code."""

    def __init__(self, record: type[Customer | Site], **options: Any) -> None:
        super().__init__(**options)
        self.record = record

    def filter(self, rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        """The rows of the record; none when there is no such record."""
        if not value:
            return rows
        return _belonging(rows, self.field_name, self.record.objects.filter(code=value))


def _belonging(rows: QuerySet[Any], field: str, found: QuerySet[Any]) -> QuerySet[Any]:
    """Rows whose `field` is the one record found: its id tells the planner how many there are."""
    pk = found.values_list("pk", flat=True).first()
    return rows.none() if pk is None else rows.filter(**{f"{field}_id": pk})


class DayFilter(django_filters.DateFilter):  # type: ignore[misc]
    """Moments from the beginning of a day on; with `is_end` those until the day is over.

    Days are the reader's. Compared as instants, so that an index over the moments serves.
    """

    def __init__(self, *, is_end: bool = False, **options: Any) -> None:
        super().__init__(**options)
        self.is_end = is_end

    def filter(self, rows: QuerySet[Any], value: date | None) -> QuerySet[Any]:
        """The rows on this side of the day."""
        if value is None:
            return rows
        if self.is_end:
            return rows.filter(**{f"{self.field_name}__lt": day_end(value)})
        return rows.filter(**{f"{self.field_name}__gte": day_start(value)})


def day_start(day: date) -> datetime:
    """The instant at which a day of the reader begins; days out of this world are brought in."""
    return timezone.make_aware(datetime.combine(min(max(day, FIRST_DAY), LAST_DAY), time.min))


def day_end(day: date) -> datetime:
    """The instant at which the day after begins."""
    return day_start(min(day, LAST_DAY) + timedelta(days=1))


def _any_of(label: Any, choices: type[TextChoices]) -> django_filters.Filter:
    # No join doubles a claim, so the rows need not be compared with each other.
    return django_filters.MultipleChoiceFilter(label=label, choices=choices.choices, distinct=False)


class ClaimFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Every filter narrows; several values of one filter widen. Unknown codes find nothing.

    `owner` takes an address, "me" or "none". Ranges include both ends.
    """

    q = django_filters.CharFilter(label=_("Search"), method="filter_words")
    state = django_filters.ChoiceFilter(
        label=_("State"),
        method="filter_state",
        choices=[
            ("open", _("open")),
            ("closed", _("closed")),
            ("late", _("late")),
            ("due_soon", _("due soon")),
        ],
    )
    step = _any_of(_("Step"), Step)
    severity = _any_of(_("Severity"), Severity)
    kind = _any_of(_("Kind"), Kind)
    channel = _any_of(_("Channel"), Channel)
    site = CodeFilter(Site, label=_("Site"), field_name="site")
    customer = CodeFilter(Customer, label=_("Customer"), field_name="customer")
    owner = django_filters.CharFilter(label=_("Owner"), method="filter_owner")
    product = django_filters.CharFilter(label=_("Product"), method="filter_item")
    family = django_filters.CharFilter(label=_("Product family"), method="filter_item")
    lot = django_filters.CharFilter(label=_("Lot"), method="filter_item")
    line = django_filters.CharFilter(label=_("Line"), method="filter_item")
    defect = django_filters.CharFilter(label=_("Defect"), method="filter_item")
    late = FlagFilter(label=_("Late"), method="filter_late")
    paused = FlagFilter(label=_("Paused"), method="filter_paused")
    received_from = DayFilter(label=_("Received from"), field_name="received_at")
    received_to = DayFilter(label=_("Received until"), field_name="received_at", is_end=True)
    due_from = DayFilter(label=_("Due from"), field_name="step_due_at")
    due_to = DayFilter(label=_("Due until"), field_name="step_due_at", is_end=True)
    response_due_to = django_filters.DateFilter(label=_("Answer due until"), method="filter_answer")

    class Meta:
        model = Claim
        fields: list[str] = []

    base_filters: Any

    def __init__(self, data: QueryDict | None = None, *args: Any, **options: Any) -> None:
        # Every filter would be copied: those that are asked for are enough.
        asked = frozenset(data or ())
        self.base_filters = {name: f for name, f in self.base_filters.items() if name in asked}
        super().__init__(data, *args, **options)

    def filter_words(self, claims: QuerySet[Claim], name: str, value: str) -> QuerySet[Claim]:
        """Full-text search."""
        return matching(claims, value)

    def filter_state(self, claims: QuerySet[Claim], name: str, value: str) -> QuerySet[Claim]:
        """Open (in a step), closed (or cancelled), late or due soon."""
        if value == "late":
            return late_claims(claims)
        if value == "due_soon":
            return claims_due_soon(claims)
        finished = Q(step__in=FINISHED_STEPS)
        return claims.filter(finished if value == "closed" else ~finished)

    def filter_owner(self, claims: QuerySet[Claim], name: str, value: str) -> QuerySet[Claim]:
        """An address, or the person who asks, or nobody."""
        if value == "none":
            return claims.filter(owner=None)
        if value == "me":
            user = getattr(self.request, "user", None)
            return claims.filter(owner_id=user.pk if user else None)
        return _belonging(claims, "owner", User.objects.filter(email=value.strip().lower()))

    def filter_item(self, claims: QuerySet[Claim], name: str, value: str) -> QuerySet[Claim]:
        """Claims with an item that has the value."""
        found = Q()
        for lookup in ITEM_LOOKUPS[name]:
            found |= Q(**{lookup: value})
        return having(claims, ClaimItem.objects.filter(found))

    def filter_late(self, claims: QuerySet[Claim], name: str, value: bool) -> QuerySet[Claim]:
        """Late, or all the others."""
        return late_claims(claims) if value else claims_not_late(claims)

    def filter_paused(self, claims: QuerySet[Claim], name: str, value: bool) -> QuerySet[Claim]:
        """Waiting for the customer or a sample."""
        running = Pause.objects.filter(ended_at=None)
        if value:
            return having(claims, running)
        return claims.filter(~Exists(running.filter(claim=OuterRef("pk"))))

    def filter_answer(self, claims: QuerySet[Claim], name: str, value: Any) -> QuerySet[Claim]:
        """Open claims whose final response is due by that day and has not gone out."""
        return claims.filter(
            final_response_at=None, closed_at=None, response_due_at__lt=day_end(value)
        )
