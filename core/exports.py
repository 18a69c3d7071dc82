"""Writing tables: CSV as a stream, XLSX in constant memory; no cell begins a formula."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal
from typing import IO, Any

import xlsxwriter
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from core.refusals import RefusedTable
from core.text import safe_cell
from core.ui.wording import is_russian

MAX_ROWS = 1_048_576
MAX_CELL = 32_767
"""What a sheet can hold."""
EXACT_DIGITS = 15
"""A sheet keeps no more digits of a number; longer ones are written as text."""
_CHUNK = 64 * 1024


@dataclass(frozen=True)
class CsvStyle:
    """How a CSV file writes what its readers understand differently."""

    delimiter: str = ","
    bom: bool = False
    """The mark in front by which Excel knows UTF-8."""
    point: str = "."
    date: str = "%Y-%m-%d"
    true: str = "true"
    false: str = "false"


PLAIN = CsvStyle()
"""For programs."""
ENGLISH_EXCEL = CsvStyle(bom=True, true="TRUE", false="FALSE")
RUSSIAN_EXCEL = CsvStyle(
    delimiter=";", bom=True, point=",", date="%d.%m.%Y", true="ИСТИНА", false="ЛОЖЬ"
)


def excel_style() -> CsvStyle:
    """What the Excel of the active language opens by a double click."""
    return RUSSIAN_EXCEL if is_russian() else ENGLISH_EXCEL


def stream_csv(
    header: Sequence[Any], rows: Iterable[Sequence[Any]], style: CsvStyle = PLAIN
) -> Iterator[bytes]:
    """A CSV file in UTF-8, in pieces of about 64 KB, for a streaming response."""
    # The answer is written after the request, whose time zone and language are gone by then.
    return _lines(header, rows, style, timezone.get_current_timezone(), get_language())


def _lines(
    header: Sequence[Any],
    rows: Iterable[Sequence[Any]],
    style: CsvStyle,
    zone: tzinfo,
    language: str | None,
) -> Iterator[bytes]:
    buffer = io.StringIO(newline="")
    buffer.write("\ufeff" if style.bom else "")
    writer = csv.writer(buffer, delimiter=style.delimiter)
    with override(language):
        writer.writerow([_csv_cell(cell, style) for cell in header])
    for cells in _cells_of(rows, style, zone, language):
        writer.writerow(cells)
        if buffer.tell() >= _CHUNK:
            yield buffer.getvalue().encode("utf-8", "replace")
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode("utf-8", "replace")


def _cells_of(
    rows: Iterable[Sequence[Any]], style: CsvStyle, zone: tzinfo, language: str | None
) -> Iterator[list[Any]]:
    """The rows' cells, each row read and written as if the request were still there."""
    iterator = iter(rows)
    while True:
        with timezone.override(zone), override(language):
            row = next(iterator, None)
            cells = [_csv_cell(cell, style) for cell in row or ()]
        if row is None:
            return
        yield cells


def write_xlsx(
    file: IO[bytes], columns: Sequence[Any], rows: Iterable[Sequence[Any]], sheet: str = "Sheet1"
) -> int:
    """Write a workbook of one sheet, its header row fixed and with filters; returns the row count.

    Rows go to temporary files as they come. Raises RefusedTable for more rows than a sheet holds.
    """
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
    }
    with xlsxwriter.Workbook(file, options) as book:
        page = book.add_worksheet(sheet)
        formats = {
            date: book.add_format({"num_format": "dd.mm.yyyy"}),
            datetime: book.add_format({"num_format": "dd.mm.yyyy hh:mm"}),
        }
        bold = book.add_format({"bold": True})
        page.freeze_panes(1, 0)
        for index, title in enumerate(columns):
            page.set_column(index, index, min(max(len(str(title)) + 2, 12), 40))
            page.write_string(0, index, _sheet_text(title), bold)
        written = 0
        for written, row in enumerate(rows, 1):
            if written >= MAX_ROWS:
                raise RefusedTable(
                    "too_many_rows",
                    _("A sheet holds %(limit)s rows. Narrow the list down, or export it as CSV.")
                    % {"limit": MAX_ROWS - 1},
                )
            for index, cell in enumerate(row):
                _write_cell(page, written, index, cell, formats)
        if columns:
            page.autofilter(0, 0, max(written, 1), len(columns) - 1)
    return written


def _write_cell(
    page: Any, row: int, index: int, value: Any, formats: dict[type[date], Any]
) -> None:
    match value:
        case None | "":
            return
        case bool():
            page.write_boolean(row, index, value)
        case int() | float() | Decimal() if _is_exact(value):
            page.write_number(row, index, value)
        case datetime():
            page.write_datetime(row, index, _wall_clock(value), formats[datetime])
        case date():
            page.write_datetime(row, index, value, formats[date])
        case _:
            page.write_string(row, index, _sheet_text(value))


def _is_exact(number: int | float | Decimal) -> bool:
    """Whether a sheet can keep it as a number."""
    if isinstance(number, float):
        return math.isfinite(number)
    digits = Decimal(number).as_tuple()
    return isinstance(digits.exponent, int) and len(digits.digits) <= EXACT_DIGITS


def _sheet_text(value: Any) -> str:
    text = str(safe_cell(_csv_cell(value)))
    return text if len(text) <= MAX_CELL else text[: MAX_CELL - 1] + "…"


def _csv_cell(value: Any, style: CsvStyle = PLAIN) -> Any:
    match value:
        case None:
            return ""
        case str():
            return safe_cell(value)
        case datetime():
            return _wall_clock(value).strftime(f"{style.date} %H:%M:%S")
        case Decimal():
            return format(value, "f").replace(".", style.point)
        case bool():
            return style.true if value else style.false
        case int() | float():
            return str(value).replace(".", style.point)
        case date():
            return value.strftime(style.date)
    return safe_cell(str(value))


def _wall_clock(moment: datetime) -> datetime:
    """The local time a person reads, without a zone, which sheets do not know."""
    return timezone.localtime(moment).replace(tzinfo=None) if moment.tzinfo else moment
