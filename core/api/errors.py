"""Every refusal of the API as a problem document (RFC 9457)."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import Http404
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions, status
from rest_framework.response import Response

from core.errors import DomainError, InvalidInput, Stale, TransitionRefused

log = logging.getLogger(__name__)

CONTENT_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:claims:problem:"
RETRY_SECONDS = 5
CONDITIONS = frozenset({"If-Match", "If-None-Match"})
DATABASE_AWAY = (OperationalError, InterfaceError)
AWAY = _("The service cannot be reached now. Send the same request again.")

TITLES: dict[int, Any] = {
    400: _("The request is not valid"),
    401: _("Who you are is not known"),
    403: _("Not allowed"),
    404: _("Not found"),
    405: _("No such method here"),
    406: _("No such format"),
    409: _("Not possible now"),
    412: _("Changed meanwhile"),
    413: _("Too large"),
    415: _("Format not understood"),
    422: _("The key was used for another request"),
    429: _("Too many requests"),
    500: _("Server error"),
    503: _("Not available now"),
}


class Problem(exceptions.APIException):
    """A refusal of the API itself, with a status and code of its own."""

    def __init__(self, status_code: int, code: str, detail: Any) -> None:
        super().__init__(detail, code)
        self.status_code = status_code


class ParameterInvalid(InvalidInput):
    """A query parameter says something impossible; `fields` maps parameters to sentences."""


def problem_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: None (a server error) for what is no refusal."""
    request = context.get("request")
    found = _problem_of(error, request)
    if found is None:
        return None
    body, headers = found
    if body["status"] in (401, 403):
        log.info("refused: %s", body["detail"], extra={"problem": body["type"]})
    return Response(body, status=body["status"], headers=headers, content_type=CONTENT_TYPE)


def _problem_of(error: Exception, request: Any) -> tuple[dict[str, Any], dict[str, str]] | None:
    if isinstance(error, DomainError):
        return _of_domain(error, request), {}
    if isinstance(error, (Http404, ObjectDoesNotExist)):
        return problem(404, "not_found", gettext("There is nothing here that you may see.")), {}
    if isinstance(error, RequestDataTooBig):
        return problem(413, "too_large", gettext("The body is too large.")), {}
    if isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    if isinstance(error, DATABASE_AWAY):
        log.error("the database does not answer: %s", error)
        return problem(503, "unavailable", AWAY), {"Retry-After": str(RETRY_SECONDS)}
    if isinstance(error, exceptions.ValidationError):
        return _invalid(list(_field_errors(error.detail, "")), "invalid"), {}
    if isinstance(error, exceptions.APIException):
        return _of_drf(error), _headers_of(error)
    return None


def field_errors(error: Exception) -> list[dict[str, str]]:
    """What a refusal of one row of a bulk call says of its fields."""
    found = _problem_of(error, None)
    if found is None:
        raise error
    body, _headers = found
    return body.get("errors") or [_row("", body["type"].removeprefix(TYPE_PREFIX), body["detail"])]


def problem(status_code: int, code: str, detail: Any, **more: Any) -> dict[str, Any]:
    """The body of a problem document."""
    return {
        "type": f"{TYPE_PREFIX}{code}",
        "title": str(TITLES.get(status_code, TITLES[400])),
        "status": status_code,
        "detail": str(detail),
        **more,
    }


def _of_domain(error: DomainError, request: Any) -> dict[str, Any]:
    if isinstance(error, InvalidInput):
        sign = "?" if isinstance(error, ParameterInvalid) else "/"
        rows = [
            _row(sign + name.replace(".", "/") if name else "", error.code, text)
            for name, texts in error.fields.items()
            for text in texts
        ]
        return _invalid(rows, error.code)
    if isinstance(error, Stale):
        conditional = request is not None and not CONDITIONS.isdisjoint(request.headers)
        status_code = status.HTTP_412_PRECONDITION_FAILED if conditional else error.status
        return problem(
            status_code, error.code, error.message, version=getattr(error.current, "version", None)
        )
    if isinstance(error, TransitionRefused):
        missing = [
            {"requirement": m.requirement, "detail": m.detail, "link": _link(m.link, request)}
            for m in error.missing
        ]
        return problem(error.status, error.code, error.message, step=error.current, missing=missing)
    return problem(error.status, error.code, error.message)


def _link(path: str, request: Any) -> str:
    return request.build_absolute_uri(path) if path and request is not None else path


def _of_drf(error: exceptions.APIException) -> dict[str, Any]:
    wait = getattr(error, "wait", None)
    if wait is not None:
        seconds = math.ceil(wait)
        text = ngettext("Wait %(n)s second.", "Wait %(n)s seconds.", seconds) % {"n": seconds}
        return problem(error.status_code, "throttled", text)
    code = error.get_codes()
    return problem(error.status_code, code if isinstance(code, str) else "error", error.detail)


def _headers_of(error: exceptions.APIException) -> dict[str, str]:
    headers = {}
    if getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = str(error.auth_header)  # type: ignore[attr-defined]
    if getattr(error, "wait", None) is not None:
        headers["Retry-After"] = str(math.ceil(error.wait))  # type: ignore[attr-defined]
    return headers


def _invalid(rows: list[dict[str, str]], code: str) -> dict[str, Any]:
    sentences = dict.fromkeys(row["detail"] for row in rows)
    return problem(400, code, " ".join(sentences)[:1000], errors=rows)


def _row(pointer: str, code: str, detail: Any) -> dict[str, str]:
    return {"pointer": pointer, "code": code, "detail": str(detail)}


def _field_errors(detail: Any, pointer: str) -> Iterator[dict[str, str]]:
    """DRF's nested error details as rows with JSON pointers."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            own = name == "non_field_errors"
            yield from _field_errors(inner, pointer if own else f"{pointer}/{_escaped(name)}")
    elif isinstance(detail, list):
        for place, inner in enumerate(detail):
            nested = isinstance(inner, (dict, list))
            yield from _field_errors(inner, f"{pointer}/{place}" if nested else pointer)
    else:
        yield _row(pointer, getattr(detail, "code", "invalid"), detail)


def _escaped(name: Any) -> str:
    """One part of a JSON pointer (RFC 6901)."""
    return str(name).replace("~", "~0").replace("/", "~1")
