"""Who does something, and by which way: passed to every command."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext

if TYPE_CHECKING:
    from django.http import HttpRequest


class Via(StrEnum):
    """The way by which a command was reached."""

    WEB = "web"
    API = "api"
    MAIL = "e-mail"
    IMPORT = "import"
    SYSTEM = "system"


@dataclass(frozen=True)
class Actor:
    """The one on whose behalf a command runs.

    `user` is None only for the system itself. An integration client acts as its own service user,
    `client` then names it. `request_id` ties all events of one request together. `in_place_of` is
    the absent person whose task a substitute does; history names both.
    """

    user: Any = None
    via: Via = Via.SYSTEM
    request_id: str = ""
    client: str = ""
    scopes: frozenset[str] = field(default_factory=frozenset)
    in_place_of: Any = None

    @property
    def is_system(self) -> bool:
        return self.user is None

    @property
    def label(self) -> str:
        """The name as history shows it, frozen into each event."""
        if self.client:
            return self.client
        return str(self.user) if self.user is not None else gettext("System")

    @classmethod
    def of_request(cls, request: HttpRequest) -> Actor:
        """The signed-in person behind a page request."""
        return cls(user=request.user, via=Via.WEB, request_id=getattr(request, "request_id", ""))


SYSTEM = Actor()
