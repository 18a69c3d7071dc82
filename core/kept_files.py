"""Files that came with a form that is not in order, so that nobody has to choose them twice.

When such a form is shown again, `field` of the template tags keeps the files it holds under
`kept/OWNER/` and puts a signed token for each of them into the form. Sent again, `files_of` puts
them beside those chosen anew; once the form has gone through they are deleted. A token serves the
person (without sign-in: the session) it was made for, for a day. What is kept here is never served.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core import signing
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from core import clock
from core.files import MEGABYTE, av_scan, inspect_upload
from core.refusals import RefusedFile

KEPT_FOR = timedelta(days=1)
MOST_BYTES = 200 * MEGABYTE
"""What waits for one person altogether."""
FOLDER = "kept"
_SALT = "core.kept_files"


class KeptFile(UploadedFile):  # type: ignore[type-arg]
    """A file from an earlier sending; `token` stands for it in the form."""

    def __init__(self, path: str, name: str, token: str) -> None:
        self.path, self.token = path, token
        stored = default_storage.open(path)
        super().__init__(file=stored, name=name, size=stored.size)


@dataclass(frozen=True)
class LostFile:
    """A file that the form counts on and that is not here any more; `name` may be unknown."""

    name: str

    def __str__(self) -> str:
        if not self.name:
            return _("A file is no longer kept. Choose it again.")
        return _("%(name)s is no longer kept. Choose it again.") % {"name": self.name}


@dataclass(frozen=True)
class NotKept:
    """A file that cannot be kept, and why."""

    name: str
    reason: str


class PostedFiles(MultiValueDict):  # type: ignore[type-arg]
    """The files of a sent form by field: those sent now, kept ones, and LostFile for lost ones."""

    def __init__(self, owner: str, files: MultiValueDict[str, Any]) -> None:
        super().__init__({name: files.getlist(name) for name in files})
        self.owner = owner

    def keep(self, field: str) -> tuple[list[KeptFile], list[NotKept]]:
        """Keep the files of `field` for the next sending; those that must not come in are named."""
        held = [self._kept(file) for file in self.getlist(field)]
        self.setlist(field, held)
        kept = [file for file in held if isinstance(file, KeptFile)]
        return kept, [file for file in held if isinstance(file, NotKept)]

    def _kept(self, file: Any) -> Any:
        """An upload becomes a KeptFile or, with the reason, a NotKept; all else stays."""
        if isinstance(file, KeptFile | NotKept | LostFile):
            return file
        try:
            return _keep(self.owner, file)
        except RefusedFile as refusal:
            return NotKept(file.name or _("file"), str(refusal))


def files_of(request: HttpRequest) -> PostedFiles | None:
    """The files of a sent form for its `files` argument, those kept from before included."""
    fields = [name for name in request.POST if name.startswith("kept-")]
    if not request.FILES and not fields:
        return None
    files = PostedFiles(_owner_of(request), request.FILES)
    for field in fields:
        name = field.removeprefix("kept-")
        dropped = request.POST.getlist(f"drop-{name}")
        for token in request.POST.getlist(field):
            file = _file_of(files.owner, token)
            if token not in dropped:
                files.appendlist(name, file)
            elif isinstance(file, KeptFile):
                _delete(file)
    request.posted_files = files  # type: ignore[attr-defined]
    return files


def let_go(request: HttpRequest) -> None:
    """The form has gone through: nothing of it waits any longer."""
    files: PostedFiles | None = getattr(request, "posted_files", None)
    for _name, group in files.lists() if files is not None else ():
        for file in group:
            if isinstance(file, KeptFile):
                _delete(file)


def forget_old() -> int:
    """Delete what was kept for forms that nobody sent again; returns how many files."""
    before, deleted = clock.now() - KEPT_FOR, 0
    for folder in _listed(FOLDER, folders=True):
        paths = list(_listed(folder))
        old = [path for path in paths if _modified(path) < before]
        for path in old:
            default_storage.delete(path)
        deleted += len(old)
        if len(old) == len(paths):
            _delete_folder(folder)
    return deleted


def _owner_of(request: HttpRequest) -> str:
    """The folder of whoever asks; no name of a session can be read from it."""
    if request.user.is_authenticated:
        return f"user-{request.user.pk}"
    if request.session.session_key is None:
        request.session.cycle_key()
    key = str(request.session.session_key)
    return f"guest-{hashlib.sha256(key.encode()).hexdigest()[:32]}"


def _keep(owner: str, upload: UploadedFile[bytes]) -> KeptFile:
    """Look at the file as at any attachment, then store it; raises RefusedFile."""
    facts = inspect_upload(upload, upload.name or "")
    av_scan(upload)
    folder = f"{FOLDER}/{owner}"
    if sum(default_storage.size(path) for path in _listed(folder)) + facts.size > MOST_BYTES:
        raise RefusedFile(
            "too_much_kept",
            _("More files wait than can be kept. Correct the form, then choose this one again."),
        )
    upload.seek(0)
    # Without the path of its temporary file, which belongs to whoever attached it meanwhile.
    path = default_storage.save(f"{folder}/{uuid.uuid4().hex}", File(upload.file))
    token = signing.dumps([path.rpartition("/")[2], facts.name], salt=f"{_SALT}.{owner}")
    return KeptFile(path, facts.name, token)


def _file_of(owner: str, token: str) -> KeptFile | LostFile:
    """The file that a token of this owner stands for."""
    salt, name = f"{_SALT}.{owner}", ""
    try:
        _stored, name = signing.loads(token, salt=salt)
        stored, name = signing.loads(token, salt=salt, max_age=KEPT_FOR)
        return KeptFile(f"{FOLDER}/{owner}/{stored}", name, token)
    except (signing.BadSignature, FileNotFoundError):
        return LostFile(name)


def _delete(file: KeptFile) -> None:
    file.close()
    default_storage.delete(file.path)


def _listed(folder: str, *, folders: bool = False) -> Iterator[str]:
    """The paths of the files in a folder, or of the folders in it; nothing if there is none."""
    try:
        below, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in below if folders else files:
        yield f"{folder}/{name}"


def _modified(path: str) -> datetime:
    try:
        return default_storage.get_modified_time(path)
    except FileNotFoundError:  # its form has gone through this very moment
        return datetime.max.replace(tzinfo=UTC)


def _delete_folder(folder: str) -> None:
    """An empty folder; somebody may put a file there this very moment."""
    try:
        default_storage.delete(folder)
    except OSError:
        return
