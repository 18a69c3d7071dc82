"""The filters of the list of actions, shared by page, export and API."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from capa.models import Action, Extension
from capa.selectors import late_actions
from capa.states import OPEN_STATES, UNSETTLED_STATES, ActionKind, ActionState
from claims.filters import DayFilter

SETTLED = (ActionState.EFFECTIVE, ActionState.CANCELLED, ActionState.INEFFECTIVE)
STATES = [
    ("open", _("open")),
    ("late", _("late")),
    ("planned", _("planned")),
    ("in_progress", _("in work")),
    ("done", _("to be verified")),
    ("asked", _("extension asked")),
    ("effective", _("effective")),
    ("ineffective", _("not effective")),
    ("cancelled", _("cancelled")),
    ("settled", _("closed")),
]


class ActionFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Every filter narrows; several kinds widen. Unknown codes find nothing.

    `owner` takes an address, "me" or "none"; open is everything that is not settled yet.
    """

    state = django_filters.ChoiceFilter(label=_("State"), choices=STATES, method="filter_state")
    kind = django_filters.MultipleChoiceFilter(
        label=_("Kind"), choices=ActionKind.choices, distinct=False
    )
    owner = django_filters.CharFilter(label=_("Owner"), method="filter_owner")
    department = django_filters.CharFilter(label=_("Department"), field_name="department__code")
    claim = django_filters.CharFilter(label=_("Claim"), method="filter_claim")
    q = django_filters.CharFilter(label=_("Search"), method="filter_words")
    due_from = DayFilter(label=_("Due from"), field_name="due_at")
    due_to = DayFilter(label=_("Due until"), field_name="due_at", is_end=True)

    class Meta:
        model = Action
        fields: list[str] = []

    def filter_state(self, actions: QuerySet[Action], name: str, value: str) -> QuerySet[Action]:
        """One state, or a group of them."""
        if value == "late":
            return late_actions(actions)
        if value == "asked":
            waiting = Extension.objects.filter(action=OuterRef("pk"), decision="")
            return actions.filter(Exists(waiting), state__in=OPEN_STATES)
        groups = {"open": UNSETTLED_STATES, "settled": SETTLED}
        return actions.filter(state__in=groups.get(value, (value,)))

    def filter_owner(self, actions: QuerySet[Action], name: str, value: str) -> QuerySet[Action]:
        """An address, or the person who asks, or nobody."""
        if value == "none":
            return actions.filter(owner=None)
        if value == "me":
            user: Any = getattr(self.request, "user", None)
            return actions.filter(owner_id=user.pk if user else None)
        return actions.filter(owner__email=value.strip().lower())

    def filter_claim(self, actions: QuerySet[Action], name: str, value: str) -> QuerySet[Action]:
        """The actions that serve a claim."""
        serves = Action.claims.through.objects.filter(
            action=OuterRef("pk"), claim__number=value.strip()
        )
        return actions.filter(Exists(serves))

    def filter_words(self, actions: QuerySet[Action], name: str, value: str) -> QuerySet[Action]:
        """Every word in what is done; a number like A-012 finds that action."""
        letter, _dash, digits = value.strip().partition("-")
        if letter.upper() in ("A", "А") and digits.isdecimal() and len(digits) <= 18:
            return actions.filter(pk=int(digits))
        for word in value.split()[:8]:
            actions = actions.filter(text__icontains=word)
        return actions
