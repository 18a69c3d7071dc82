"""The correspondence: everything said with the customer in order, and what is said next."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from claims import pages as claim_pages
from claims.commands import add_comment, waive_acknowledgement
from claims.models import Claim
from claims.policies import can_comment
from claims.views.parts import ShortForm, answer_short_form
from core import pages
from core.actors import Actor
from core.text import whole_number
from responses import commands, policies, selectors
from responses.filling import filled_texts
from responses.forms.letters import ComposeForm
from responses.forms.listening import IncomingForm, NoteForm, WaiverForm
from responses.models import Letter, LetterTemplate
from responses.states import LetterKind
from responses.thread import list_thread

LETTER, NOTE, INCOMING = "letter", "note", "incoming"
SHORT = (LetterKind.ACKNOWLEDGEMENT, LetterKind.INTERIM)


def _url(claim: Claim, write: str = "") -> str:
    url = reverse("responses:correspondence", args=[claim.number])
    return f"{url}?write={write}" if write else url


def _readable(request: HttpRequest, number: str) -> tuple[Actor, Claim]:
    actor = Actor.of_request(request)
    claim = claim_pages.claim_of(request, number)
    policies.require_may(policies.can_read_letters(actor, claim))
    return actor, claim


@login_required
def correspondence(request: HttpRequest, number: str) -> HttpResponse:
    """The thread; posted, a new letter, an internal note or what the customer said."""
    actor, claim = _readable(request, number)
    writes = policies.can_write_letters(actor, claim)
    mode = request.POST.get("write") or request.GET.get("write") or LETTER
    if not writes or mode not in (LETTER, NOTE, INCOMING):
        mode = LETTER if writes else NOTE
    form: Any = None
    if writes or can_comment(actor, claim):
        form, answer = MODES[mode](request, actor, claim)
        if answer is not None:
            return answer
    context = claim_pages.claim_context(request, claim, "correspondence")
    context |= {
        "thread": list_thread(actor, claim),
        "writes": writes,
        "mode": mode,
        "form": form,
        "modes": _modes(claim, mode) if writes else [],
        **(_templates(request, claim) if writes and mode == LETTER else {}),
    }
    invalid = form is not None and form.is_bound
    status = 422 if invalid else 200
    return render(request, "responses/correspondence.html", context, status=status)


def _modes(claim: Claim, mode: str) -> list[dict[str, Any]]:
    words = (
        (LETTER, _("To the customer"), "mail-forward"),
        (INCOMING, _("From the customer"), "mail"),
        (NOTE, _("Internal note"), "note"),
    )
    return [
        {"label": label, "icon": icon, "url": _url(claim, name), "current": name == mode}
        for name, label, icon in words
    ]


def _language(claim: Claim) -> str:
    return claim.customer.language if claim.customer else claim.site.language


def _templates(request: HttpRequest, claim: Claim) -> dict[str, Any]:
    """The templates to begin from, in the customer's language."""
    return {
        "templates": list(selectors.list_templates(SHORT, _language(claim))),
        "template": _template(request, claim),
    }


def _template(request: HttpRequest, claim: Claim) -> LetterTemplate | None:
    """The one that was chosen, else the one that comes next: acknowledgement, then interim."""
    wanted = request.POST.get("template") or request.GET.get("template") or ""
    key = whole_number(wanted)
    if key is not None:
        found = selectors.find_template(key, SHORT)
        if found is not None:
            return found
    open_still = not (claim.acknowledged_at or claim.acknowledgement_waiver)
    kind = LetterKind.ACKNOWLEDGEMENT if open_still else LetterKind.INTERIM
    return selectors.default_template(kind, _language(claim))


Answered = tuple[Any, HttpResponse | None]


def _compose(request: HttpRequest, actor: Actor, claim: Claim) -> Answered:
    """A new letter: kept as a draft, then sent after one more look."""
    template = _template(request, claim)
    language = template.language if template else _language(claim)
    options: dict[str, Any] = {"claim": claim, "language": language, "auto_id": "new_%s"}
    if request.method != "POST":
        return ComposeForm(initial=_start(claim, template), **options), None
    form = ComposeForm(request.POST, **options)
    if not form.is_valid():
        return form, None
    letter = pages.run(
        form,
        commands.draft_letter,
        actor=actor,
        claim=claim,
        kind=form.cleaned_data["kind"],
        template=form.cleaned_data["template"],
        values=form.letter_values(),
    )
    if letter is None:
        return form, None
    return form, pages.done(request, _after_draft(request, letter))


def _start(claim: Claim, template: LetterTemplate | None) -> dict[str, Any]:
    start: dict[str, Any] = {"kind": LetterKind.INTERIM}
    if template is not None:
        start |= {"kind": template.kind, "template": template.pk, **filled_texts(template, claim)}
    if claim.contact is not None and claim.contact.customer_id == claim.customer_id:
        start |= {
            "contact": claim.contact.pk,
            "recipient_name": claim.contact.name,
            "recipient_email": claim.contact.email,
        }
    return start


def _after_draft(request: HttpRequest, letter: Letter) -> str:
    """Where the pressed button leads: to sending it, to noting it as sent, or to the draft."""
    wanted = request.POST.get("do", "")
    name = {"send": "responses:send", "mark": "responses:mark"}.get(wanted, "responses:letter")
    return reverse(name, args=[letter.claim.number, letter.pk])


def _take_down(request: HttpRequest, actor: Actor, claim: Claim) -> Answered:
    """What the customer said."""
    form = IncomingForm(
        request.POST or None, initial={"sender_name": str(claim.contact or "")}, auto_id="in_%s"
    )
    if request.method != "POST" or not form.is_valid():
        return form, None
    kept = pages.run(form, commands.receive_message, actor=actor, claim=claim, **form.cleaned_data)
    if kept is None:
        return form, None
    return form, pages.done(request, _url(claim), _("Message noted"))


def _comment(request: HttpRequest, actor: Actor, claim: Claim) -> Answered:
    """An internal note: it stands among the comments."""
    form = NoteForm(request.POST or None, auto_id="note_%s")
    if request.method != "POST" or not form.is_valid():
        return form, None
    if pages.run(form, add_comment, actor=actor, claim=claim, **form.cleaned_data) is None:
        return form, None
    return form, pages.done(request, _url(claim), _("Note added"))


MODES = {LETTER: _compose, INCOMING: _take_down, NOTE: _comment}


@login_required
def waive(request: HttpRequest, number: str) -> HttpResponse:
    """Say why no acknowledgement is sent."""
    actor, claim = _readable(request, number)
    policies.require_may(policies.can_write_letters(actor, claim))
    form = WaiverForm(request.POST or None, initial={"reason": claim.acknowledgement_waiver})
    short = ShortForm(
        title=_("No acknowledgement"),
        submit=_("Keep the reason"),
        form=form,
        run=lambda data: waive_acknowledgement(actor=actor, claim=claim, **data),
        done=_("Noted: no acknowledgement is sent"),
        back=_url(claim),
    )
    return answer_short_form(request, claim, short)
