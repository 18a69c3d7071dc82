"""Reading XLSX row by row in little memory.

openpyxl knows the workbook: its sheets, styles and dates. It would keep all texts of the file in
memory, though, and a trace of each row; both are replaced here by a file on disk and by a reader
that forgets a row once it is handed on.
"""

from __future__ import annotations

import re
import tempfile
from array import array
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from typing import IO, Any
from xml.etree.ElementTree import Element, ParseError, iterparse
from zipfile import BadZipFile, ZipFile

from django.utils.translation import gettext_lazy as _
from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.utils.datetime import from_excel
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS

from core.archives import archive_kind
from core.refusals import RefusedTable

_NS = f"{{{SHEET_MAIN_NS}}}"
_DATA, _ROW, _CELL, _VALUE = f"{_NS}sheetData", f"{_NS}row", f"{_NS}c", f"{_NS}v"
_STRINGS, _ITEM, _RUN, _TEXT = f"{_NS}sst", f"{_NS}si", f"{_NS}r", f"{_NS}t"
_INLINE = f"{_NS}is"
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_ROW_START = re.compile(rb"<row[\s>/]")
_BROKEN = (
    ParseError,
    BadZipFile,
    InvalidFileException,
    OSError,
    EOFError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    NotImplementedError,
)


class Workbook:
    """The first visible sheet of an XLSX file."""

    def __init__(self, file: IO[bytes]) -> None:
        """Raise RefusedTable for what is no readable workbook, RefusedFile for bombs and macros."""
        if archive_kind(file) != "xlsx":
            raise unreadable()
        file.seek(0)
        try:
            reader = ExcelReader(file, read_only=True, data_only=True, keep_links=False)
            reader.read_manifest()
            reader.read_workbook()
            apply_stylesheet(reader.archive, reader.wb)
            sheets = [
                relation.target
                for sheet, relation in reader.parser.find_sheets()
                if sheet.state == "visible" and "worksheet" in relation.Type
            ]
            self._sheet = next(path for path in sheets if path in reader.valid_files)
        except (*_BROKEN, StopIteration) as error:
            raise unreadable() from error
        self._archive: ZipFile = reader.archive
        self._book: Any = reader.wb
        self._strings_part = reader.package.find(SHARED_STRINGS)  # type: ignore[no-untyped-call]
        self._strings: _Strings | None = None

    def rows(self) -> Iterator[tuple[int, dict[int, str]]]:
        """Each row that is not empty: its number as the sheet shows it, and its filled cells.

        Cells are counted from 0. Numbers are written with a point, dates as ISO. Raises
        RefusedTable where the file turns out to be damaged.
        """
        try:
            if self._strings is None:
                self._strings = self._read_strings()
            with self._archive.open(self._sheet) as source:
                yield from self._parsed(source)
        except _BROKEN as error:
            raise unreadable() from error

    def count(self) -> int:
        """About how many rows there are: those the file mentions, empty ones among them."""
        found, rest = 0, b""
        with self._archive.open(self._sheet) as source:
            while chunk := source.read(1 << 18):
                window = rest + chunk
                cut = max(window.rfind(b"<"), 0)
                found += len(_ROW_START.findall(window[:cut]))
                rest = window[cut:]
        return found + len(_ROW_START.findall(rest))

    def _read_strings(self) -> _Strings:
        strings = _Strings()
        if self._strings_part is not None:
            with self._archive.open(self._strings_part.PartName.lstrip("/")) as source:
                for item in _elements(source, _ITEM, inside=_STRINGS):
                    strings.append(_text_of(item))
        return strings

    def _parsed(self, source: IO[bytes]) -> Iterator[tuple[int, dict[int, str]]]:
        number = 0
        for row in _elements(source, _ROW, inside=_DATA):
            number = int(row.get("r") or number + 1)
            cells: dict[int, str] = {}
            column = -1
            for cell in row.iterfind(_CELL):
                column = _column(cell.get("r", "")) if cell.get("r") else column + 1
                if text := self._cell_text(cell).replace("\0", ""):
                    cells[column] = text
            if cells:
                yield number, cells

    def _cell_text(self, cell: Element) -> str:
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            inline = cell.find(_INLINE)
            return _text_of(inline) if inline is not None else ""
        value = cell.findtext(_VALUE) or ""
        if kind == "s" and value:
            assert self._strings is not None  # rows() has read them
            return self._strings[int(value)]
        if kind == "b":
            return "true" if value == "1" else "false"
        if kind == "n" and value:
            return self._number_text(value, int(cell.get("s", 0)))
        return _unescaped(value)

    def _number_text(self, value: str, style: int) -> str:
        if style in self._book._date_formats:  # noqa: SLF001 - openpyxl offers no other way
            duration = style in self._book._timedelta_formats  # noqa: SLF001
            moment = from_excel(float(value), self._book.epoch, timedelta=duration)
            return _moment_text(moment)
        if value.isdigit():
            return value
        # Fifteen digits are what a sheet shows; more are traces of binary fractions.
        return format(Decimal(f"{float(value):.15g}"), "f")


class _Strings:
    """The texts of a workbook, in a temporary file; the ones in use are remembered."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the object
        self._ends = array("Q", [0])
        self._at = lru_cache(maxsize=4096)(self._read)

    def append(self, text: str) -> None:
        self._ends.append(self._ends[-1] + self._file.write(text.encode("utf-8", "surrogatepass")))

    def __getitem__(self, index: int) -> str:
        return self._at(index)

    def _read(self, index: int) -> str:
        start, end = self._ends[index], self._ends[index + 1]
        self._file.seek(start)
        return self._file.read(end - start).decode("utf-8", "surrogatepass")


def unreadable() -> RefusedTable:
    return RefusedTable(
        "unreadable_workbook",
        _("The workbook cannot be read. Save it again as XLSX, or as CSV, and send that."),
    )


def _elements(source: IO[bytes], wanted: str, *, inside: str) -> Iterator[Element]:
    """Each element of a kind as it is complete; its parent forgets it afterwards.

    Entities do no harm: expat limits their growth, and the size of the archive was judged before.
    """
    parents: list[Element] = []
    for event, element in iterparse(source, events=("start", "end")):  # noqa: S314
        if event == "start":
            parents.append(element)
            continue
        parents.pop()
        if element.tag == wanted:
            yield element
            parents[-1].clear()
        elif element.tag == inside:
            return


def _text_of(item: Element) -> str:
    """The text of a string item, in one piece or in runs; not its phonetic reading aid."""
    parts = (
        part.text if part.tag == _TEXT else part.findtext(_TEXT)
        for part in item
        if part.tag in {_TEXT, _RUN}
    )
    return _unescaped("".join(part or "" for part in parts))


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


@lru_cache(maxsize=1 << 14)
def _column_of(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _column(reference: str) -> int:
    """`B7` → 1."""
    return _column_of(reference.rstrip("0123456789").upper())


def _moment_text(moment: Any) -> str:
    match moment:
        case datetime() if moment.time() == time():
            return moment.date().isoformat()
        case datetime():
            return moment.isoformat(" ", "seconds")
        case date() | time():
            return moment.isoformat()
    return str(moment)
