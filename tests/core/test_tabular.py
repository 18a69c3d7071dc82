from __future__ import annotations

import csv
import io
import tracemalloc
import zipfile
from datetime import date, datetime, time
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from core.refusals import RefusedFile
from core.tabular import RefusedTable, normalise_header, open_table
from tests.core.samples import image, office, ole, zipped
from tests.sample_data import sample_file


def table_of(text: str, written_in: str = "utf-8", **options: Any):
    return open_table(io.BytesIO(text.encode(written_in)), **options)


def values_of(table) -> list[list[str]]:
    return [list(row.values.values()) for row in table.rows()]


def workbook_of(*rows, extra_sheet: bool = False) -> io.BytesIO:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    for row in rows:
        sheet.append(row)
    if extra_sheet:
        sheet.sheet_state = "hidden"
        book.create_sheet("Shown").append(["shown"])
    out = io.BytesIO()
    book.save(out)
    return out


# --- CSV --------------------------------------------------------------------------------------

RUSSIAN = "Номер;Описание\n26-0147;Трещина, защёлка\n26-0148;Вмятина\n"


@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("cp1251", "cp1251"),
        ("utf-16", "utf-16"),
    ],
)
def test_encodings_are_found_out(encoding, found):
    table = table_of(RUSSIAN, encoding)
    assert table.encoding == found
    assert table.headers == ("Номер", "Описание")
    assert values_of(table)[0] == ["26-0147", "Трещина, защёлка"]


def test_big_endian_utf16_is_read():
    content = b"\xfe\xff" + RUSSIAN.encode("utf-16-be")
    assert open_table(io.BytesIO(content)).keys == ("номер", "описание")


def test_a_few_broken_bytes_do_not_make_a_long_text_windows_1251():
    content = (RUSSIAN * 50).encode() + b"26-0149;\xff\n"
    table = open_table(io.BytesIO(content))
    assert table.encoding == "utf-8"
    assert values_of(table)[-1] == ["26-0149", "\ufffd"]


def test_a_letter_across_a_reading_border_stays_whole():
    content = ("a;b\n" + "x" * (64 * 1024 - 7) + "\n;ё\n").encode()
    assert open_table(io.BytesIO(content)).encoding == "utf-8"


def test_encoding_and_delimiter_can_be_named():
    table = table_of("имя|x;y\n1|2\n", "koi8-r", encoding="koi8-r", delimiter="|")
    assert (table.encoding, table.delimiter, table.keys) == ("koi8-r", "|", ("имя", "x_y"))
    with pytest.raises(RefusedTable, match="klingon"):
        table_of("a", encoding="klingon")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_are_found_out(delimiter):
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(["no", "story, long; or | short\t", "sum"])
    for i in range(300):
        writer.writerow([i, 'He said: "1, 2; 3 | 4",\nand more, and; more\t' * 5, "1,5"])
    table = table_of(text.getvalue())
    assert table.delimiter == delimiter
    assert len(values_of(table)) == 300
    assert not any(row.surplus for row in table.rows())


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("no;sum\n1;1,5\n2;2,5\n3;3,5\n", ";"),
        ("a;b\n1;x, y\n2;x, y, z\n", ";"),
        ("a,b,c\n1,2,3\n1,2\n1,2,3,4\n1,2,3\n1,2,3\n", ","),
        ("only one column\nwith, commas\n", ","),
        ("a;b", ";"),
        ("sep=|\na|b;c\n1|2\n", "|"),
    ],
)
def test_delimiters_of_difficult_files(text, delimiter):
    assert table_of(text).delimiter == delimiter


def test_rows_bear_the_numbers_of_a_spreadsheet():
    table = table_of('\n a ,b\n1,"x\ny\nz"\n\n,\n4,d\n')
    assert table.header_row == 2
    assert [(row.number, row.values["a"]) for row in table.rows()] == [(3, "1"), (6, "4")]
    assert table.count() == 2
    assert next(table.rows()).values["b"] == "x\ny\nz"


def test_the_delimiter_line_of_excel_is_no_row():
    table = table_of("sep=;\r\na;b\r\n1;2\r\n")
    assert [(row.number, row.values) for row in table.rows()] == [(2, {"a": "1", "b": "2"})]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_any_system(end):
    assert values_of(table_of(f"a,b{end}1,2{end}3,4")) == [["1", "2"], ["3", "4"]]


def test_short_and_long_rows():
    rows = list(table_of("a,b,c\n1\n1,2,3,4,,5\n").rows())
    assert rows[0].values == {"a": "1", "b": "", "c": ""}
    assert rows[1].surplus == ("4", "5")


def test_columns_get_unique_names():
    table = table_of("ZIP code,, zip-code ,№ п/п,Ё,ZIP CODE\n")
    keys = ("zip_code", "column_2", "zip_code_2", "п_п", "е", "zip_code_3")
    assert table.keys == keys
    assert table.headers[2] == "zip-code"
    assert normalise_header("  Claim\u00a0 No. ") == "claim_no"


