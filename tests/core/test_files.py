from __future__ import annotations

import hashlib
import io
from typing import Any

import pytest
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from core.files import RefusedFile, download_headers, inspect_upload, max_upload_bytes, safe_name
from tests.core.samples import OLE, image, office, ole, opendocument, png_header, zipped

HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(64)
AVIF = b"\x00\x00\x00\x1cftypmif1\x00\x00\x00\x00mif1avif" + bytes(64)
PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n"
EML = b"From: a@b.ru\r\nSubject: x\r\n\r\n<html><script>alert(1)</script></html>"
SVG = b'<?xml version="1.0"?>\n<!-- x -->\n<svg xmlns="http://www.w3.org/2000/svg" onload="a()"/>'
HTML = b"\xef\xbb\xbf \n<!DOCTYPE html><html><script>alert(1)</script></html>"
ELF = b"\x7fELF\x02\x01\x01" + bytes(200)
EXE = b"MZ\x90\x00\x03" + bytes(200) + b"This program cannot be run in DOS mode"
OOXML = {"[Content_Types].xml": b"", "word/document.xml": b""}
MSI = ole("MsiFileHash", "Property")


def inspect(content: bytes, name: str):
    return inspect_upload(io.BytesIO(content), name)


# --- What gets in -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "name", "extension", "media_type"),
    [
        (image("JPEG"), "photo.jpg", "jpg", "image/jpeg"),
        (image("JPEG"), "photo.JPEG", "jpg", "image/jpeg"),
        (image("PNG"), "photo.png", "png", "image/png"),
        (image("GIF"), "photo.gif", "gif", "image/gif"),
        (image("WEBP"), "photo.webp", "webp", "image/webp"),
        (HEIC, "photo.heic", "heic", "image/heic"),
        (PDF, "report.pdf", "pdf", "application/pdf"),
        (office("word"), "letter.docx", "docx", None),
        (office("xl"), "table.xlsx", "xlsx", None),
        (office("ppt"), "slides.pptx", "pptx", None),
        (opendocument("text"), "letter.odt", "odt", "application/vnd.oasis.opendocument.text"),
        (opendocument("spreadsheet"), "table.ods", "ods", None),
        (opendocument("presentation"), "slides.odp", "odp", None),
        (ole("Root Entry", "WordDocument"), "old.doc", "doc", "application/msword"),
        (ole("Workbook"), "old.xls", "xls", "application/vnd.ms-excel"),
        (ole("__properties_version1.0", "WordDocument"), "mail.msg", "msg", None),
        ("Трещина".encode("cp1251"), "note.txt", "txt", "text/plain"),
        ("a;b\nТрещина;1".encode(), "table.csv", "csv", "text/csv"),
        ("\ufeffa\tb".encode("utf-16-le"), "table.csv", "csv", "text/csv"),
        (EML, "mail.eml", "eml", "message/rfc822"),
        (zipped({"photos/1.jpg": image("JPEG"), "readme.txt": b"x"}), "all.zip", "zip", None),
    ],
)
def test_allowed_kinds_come_in(content, name, extension, media_type):
    file = io.BytesIO(content)
    facts = inspect_upload(file, name)
    assert (facts.name, facts.extension) == (name, extension)
    assert media_type in (None, facts.media_type)
    assert facts.size == len(content)
    assert facts.sha256 == hashlib.sha256(content).hexdigest()
    assert facts.is_image is (extension in {"jpg", "png", "gif", "webp"})
    assert (facts.width, facts.height) == ((40, 30) if facts.is_image else (None, None))
    assert file.tell() == 0


@pytest.mark.parametrize(
    ("content", "name", "stored_as"),
    [
        (image("JPEG"), "photo.png", "photo.jpg"),
        (PDF, "scan.jpg", "scan.pdf"),
        (PDF, "scan", "scan.pdf"),
        (PDF, "Act of 12.05.2026", "Act of 12.05.2026.pdf"),
        (office("xl"), "table.zip", "table.xlsx"),
        (zipped({"a.txt": b"x"}), "letter.docx", "letter.zip"),
        (b"just words", "note", "note.txt"),
        (b"just words", "mail.eml", "mail.txt"),
        (image("PNG"), "www.zavod.com.png", "www.zavod.com.png"),
    ],
)
def test_the_content_decides_and_the_name_follows(content, name, stored_as):
    assert inspect(content, name).name == stored_as


# --- What stays out ---------------------------------------------------------------------------

