"""What commands ask of the words and choices they are given."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from core.errors import InvalidInput


def said(field: str, text: str, objection: Any) -> str:
    """The text without blanks around it. Raises InvalidInput when nothing is left."""
    text = text.strip()
    if not text:
        raise InvalidInput({field: objection}, code="required")
    return text


def one_of(field: str, value: str, choices: type[models.TextChoices]) -> str:
    """The value. Raises InvalidInput when it is none of the choices."""
    if value not in choices.values:
        raise InvalidInput({field: _("Choose one of the values.")}, code="invalid_choice")
    return value
