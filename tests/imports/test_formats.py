"""The same claims, however somebody saved them."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from claims.models import Claim
from core.cells import DateFormat
from core.clock import moved_to
from core.errors import InvalidInput
from core.exports import write_xlsx
from masterdata.models import Site
from tests.imports.conftest import HEAD, row, table

MOSCOW = ZoneInfo("Europe/Moscow")


def received_days() -> list[date]:
    found = Claim.objects.order_by("source_reference").values_list("received_at", flat=True)
    return [moment.astimezone(MOSCOW).date() for moment in found]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_russian_list_is_read_in_any_encoding_and_with_any_delimiter(take, encoding, delimiter):
    lines = [
        ["Номер претензии", "Тема", "Описание", "Дата получения", "Клиент", "Значимость", "Партия"],
        ["П-17", "Трещины на защёлках", "Трескается при монтаже", "02.03.2026", "Аркона Авто",
         "критическая", "Л-1"],
        ["П-18", "Недолив", "Недолив в углу", "28.03.2026", "Аркона Авто", "малозначительная", ""],
    ]  # fmt: skip

    run = take("\n".join(delimiter.join(line) for line in lines), encoding=encoding)

    assert (run.rows, run.created, run.refused) == (2, 2, 0)
    claim = Claim.objects.get(source_reference="П-17")
    assert claim.title == "Трещины на защёлках"
    assert claim.description == "Трескается при монтаже"
    assert claim.severity == "critical"
    assert str(claim.customer) == "Аркона Авто"
    assert claim.items.get().lot_code == "Л-1"
    assert received_days() == [date(2026, 3, 2), date(2026, 3, 28)]


def test_line_breaks_in_quoted_fields_stay_in_the_text_and_do_not_count_as_rows(take):
    text = table(
        row(Claim_no="K-1", Description='"First line\nsecond, with a comma\n\nand a last one"'),
        row(Claim_no="", Description="the row after it"),
    )

    run = take(text)

    claim = Claim.objects.get()
    assert claim.description == "First line\nsecond, with a comma\n\nand a last one"
    assert run.problems.get().row == 3


@pytest.mark.parametrize(
    "written",
    [
        ("2026-03-02", "2026-03-18"),
        ("2026/3/2", "2026/3/18"),
        ("20260302", "20260318"),
        ("02.03.2026", "18.03.2026"),
        ("3/2/26", "3/18/26"),
        ("2/3/2026", "18/3/2026"),
        ("2026-03-02 14:05", "2026-03-18 09:00:00"),
    ],
)
def test_dates_are_read_as_the_whole_column_writes_them(take, written):
    first, second = written

    take(table(row(Claim_no="K-1", Received=first), row(Claim_no="K-2", Received=second)))

    assert received_days() == [date(2026, 3, 2), date(2026, 3, 18)]


def test_a_day_of_receipt_means_the_beginning_of_the_day_at_the_site(take):
    take(table(row(Received="2026-03-02")))

    assert Claim.objects.get().received_at == datetime(2026, 3, 2, tzinfo=MOSCOW)


def test_dates_that_may_be_read_two_ways_are_refused_with_a_sentence_that_helps(take):
    text = table(
        row(Claim_no="K-1", Received="03/04/2026"), row(Claim_no="K-2", Received="05/06/2026")
    )

    with pytest.raises(InvalidInput) as refusal:
        take(text)

    assert "day or with the month first" in str(refusal.value)
    assert "03/04/2026" in str(refusal.value)
    assert not Claim.objects.exists()


def test_ambiguous_dates_of_an_optional_column_are_refused_as_well(take):
    with pytest.raises(InvalidInput, match="day or with the month first"):
        take(table(row(Occurred="03/04/2025")))


def test_the_format_of_dates_can_be_named(take):
    text = table(row(Claim_no="K-1", Received="03/04/2026"), row(Claim_no="K-2", Received="soon"))

    run = take(text, dates=DateFormat.DAY_FIRST)

    assert received_days() == [date(2026, 4, 3)]
    assert run.problems.get(is_refusal=True).row == 3


@pytest.mark.parametrize(
    ("zone", "day", "taken"),
    [
        ("America/New_York", "2026-03-01", True),
        ("America/New_York", "2026-03-02", False),
        ("Asia/Vladivostok", "2026-03-02", True),
        ("Asia/Vladivostok", "2026-03-03", False),
    ],
)
def test_today_is_the_day_at_the_site(take, zone, day, taken):
    Site.objects.update(time_zone=zone)

    with moved_to(datetime(2026, 3, 2, 3, 30, tzinfo=UTC)):
        run = take(table(row(Received=day, Occurred="2026-02-20")))

    assert (run.created, run.refused) == ((1, 0) if taken else (0, 1))


def test_a_file_without_needed_columns_is_refused_with_their_names(take):
    with pytest.raises(InvalidInput) as refusal:
        take("Number,Title,Customer\nK-1,Cracked,Kestrel\n")

    text = str(refusal.value)
    assert "Claim no" in text
    assert "Received" in text
    assert "Number, Title, Customer" in text


def test_an_empty_file_and_something_else_are_refused(take):
    for content in (b"", b"\xff\xd8\xff\xe0 a photo \x00\x00"):
        with pytest.raises(InvalidInput):
            take(content)


def test_columns_the_profile_does_not_know_are_ignored(take):
    take(table(row() + ",whatever", head=HEAD + ",Our own column"))

    assert Claim.objects.count() == 1


def test_a_workbook_with_real_dates_and_numbers(take):
    head = ["Claim no", "Title", "Received", "Product code", "Quantity", "Lot"]
    out = io.BytesIO()
    write_xlsx(
        out,
        head,
        [
            ["K-1", "Cracked latches", date(2026, 3, 2), "RK-12", Decimal("38.5"), "0017"],
            ["K-2", "Трещины", date(2026, 3, 18), "RK-12", 12, ""],
        ],
    )

    run = take(out, name="claims.xlsx")

    assert (run.rows, run.created) == (2, 2)
    assert received_days() == [date(2026, 3, 2), date(2026, 3, 18)]
    item = Claim.objects.get(source_reference="K-1").items.get()
    assert (item.quantity_claimed, item.lot_code) == (Decimal("38.5"), "0017")


def test_signs_that_no_database_stores_are_dropped(take):
    written, changed = io.BytesIO(), io.BytesIO()
    write_xlsx(written, ["Claim no", "Title", "Received"], [["K-1", "CrackedNUL", "2026-03-02"]])
    with zipfile.ZipFile(written) as book, zipfile.ZipFile(changed, "w") as copy:
        for name in book.namelist():
            copy.writestr(name, book.read(name).replace(b"NUL", b"_x0000_"))

    take(changed, name="claims.xlsx")

    assert Claim.objects.get().title == "Cracked"
