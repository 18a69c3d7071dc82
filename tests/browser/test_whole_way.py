"""One claim from receipt to closed in a real browser, by six people who sign in."""

from __future__ import annotations

import pytest

from claims.models import Claim
from tests.browser.hands import Window
from tests.cast import Cast
from tests.flows.by_pages import ByPages

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_people_take_a_claim_to_its_end(cast: Cast, visit) -> None:
    cast.complete_report()  # an earlier claim about the same lot: is it the same one?
    number = ByPages(cast, lambda: Window(visit())).whole()
    assert Claim.objects.get(number=number).step == "closed"
