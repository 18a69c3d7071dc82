from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.tabular import (
    DateFormat,
    RefusedTable,
    detect_date_format,
    open_table,
    parse_date,
    parse_decimal,
)
from tests.sample_data import sample_file

# --- Dates ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "form", "expected"),
    [
        ("2020-03-18", DateFormat.ISO, date(2020, 3, 18)),
        ("2020-3-8", DateFormat.ISO, date(2020, 3, 8)),
        ("2020/3/18", DateFormat.YEAR_FIRST, date(2020, 3, 18)),
        ("3/18/20", DateFormat.MONTH_FIRST, date(2020, 3, 18)),
        ("03/18/2020", DateFormat.MONTH_FIRST, date(2020, 3, 18)),
        ("18/3/20", DateFormat.DAY_FIRST, date(2020, 3, 18)),
        ("20200318", DateFormat.COMPACT, date(2020, 3, 18)),
        ("18.03.2020", DateFormat.DOTTED, date(2020, 3, 18)),
        ("18.3.20", DateFormat.DOTTED, date(2020, 3, 18)),
        ("18.03.69", DateFormat.DOTTED, date(1969, 3, 18)),
        ("18.03.68", DateFormat.DOTTED, date(2068, 3, 18)),
        ("  2020-03-18T10:15:00Z ", DateFormat.ISO, date(2020, 3, 18)),
        ("18.03.2020 9:05", DateFormat.DOTTED, date(2020, 3, 18)),
        ("3/18/2020 12:00:00 AM", DateFormat.MONTH_FIRST, date(2020, 3, 18)),
        ("2020-03-18 00:00:00", DateFormat.DOTTED, date(2020, 3, 18)),  # a spreadsheet's own date
    ],
)
def test_dates_are_read_in_the_format_of_their_column(text, form, expected):
    assert parse_date(text, form) == expected


@pytest.mark.parametrize(
    "text",
    ["", "soon", "31.02.2020", "18/03/2020", "2020-13-01", "0016-03-01", "3018-01-01", "18.03.202"],
)
def test_what_is_no_date_is_refused_with_the_format_wanted(text):
    with pytest.raises(RefusedTable, match=r"DD\.MM\.YYYY") as refusal:
        parse_date(text, DateFormat.DOTTED)
    assert refusal.value.code == "not_a_date"


def test_several_formats_are_tried_in_order():
    both = (DateFormat.DAY_FIRST, DateFormat.MONTH_FIRST)
    assert parse_date("03/04/20", both) == date(2020, 4, 3)
    assert parse_date("03/14/20", both) == date(2020, 3, 14)


def test_real_dates_pass():
    assert parse_date(date(2020, 3, 18), ()) == date(2020, 3, 18)
    assert parse_date(datetime(2020, 3, 18, 10, 0), ()) == date(2020, 3, 18)


@pytest.mark.parametrize(
    ("samples", "expected"),
    [
        (["2020-03-18", "", "2020-12-01"], DateFormat.ISO),
        (["2020/3/18"], DateFormat.YEAR_FIRST),
        (["3/4/20", "3/18/20"], DateFormat.MONTH_FIRST),
        (["3/4/20", "18/3/20"], DateFormat.DAY_FIRST),
        (["20200318"], DateFormat.COMPACT),
        (["18.03.2020", "2020-03-19"], DateFormat.DOTTED),
        (["1/2/20"] * 50 + ["3/18/20"] * 20 + ["18/3/20"], DateFormat.MONTH_FIRST),  # one slip
        (["18.03.2020"] * 20 + ["unknown"], DateFormat.DOTTED),
        (["2020-03-18"] * 20 + ["3/4/20"], DateFormat.ISO),
        ([], None),
        (["", "  "], None),
    ],
)
def test_the_format_is_decided_over_the_whole_column(samples, expected):
    assert detect_date_format(iter(samples)) == expected


@pytest.mark.parametrize(
    ("samples", "code"),
    [
        (["03/04/20", "05/06/20"], "ambiguous_dates"),
        (["03/18/20", "18/03/20"], "not_dates"),
        (["03/04/20"] * 50 + ["3/18/20"] * 3 + ["18/3/20"], "ambiguous_dates"),
        (["soon", "2020-03-18"], "not_dates"),
        (["18.03.2020", "3/18/20"], "not_dates"),
    ],
)
def test_a_column_that_could_be_guessed_wrong_is_refused(samples, code):
    with pytest.raises(RefusedTable, match="format") as refusal:
        detect_date_format(samples)
    assert refusal.value.code == code


