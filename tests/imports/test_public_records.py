"""Real complaint records of public bodies, as they were published."""

from __future__ import annotations

import pytest

from claims.models import Claim, ClaimItem
from claims.search import matching
from core.actors import SYSTEM
from events.chain import find_breaks
from events.models import Delivery, Event
from imports.commands import import_claims
from imports.models import ImportRun
from tests.sample_data import sample_file

pytestmark = pytest.mark.django_db


def import_file(name: str, profile: str) -> ImportRun:
    return import_claims(actor=SYSTEM, path=sample_file(name), profile=profile)


def test_component_rows_of_one_complaint_become_items_of_one_claim():
    run = import_file("nhtsa_flat49_ford_feb2024.csv", "nhtsa")

    assert (run.rows, run.created, run.merged, run.refused) == (744, 469, 275, 0)
    assert Claim.objects.count() == 469
    assert ClaimItem.objects.count() == 744
    assert not Delivery.objects.exists()
    assert list(find_breaks()) == []


def test_the_same_complaints_as_saved_by_three_people_are_imported_once():
    first = import_file("import_variants/cfpb300_iso_yyyy-mm-dd.csv", "cfpb")
    received = dict(Claim.objects.values_list("source_reference", "received_at"))

    for name in ("cfpb300_ymd_slash.csv", "cfpb300_us_mdy_short.csv"):
        again = import_file(f"import_variants/{name}", "cfpb")
        assert (again.rows, again.created, again.known) == (300, 0, 300)

    assert (first.rows, first.created) == (300, 300)
    assert Claim.objects.count() == 300
    assert dict(Claim.objects.values_list("source_reference", "received_at")) == received


@pytest.mark.parametrize("name", ["cfpb300_ymd_slash.csv", "cfpb300_us_mdy_short.csv"])
def test_each_spelling_of_the_dates_gives_the_same_days(name):
    import_file(f"import_variants/{name}", "cfpb")

    days = set(Claim.objects.values_list("received_at__date", flat=True))
    assert Claim.objects.count() == 300
    assert min(days).isoformat() == "2016-06-29"
    assert max(days).isoformat() == "2020-03-18"


@pytest.mark.slow
def test_vehicle_complaints_with_narratives():
    run = import_file("nhtsa_ford_body_2020_2024.csv", "nhtsa")

    assert run.rows == 4358
    assert run.created + run.merged + run.refused == 4358
    assert run.refused == 0
    assert Event.objects.filter(kind="claim.reported").count() == run.created
    found = list(matching(Claim.objects.all(), "seat belt recall"))
    assert found
    for claim in found:
        text = f"{claim.title} {claim.description}".lower()
        assert "seat" in text
        assert "belt" in text
        assert "recall" in text


@pytest.mark.slow
def test_consumer_complaints_with_all_columns():
    run = import_file("cfpb_2015_2020_all18cols.csv", "cfpb")

    assert (run.rows, run.created, run.refused) == (6623, 6623, 0)
    assert not Delivery.objects.exists()
    assert import_file("cfpb_2015_2020_all18cols.csv", "cfpb").known == 6623
