"""Who calls the API, and what a token lets its client do at all."""

from __future__ import annotations

from typing import Any

import structlog
from django.db import models
from django.utils.translation import gettext_lazy as _
from rest_framework import authentication
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from core.actors import Actor, Via


class Scope(models.TextChoices):
    """What a token may be used for; the roles of its service user decide the rest."""

    CLAIMS_READ = "claims:read", _("read claims")
    CLAIMS_WRITE = "claims:write", _("report and work on claims")
    CLAIMS_APPROVE = "claims:approve", _("decide on claims as a quality manager")
    MASTERDATA_READ = "masterdata:read", _("read master data")
    MASTERDATA_WRITE = "masterdata:write", _("write master data and shipments")
    REPORTS_READ = "reports:read", _("read figures")
    EVENTS_READ = "events:read", _("read the feed of events")


READING = ("GET", "HEAD")
WRITING = ("POST", "PUT", "PATCH", "DELETE")


def scopes(read: Scope | None = None, write: Scope | None = None) -> dict[str, Scope]:
    """`required_scopes` of a view whose reading methods need `read` and the others `write`."""
    found = dict.fromkeys(READING, read) | dict.fromkeys(WRITING, write)
    return {method: scope for method, scope in found.items() if scope is not None}


CLAIMS = scopes(Scope.CLAIMS_READ, Scope.CLAIMS_WRITE)
APPROVALS = scopes(Scope.CLAIMS_READ, Scope.CLAIMS_APPROVE)
MASTERDATA = scopes(Scope.MASTERDATA_READ, Scope.MASTERDATA_WRITE)


class SessionAuthentication(authentication.SessionAuthentication):
    """The browser's session, with CSRF protection; no session answers 401 like a missing token."""

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class HasScope(BasePermission):
    """A token must carry the scope that the view asks for; people act by their roles alone.

    A method for which a view names no scope is closed to tokens.
    """

    message = _("The token lacks the scope for this.")

    def has_permission(self, request: Request, view: Any) -> bool:
        granted = getattr(request.auth, "scopes", None)
        if granted is None:
            return True
        if request.method == "OPTIONS" or not hasattr(view, str(request.method).lower()):
            return True  # and then there is no such method
        wanted = view.required_scopes.get(request.method)
        return wanted is not None and str(wanted) in granted


def actor_of(request: Request) -> Actor:
    """The person or integration client behind an API request, as commands and selectors take it."""
    token = request.auth
    return Actor(
        user=request.user,
        via=Via.API,
        request_id=str(structlog.contextvars.get_contextvars().get("request_id", "")),
        client=getattr(token, "client_name", ""),
        scopes=frozenset(getattr(token, "scopes", ())),
    )
