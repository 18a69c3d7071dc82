"""The view below a claim: the claim that the client may see, and its lock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from rest_framework.request import Request

from claims.commands import locked_claim
from claims.models import Claim
from claims.policies import can_see_work, require
from claims.selectors import get_bare_claim
from core.api.auth import CLAIMS
from core.api.views import ApiView


class ClaimView(ApiView):
    """An endpoint at `claims/<claim:number>/…`."""

    required_scopes = CLAIMS

    @cached_property
    def claim(self) -> Claim:
        """The claim of the path; raises DoesNotExist (404) when the actor sees none."""
        return get_bare_claim(self.actor, self.kwargs["number"])

    @contextmanager
    def lock(
        self, values: dict[str, Any] | None = None, *, of: Callable[[], Any] | None = None
    ) -> Iterator[Any]:
        """The claim's lock, with the version compared that the client names.

        The version is that of the claim, or of the row that `of` reads inside the lock; the block
        gets the one it belongs to. `version` is taken out of `values`. Raises Stale.
        """
        wanted = self.version_wanted(values)
        with locked_claim(self.claim, version=None if of else wanted) as claim:
            if of is None:
                yield claim
                return
            row = of()
            self.check_version(row, wanted)
            yield row


class WorkView(ClaimView):
    """One below what is found and done about a claim: closed to those who only reported it."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Raises NotPermitted, or DoesNotExist (404) when the actor does not even see the claim."""
        super().initial(request, *args, **kwargs)
        require(can_see_work(self.actor, self.claim))
