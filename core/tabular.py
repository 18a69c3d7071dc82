"""Tables that come as CSV or XLSX, read row by row in little memory.

    table = open_table(file)
    for row in table.rows():
        row.number, row.values["claim_no"]

Encoding and delimiter are found out, cells are texts, and rows bear the number that a person sees
in a spreadsheet: the header is row 1, a field with line breaks is still one row.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO

from django.utils.translation import gettext_lazy as _

from core.cells import DateFormat, detect_date_format, parse_date, parse_decimal
from core.exports import stream_csv, write_xlsx
from core.file_types import chunks
from core.refusals import RefusedTable
from core.text import normalise
from core.workbooks import Workbook, unreadable

__all__ = [
    "DateFormat",
    "RefusedTable",
    "Row",
    "Table",
    "detect_date_format",
    "normalise_header",
    "open_table",
    "parse_date",
    "parse_decimal",
    "stream_csv",
    "write_xlsx",
]

MAX_FIELD = 10_000_000
"""Characters of one field; a longer one is a quotation mark that nobody closed."""
MAX_COLUMNS = 1_000
DELIMITERS = (",", ";", "\t", "|")
_SAMPLE = 256 * 1024
_SAMPLE_ROWS = 200
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?\r?\n', re.IGNORECASE)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

csv.field_size_limit(MAX_FIELD)


@dataclass(frozen=True)
class Row:
    """A row that is not empty: `values` by column key, "" where it has no cell."""

    number: int
    values: dict[str, str]
    surplus: tuple[str, ...] = ()
    """Filled cells beyond the last column of the header."""


@dataclass(frozen=True)
class CsvSource:
    """A CSV file and how it is written."""

    file: IO[bytes]
    encoding: str
    delimiter: str
    skipped_lines: int = 0
    """1 when a line `sep=;` tells spreadsheets the delimiter; they do not count it as a row."""

    def rows(self) -> Iterator[tuple[int, dict[int, str]]]:
        """Each record that is not empty, numbered from 1, with its filled cells from 0."""
        self.file.seek(0)
        # The mark of strict decoding was set aside when the encoding was found out.
        text = io.TextIOWrapper(self.file, self.encoding, errors="replace", newline="")
        number = 0
        try:
            for _line in range(self.skipped_lines):
                text.readline()
            lines = _Lines(text)
            for number, record in enumerate(csv.reader(lines, delimiter=self.delimiter), 1):
                if lines.ended:
                    raise _unclosed(number)
                cells = (cell.replace("\0", "").strip() for cell in record)
                if filled := {index: cell for index, cell in enumerate(cells) if cell}:
                    yield number, filled
        except csv.Error as error:
            raise _unclosed(number + 1) from error
        finally:
            text.detach()

    def count(self) -> int:
        """How many records there are that are not empty."""
        return sum(1 for _ in self.rows())


class _Lines:
    """The lines of a file. A record that comes when they have `ended` was still being read."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self.ended = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        try:
            return next(self._lines)
        except StopIteration:
            self.ended = True
            raise


def _unclosed(number: int) -> RefusedTable:
    return RefusedTable(
        "unclosed_quote",
        _("Row %(number)s does not end. A quotation mark in it is not closed.")
        % {"number": number},
    )


class Table:
    """A table with a header. It can be read several times, one reading after the other."""

    def __init__(self, source: CsvSource | Workbook) -> None:
        """Raise RefusedTable for a table without a header."""
        self._source = source
        self.header_row, header = next(source.rows(), (0, {}))
        if not header:
            raise RefusedTable("empty_table", _("The table is empty. Its first row names columns."))
        if max(header) >= MAX_COLUMNS:
            raise RefusedTable(
                "too_many_columns",
                _("The table has more than %(limit)s columns. Delete those not needed.")
                % {"limit": MAX_COLUMNS},
            )
        self.headers = tuple(" ".join(header.get(i, "").split()) for i in range(max(header) + 1))
        """The column names as written."""
        self.keys = _keys(self.headers)
        """The column names by which rows are read: normalised and unique."""

    @property
    def encoding(self) -> str:
        return self._source.encoding if isinstance(self._source, CsvSource) else ""

    @property
    def delimiter(self) -> str:
        return self._source.delimiter if isinstance(self._source, CsvSource) else ""

    def rows(self) -> Iterator[Row]:
        """The rows below the header."""
        width = len(self.keys)
        for number, cells in self._source.rows():
            if number <= self.header_row:
                continue
            values = {key: cells.get(index, "") for index, key in enumerate(self.keys)}
            surplus = [cell for index, cell in cells.items() if index >= width]
            yield Row(number, values, tuple(surplus))

    def column(self, key: str) -> Iterator[str]:
        """The filled values of one column, as `detect_date_format` wants them."""
        return filter(None, (row.values[key] for row in self.rows()))

    def count(self) -> int:
        """How many rows there are below the header, for a progress bar; XLSX may state more."""
        return max(self._source.count() - 1, 0)


