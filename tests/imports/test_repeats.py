"""Rows that belong together, and files that come again."""

from __future__ import annotations

from unittest.mock import patch

import pytest

from claims.commands import edit_claim
from claims.models import Claim, ClaimItem
from claims.search import matching
from events.chain import find_breaks
from events.models import Delivery, Event
from imports import commands
from imports.models import ImportRun
from tests.imports.conftest import row, table


@pytest.fixture
def small_chunks(monkeypatch) -> None:
    """Two rows at a time, so that a handful of rows is many chunks."""
    monkeypatch.setattr(commands, "CHUNK", 2)


def counts(run: ImportRun) -> tuple[int, int, int, int, int]:
    return run.rows, run.created, run.merged, run.known, run.refused


def lots_of(key: str) -> list[str]:
    items = ClaimItem.objects.filter(claim__source_reference=key)
    return list(items.values_list("lot_code", flat=True))


def test_rows_of_one_key_become_one_claim_with_several_items(take):
    run = take(table(row(Lot="A"), row(Lot="B"), row(Claim_no="K-2", Lot="C"), row(Lot="D")))

    assert counts(run) == (4, 2, 2, 0, 0)
    assert lots_of("K-1") == ["A", "B", "D"]
    assert lots_of("K-2") == ["C"]


def test_rows_of_one_key_far_apart_still_become_one_claim(take, small_chunks):
    between = [row(Claim_no=f"K-{n}", Lot="X") for n in range(2, 9)]

    run = take(table(row(Lot="A"), *between, row(Lot="B"), row(Claim_no="K-9"), row(Lot="C")))

    assert counts(run) == (11, 9, 2, 0, 0)
    assert lots_of("K-1") == ["A", "B", "C"]
    positions = ClaimItem.objects.filter(claim__source_reference="K-1")
    assert list(positions.values_list("position", flat=True)) == [1, 2, 3]


def test_items_that_join_later_are_in_history_and_search_and_notify_nobody(take, small_chunks):
    between = [row(Claim_no=f"K-{n}") for n in range(2, 6)]

    take(table(row(Lot="A"), *between, row(Lot="ZQ-4711")))

    claim = Claim.objects.get(source_reference="K-1")
    kinds = Event.objects.filter(claim_id=claim.pk).order_by("seq").values_list("kind", flat=True)
    assert list(kinds) == ["claim.reported", "claim.item_added"]
    assert list(find_breaks()) == []
    assert list(matching(Claim.objects.all(), "ZQ-4711")) == [claim]
    assert not Delivery.objects.exists()


def test_the_same_file_again_imports_nothing(take):
    text = table(row(Lot="A"), row(Lot="B"), row(Claim_no="K-2"), row(Claim_no=""))
    take(text)
    before = (Claim.objects.count(), ClaimItem.objects.count(), Event.objects.count())

    run = take(text)

    assert counts(run) == (4, 0, 0, 3, 1)
    assert (Claim.objects.count(), ClaimItem.objects.count()) == before[:2]
    assert Event.objects.count() == before[2] + 1  # that a file was imported


def test_a_grown_file_imports_only_what_is_new(take):
    take(table(row(), row(Claim_no="K-2")))

    run = take(table(row(Claim_no="K-3"), row(), row(Claim_no="K-2"), row(Claim_no="K-4")))

    assert counts(run) == (4, 2, 0, 2, 0)
    assert Claim.objects.count() == 4


def test_what_people_changed_since_is_not_overwritten(cast, take):
    take(table(row()))
    claim = Claim.objects.get()
    edit_claim(actor=cast.actor("handler"), claim=claim, values={"title": "Latches break"})

    take(table(row()))

    assert Claim.objects.get().title == "Latches break"


def test_the_same_key_of_another_source_is_another_claim(take, tmp_path):
    own = tmp_path / "crm.toml"
    own.write_text(
        'source = "crm"\nkey = "{Claim no}"\n'
        '[claim]\ntitle = "{Title}"\nreceived_at = "{Received}"\n',
        encoding="utf-8",
    )
    take(table(row()))

    run = take(table(row()), profile=str(own))

    assert run.created == 1
    assert Claim.objects.filter(source_reference="K-1").count() == 2


def test_a_run_that_broke_off_goes_on_where_it_was(take, small_chunks):
    text = table(
        row(Lot="A"),
        row(Claim_no="K-2"),
        row(Lot="B"),
        row(Claim_no="K-3"),
        row(Lot="C"),
        row(Claim_no=""),
    )
    taken: list[object] = []

    def take_two(self, rows, take_chunk=commands._Importer.take):
        if len(taken) == 2:
            raise ConnectionError("the database went away")
        taken.append(rows)
        take_chunk(self, rows)

    with patch.object(commands._Importer, "take", take_two), pytest.raises(ConnectionError):
        take(text)
    assert lots_of("K-1") == ["A", "B"]

    run = take(text)

    assert lots_of("K-1") == ["A", "B", "C"]
    assert counts(run) == (6, 3, 2, 0, 1)
    assert ImportRun.objects.count() == 1
    assert counts(take(text)) == (6, 0, 0, 5, 1)
