"""Reading API clients."""

from __future__ import annotations

from integrations.models import ApiClient


def find_client(name: str) -> ApiClient | None:
    """The client of that name, in use or not."""
    return ApiClient.objects.filter(name=name.strip()).first()