def open_table(file: IO[bytes], *, encoding: str = "", delimiter: str = "") -> Table:
    """Look at a CSV or XLSX file, told apart by content, and read its header.

    Encoding (UTF-8, UTF-16 with its mark, Windows-1251) and delimiter are found out unless given.
    The file must stay open while rows are read. Raises RefusedTable with a sentence that helps.
    """
    file.seek(0)
    start = file.read(8)
    if start.startswith(b"PK"):
        return Table(Workbook(file))
    if start == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise unreadable()
    encoding = encoding or _encoding_of(file)
    sample, whole = _sample(file, encoding)
    told = _SEPARATOR_LINE.match(sample)
    if told:
        return Table(CsvSource(file, encoding, delimiter or told[1], skipped_lines=1))
    return Table(CsvSource(file, encoding, delimiter or _delimiter_of(sample, whole=whole)))


def normalise_header(header: str) -> str:
    """A column name for comparing: `Claim  No.` and `claim-no` are both `claim_no`."""
    return re.sub(r"\W+", "_", normalise(header)).strip("_")


def _keys(headers: Sequence[str]) -> tuple[str, ...]:
    """A key for each column; a nameless one is `column_3`, a repeated one `name_2`."""
    keys: dict[str, None] = {}
    for position, header in enumerate(headers, 1):
        name = normalise_header(header) or f"column_{position}"
        candidates = (name, *(f"{name}_{n}" for n in range(2, len(headers) + 2)))
        keys[next(key for key in candidates if key not in keys)] = None
    return tuple(keys)


def _encoding_of(file: IO[bytes]) -> str:
    """The encoding of a text, by its mark or by reading all of it as UTF-8.

    A few broken bytes in a long UTF-8 text do not make it Windows-1251.
    """
    file.seek(0)
    start = file.read(4)
    for mark, encoding in _BOMS:
        if start.startswith(mark):
            return encoding
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    foreign = broken = 0
    for chunk in chunks(file):
        if b"\0" in chunk:
            raise RefusedTable(
                "not_a_table",
                _("The file is no table. Send CSV or XLSX, and old XLS saved as XLSX."),
            )
        if not chunk.isascii() or decoder.getstate()[0]:
            text = decoder.decode(chunk)
            foreign += sum(map(len, re.findall(r"[^\x00-\x7f]+", text)))
            broken += text.count("\ufffd")
    broken += decoder.decode(b"", final=True).count("\ufffd")
    return "utf-8" if broken * 20 <= foreign else "cp1251"


def _sample(file: IO[bytes], encoding: str) -> tuple[str, bool]:
    """The beginning of the text, and whether it is all of it."""
    file.seek(0)
    try:
        decoder = codecs.getincrementaldecoder(encoding)("replace")
    except LookupError as error:
        raise RefusedTable(
            "unknown_encoding", _("There is no encoding %(name)s.") % {"name": encoding}
        ) from error
    data = file.read(_SAMPLE)
    return decoder.decode(data), len(data) < _SAMPLE


def _delimiter_of(sample: str, *, whole: bool) -> str:
    """The delimiter that cuts most rows of a sample into as many fields as the header.

    Each candidate reads the sample as CSV, so what stands in quotation marks never votes.
    """
    scores: dict[str, tuple[bool, float]] = {}
    for delimiter in DELIMITERS:
        widths = _widths(sample, delimiter, whole=whole)
        if widths and widths[0] > 1:
            share = widths.count(widths[0]) / len(widths)
            scores[delimiter] = (share >= 0.8, share * widths[0])
    return max(scores, key=lambda delimiter: scores[delimiter], default=DELIMITERS[0])


def _widths(sample: str, delimiter: str, *, whole: bool) -> list[int]:
    """How many fields the first records of a sample have; the last one may be cut off."""
    widths: list[int] = []
    lines: Iterable[str] = io.StringIO(sample, newline="")
    try:
        for record in csv.reader(lines, delimiter=delimiter):
            if any(record):
                widths.append(len(record))
            if len(widths) > _SAMPLE_ROWS:
                break
    except csv.Error:
        return []
    return widths if whole or len(widths) < 2 else widths[:-1]
