"""How allauth behaves here: accounts are made by administrators, never by visitors."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class InvitedOnlyAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-in for accounts that exist; nobody can open one for themselves."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_safe_url(self, url: Any) -> bool:
        """Only paths of this site: a `next` that names any host is ignored."""
        return bool(url) and str(url).startswith("/") and super().is_safe_url(url)
