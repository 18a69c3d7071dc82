"""Mails that came in: the list, one of them, the raw mail, and setting it going again."""

from __future__ import annotations

import logging
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_POST

from claims import pages as claim_pages
from core import pages
from core.actors import Actor
from core.files import download_headers
from core.paging import Order, get_page
from mailboxes import commands, selectors
from mailboxes.models import InboundMail
from mailboxes.parsing import parse
from mailboxes.policies import can_administer_mail, can_see_mail, require
from mailboxes.states import STUCK_STATES, MailState, Reason
from responses.policies import can_read_letters

log = logging.getLogger(__name__)

PAGE_SIZE = 50
LONGEST_SHOWN = 200_000
VIEWS = {
    "": gettext_lazy("All"),
    MailState.DEAD: gettext_lazy("Not processed"),
    MailState.FAILED: gettext_lazy("Failed for now"),
    MailState.IGNORED: gettext_lazy("Left alone"),
    MailState.WAITING: pgettext_lazy("mails", "Waiting"),
    MailState.DONE: pgettext_lazy("mails", "Done"),
}


@login_required
@require_GET
def mail_list(request: HttpRequest) -> HttpResponse:
    """The mailboxes and what came in, newest first."""
    actor = Actor.of_request(request)
    require(can_see_mail(actor))
    shown = request.GET.get("show", "")
    rows = selectors.visible_mails(actor, shown if shown in MailState.values else "")
    query = request.GET.get("q", "").strip()
    if query:
        rows = selectors.search_mails(rows, query)
    order = Order("created_at", descending=True)
    page = get_page(rows, order, size=PAGE_SIZE, cursor=request.GET.get("cursor", ""))
    context = {
        "page": page,
        "open_claims": selectors.open_claims_of(actor, page.rows),
        "tabs": _tabs(shown, selectors.count_states(actor)),
        "mailboxes": selectors.list_mailboxes(actor),
        "administers": can_administer_mail(actor),
        "shown": shown,
        "q": query,
    }
    return render(request, "mailboxes/list.html", context)


def _tabs(shown: str, counts: dict[str, int]) -> list[dict[str, Any]]:
    url = reverse("mailboxes:list")
    return [
        {
            "label": label,
            "url": f"{url}?show={name}" if name else url,
            "current": name == shown,
            "count": counts.get(name) or None,
            "late": name == MailState.DEAD and bool(counts.get(name)),
        }
        for name, label in VIEWS.items()
    ]


@login_required
@require_GET
def mail(request: HttpRequest, pk: int) -> HttpResponse:
    """One mail with its whole text, read anew from the raw one."""
    actor = Actor.of_request(request)
    found = selectors.get_mail(actor, pk)
    can_move = found.state in STUCK_STATES and found.reason != Reason.TOO_LARGE
    context = {
        "mail": found,
        "content": _content(found),
        "sees_all": can_see_mail(actor),
        "may_retry": can_move and can_administer_mail(actor),
        "sees_claim": bool(selectors.open_claims_of(actor, [found])),
    }
    return render(request, "mailboxes/mail.html", context)


def _content(found: InboundMail) -> dict[str, Any]:
    """Text and names of files; `unreadable` when the raw mail is all there is."""
    try:
        with found.raw.open("rb") as file:
            parsed = parse(file.read())
    except Exception:
        log.exception("mail %s cannot be shown", found.pk)
        return {"unreadable": True}
    shown = parsed.text[:LONGEST_SHOWN]
    return {"text": shown, "is_cut": shown != parsed.text, "files": parsed.files}


@login_required
@require_GET
def raw(request: HttpRequest, pk: int) -> FileResponse:
    """The mail byte for byte, as a text to be saved."""
    actor = Actor.of_request(request)
    found = selectors.get_mail(actor, pk)
    commands.note_download(actor=actor, mail=found)
    response = FileResponse(found.raw.open("rb"))
    for name, value in download_headers(f"mail-{found.pk}.txt", "text/plain").items():
        response.headers[name] = value
    return response


@login_required
@require_POST
def process_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Try once more."""
    actor = Actor.of_request(request)
    commands.process_again(actor=actor, mail=selectors.get_mail(actor, pk))
    return _set_going(request, pk)


@login_required
@require_POST
def make_claim(request: HttpRequest, pk: int) -> HttpResponse:
    """Have a new claim made of it."""
    actor = Actor.of_request(request)
    commands.make_claim(actor=actor, mail=selectors.get_mail(actor, pk))
    return _set_going(request, pk)


def _set_going(request: HttpRequest, pk: int) -> HttpResponse:
    text = _("The mail will be processed within a minute.")
    return pages.done(request, reverse("mailboxes:mail", args=[pk]), text)


@login_required
@require_GET
def of_claim(request: HttpRequest, number: str) -> HttpResponse:
    """The mails that became a claim or joined it."""
    claim = claim_pages.claim_of(request, number)
    require(can_read_letters(Actor.of_request(request), claim))
    context = {
        "claim": claim,
        "mails": selectors.list_mails_of(claim),
        "open_claims": {claim.pk},
    }
    return render(request, "mailboxes/of_claim.html", context)
