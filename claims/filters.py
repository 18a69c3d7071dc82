"""The filters of the claims list, shared by page, export and API."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from claims.models import Claim, ClaimItem, Pause
from claims.search import matching
from claims.selectors import late_claims
from claims.states import FINISHED_STEPS, Channel, Kind, Severity, Step

ITEM_LOOKUPS = {
    "product": ("product__code",),
    "lot": ("lot_code",),
    "line": ("line__code",),
    "defect": ("defect__code", "defect__group__code"),
    "family": ("product__family__code",),
}


class ClaimFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Every filter narrows; several values of one filter widen. Unknown codes find nothing.

    `owner` takes an address, "me" or "none". Ranges include both ends.
    """

    q = django_filters.CharFilter(label=_("Search"), method="filter_words")
    state = django_filters.ChoiceFilter(
        label=_("State"),
        method="filter_state",
        choices=[("open", _("open")), ("closed", _("closed")), ("late", _("late"))],
    )
    step = django_filters.MultipleChoiceFilter(label=_("Step"), choices=Step.choices)
    severity = django_filters.MultipleChoiceFilter(label=_("Severity"), choices=Severity.choices)
    kind = django_filters.MultipleChoiceFilter(label=_("Kind"), choices=Kind.choices)
    channel = django_filters.MultipleChoiceFilter(label=_("Channel"), choices=Channel.choices)
    site = django_filters.CharFilter(label=_("Site"), field_name="site__code")
    customer = django_filters.CharFilter(label=_("Customer"), field_name="customer__code")
    owner = django_filters.CharFilter(label=_("Owner"), method="filter_owner")
    product = django_filters.CharFilter(label=_("Product"), method="filter_item")
    family = django_filters.CharFilter(label=_("Product family"), method="filter_item")
    lot = django_filters.CharFilter(label=_("Lot"), method="filter_item")
    line = django_filters.CharFilter(label=_("Line"), method="filter_item")
    defect = django_filters.CharFilter(label=_("Defect"), method="filter_item")
    late = django_filters.BooleanFilter(label=_("Late"), method="filter_late")
    paused = django_filters.BooleanFilter(label=_("Paused"), method="filter_paused")
    received_from = django_filters.DateFilter(
        label=_("Received from"), field_name="received_at", lookup_expr="date__gte"
    )
    received_to = django_filters.DateFilter(
        label=_("Received until"), field_name="received_at", lookup_expr="date__lte"
    )
    due_from = django_filters.DateFilter(
        label=_("Due from"), field_name="step_due_at", lookup_expr="date__gte"
    )
    due_to = django_filters.DateFilter(
        label=_("Due until"), field_name="step_due_at", lookup_expr="date__lte"
    )
    response_due_to = django_filters.DateFilter(label=_("Answer due until"), method="filter_answer")

    class Meta:
        model = Claim
        fields: list[str] = []

    def filter_words(self, claims: QuerySet[Claim], name: str, value: str) -> QuerySet[Claim]:
        """Full-text search."""
        return matching(claims, value)

    def filter_state(self, claims: QuerySet[Claim], name: str, value: str) -> QuerySet[Claim]:
        """Open (in a step), closed (or cancelled) or late."""
        if value == "late":
            return late_claims(claims)
        finished = Q(step__in=FINISHED_STEPS)
        return claims.filter(finished if value == "closed" else ~finished)

    def filter_owner(self, claims: QuerySet[Claim], name: str, value: str) -> QuerySet[Claim]:
        """An address, or the person who asks, or nobody."""
        if value == "none":
            return claims.filter(owner=None)
        if value == "me":
            user = getattr(self.request, "user", None)
            return claims.filter(owner_id=user.pk if user else None)
        return claims.filter(owner__email=value.strip().lower())

    def filter_item(self, claims: QuerySet[Claim], name: str, value: str) -> QuerySet[Claim]:
        """Claims with an item that has the value."""
        found = Q()
        for lookup in ITEM_LOOKUPS[name]:
            found |= Q(**{lookup: value})
        return claims.filter(Exists(ClaimItem.objects.filter(found, claim=OuterRef("pk"))))

    def filter_late(self, claims: QuerySet[Claim], name: str, value: bool) -> QuerySet[Claim]:
        """Late is open and past the step's due instant; equality is on time."""
        late = late_claims(claims)
        return late if value else claims.exclude(pk__in=late.values("pk"))

    def filter_paused(self, claims: QuerySet[Claim], name: str, value: bool) -> QuerySet[Claim]:
        """Waiting for the customer or a sample."""
        waits = Exists(Pause.objects.filter(claim=OuterRef("pk"), ended_at=None))
        return claims.filter(waits if value else ~waits)

    def filter_answer(self, claims: QuerySet[Claim], name: str, value: Any) -> QuerySet[Claim]:
        """Open claims whose final response is due by that day and has not gone out."""
        return claims.filter(
            final_response_at=None, closed_at=None, response_due_at__date__lte=value
        )
