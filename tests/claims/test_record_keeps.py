"""What stands on a claim stays when the registration form is saved untouched."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from claims.models import Claim
from masterdata.models import Customer, DefectCode, Product, ProductionLine
from tests.cast import Cast
from tests.claims.test_record_page import edit_form, send

pytestmark = pytest.mark.usefixtures("above_met")


def save_untouched(browse: Any, cast: Cast, claim: Claim) -> Claim:
    client = browse(cast.handler)
    answer = send(client, claim, edit_form(client, claim))
    assert answer.status_code == 302, answer.content.decode()
    return cast.read(claim)


def test_what_was_deactivated_since_stays(cast: Cast, browse):
    values = cast.item(lot=None, lot_code="X-1", line=cast.line, other_defects=[cast.other_defect])
    claim = cast.complete_report(items=[values])
    for model in (Customer, DefectCode, Product, ProductionLine):
        model.objects.update(is_active=False)
    saved = save_untouched(browse, cast, claim)
    assert saved.version == claim.version
    item = saved.items.get()
    assert saved.customer == cast.customer
    assert (item.product, item.line, item.defect) == (cast.product, cast.line, cast.defect)
    assert list(item.other_defects.all()) == [cast.other_defect]


def test_what_was_deactivated_is_not_offered_elsewhere(cast: Cast, browse):
    DefectCode.objects.filter(pk=cast.defect.pk).update(is_active=False)
    claim = cast.complete_report(items=[cast.item(defect=cast.other_defect)])
    client = browse(cast.handler)
    answer = send(
        client, claim, edit_form(client, claim) | {"items-0-defect": [str(cast.defect.pk)]}
    )
    assert answer.status_code == 422
    assert cast.read(claim).items.get().defect == cast.other_defect


def test_the_group_that_a_reporter_named_stays_until_a_code_is_chosen(cast: Cast, browse):
    claim = cast.report(items=[{"defect": cast.defect_group}])
    assert save_untouched(browse, cast, claim).items.get().defect == cast.defect_group


def test_an_amount_keeps_its_currency(cast: Cast, browse):
    claim = cast.complete_report(demand_amount=Decimal(1000), demand_currency="GBP")
    saved = save_untouched(browse, cast, claim)
    assert (saved.demand_amount, saved.demand_currency) == (Decimal(1000), "GBP")


def test_a_claim_of_two_hundred_items_can_be_saved(cast: Cast, browse):
    items = [cast.item(quantity_claimed=Decimal(n)) for n in range(1, 201)]
    claim = cast.complete_report(items=items)
    client = browse(cast.handler)
    form = edit_form(client, claim) | {"items-199-quantity_claimed": ["7"]}
    answer = send(client, claim, form)
    assert answer.status_code == 302, answer.content.decode()
    claimed = list(cast.read(claim).items.values_list("quantity_claimed", flat=True))
    assert claimed == [*range(1, 200), 7]


def test_confirmed_quantity_and_currency_of_a_value(cast: Cast, browse):
    claim = cast.complete_report(items=[cast.item(value_claimed=Decimal("99.50"), currency="GBP")])
    client = browse(cast.handler)
    form = edit_form(client, claim) | {"items-0-quantity_confirmed": ["3"]}
    assert send(client, claim, form).status_code == 302
    item = cast.read(claim).items.get()
    assert item.quantity_confirmed == 3
    assert (item.value_claimed, item.currency) == (Decimal("99.5"), "GBP")
    page = client.get(f"/claims/{claim.number}/").content.decode()
    assert "confirmed: 3" in page
    assert "99.50" in page
