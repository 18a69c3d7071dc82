"""The lock under which everything about one claim is written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from claims.models import Claim
from core.errors import Stale


@contextmanager
def locked_claim(claim: Claim, *, version: int | None = None) -> Iterator[Claim]:
    """A transaction that holds the claim's row; yields it freshly read.

    All commands on a claim and on what hangs on it go through here: the lock serialises the claim's
    event chain. Raises Stale when `version` is given and the claim has changed since.
    """
    with transaction.atomic():
        fresh = (
            Claim.objects.select_for_update(of=("self",))
            .select_related("site__calendar", "customer")
            .get(pk=claim.pk)
        )
        if version is not None and fresh.version != version:
            raise Stale(fresh, expected=version)
        yield fresh
