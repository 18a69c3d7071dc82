"""Claims are found by what their customer, product and defect are called now."""

from __future__ import annotations

import pytest

from claims.commands import renaming
from claims.models import Claim
from claims.search import matching
from core.actors import SYSTEM
from events.relay import run_pending
from masterdata.commands import upsert
from masterdata.models import Customer, DefectCode, Product
from tests.cast import Cast


def found(query: str) -> list[Claim]:
    return list(matching(Claim.objects.order_by("pk"), query))


@pytest.mark.parametrize(
    ("model", "key", "field"),
    [(Customer, "C-001", "name"), (Product, "RK-12", "name"), (DefectCode, "MAT-CRACK", "name_ru")],
)
def test_by_the_new_name(cast: Cast, monkeypatch, model, key, field):
    monkeypatch.setattr(renaming, "SLICE", 2)
    claims = [cast.complete_report() for _ in range(5)]
    cast.complete_report(
        customer=cast.other_customer,
        items=[cast.item(product=cast.other_product, lot=None, defect=cast.other_defect)],
    )

    upsert(model, actor=SYSTEM, key=key, values={field: "Ладога"})
    run_pending()

    assert found("ладога") == claims