def test_the_refusal_shows_a_doubtful_date():
    with pytest.raises(RefusedTable, match="03/04/20"):
        detect_date_format(["03/04/20"])


@given(st.dates(date(1970, 1, 1), date(2068, 12, 31)))
def test_a_written_date_is_read_back(day):
    written = {
        DateFormat.ISO: day.isoformat(),
        DateFormat.YEAR_FIRST: f"{day.year}/{day.month}/{day.day}",
        DateFormat.COMPACT: f"{day:%Y%m%d}",
        DateFormat.DOTTED: f"{day:%d.%m.%y}",
        DateFormat.DAY_FIRST: f"{day.day}/{day.month}/{day.year}",
        DateFormat.MONTH_FIRST: f"{day.month}/{day.day}/{day:%y}",
    }
    for form, text in written.items():
        assert parse_date(text, form) == day


def test_three_people_saved_the_same_complaints():
    columns = []
    for name, expected in (
        ("cfpb300_iso_yyyy-mm-dd.csv", DateFormat.ISO),
        ("cfpb300_ymd_slash.csv", DateFormat.YEAR_FIRST),
        ("cfpb300_us_mdy_short.csv", DateFormat.MONTH_FIRST),
    ):
        with sample_file(f"import_variants/{name}").open("rb") as file:
            table = open_table(file)
            form = detect_date_format(table.column("date_received"))
            assert form == expected
            columns.append([parse_date(text, form) for text in table.column("date_received")])
    assert columns[0] == columns[1] == columns[2]
    assert len(columns[0]) == 300


# --- Numbers ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "mark", "expected"),
    [
        ("1 234,5", "", "1234.5"),
        ("1\u00a0234\u00a0567,50", "", "1234567.50"),
        ("1\u202f234", "", "1234"),
        ("1,234.5", "", "1234.5"),
        ("1.234,5", "", "1234.5"),
        ("1,234,567", "", "1234567"),
        ("1.234.567", "", "1234567"),
        ("1'234.5", "", "1234.5"),
        ("1234.5", "", "1234.5"),
        ("1234,5", "", "1234.5"),
        ("12345,678", "", "12345.678"),
        ("0,125", "", "0.125"),
        (".5", "", "0.5"),
        ("-5", "", "-5"),
        ("−5", "", "-5"),
        ("+5", "", "5"),
        (" 007 ", "", "7"),
        ("1,234", ",", "1.234"),
        ("1,234", ".", "1234"),
        ("1.234", ".", "1.234"),
        ("1.234", ",", "1234"),
        ("1 234.5", ".", "1234.5"),
    ],
)
def test_numbers(text, mark, expected):
    assert parse_decimal(text, mark) == Decimal(expected)


@pytest.mark.parametrize("text", ["1,234", "-1.234", "12.345"])
def test_a_thousand_or_a_fraction_is_not_guessed(text):
    with pytest.raises(RefusedTable, match="thousand") as refusal:
        parse_decimal(text)
    assert refusal.value.code == "ambiguous_number"


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("", ""),
        ("five", ""),
        ("1 23 4", ""),
        ("1,23,456", ""),
        ("1.2.3", ""),
        ("1,234,5", ""),
        ("1e5", ""),
        ("nan", ""),
        ("5 kg", ""),
        ("--5", ""),
        ("1,5", "."),
        ("1.234,5", "."),
        ("1,234,567", ","),
        ("١٢", ""),
    ],
)
def test_what_is_no_number_is_refused(text, mark):
    with pytest.raises(RefusedTable, match="no number") as refusal:
        parse_decimal(text, mark)
    assert refusal.value.code == "not_a_number"


@given(st.decimals(-(10**9), 10**9, places=2))
def test_a_written_number_is_read_back(number):
    english, russian = f"{number:,.2f}", f"{number:,.2f}".replace(",", "\u00a0").replace(".", ",")
    assert parse_decimal(english) == number
    assert parse_decimal(russian) == number
