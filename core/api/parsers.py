"""Reading bodies strictly: what a database cannot keep is refused with its place."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.parsers import BaseParser

from core.api.errors import Problem

_ESCAPES = ("\\u0000", "\\ud", "\\uD")


class StrictJSONParser(BaseParser):
    """A JSON object or list without NUL characters, lone surrogates, NaN or bottomless nesting."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        raw = stream.read(limit + 1)
        if len(raw) > limit:
            raise Problem(413, "too_large", _("The body is too large."))
        try:
            text = raw.decode("utf-8-sig")
            data = json.loads(text, parse_constant=_refuse_constant)
        except RecursionError as error:
            raise ParseError(_("The JSON is nested too deeply.")) from error
        except ValueError as error:
            raise ParseError(_("The body is no valid JSON: %(why)s") % {"why": error}) from error
        if not isinstance(data, (dict, list)):
            raise ParseError(_("The body is a JSON object."))
        if any(escape in text for escape in _ESCAPES):
            _refuse_unstorable(data)
        return data


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON number")


def _refuse_unstorable(data: Any) -> None:
    for path, text in _texts(data, ()):
        if "\0" in text or any("\ud800" <= char <= "\udfff" for char in text):
            detail: Any = [_("NUL characters and lone surrogates are not allowed.")]
            for part in reversed(path):
                detail = {_storable(part): detail}
            raise ValidationError(detail)


def _storable(part: str) -> str:
    return part.encode("utf-8", "replace").decode().replace("\0", "?")


def _texts(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every text in the data, names included, with its path."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield (*path, name), name
            yield from _texts(inner, (*path, name))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _texts(inner, (*path, str(place)))
