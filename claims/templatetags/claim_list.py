"""Cells of the claims list that need no markup of their own."""

from __future__ import annotations

from typing import Any

from django import template

from claims.listing import Column
from claims.models import Claim

register = template.Library()


@register.filter
def cell(column: Column, claim: Claim) -> Any:
    """What the column says of the claim."""
    return column.value(claim)
