"""One claim from receipt to closed: over REST and through pages, with the same history."""

from __future__ import annotations

import pytest

from claims.models import Claim
from events.chain import find_breaks
from tests.cast import Cast
from tests.flows.by_api import ByApi
from tests.flows.by_pages import ByPages
from tests.flows.effects import history_of
from tests.flows.paper import Paper

# Who executes an order has read it. A program that notes the execution for somebody has not read
# the notice in their place: only people confirm.
CONFIRMED = "notice.confirmed"
# Who takes a claim over herself is not told of it; whom a program names is.
TOLD = "notice.created"

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


def test_pages_and_programs_take_a_claim_to_its_end_and_leave_the_same_history(cast: Cast) -> None:
    cast.complete_report()  # an earlier claim about the same lot: is it the same one?
    by_pages, by_api = ByPages(cast, Paper), ByApi(cast)
    by_pages.whole()
    by_api.whole()

    claims = Claim.objects.filter(number__in=[by_pages.number, by_api.number])
    assert [claim.step for claim in claims] == ["closed", "closed"]
    assert list(find_breaks()) == []
    people, programs = history_of(by_pages.number), history_of(by_api.number)
    people.deeds.remove(CONFIRMED)
    programs.effects.remove(TOLD)
    assert programs.deeds == people.deeds
    assert programs.effects == people.effects
