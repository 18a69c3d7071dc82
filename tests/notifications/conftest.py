"""What tests of step 2 share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from claims.models import Claim
from events.models import Delivery
from events.relay import run_pending
from notifications.models import NotificationRule
from tests.cast import Cast


@pytest.fixture
def relay() -> Callable[[], None]:
    """Run what waits; every handler must have worked."""

    def run() -> None:
        run_pending()
        failed = list(Delivery.objects.filter(done_at=None).values_list("handler", "error"))
        assert failed == []

    return run


@pytest.fixture
def rule(db: None) -> Callable[..., NotificationRule]:
    """`rule(roles=["handler"])` makes the list consist of this and the rules made before it."""
    NotificationRule.objects.all().delete()

    def make(**values: Any) -> NotificationRule:
        departments, people = values.pop("departments", ()), values.pop("people", ())
        made = NotificationRule.objects.create(**{"occasion": "claim.notify", **values})
        made.departments.set(departments)
        made.people.set(people)
        return made

    return make


@pytest.fixture
def critical(cast: Cast) -> Claim:
    """A critical report of the foreman; production and warehouse have heads."""
    for code, person in (("PRD", "reporter"), ("WHS", "warehouse")):
        cast.departments[code].head = cast.people[person]
        cast.departments[code].save()
    return cast.report(severity="critical", customer=cast.customer, items=[cast.item()])
