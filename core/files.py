"""Files that come from outside: let in by content, stored under harmless names, served inert."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from typing import IO

from django.conf import settings
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _

from core.antivirus import NOT_SCANNED, ScannerUnavailable, av_scan
from core.archives import PROGRAMS
from core.file_types import MEDIA_TYPES, PREVIEWED, SAME_AS, chunks, detect, not_allowed
from core.images import image_size, make_thumbnail
from core.refusals import RefusedFile

__all__ = [
    "MEDIA_TYPES",
    "NOT_SCANNED",
    "FileFacts",
    "RefusedFile",
    "ScannerUnavailable",
    "av_scan",
    "download_headers",
    "inspect_upload",
    "make_thumbnail",
    "max_upload_bytes",
    "safe_name",
]

MEGABYTE = 1024 * 1024
MAX_NAME_BYTES = 200
# Programs whose extension is refused even before another one (`photo.exe.jpg`). The other program
# extensions also occur in innocent names, as in `www.zavod.com.pdf`.
_HIDDEN_PROGRAMS = PROGRAMS - frozenset(
    {"app", "class", "com", "img", "pl", "py", "rb", "so", "ws"}
)
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)
_UNSAFE = re.compile(r'[<>:"|?*\x00-\x1f\x7f]')
_EXTENSION = re.compile(r"\.(?=[0-9_-]*[A-Za-z])([\w-]{1,12})$", re.ASCII)
_OUTER = " ._-"


@dataclass(frozen=True)
class FileFacts:
    """What is known of a file once it was let in."""

    name: str
    """Safe to store and to offer for download; its extension fits the content."""
    media_type: str
    """As detected."""
    extension: str
    size: int
    """Bytes."""
    sha256: str
    is_image: bool
    """Whether a thumbnail can be made; `width` and `height` are set then."""
    width: int | None = None
    height: int | None = None


def max_upload_bytes() -> int:
    """The largest file that is let in."""
    return int(getattr(settings, "CLAIMS_MAX_UPLOAD_MB", 25)) * MEGABYTE


def inspect_upload(file: IO[bytes], name: str) -> FileFacts:
    """Look at a file before it is stored; it is read in pieces and left at its beginning.

    Raises RefusedFile with the reason and a way out for what must not come in.
    """
    name = safe_name(name)
    declared = _declared_extension(name)
    size, digest = _size_and_digest(file)
    kind = detect(file, declared)
    width, height = image_size(file) if kind in PREVIEWED else (None, None)
    file.seek(0)
    if declared != kind:
        name = f"{name.removesuffix('.' + _last_extension(name))}.{kind}"
    return FileFacts(
        name=name,
        media_type=MEDIA_TYPES[kind],
        extension=kind,
        size=size,
        sha256=digest,
        is_image=width is not None,
        width=width,
        height=height,
    )


def safe_name(name: str) -> str:
    """The name without folders, control and direction marks, and whatever a system reserves.

    It keeps its letters, whatever their alphabet, and its extension; it is never empty.
    """
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(c for c in name if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Cn"})
    name = " ".join(_UNSAFE.sub("_", name).split()).strip(" .")
    stem, dot, extension = name.rpartition(".")
    if not dot:
        stem, extension = name, ""
    stem = stem.strip(_OUTER)
    if not stem or _DEVICES.match(name):
        stem = f"file_{stem}".strip(_OUTER)
    ending = f".{extension[:20]}" if extension else ""
    room = MAX_NAME_BYTES - len(ending.encode())
    return stem.encode()[:room].decode(errors="ignore").rstrip(_OUTER) + ending


def download_headers(name: str, media_type: str) -> dict[str, str]:
    """Headers with which a stored file is served: saved, never shown, never run.

    A type that is not on the list of kinds let in is served as plain bytes.
    """
    known = media_type in MEDIA_TYPES.values()
    return {
        "Content-Type": media_type if known else "application/octet-stream",
        "Content-Disposition": content_disposition_header(True, safe_name(name)) or "attachment",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "private, no-transform",
    }


def _declared_extension(name: str) -> str:
    """The extension of a name in its usual spelling, or ""; raises RefusedFile for programs."""
    inner = {part.strip(_OUTER).lower() for part in name.split(".")[1:-1]}
    if inner & _HIDDEN_PROGRAMS:
        raise RefusedFile(
            "double_extension",
            _("The name hides what the file is (%(name)s). Send it under a plain name.")
            % {"name": name},
        )
    extension = _last_extension(name).lower()
    extension = SAME_AS.get(extension, extension)
    if extension and extension not in MEDIA_TYPES:
        raise not_allowed(f".{extension}")
    return extension


def _last_extension(name: str) -> str:
    """What follows the last dot, when it looks like an extension: `Act of 12.05.2026` has none."""
    return match[1] if (match := _EXTENSION.search(name)) else ""


def _size_and_digest(file: IO[bytes]) -> tuple[int, str]:
    """Read the file once, in pieces, and no further than is allowed."""
    limit, size, digest = max_upload_bytes(), 0, hashlib.sha256()
    for chunk in chunks(file):
        size += len(chunk)
        if size > limit:
            raise RefusedFile(
                "too_large",
                _(
                    "The file is larger than %(limit)s MB. Send a smaller one, or several: photos "
                    "can be reduced, documents split."
                )
                % {"limit": limit // MEGABYTE},
            )
        digest.update(chunk)
    if not size:
        raise RefusedFile("empty", _("The file is empty. Choose it again, or another one."))
    return size, digest.hexdigest()
