"""`Authorization: Bearer <token>`."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from knox.auth import TokenAuthentication as KnoxAuthentication
from knox.crypto import hash_token
from rest_framework.exceptions import AuthenticationFailed

from integrations.commands import note_use
from integrations.models import ApiToken


class TokenAuthentication(KnoxAuthentication):  # type: ignore[misc]
    """A client's token, looked up by its hash in one query; what is wrong with it stays untold."""

    def authenticate_credentials(self, token: bytes) -> tuple[Any, ApiToken]:
        found = self._find(token)
        if found is None or not found.is_valid:
            raise AuthenticationFailed(_("The token is not valid."))
        note_use(found)
        return found.user, found

    def _find(self, token: bytes) -> ApiToken | None:
        try:
            digest = hash_token(token.decode("ascii"))
        except UnicodeDecodeError:
            return None
        tokens = ApiToken.objects.select_related("client", "user")
        return tokens.filter(digest=digest).first()
