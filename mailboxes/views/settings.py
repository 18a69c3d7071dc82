"""Setting mailboxes up."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from core import pages
from core.actors import Actor
from core.errors import Stale
from mailboxes import commands, selectors
from mailboxes.forms import MailboxForm, PauseForm
from mailboxes.imap import MailboxFailed
from mailboxes.models import Mailbox
from mailboxes.policies import can_administer_mail, require


def _to(mailbox: Mailbox) -> str:
    return reverse("mailboxes:mailbox", args=[mailbox.pk])


@login_required
def create(request: HttpRequest) -> HttpResponse:
    """A new mailbox."""
    actor = Actor.of_request(request)
    require(can_administer_mail(actor))
    if request.method != "POST":
        return _page(request, actor, MailboxForm.of(None), None)
    form = MailboxForm(request.POST)
    if form.is_valid():
        password = form.cleaned_data["password"]
        command = commands.create_mailbox
        made = pages.run(form, command, actor=actor, password=password, **form.values())
        if made is not None:
            return pages.done(request, _to(made), _("The mailbox is kept. Test the connection."))
    return _page(request, actor, form, None)


@login_required
def mailbox(request: HttpRequest, pk: int) -> HttpResponse:
    """One mailbox: how it stands, and its settings."""
    actor = Actor.of_request(request)
    found = selectors.get_mailbox(actor, pk)
    if request.method != "POST":
        return _page(request, actor, MailboxForm.of(found), found)
    require(can_administer_mail(actor))
    form = MailboxForm(request.POST, mailbox=found)
    if form.is_valid():
        try:
            kept = _change(actor, form, found)
        except Stale as stale:
            return _stale(request, actor, form, stale)
        if kept is not None:
            return pages.done(request, _to(found), _("Saved"))
    return _page(request, actor, form, found)


def _change(actor: Actor, form: MailboxForm, found: Mailbox) -> Mailbox | None:
    return pages.run(
        form,
        commands.change_mailbox,
        actor=actor,
        mailbox=found,
        values=form.values(),
        password=form.cleaned_data["password"],
        version=form.cleaned_data["version"],
    )


def _stale(request: HttpRequest, actor: Actor, form: MailboxForm, stale: Stale) -> HttpResponse:
    """What was typed stays; sent again, it stands on what the mailbox is now."""
    data = form.data.copy()  # type: ignore[attr-defined]
    data["version"] = stale.current.version
    form.data = data
    form.add_error(None, str(stale))
    response = _page(request, actor, form, stale.current)
    response.status_code = 409
    return response


def _page(
    request: HttpRequest, actor: Actor, form: MailboxForm, found: Mailbox | None
) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "mailbox": found,
        "administers": can_administer_mail(actor),
        "pause_form": PauseForm(),
    }
    status = 422 if form.is_bound else 200
    return render(request, "mailboxes/mailbox.html", context, status=status)


@login_required
@require_POST
def try_connection(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign in and look, changing nothing."""
    actor = Actor.of_request(request)
    found = selectors.get_mailbox(actor, pk)
    try:
        count = commands.try_mailbox(actor=actor, mailbox=found)
    except MailboxFailed as error:
        words = f"{error.trouble.label} {error.detail}".strip()
        messages.error(request, words)
    else:
        text = ngettext(
            "The connection works: %(n)s mail in the folder.",
            "The connection works: %(n)s mails in the folder.",
            count,
        )
        messages.success(request, text % {"n": count})
    return HttpResponseRedirect(_to(found))


@login_required
@require_POST
def pause(request: HttpRequest, pk: int) -> HttpResponse:
    """Fetch nothing for a while."""
    actor = Actor.of_request(request)
    found = selectors.get_mailbox(actor, pk)
    reason = request.POST.get("reason", "")
    commands.pause_mailbox(actor=actor, mailbox=found, reason=reason)
    return pages.done(request, _to(found), _("Paused"))


@login_required
@require_POST
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Fetch again."""
    actor = Actor.of_request(request)
    found = selectors.get_mailbox(actor, pk)
    commands.resume_mailbox(actor=actor, mailbox=found)
    return pages.done(request, _to(found), _("The mailbox is read again."))
