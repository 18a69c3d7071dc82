"""What the pages of the administration share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from core.actors import Actor


class PolicyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Open to those whom `policy` lets; nothing is deleted, as history keeps pointing to it."""

    policy: Callable[[Actor], bool]

    def _may(self, request: HttpRequest) -> bool:
        return self.policy(Actor.of_request(request))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._may(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._may(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
