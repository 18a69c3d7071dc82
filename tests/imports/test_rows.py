"""What becomes of a row: a claim with its history, a named refusal, a note of what was left out."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from claims.models import Claim, Clock, StepRecord
from claims.search import matching
from core import clock
from events.chain import find_breaks
from events.models import Delivery, Event
from masterdata.models import Customer, Product
from tests.imports.conftest import row, table


def problems_of(run) -> list[tuple[int, str, str, bool]]:
    return list(run.problems.values_list("row", "column", "value", "is_refusal"))


def test_a_row_becomes_a_claim_with_all_it_says(cast, take):
    run = take(table(row()))

    claim = Claim.objects.get()
    item = claim.items.get()
    assert claim.step == "receipt"
    assert (claim.title, claim.description) == ("Cracked latches", "The latch cracks at its base")
    assert (claim.severity, claim.channel) == ("major", "email")
    assert claim.customer == cast.customer
    assert claim.occurred_at is not None
    assert (item.product, item.lot, item.line) == (cast.product, cast.lot, cast.line)
    assert (item.quantity_claimed, item.quantity_delivered) == (Decimal(38), Decimal(3600))
    assert item.defect == cast.defect
    assert item.produced_on == date(2026, 6, 1)
    assert (run.rows, run.created, run.merged, run.known, run.refused) == (1, 1, 0, 0, 0)


def test_an_imported_claim_has_number_clocks_step_and_an_unbroken_history(cast, take):
    take(table(row()))

    claim = Claim.objects.get()
    assert claim.number == "26-0001"
    assert Clock.objects.filter(claim=claim, kind="final_response").exists()
    assert StepRecord.objects.get(claim=claim).entered_at == claim.received_at
    reported = Event.objects.get(kind="claim.reported", claim_id=claim.pk)
    assert (reported.via, reported.actor_label) == ("import", "import:file")
    assert list(find_breaks()) == []


def test_imported_claims_are_found_by_their_words(cast, take):
    take(table(row(), row(Claim_no="K-2", Title="Wrong label", Description="", Product="Cover")))

    found = matching(Claim.objects.all(), "latches cracking")

    assert [claim.source_reference for claim in found] == ["K-1"]


def test_nobody_is_notified_of_the_past(cast, take, mailoutbox):
    take(table(row(Severity="critical"), row(Claim_no="K-2"), row(Claim_no="K-2", Lot="L-9")))

    assert Event.objects.filter(kind="claim.reported").count() == 2
    assert not Delivery.objects.exists()
    assert mailoutbox == []


def test_unknown_products_and_customers_are_created_with_their_history(cast, take):
    take(
        table(row(Customer_code="C-77", Customer="Nova Pumps", Product_code="ZX-9", Product="Cap"))
    )

    customer, product = Customer.objects.get(code="C-77"), Product.objects.get(code="ZX-9")
    assert (customer.name, product.name) == ("Nova Pumps", "Cap")
    recorded = Event.objects.filter(kind="masterdata.created", via="import")
    assert sorted(recorded.values_list("subject_label", flat=True)) == ["Nova Pumps", "ZX-9 Cap"]


def test_a_customer_known_by_name_only_gets_a_code_made_of_the_name(take):
    take("Claim no,Title,Received,Customer\nK-1,Cracked,2026-03-02,Nova Pumps Ltd\n")

    customer = Customer.objects.get()
    assert Claim.objects.get().customer == customer
    assert (customer.code, customer.name) == ("NOVA-PUMPS-LTD", "Nova Pumps Ltd")


def test_known_records_keep_their_names(cast, take):
    take(table(row(Customer="KESTREL (old name)", Product="old name")))

    assert Customer.objects.get(code="C-001").name == "Kestrel Switchgear"
    assert Product.objects.get(code="RK-12").name == "Connector housing"


def test_a_lot_of_another_product_is_kept_as_text_only(cast, take):
    take(table(row(Lot="L-2309")))

    item = Claim.objects.get().items.get()
    assert (item.lot, item.lot_code, item.product) == (None, "L-2309", cast.product)


def test_a_bad_date_of_receipt_refuses_its_row_and_no_other(take):
    tomorrow = (clock.now() + timedelta(days=2)).date().isoformat()
    good = [row(Claim_no=f"G-{n}") for n in range(1, 40)]
    text = table(
        *good,
        row(Claim_no="B-1", Received="2026-13-45"),
        row(Claim_no="B-2", Received=tomorrow),
        row(Claim_no="B-3", Received="1954-03-02"),
        row(Claim_no="B-4", Received=""),
        row(Claim_no="G-40"),
    )

    run = take(text)

    assert (run.rows, run.created, run.refused) == (44, 40, 4)
    assert problems_of(run) == [
        (41, "Received", "2026-13-45", True),
        (42, "Received", tomorrow, True),
        (43, "Received", "1954-03-02", True),
        (44, "Received", "", True),
    ]
    assert [each.key for each in run.problems.all()] == ["B-1", "B-2", "B-3", "B-4"]


def test_a_bad_optional_date_is_left_out_and_noted(take):
    good = [row(Claim_no=f"G-{n}") for n in range(1, 20)]

    run = take(table(*good, row(Claim_no="K-9", Occurred="0016-03-01")))

    claim = Claim.objects.get(source_reference="K-9")
    assert claim.occurred_at is None
    assert (run.created, run.refused) == (20, 0)
    assert problems_of(run) == [(21, "Occurred", "0016-03-01", False)]


def test_an_optional_column_full_of_dirt_is_left_out_row_by_row(take):
    run = take(table(row(Claim_no="K-1", Occurred="soon"), row(Claim_no="K-2", Occurred="n/a")))

    assert run.created == 2
    assert [problem.is_refusal for problem in run.problems.all()] == [False, False]


def test_a_number_that_cannot_be_read_is_left_out_and_noted(take):
    run = take(table(row(Quantity="about 40")))

    assert Claim.objects.get().items.get().quantity_claimed is None
    assert problems_of(run) == [(2, "Quantity", "about 40", False)]


def test_rows_without_key_or_without_a_word_are_refused(take):
    run = take(
        table(row(Claim_no=""), row(Claim_no="K-2", Title="", Description=""), row(Claim_no="K-3"))
    )

    assert (run.created, run.refused) == (1, 2)
    assert [problem.row for problem in run.problems.all()] == [2, 3]
    assert [str(problem.reason) for problem in run.problems.all()] == [
        "The row has no key.",
        "The row says nothing about a problem.",
    ]


@pytest.mark.parametrize(("said", "severity"), [("значительная", "major"), ("fatal", "")])
def test_words_the_profile_does_not_know_leave_the_field_open(take, said, severity):
    take(table(row(Severity=said)))

    assert Claim.objects.get().severity == severity


def test_a_value_that_does_not_exist_is_left_out_and_noted(take, tmp_path):
    own = tmp_path / "own.toml"
    own.write_text(
        'source = "own"\nkey = "{Claim no}"\n[claim]\ntitle = "{Title}"\n'
        'received_at = "{Received}"\nseverity = "{Severity}"\n',
        encoding="utf-8",
    )

    run = take(table(row(Severity="terrible"), row(Claim_no="K-2")), profile=str(own))

    assert [claim.severity for claim in Claim.objects.order_by("source_reference")] == ["", "major"]
    assert (2, "Severity", "terrible", False) in problems_of(run)
    assert run.problems.exclude(row=1).count() == 1


def test_texts_longer_than_their_field_are_cut(take):
    take(table(row(Title="long " * 100)))

    assert len(Claim.objects.get().title) in (249, 250)


def test_the_run_itself_is_recorded_with_its_counts(take):
    run = take(table(row(), row(Claim_no="")), name="old claims.csv")

    finished = Event.objects.get(kind="import.finished")
    assert finished.data["file"] == "old claims.csv"
    assert finished.data["sha256"] == run.sha256
    assert (finished.data["created"], finished.data["refused"]) == (1, 1)
    assert run.finished_at is not None
