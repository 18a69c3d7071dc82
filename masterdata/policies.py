"""Who may read and change master data; clients besides by their scopes."""

from __future__ import annotations

from core.actors import Actor
from core.errors import NotPermitted

ADMINISTRATOR = "administrator"
QUALITY_MANAGER = "quality_manager"
AUDITOR = "auditor"
SCOPE = "masterdata:write"


def can_edit_masterdata(actor: Actor) -> bool:
    """The ERP owns these records; a person changes them only as administrator."""
    if actor.is_system:
        return True
    if actor.client:
        return SCOPE in actor.scopes
    return bool(actor.user.is_superuser or actor.user.has_role(ADMINISTRATOR))


def can_read_masterdata(actor: Actor) -> bool:
    """Records as the API tells them, and the people at customers: whoever holds a role."""
    return actor.is_system or bool(actor.client or actor.user.is_superuser or actor.user.roles)


def can_edit_catalogue(actor: Actor) -> bool:
    """Defect and cause catalogues also belong to the quality managers."""
    return can_edit_masterdata(actor) or (not actor.client and actor.user.has_role(QUALITY_MANAGER))


def can_edit_calendar(actor: Actor) -> bool:
    """Working time belongs to the quality managers; administrators prepare it."""
    return can_edit_catalogue(actor) and not actor.client


def can_see_calendars(actor: Actor) -> bool:
    """Who edits them, and auditors."""
    return can_edit_calendar(actor) or (not actor.client and actor.user.has_role(AUDITOR))


def require(allowed: bool) -> None:
    """Raise NotPermitted unless `allowed`."""
    if not allowed:
        raise NotPermitted()
