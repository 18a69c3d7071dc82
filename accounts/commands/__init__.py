"""Every write to people, their roles, preferences and absences."""

from accounts.commands.absences import cancel_absence, change_absence, enter_absence
from accounts.commands.people import (
    change_user,
    create_user,
    grant_role,
    remove_second_factors,
    revoke_role,
    save_department,
    set_preferences,
)

__all__ = [
    "cancel_absence",
    "change_absence",
    "change_user",
    "create_user",
    "enter_absence",
    "grant_role",
    "remove_second_factors",
    "revoke_role",
    "save_department",
    "set_preferences",
]
