"""The view that all endpoints derive from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar, TypeVar

from django.conf import settings
from django.db.models import Model
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header
from rest_framework import generics
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from core.actors import Actor
from core.api import keys
from core.api.auth import HasScope, Scope, actor_of
from core.api.pagination import CursorPagination, WholeList
from core.api.serializers import all_shaped, shaped
from core.api.throttling import ClientThrottle
from core.errors import InvalidInput, Stale

Record = TypeVar("Record", bound=Model)
_STRONG_TAG = re.compile(r'"(\d{1,9})"')


class ApiView(generics.GenericAPIView[Any]):
    """Parse, call a command or selector, answer.

    `required_scopes` names the scope that a token needs for each method. With an Idempotency-Key a
    POST runs in one transaction together with the record of its answer; `one_transaction = False`
    for those that must not (they talk to the network) and repeat harmlessly.
    """

    required_scopes: ClassVar[Mapping[str, Scope]] = {}
    body_names: ClassVar[Mapping[str, str]] = {}
    """What commands call a field → what the body calls it, where they differ."""
    one_transaction = True
    permission_classes = (IsAuthenticated, HasScope)
    throttle_classes = (ClientThrottle,)
    pagination_class: Any = WholeList
    filter_backends: Any = ()

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """As DRF does, with a place for idempotency keys between the checks and the handler."""
        self.args, self.kwargs = args, kwargs
        self.request = self.initialize_request(request, *args, **kwargs)
        self.headers = self.default_response_headers

        def answer() -> HttpResponseBase:
            method = str(self.request.method).lower()
            known = method in self.http_method_names
            handler = getattr(self, method, None) if known else None
            return (handler or self.http_method_not_allowed)(self.request, *args, **kwargs)

        try:
            self.initial(self.request, *args, **kwargs)
            response = keys.once(self.request, self, answer, self.handle_exception)
        except Exception as error:  # noqa: BLE001 - handle_exception raises what is no refusal
            response = self.handle_exception(error)
        self.response = self.finalize_response(self.request, response, *args, **kwargs)
        return self.response

    def handle_exception(self, exc: Exception) -> Response:
        """Refusals point at the fields that the client has sent."""
        if isinstance(exc, InvalidInput):
            exc.fields = {
                self.body_names.get(name, name): each for name, each in exc.fields.items()
            }
        return super().handle_exception(exc)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Answer in the language that the client asks for, whoever it is."""
        _speak_language_of(request)
        super().initial(request, *args, **kwargs)

    def finalize_response(
        self, request: Request, response: Any, *args: Any, **kwargs: Any
    ) -> Response:
        """What is answered to one client is kept by no cache in between."""
        final = super().finalize_response(request, response, *args, **kwargs)
        final.headers.setdefault("Cache-Control", "private, no-store")
        return final

    @cached_property
    def actor(self) -> Actor:
        """Who asks, as commands and selectors take it."""
        return actor_of(self.request)

    def values(
        self, shape: type[BaseSerializer[Any]], *, partial: bool = False, **context: Any
    ) -> dict[str, Any]:
        """The body, checked by `shape`. Raises ValidationError with pointers."""
        serializer = shape(
            data=self.request.data,
            partial=partial,
            context={**self.get_serializer_context(), **context},
        )
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    def version_wanted(self, values: dict[str, Any] | None = None) -> int | None:
        """The version the client has read: from If-Match, else `version` taken out of `values`.

        None when it names none, or any (`*`). A tag that no object of ours can have gives 0, which
        no object has: the command refuses it as stale.
        """
        in_body = values.pop("version", None) if values is not None else None
        header = self.request.headers.get("If-Match")
        if header is None:
            return in_body
        if header.strip() == "*":
            return None
        match = _STRONG_TAG.fullmatch(header.strip())
        return int(match[1]) if match else 0

    def presence_wanted(self) -> bool | None:
        """Whether the client demands that the object exists (`If-Match`), or that it does not
        (`If-None-Match: *`); None when it does not care."""
        if self.request.headers.get("If-None-Match", "").strip() == "*":
            return False
        return True if "If-Match" in self.request.headers else None

    def check_version(self, obj: Any, wanted: int | None) -> None:
        """For commands that take no version: raise Stale when `obj` is not the one wanted."""
        if wanted is not None and obj.version != wanted:
            raise Stale(obj, expected=wanted)

    def answer(
        self,
        shape: type[BaseSerializer[Any]],
        obj: Any,
        *,
        status: int = 200,
        location: str = "",
    ) -> Response:
        """`obj` in that shape, with its ETag; `location` is its own address after a creation."""
        response = Response(shaped(shape, obj), status=status)
        if getattr(obj, "version", None):
            response["ETag"] = f'"{obj.version}"'
        if location:
            response["Location"] = self.request.build_absolute_uri(location)
        return response

    def rows(self, shape: type[BaseSerializer[Any]], rows: Any) -> Response:
        """A list that is short by nature, whole."""
        return WholeList().get_paginated_response(all_shaped(shape, rows))


class ListView(ApiView):
    """An endpoint whose GET is a list, by cursor.

    `ordering_fields` maps names of the API to model fields; the first is the default order.
    """

    pagination_class = CursorPagination
    ordering_fields: ClassVar[Mapping[str, str]] = {"id": "id"}

    def listing(self, shape: type[BaseSerializer[Any]], rows: Any) -> Response:
        """One page of the queryset `rows`, filtered by the view's filter backends."""
        page = self.paginate_queryset(self.filter_queryset(rows))
        return self.get_paginated_response(all_shaped(shape, page or []))


def _speak_language_of(request: Request) -> None:
    """Accept-Language decides, also over a signed-in person's own choice: it is the contract."""
    for language, _quality in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        short = language.split("-")[0]
        if short in dict(settings.LANGUAGES):
            translation.activate(short)
            return
