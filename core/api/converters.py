"""Natural keys in paths. What no key can look like is no address of ours: 404 without a query."""

from __future__ import annotations

from django.urls import register_converter


class ClaimNumber:
    """`26-0147`."""

    regex = r"[0-9]{2}-[0-9]{4,13}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class Code(ClaimNumber):
    """A code of the ERP; slashes are allowed, control characters are not."""

    regex = r"[^\x00-\x1f\x7f\ud800-\udfff]{1,64}"


def register() -> None:
    """Make `<claim:number>` and `<code:code>` known; Django knows `<int:pk>` already."""
    register_converter(ClaimNumber, "claim")
    register_converter(Code, "code")
