from __future__ import annotations

import io
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.utils import translation
from django.utils.translation import gettext, gettext_lazy

from core import exports
from core.exports import CsvStyle, excel_style
from core.tabular import RefusedTable, open_table, stream_csv, write_xlsx

HEADER = ["Number", gettext_lazy("Sum"), "=evil"]
ROWS: list[list[Any]] = [
    ["26-0147", Decimal("1E+3"), '=HYPERLINK("http://x")'],
    ['Трещина; «x», "y"\nz', -5, "-5"],
    [None, True, date(2026, 11, 24)],
    ["x\x00y", 1.5, datetime(2026, 11, 24, 7, 30, tzinfo=UTC)],
]


@pytest.fixture(autouse=True)
def _moscow(settings):
    settings.TIME_ZONE = "Europe/Moscow"


def test_csv_is_read_back_as_it_was_written():
    content = b"".join(stream_csv(HEADER, ROWS, CsvStyle(delimiter=";", bom=True)))
    assert content.startswith(b"\xef\xbb\xbf")
    table = open_table(io.BytesIO(content))
    assert (table.encoding, table.delimiter) == ("utf-8-sig", ";")
    assert table.headers == ("Number", "Sum", "'=evil")
    assert [list(row.values.values()) for row in table.rows()] == [
        ["26-0147", "1000", '\'=HYPERLINK("http://x")'],
        ['Трещина; «x», "y"\nz', "-5", "-5"],
        ["", "true", "2026-11-24"],
        ["xy", "1.5", "2026-11-24 10:30:00"],
    ]


EXCEL_ROWS: list[list[Any]] = [
    [Decimal("1234.50"), 0.5, -5, Decimal("-0.25")],
    [date(2026, 11, 24), datetime(2026, 11, 24, 7, 30, 5, tzinfo=UTC), True, None],
    ["=1+1", "-1,5", "a;b", "a,b"],
]


def test_russian_excel_reads_it_without_a_question():
    with translation.override("ru"):
        text = b"".join(stream_csv(["Сумма", "=x", "в", "г"], EXCEL_ROWS, excel_style())).decode()
    assert text.split("\r\n") == [
        "\ufeffСумма;'=x;в;г",
        "1234,50;0,5;-5;-0,25",
        "24.11.2026;24.11.2026 10:30:05;ИСТИНА;",
        '\'=1+1;-1,5;"a;b";a,b',
        "",
    ]
    assert open_table(io.BytesIO(text.encode())).delimiter == ";"


def test_english_excel_reads_it_without_a_question():
    with translation.override("en"):
        text = b"".join(stream_csv(["Sum", "=x", "c", "d"], EXCEL_ROWS, excel_style())).decode()
    assert text.split("\r\n") == [
        "\ufeffSum,'=x,c,d",
        "1234.50,0.5,-5,-0.25",
        "2026-11-24,2026-11-24 10:30:05,TRUE,",
        '\'=1+1,"-1,5",a;b,"a,b"',
        "",
    ]


def test_rows_are_written_in_the_language_of_their_reader():
    """The pieces are drawn after the request, whose language is gone by then."""
    with translation.override("ru"):
        stream = stream_csv(["а"], ([gettext("Number")] for _ in range(1)))
    with translation.override("en"):
        assert "Номер" in b"".join(stream).decode()


def test_csv_comes_in_pieces_and_takes_rows_as_they_are_needed():
    taken = []

    def rows():
        for number in range(10_000):
            taken.append(number)
            yield ["x" * 100]

    stream = stream_csv(["a"], rows())
    first = next(stream)
    assert 60_000 < len(first) < 70_000
    assert len(taken) < 1000
    assert len(first) + sum(map(len, stream)) == len("a\r\n") + 10_000 * 102


def test_a_csv_without_rows_has_its_header():
    assert b"".join(stream_csv(["a", "b"], [])) == b"a,b\r\n"


def written(rows, columns=HEADER):
    out = io.BytesIO()
    count = write_xlsx(out, columns, rows, sheet="Претензии")
    return count, openpyxl.load_workbook(out).active


def test_a_workbook_holds_typed_cells_and_no_formula():
    count, sheet = written(ROWS)
    assert count == len(ROWS)
    assert sheet.title == "Претензии"
    cells = [[(cell.value, cell.data_type) for cell in row] for row in sheet.iter_rows()]
    assert cells[0] == [("Number", "s"), ("Sum", "s"), ("'=evil", "s")]
    assert cells[1] == [("26-0147", "s"), (1000, "n"), ('\'=HYPERLINK("http://x")', "s")]
    assert cells[2][1:] == [(-5, "n"), ("-5", "s")]
    assert cells[3] == [(None, "n"), (True, "b"), (datetime(2026, 11, 24), "d")]
    assert cells[4] == [("xy", "s"), (1.5, "n"), (datetime(2026, 11, 24, 10, 30), "d")]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:C5"


def test_addresses_stay_text_and_long_numbers_keep_their_digits():
    _, sheet = written([["http://x", 12345678901234567890, float("nan")]])
    assert sheet["A2"].hyperlink is None
    assert sheet["B2"].value == "12345678901234567890"
    assert sheet["C2"].value == "nan"


def test_a_text_longer_than_a_cell_is_cut_visibly():
    _, sheet = written([["x" * 40_000, "", ""]])
    assert len(sheet["A2"].value) == 32_767
    assert sheet["A2"].value.endswith("x…")


def test_an_empty_workbook_is_readable():
    assert open_table(_file([], ["a", "b"])).keys == ("a", "b")


def test_more_rows_than_a_sheet_holds_are_refused(monkeypatch):
    monkeypatch.setattr(exports, "MAX_ROWS", 3)
    assert written([[1]] * 2)[0] == 2
    with pytest.raises(RefusedTable, match="holds 2 rows"):
        written([[1]] * 3)


def test_what_is_written_as_a_workbook_is_read_back():
    table = open_table(_file(([str(i), f"text {i}"] for i in range(5000)), ["no", "text"]))
    assert table.count() == 5000
    assert [row.values["no"] for row in table.rows()] == [str(i) for i in range(5000)]


def _file(rows, columns) -> io.BytesIO:
    out = io.BytesIO()
    write_xlsx(out, columns, rows)
    return out