HOSTILE = {
    "empty": ("empty", b"", "a.pdf"),
    "svg": ("active_content", SVG, "drawing.txt"),
    "svg by name": ("not_allowed", SVG, "drawing.svg"),
    "svg as png": ("active_content", SVG, "drawing.png"),
    "html as png": ("active_content", HTML, "photo.png"),
    "html as csv": ("active_content", HTML, "table.csv"),
    "html in utf-16": ("active_content", HTML[3:].decode().encode("utf-16"), "note.txt"),
    "html by name": ("not_allowed", HTML, "page.html"),
    "php": ("active_content", b"<?php system($_GET['c']); ?>", "note.txt"),
    "shell script": ("active_content", b"#!/bin/sh\nrm -rf /", "note.txt"),
    "elf as pdf": ("mismatch", ELF, "report.pdf"),
    "elf without a name": ("not_allowed", ELF, "report"),
    "exe as jpg": ("mismatch", EXE, "photo.jpg"),
    "exe as txt": ("not_allowed", EXE, "note.txt"),
    "exe by name": ("not_allowed", b"text", "setup.exe"),
    "msi as doc": ("not_allowed", MSI, "letter.doc"),
    "text as pdf": ("mismatch", b"words", "report.pdf"),
    "avif": ("mismatch", AVIF, "photo.heic"),
    "double extension": ("double_extension", PDF, "invoice.exe.pdf"),
    "double with blanks": ("double_extension", PDF, "invoice.exe   .pdf"),
    "double with NUL": ("double_extension", PDF, "invoice.php\x00.pdf"),
    "program behind": ("not_allowed", PDF, "invoice.pdf.exe"),
    "program and a dot": ("not_allowed", PDF, "invoice.exe."),
    "turned round": ("not_allowed", PDF, "invoice\u202efdp.exe"),
    "gif and script": ("mixed_content", b"GIF89a/*<script>alert(1)</script>*/" + bytes(9), "a.gif"),
    "pdf and page": ("mixed_content", PDF[:9] + b"<html><script>x</script>" + PDF[9:], "a.pdf"),
    "jpeg and jar": ("mixed_content", image("JPEG") + zipped({"A.class": b"x"}), "photo.jpg"),
    "pixel bomb": ("too_many_pixels", png_header(13_000, 13_000), "photo.png"),
    "greater bomb": ("too_many_pixels", png_header(60_000, 60_000), "photo.png"),
    "broken image": ("damaged_image", image("PNG")[:20], "photo.png"),
    "cut archive": ("damaged", zipped({"a.txt": b"x" * 99})[:-30], "all.zip"),
    "zip bomb": ("archive_too_large", zipped({"a.txt": bytes(30 << 20)}), "all.zip"),
    "bomb as xlsx": ("archive_too_large", office("xl", xl__s=bytes(30 << 20)), "table.xlsx"),
    "many members": ("archive_too_large", zipped({f"{i}": b"" for i in range(6000)}), "all.zip"),
    "zip with exe": ("archive_content", zipped({"a/setup.EXE": b"x"}), "all.zip"),
    "zip with page": ("archive_content", zipped({"index.html ": b"x"}), "all.zip"),
    "zip in zip": ("archive_content", zipped({"inner.zip": zipped({})}), "all.zip"),
    "jar as docx": ("archive_content", zipped({"Main.class": b"x"}), "letter.docx"),
    "zip climbing out": ("archive_paths", zipped({"../../etc/cron.d/x": b"x"}), "all.zip"),
    "zip from root": ("archive_paths", zipped({"/etc/passwd": b"x"}), "all.zip"),
    "zip with drive": ("archive_paths", zipped({"C:\\x.txt": b"x"}), "all.zip"),
    "docx with macros": ("macros", zipped(OOXML | {"word/vbaProject.bin": b"x"}), "letter.docx"),
    "ods with macros": ("macros", opendocument("spreadsheet", Basic__m=b"x"), "table.ods"),
    "xls with macros": ("macros", ole("Workbook", "_VBA_PROJECT_CUR"), "table.xls"),
    "locked docx": ("encrypted", ole("EncryptedPackage"), "letter.docx"),
}


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_files_stay_out(case):
    code, content, name = HOSTILE[case]
    with pytest.raises(RefusedFile) as refusal:
        inspect(content, name)
    assert refusal.value.code == code
    message = str(refusal.value)
    assert message.endswith(".")
    assert message.count(". ") >= 1, "it says what is wrong, and then what to do"


