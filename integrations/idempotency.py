"""The same key and body have one effect and one answer, whatever crashes in between.

A row says that the request runs before anything happens. Effect and answer are committed together
with the row's completion, so a request that died half-way leaves nothing but a row, which its
repetition takes over after `TAKEN_OVER_AFTER`.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections import deque
from collections.abc import Callable
from contextlib import nullcontext
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import Error, IntegrityError, transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from core import clock
from core.api.errors import CONTENT_TYPE, Problem
from core.api.keys import HEADER, Answer
from integrations.models import IdempotencyRecord

log = logging.getLogger(__name__)

KEPT_FOR = timedelta(days=7)
TAKEN_OVER_AFTER = timedelta(minutes=2)
REPLAYED = "Idempotent-Replayed"
KEPT_HEADERS = ("ETag", "Location")
# Keys of failed requests that could not be freed, the newest ones; the others are taken over.
_left: deque[IdempotencyRecord] = deque(maxlen=100)


class TakenOver(Exception):
    """While this request ran, a repetition of it took the key over."""


def once(
    request: Request, view: Any, answer: Answer, refuse: Callable[[Exception], Any]
) -> HttpResponseBase:
    """The keeper of `core.api.keys`: run `answer`, or give back what it answered before."""
    record, is_ours = _take(request)
    if not is_ours:
        return _replay(record)
    try:
        return _run(record, view, answer, refuse)
    except TakenOver:
        raise _still_running() from None


def _run(
    record: IdempotencyRecord, view: Any, answer: Answer, refuse: Callable[[Exception], Any]
) -> HttpResponseBase:
    try:
        with transaction.atomic() if view.one_transaction else nullcontext():
            response = answer()
            _keep(record, response)
            return response
    except TakenOver:
        raise
    except Exception as error:  # noqa: BLE001 - `refuse` raises what is no refusal
        return _refused(record, error, refuse)


def _refused(
    record: IdempotencyRecord, error: Exception, refuse: Callable[[Exception], Any]
) -> HttpResponseBase:
    """A refusal is an answer like any other; after a failure the key is free again."""
    try:
        response: Response = refuse(error)
    except Exception:
        _free(record)
        raise
    if response.status_code >= 500:
        _free(record)
    else:
        _keep(record, response)
    return response


def _free(record: IdempotencyRecord) -> None:
    """Let the request be sent again at once, unless it took effect and only its answer was lost.

    A database that failed under the request may still be away: then this process frees the key
    with the next request that has one.
    """
    try:
        ours(record).filter(status=None).delete()
    except Error:
        _left.append(record)


def _free_left() -> None:
    while _left:
        record = _left.popleft()
        try:
            ours(record).filter(status=None).delete()
        except Error:
            _left.append(record)
            return


def _take(request: Request) -> tuple[IdempotencyRecord, bool]:
    """The record of this key and whether this request is the one to run."""
    key = request.headers[HEADER]
    if not (0 < len(key) <= 255 and key.isascii() and key.isprintable()):
        raise Problem(400, "invalid_key", _("A key has 1 to 255 printable ASCII characters."))
    fingerprint = fingerprint_of(request)
    _free_left()
    now = clock.now()
    owner: dict[str, Any] = {"user_id": request.user.pk, "key": key}
    fresh = IdempotencyRecord(**owner, fingerprint=fingerprint, started_at=now)
    try:
        with transaction.atomic():
            fresh.save(force_insert=True)
    except IntegrityError:
        known = IdempotencyRecord.objects.filter(**owner).first()
    else:
        return fresh, True
    if known is None:
        return _take(request)  # the other request has just failed and left the key free
    if known.started_at < now - KEPT_FOR:
        known.delete()
        return _take(request)
    if known.fingerprint != fingerprint:
        text = _("This key was used for another request.")
        raise Problem(422, "key_reused", text)
    if known.status is not None:
        return known, False
    return _taken_over(known, now), True


def _taken_over(known: IdempotencyRecord, now: Any) -> IdempotencyRecord:
    """A running record, when the request that made it must have died; one repetition gets it."""
    if known.started_at > now - TAKEN_OVER_AFTER:
        raise _still_running()
    if not ours(known).filter(status=None).update(started_at=now):
        raise _still_running()
    known.started_at = now
    log.warning("a request that died is run again: %s", known.key)
    return known


def _still_running() -> Problem:
    return Problem(409, "key_running", _("The first request with this key is still running."))


def _keep(record: IdempotencyRecord, response: HttpResponseBase) -> None:
    """Store the answer in the transaction of its effect; TakenOver when it is not ours any more."""
    data = getattr(response, "data", None)
    body = "" if data is None else JSONRenderer().render(data).decode()
    headers = {name: response[name] for name in KEPT_HEADERS if name in response}
    if not ours(record).update(status=response.status_code, headers=headers, body=body):
        raise TakenOver


def ours(record: IdempotencyRecord) -> QuerySet[IdempotencyRecord]:
    """The row, as long as no repetition has taken it over."""
    return IdempotencyRecord.objects.filter(pk=record.pk, started_at=record.started_at)


def _replay(record: IdempotencyRecord) -> HttpResponse:
    status = record.status or 200
    return HttpResponse(
        record.body,
        status=status,
        content_type=CONTENT_TYPE if status >= 400 else "application/json",
        headers={**record.headers, REPLAYED: "true"},
    )


def fingerprint_of(request: Request) -> str:
    """What makes two requests the same: method, address and content, files included."""
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    data = request.data
    files = getattr(request, "FILES", None)
    if files:
        for name, file in sorted(files.items()):
            digest.update(f"{name}\n".encode())
            _add_file(digest, file)
    if hasattr(data, "lists"):
        data = {name: [v for v in values if isinstance(v, str)] for name, values in data.lists()}
    digest.update(json.dumps(data, sort_keys=True).encode())
    return digest.hexdigest()


def _add_file(digest: Any, file: UploadedFile[bytes]) -> None:
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)


def forget_old() -> int:
    """Delete the keys that are no longer kept; returns how many."""
    old = IdempotencyRecord.objects.filter(started_at__lt=clock.now() - KEPT_FOR)
    deleted, _by_model = old.delete()
    return deleted
