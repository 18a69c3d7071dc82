"""The link of the calendars in the sidebar."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from core import navigation
from core.actors import Actor
from masterdata.policies import can_see_calendars


def _may_see(user: Any) -> bool:
    return can_see_calendars(Actor(user=user))


navigation.register(
    navigation.NavItem(
        "calendars",
        _("Calendars"),
        "calendars:calendars",
        "calendar-cog",
        220,
        visible=_may_see,
    )
)