def test_an_encrypted_archive_cannot_be_checked():
    locked = bytearray(zipped({"a.txt": b"x"}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.index(signature) + offset] |= 1
    with pytest.raises(RefusedFile) as refusal:
        inspect(bytes(locked), "all.zip")
    assert refusal.value.code == "encrypted"


def test_a_link_in_an_archive_is_refused():
    archive = bytearray(zipped({"link.txt": b"/etc/passwd"}))
    entry = archive.index(b"PK\x01\x02")
    archive[entry + 5] = 3  # made on Unix
    archive[entry + 38 : entry + 42] = (0o120777 << 16).to_bytes(4, "little")
    with pytest.raises(RefusedFile) as refusal:
        inspect(bytes(archive), "all.zip")
    assert refusal.value.code == "archive_paths"


def test_a_huge_table_of_contents_is_not_even_read():
    archive = bytearray(zipped({"a.txt": b"x"}))
    end = archive.index(b"PK\x05\x06")
    archive[end + 12 : end + 16] = (900_000_000).to_bytes(4, "little")
    with pytest.raises(RefusedFile) as refusal:
        inspect(bytes(archive), "all.zip")
    assert refusal.value.code == "archive_too_large"


class Endless(io.RawIOBase):
    """A file that never ends; it counts what was read."""

    served = 0

    def seek(self, offset, whence=0):
        return 0

    def read(self, size=-1):
        self.served += size
        return b"a" * size


@override_settings(CLAIMS_MAX_UPLOAD_MB=1)
def test_reading_stops_at_the_limit():
    file: Any = Endless()
    with pytest.raises(RefusedFile, match="larger than 1 MB") as refusal:
        inspect_upload(file, "note.txt")
    assert refusal.value.code == "too_large"
    assert file.served <= max_upload_bytes() + 128 * 1024


def test_the_largest_allowed_file_comes_in(settings):
    settings.CLAIMS_MAX_UPLOAD_MB = 1
    assert inspect(b"a" * max_upload_bytes(), "note.txt").size == 1024 * 1024


@given(
    st.binary(max_size=200), st.sampled_from([b"PK\x03\x04", OLE, b"\x89PNG\r\n\x1a\n", b"RIFF"])
)
def test_any_bytes_are_let_in_or_refused_but_break_nothing(content, start):
    for data in (content, start + content):
        try:
            facts = inspect(data, "thing.png")
        except RefusedFile:
            continue
        assert facts.size == len(data)


# --- Names ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("C:\\fakepath\\photo.jpg", "photo.jpg"),
        ("/abs/olute.txt", "olute.txt"),
        ("Акт № 5 (трещина).pdf", "Акт № 5 (трещина).pdf"),
        ("a\x00b\r\nc.txt", "abc.txt"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ('a<b>:"|?*.txt', "a_b.txt"),
        ("CON.txt", "file_CON.txt"),
        ("...", "file"),
        ("", "file"),
        ("..", "file"),
        (".htaccess", "htaccess"),
        ("-rf.txt", "rf.txt"),
        ("  spaced   out .txt  ", "spaced out.txt"),
        ("и\u0306.txt", "й.txt"),
    ],
)
def test_safe_names(name, safe):
    assert safe_name(name) == safe


@given(st.text(max_size=400))
def test_a_safe_name_is_one_short_plain_component(name):
    safe = safe_name(name)
    assert safe
    assert len(safe.encode()) <= 200
    assert not set(safe) & set('/\\\0\r\n<>:"|?*')
    assert safe not in {".", ".."}
    assert safe_name(safe) == safe


# --- Serving ----------------------------------------------------------------------------------


def test_files_are_served_to_be_saved_and_never_run():
    headers = download_headers("Акт; 5\r\nX: y.pdf", "application/pdf")
    assert headers["Content-Type"] == "application/pdf"
    assert headers["Content-Disposition"].startswith("attachment; filename*=utf-8''%D0%90")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert not any("\r" in value or "\n" in value for value in headers.values())
    plain = download_headers('a".pdf', "application/pdf")["Content-Disposition"]
    assert plain == 'attachment; filename="a.pdf"'


@pytest.mark.parametrize("media_type", ["text/html", "image/svg+xml", "application/javascript", ""])
def test_unknown_types_are_served_as_bytes(media_type):
    assert download_headers("x", media_type)["Content-Type"] == "application/octet-stream"