def test_a_huge_field_is_read_and_an_endless_one_refused():
    assert values_of(table_of(f'a,b\n1,"{"x" * 3_000_000}"\n'))[0][1] == "x" * 3_000_000
    table = table_of('a,b\n1,2\n3,"never closed\n' + "x,y\n" * 3_000_000)
    with pytest.raises(RefusedTable, match="Row 3") as refusal:
        list(table.rows())
    assert refusal.value.code == "unclosed_quote"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_table"),
        (b"\n \n,,\n", "empty_table"),
        (image("PNG"), "not_a_table"),
        (b"a,b\x00c\n", "not_a_table"),
        (",".join("x" * 1001).encode(), "too_many_columns"),
        (ole("Workbook"), "unreadable_workbook"),
        (zipped({"a.txt": b"x"}), "unreadable_workbook"),
        (office("word"), "unreadable_workbook"),
        (office("xl"), "unreadable_workbook"),
    ],
)
def test_what_is_no_table_is_refused(content, code):
    with pytest.raises(RefusedTable) as refusal:
        open_table(io.BytesIO(content))
    assert refusal.value.code == code
    assert str(refusal.value).endswith(".")


def test_uploads_are_read_and_stay_open(tmp_path):
    content = RUSSIAN.encode("cp1251")
    in_memory = SimpleUploadedFile("a.csv", content)
    on_disk = TemporaryUploadedFile("a.csv", "text/csv", len(content), None)
    on_disk.write(content)
    for upload in (in_memory, on_disk):
        table = open_table(upload)
        next(table.rows())  # a reading broken off
        assert [row.number for row in table.rows()] == [2, 3]
        upload.seek(0)
        assert upload.read() == content


@given(st.lists(st.lists(st.text(alphabet="ab,;\t|\"\n'ё ", min_size=1), min_size=2, max_size=4)))
def test_what_the_csv_module_writes_is_read_back(records):
    text = io.StringIO(newline="")
    csv.writer(text).writerows([["h1", "h2", "h3", "h4"], *records])
    rows = list(table_of(text.getvalue(), delimiter=",").rows())
    written = [[cell.strip() for cell in record] for record in records]
    kept = [record + [""] * (4 - len(record)) for record in written if any(record)]
    assert [list(row.values.values()) for row in rows] == kept


# --- XLSX -------------------------------------------------------------------------------------


def test_cells_of_a_workbook_are_texts():
    header = ["text", "whole", "fraction", "date", "moment", "time", "yes", "nothing", "escaped"]
    row = ["Трещина\nдва", 5, 0.1 + 0.2, date(2020, 3, 18), datetime(2020, 3, 18, 10, 5), time(9)]
    table = open_table(workbook_of(header, [*row, True, None, "a_x000D_b"], [1e21, 1e-7, -3.0]))
    first, second = values_of(table)
    assert first == [
        "Трещина\nдва",
        "5",
        "0.3",
        "2020-03-18",
        "2020-03-18 10:05:00",
        "09:00:00",
        "true",
        "",
        "a\rb",
    ]
    assert second[:3] == ["1000000000000000000000", "0.0000001", "-3"]


def test_workbook_rows_keep_their_numbers_over_gaps():
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet["B3"], sheet["D3"] = "name", "no"
    sheet["B10"], sheet["D10"], sheet["XFD10"] = "x", 7, "far away"
    sheet["B1048576"] = "last"
    out = io.BytesIO()
    book.save(out)
    table = open_table(out)
    assert table.keys == ("column_1", "name", "column_3", "no")
    assert [(r.number, r.values["name"], r.surplus) for r in table.rows()] == [
        (10, "x", ("far away",)),
        (1_048_576, "last", ()),
    ]
    assert table.count() == 2


def test_the_first_visible_sheet_counts():
    assert open_table(workbook_of(["hidden"], extra_sheet=True)).keys == ("shown",)


def test_a_workbook_is_read_twice_and_broken_off():
    table = open_table(workbook_of(["a"], ["1"], ["2"]))
    next(table.rows())
    assert values_of(table) == values_of(table) == [["1"], ["2"]]
    assert table.count() == 2
    assert (table.encoding, table.delimiter) == ("", "")


def test_a_damaged_sheet_is_refused_where_it_breaks():
    with zipfile.ZipFile(workbook_of(["a"], *([str(i)] for i in range(5000)))) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members["xl/worksheets/sheet1.xml"] = members["xl/worksheets/sheet1.xml"][:-5000]
    table = open_table(io.BytesIO(zipped(members)))
    with pytest.raises(RefusedTable) as refusal:
        list(table.rows())
    assert refusal.value.code == "unreadable_workbook"


def test_a_workbook_that_is_a_bomb_is_refused():
    with pytest.raises(RefusedFile) as refusal:
        open_table(io.BytesIO(office("xl", xl__sheet=bytes(30 << 20))))
    assert refusal.value.code == "archive_too_large"


def test_memory_stays_flat():
    rows = 20_000
    text = "no,story\n" + "".join(f"{i},{'story ' * 30}{i}\n" for i in range(rows))
    book = workbook_of(["no", "story"], *([i, f"{'story ' * 30}{i}"] for i in range(rows)))
    for file in (io.BytesIO(text.encode()), book):
        table = open_table(file)
        tracemalloc.start()
        assert sum(1 for _ in table.rows()) == rows
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 2_000_000, "the texts alone take four megabytes"


# --- Real complaints --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "rows", "columns"),
    [
        ("cfpb_2015_2020_all18cols.csv", 6623, 18),
        ("nhtsa_flat49_ford_feb2024.csv", 744, 49),
        ("nhtsa_ford_body_2020_2024.csv", 4358, 18),
        ("nhtsa_api_ford_toyota_tesla_2015_2025.csv", 33163, 10),
    ],
)
def test_real_complaints_are_read_whole(name, rows, columns):
    with sample_file(name).open("rb") as file:
        table = open_table(file)
        assert (table.delimiter, len(table.keys)) == (",", columns)
        found = list(table.rows())
    assert len(found) == rows
    assert found[-1].number == rows + 1
    assert not any(row.surplus for row in found)
