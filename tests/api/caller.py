"""Calling the API as a program does: with a token, or in a browser's session."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from rest_framework.test import APIClient

from accounts.models import User
from core.actors import SYSTEM
from core.api.auth import Scope
from integrations.commands import create_client, issue_token
from integrations.models import ApiClient, ApiToken
from masterdata.models import Site

BASE = "/api/v1"
ALL_SCOPES = tuple(Scope.values)


class Caller:
    """Sends JSON to paths below the base, in English; `headers` by keyword: `if_match='"1"'`."""

    # Of a program only.
    client: ApiClient
    token: ApiToken
    authorization: str

    def __init__(self, **credentials: str) -> None:
        self.http = APIClient(raise_request_exception=True)
        self.http.credentials(**credentials)

    def _call(self, method: str, path: str, body: Any = None, **headers: Any) -> Any:
        sent = _sent(headers)
        url = path if path.startswith("http") else BASE + path
        call = getattr(self.http, method)
        if method == "get":
            return call(url, body, headers=sent)
        text = json.dumps(body)
        return call(url, text, content_type="application/json", headers=sent)

    def get(self, path: str, query: Any = None, **headers: Any) -> Any:
        return self._call("get", path, query, **headers)

    def post(self, path: str, body: Any = None, **headers: Any) -> Any:
        return self._call("post", path, {} if body is None else body, **headers)

    def put(self, path: str, body: Any = None, **headers: Any) -> Any:
        return self._call("put", path, {} if body is None else body, **headers)

    def patch(self, path: str, body: Any = None, **headers: Any) -> Any:
        return self._call("patch", path, {} if body is None else body, **headers)

    def delete(self, path: str, **headers: Any) -> Any:
        return self._call("delete", path, **headers)

    def upload(self, path: str, fields: dict[str, Any], **headers: Any) -> Any:
        return self.http.post(BASE + path, fields, format="multipart", headers=_sent(headers))


def _sent(headers: dict[str, Any]) -> dict[str, str]:
    given = {"accept_language": "en", **headers}
    return {name.replace("_", "-"): str(value) for name, value in given.items()}


def program(
    name: str = "ERP",
    *,
    roles: Sequence[str] = ("integration",),
    scopes: Iterable[str] = ALL_SCOPES,
    site: Site | None = None,
    lifetime: timedelta = timedelta(days=1),
) -> Caller:
    """A new client with a token."""
    client = create_client(actor=SYSTEM, name=name, roles=roles, site=site)
    token, secret = issue_token(
        actor=SYSTEM, client=client, name="test", scopes=scopes, lifetime=lifetime
    )
    caller = Caller(HTTP_AUTHORIZATION=f"Bearer {secret}")
    caller.client, caller.token, caller.authorization = client, token, f"Bearer {secret}"
    return caller


def in_session(user: User) -> Caller:
    """The person's browser."""
    caller = Caller()
    caller.http.force_login(user)
    return caller
