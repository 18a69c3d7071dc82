"""Looking into ZIP archives, and into Office documents which are such, without unpacking them."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from django.utils.translation import gettext_lazy as _

from core.refusals import RefusedFile

MEGABYTE = 1024 * 1024
MAX_DIRECTORY = 2 * MEGABYTE
"""Bytes of an archive's table of contents; it is read into memory as a whole."""
MAX_MEMBERS = 5_000
MAX_UNPACKED = 1024 * MEGABYTE
MAX_RATIO = 150
"""How often smaller than its content an archive may be; deflate reaches 1032."""
RATIO_COUNTS_FROM = 20 * MEGABYTE
"""Below this content no ratio does harm."""

PROGRAMS = frozenset(
    """
    apk app appx asp aspx bash bat cgi chm class cmd com cpl csh deb dex dll dmg docm dotm elf exe
    gadget hta htm html img inf ins iso jar js jse jsp ksh lnk mjs msc msi msix msp mst php phtml
    pif pl potm ppam ppsm pptm ps1 psm1 py pyc pyw rb reg rpm scf scr sct settingcontent-ms sh shb
    shtml so svg svgz swf sys url vb vbe vbs vhd vhdx ws wsc wsf wsh xhtml xlam xll xlsm xltm
    """.split()  # noqa: SIM905 - a list of seventy quoted words is harder to read
)
"""Extensions of what runs, or what runs when it is opened."""
ARCHIVES = frozenset(
    "7z ace arj bz2 cab gz lzh rar tar tbz tgz txz xz z zip zipx zst".split()  # noqa: SIM905
)

_END_RECORD = b"PK\x05\x06"
_OFFICE_FOLDERS = {"word/": "docx", "xl/": "xlsx", "ppt/": "pptx"}
_OPENDOCUMENT = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
    b"application/vnd.oasis.opendocument.presentation": "odp",
}


def archive_kind(file: IO[bytes]) -> str:
    """`docx`, `xlsx`, `pptx`, `odt`, `ods`, `odp` or `zip`, once its table of contents is harmless.

    Raises RefusedFile for damaged archives, bombs, macros, and in a plain ZIP for passwords,
    programs, archives inside it and names that lead out of it.
    """
    with opened_archive(file) as archive:
        names = archive.namelist()
        kind = _office_kind(names) or _opendocument_kind(archive)
        if kind:
            _refuse_macros(names)
            return kind
        for member in archive.infolist():
            _check_member(member)
        return "zip"


@contextmanager
def opened_archive(file: IO[bytes]) -> Iterator[zipfile.ZipFile]:
    """An archive of bearable size, to be read; raises RefusedFile for damaged ones and bombs."""
    if end_of_directory(file) is None:
        raise damaged()
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError) as error:
        raise damaged() from error
    with archive:
        _refuse_bomb(archive, file)
        yield archive


def end_of_directory(file: IO[bytes]) -> int | None:
    """Where the end record of an archive begins that closes the file, or None.

    Raises RefusedFile when the table of contents is too large to be looked at.
    """
    size = file.seek(0, 2)
    tail_from = max(0, size - 65_557)
    file.seek(tail_from)
    tail = file.read()
    at = tail.rfind(_END_RECORD)
    if at < 0 or len(tail) - at - 22 != int.from_bytes(tail[at + 20 : at + 22], "little"):
        return None
    if int.from_bytes(tail[at + 12 : at + 16], "little") > MAX_DIRECTORY:
        raise _too_much()
    return tail_from + at


def damaged() -> RefusedFile:
    return RefusedFile(
        "damaged",
        _("The file is damaged or was cut off on its way. Open it, save it again, and send that."),
    )


def _too_much() -> RefusedFile:
    return RefusedFile(
        "archive_too_large",
        _("Unpacked, the archive would be too large. Send the files one by one."),
    )


def _refuse_bomb(archive: zipfile.ZipFile, file: IO[bytes]) -> None:
    members = archive.infolist()
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    size = file.seek(0, 2)
    overlapping = packed > size
    swollen = unpacked > RATIO_COUNTS_FROM and unpacked > MAX_RATIO * max(size, 1)
    if len(members) > MAX_MEMBERS or unpacked > MAX_UNPACKED or overlapping or swollen:
        raise _too_much()


def _office_kind(names: list[str]) -> str:
    if "[Content_Types].xml" not in names:
        return ""
    for folder, kind in _OFFICE_FOLDERS.items():
        if any(name.startswith(folder) for name in names):
            return kind
    return ""


def _opendocument_kind(archive: zipfile.ZipFile) -> str:
    """By the member `mimetype`, which an OpenDocument file begins with, stored as it is."""
    first = archive.infolist()[0] if archive.infolist() else None
    if first is None or first.filename != "mimetype" or first.file_size > 100:
        return ""
    try:
        return _OPENDOCUMENT.get(archive.read(first).strip(), "")
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError) as error:
        raise damaged() from error


def _refuse_macros(names: list[str]) -> None:
    if any(
        name.lower().endswith("vbaproject.bin")
        or "macrosheets/" in name
        or name.startswith("Basic/")
        for name in names
    ):
        raise macros()


def macros() -> RefusedFile:
    return RefusedFile(
        "macros", _("The document holds macros. Save it without macros, or as PDF, and send that.")
    )


def _check_member(member: zipfile.ZipInfo) -> None:
    """Refuse a member of a plain ZIP that could do harm where the archive is unpacked."""
    name = member.orig_filename.replace("\\", "/")
    if member.flag_bits & 0x1:
        raise RefusedFile(
            "encrypted",
            _("The archive is locked with a password, so it cannot be checked. Send it unlocked."),
        )
    leads_out = name.startswith("/") or ".." in name.split("/") or ":" in name or "\0" in name
    if leads_out or stat.S_ISLNK(member.external_attr >> 16):
        raise RefusedFile(
            "archive_paths",
            _("The archive holds names that lead outside of it (%(name)s). Send the files singly.")
            % {"name": name[:80]},
        )
    extension = name.rsplit("/", 1)[-1].lower().rstrip(". ").rpartition(".")[2]
    if extension in PROGRAMS or extension in ARCHIVES:
        raise RefusedFile(
            "archive_content",
            _("The archive holds %(name)s. Leave out programs, web pages and further archives.")
            % {"name": name.rsplit("/", 1)[-1][:80]},
        )
