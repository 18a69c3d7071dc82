"""A form that is sent twice, by a double click or by reloading, has one effect and one answer.

A form with `{% form_key %}` carries a key of its own. The first sending runs; what it answered is
kept beside the answers to Idempotency-Keys of the API, and the same form sent again gets it. A form
that was changed meanwhile is another one: nothing typed is lost. So is one that came back with
errors or failed.
"""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from core import clock, pages
from core.api.errors import DATABASE_AWAY
from core.errors import DomainError
from integrations.idempotency import TAKEN_OVER_AFTER, ours
from integrations.models import IdempotencyRecord

log = logging.getLogger(__name__)

FIELD = "form_key"
LEFT_OUT = frozenset({FIELD, "csrfmiddlewaretoken"})
PATIENCE = 10.0
"""How long, in seconds, a repetition waits for the first sending."""
PAUSE = 0.1
DONE_COOKIE = "form_done"
DONE_SECONDS = 300
KEPT_HEADERS = (
    "Location", "Content-Type", "HX-Redirect", "HX-Retarget", "HX-Reswap", "HX-Trigger",
)  # fmt: skip


class StillRunning(DomainError):
    """The same form was sent before and is not done yet."""

    code = "still_running"
    status = 409


class FormKeys:
    """The middleware that looks after the keys of forms."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = _key_of(request)
        if not key:
            return self.get_response(request)
        try:
            record, is_ours = _take(request, key)
        except StillRunning as error:
            return pages.refusal(request, error)
        if not is_ours:
            same = HttpResponse(record.body, status=record.status, headers=record.headers)
            return _told(request, same)
        response: HttpResponse | None = None
        try:
            response = self.get_response(request)
        finally:
            _settle(record, request, response)
        return _told(request, response) if record.status else response


def _key_of(request: HttpRequest) -> str:
    """The form's key and content as one text; "" for requests without a key or a person."""
    if request.method != "POST" or not request.user.is_authenticated:
        return ""
    try:
        form = uuid.UUID(request.POST.get(FIELD, ""))
    except ValueError:
        return ""
    # Keyed, because a form may hold a password.
    digest = salted_hmac(FIELD, request.get_full_path(), algorithm="sha256")
    for name, values in sorted(request.POST.lists()):
        if name not in LEFT_OUT:
            digest.update(repr((name, values)).encode(errors="surrogatepass"))
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            digest.update(repr((name, file.name, file.size)).encode(errors="surrogatepass"))
            for chunk in file.chunks():
                digest.update(chunk)
            file.seek(0)
    return f"form {form} {digest.hexdigest()}"


def _take(request: HttpRequest, key: str) -> tuple[IdempotencyRecord, bool]:
    """The record of this form and whether this sending is the one to run.

    Waits for the first sending to answer; raises StillRunning when that takes too long.
    """
    owner: dict[str, Any] = {"user_id": request.user.pk, "key": key}
    ends = time.monotonic() + PATIENCE
    while True:
        known = IdempotencyRecord.objects.filter(**owner).first()
        if known is None:
            fresh = IdempotencyRecord(**owner, started_at=clock.now())
            try:
                with transaction.atomic():
                    fresh.save(force_insert=True)
            except IntegrityError:
                continue
            return fresh, True
        if known.status is not None:
            return known, False
        now = clock.now()
        died = known.started_at < now - TAKEN_OVER_AFTER
        if died and ours(known).filter(status=None).update(started_at=now):
            known.started_at = now
            return known, True
        if time.monotonic() > ends:
            raise StillRunning(
                _("This was sent already and is still being saved. Look in a minute whether it is.")
            )
        time.sleep(PAUSE)


def _went_through(request: HttpRequest, response: HttpResponse) -> bool:
    """A form has done its work when it leads on or, for htmx, shows what has changed."""
    leads_on = 300 <= response.status_code < 400 or response.status_code == 204
    return leads_on or (response.status_code == 200 and pages.is_fragment(request))


def _told(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Tell the page that comes next which form has gone through: its draft may go."""
    if not pages.is_fragment(request):
        response.set_cookie(
            DONE_COOKIE,
            request.POST[FIELD],
            max_age=DONE_SECONDS,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )
    return response


def _settle(record: IdempotencyRecord, request: HttpRequest, response: HttpResponse | None) -> None:
    """Keep the answer, or free the key; what was done stays done if the database is away now."""
    try:
        if response is not None and _went_through(request, response):
            _keep(record, response)
        else:
            ours(record).delete()
    except DATABASE_AWAY as error:
        log.warning("the answer of a form could not be kept: %s", error)


def _keep(record: IdempotencyRecord, response: HttpResponse) -> None:
    record.status = response.status_code
    ours(record).update(
        status=record.status,
        headers={name: response[name] for name in KEPT_HEADERS if name in response},
        body=response.content.decode(),
    )
