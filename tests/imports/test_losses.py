"""Nothing of a file gets lost without a line in the report, and nothing is doubled by it."""

from __future__ import annotations

import pytest

from claims.models import Claim, ClaimItem
from core.tabular import RefusedTable
from imports.models import ImportRun
from masterdata.models import Customer, Product
from tests.imports.conftest import HEAD, row, table


def notes(run: ImportRun) -> list[tuple[int, str, str]]:
    """Row, column and value of what was left out or changed."""
    left_out = run.problems.filter(is_refusal=False)
    return list(left_out.values_list("row", "column", "value"))


def test_a_customer_known_by_its_name_is_not_made_again(cast, take):
    take(table(row(Customer_code="", Customer="kestrel  SWITCHGEAR")))
    take(table(row(Claim_no="K-2", Customer_code="", Customer="Аркона авто")))

    assert Customer.objects.count() == 2
    customers = Claim.objects.order_by("source_reference").values_list("customer__code", flat=True)
    assert list(customers) == ["C-001", "C-002"]


def test_a_product_known_by_code_or_name_is_not_made_again(cast, take):
    spaced = Product.objects.create(code="ab 12", name="Bracket")

    take(
        table(
            row(Claim_no="1", Product_code="ab 12", Product="", Lot=""),
            row(Claim_no="2", Product_code="rk-12", Product=""),
            row(Claim_no="3", Product_code="", Product="air filter COVER", Lot=""),
        )
    )

    assert Product.objects.count() == 3
    products = ClaimItem.objects.order_by("claim__source_reference").values_list("product_id")
    assert [pk for (pk,) in products] == [spaced.pk, cast.product.pk, cast.other_product.pk]


@pytest.mark.parametrize("said", ["MAT-CRACK", "mat-crack", "Crack", "трещина"])
def test_a_defect_is_known_by_code_and_by_name(cast, take, said):
    run = take(table(row(Defect_code=said)))

    assert ClaimItem.objects.get().defect == cast.defect
    assert notes(run) == []


def test_an_unknown_defect_is_named(cast, take):
    run = take(table(row(Defect_code="NOPE")))

    assert ClaimItem.objects.get().defect is None
    assert notes(run) == [(2, "Defect code", "NOPE")]


def test_a_value_that_the_profile_does_not_know_is_named(cast, take):
    run = take(table(row(Severity="awful")))

    assert Claim.objects.get().severity == ""
    assert notes(run) == [(2, "Severity", "awful")]


def test_what_was_cut_is_named(cast, take):
    title, lot = "t" * 300, "L" * 80
    run = take(table(row(Title=title, Lot=lot)))

    assert Claim.objects.get().title == title[:250]
    assert ClaimItem.objects.get().lot_code == lot[:64]
    assert [column for _row, column, _value in notes(run)] == ["Title", "Lot"]


def test_keys_that_differ_at_their_end_do_not_become_one_claim(cast, take):
    long = "K" * 130
    run = take(table(row(Claim_no=f"{long}1"), row(Claim_no=f"{long}2")))

    assert (run.created, run.merged, run.refused) == (0, 0, 2)


def test_cells_beyond_the_header_are_named(cast, take):
    run = take(table(row() + ",and more"))

    assert (run.created, notes(run)) == (1, [(2, "", "and more")])


def test_columns_that_nothing_takes_are_named_once(cast, take):
    run = take(table(row() + ",x,y", row(Claim_no="K-2") + ",x,y", head=f"{HEAD},Colour,Shift"))

    assert notes(run) == [(1, "", "Colour, Shift")]


def test_a_quotation_mark_that_nobody_closed_does_not_swallow_the_rest(cast, take):
    rows = [row(Claim_no="1"), row(Claim_no="2", Title='"Cracked'), row(Claim_no="3")]
    with pytest.raises(RefusedTable) as refused:
        take(table(*rows))

    assert refused.value.code == "unclosed_quote"
    assert "3" in str(refused.value)
    assert not Claim.objects.exists()
