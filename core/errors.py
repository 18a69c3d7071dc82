"""The errors that commands raise; pages and API translate them (architecture: one vocabulary)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


class DomainError(Exception):
    """Base of all refusals: `message` is a translated sentence, `code` never changes."""

    code = "error"
    status = 400

    def __init__(self, message: Any = "", *, code: str = "") -> None:
        super().__init__(message)
        self.message = message
        if code:
            self.code = code

    def __str__(self) -> str:
        return str(self.message)


class InvalidInput(DomainError):
    """Input of the right shape says something impossible; `fields` maps a field to its sentences.

    A field inside a list is addressed with dots (`items.0.product`); "" stands for the whole form.
    """

    code = "invalid"

    def __init__(self, fields: Mapping[str, Any] | str | Any, *, code: str = "invalid") -> None:
        if not isinstance(fields, Mapping):
            fields = {"": fields}
        self.fields: dict[str, list[Any]] = {
            name: list(text) if isinstance(text, (list, tuple)) else [text]
            for name, text in fields.items()
        }
        super().__init__(
            "; ".join(str(t) for texts in self.fields.values() for t in texts), code=code
        )


class NotPermitted(DomainError):
    """The actor sees the object but may not do this to it (403)."""

    code = "not_permitted"
    status = 403

    def __init__(self, message: Any = "", *, code: str = "") -> None:
        super().__init__(message or _("You may not do this."), code=code)


@dataclass(frozen=True)
class MissingRequirement:
    """One thing that must be true before a transition and is not."""

    requirement: str
    detail: str
    link: str = ""


class TransitionRefused(DomainError):
    """The claim is in another step, or something that the transition needs is missing (409)."""

    code = "transition_refused"
    status = 409

    def __init__(
        self,
        message: Any,
        *,
        current: str,
        missing: Sequence[MissingRequirement] = (),
        code: str = "",
    ) -> None:
        super().__init__(message, code=code)
        self.current = current
        self.missing = list(missing)


class Stale(DomainError):
    """The object is not what the client has read: changed meanwhile, not there, or there already.

    409 with `version` in the body, 412 with If-Match or If-None-Match.
    """

    code = "stale"
    status = 409

    def __init__(self, current: Any, *, expected: int | None, message: Any = "") -> None:
        changed = _("Somebody changed this meanwhile. Look at the changes and save again.")
        super().__init__(message or changed)
        self.current = current
        self.expected = expected
