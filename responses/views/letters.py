"""Writing letters: begin, edit, take over suggestions, send for approval, discard."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from claims import pages as claim_pages
from claims.models import Claim
from core import pages
from core.actors import Actor
from core.errors import Stale, TransitionRefused
from core.files import safe_name
from core.ui.conflicts import Conflict, compare
from responses import commands, policies, selectors, suggestions
from responses.filling import in_language
from responses.forms.letters import LetterForm
from responses.models import Letter
from responses.paper import paper_of
from responses.states import LetterKind, LetterState
from responses.views.parts import (
    conflict_page,
    home_of,
    letter_of,
    readable_claim,
    somebody,
    tab_url,
)
from responses.views.tab import approval_context, response_page

SUGGESTED = {
    "findings": suggestions.suggest_findings,
    "done": suggestions.suggest_done,
    "planned": suggestions.suggest_planned,
    "settlement": suggestions.suggest_settlement,
}


@login_required
@require_POST
def begin(request: HttpRequest, number: str) -> HttpResponse:
    """Start the final response from its template."""
    actor, claim = readable_claim(request, number)
    commands.draft_letter(actor=actor, claim=claim, kind=LetterKind.FINAL)
    return pages.done(request, tab_url(claim, "letter"), _("Draft begun"))


@login_required
def letter(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Read or edit one letter; buttons save it, send it for approval or lead to sending it."""
    actor, found = letter_of(request, number, pk)
    if request.method == "POST":
        return _edited(request, actor, found)
    if found.kind == LetterKind.FINAL and not found.is_sent:
        return pages.done(request, home_of(found))
    return _page(request, actor, found, _form_for(actor, found))


def _form_for(actor: Actor, found: Letter) -> LetterForm | None:
    writes = policies.can_write_letters(actor, found.claim)
    return LetterForm.of(found) if writes and found.state == LetterState.DRAFT else None


def _page(
    request: HttpRequest,
    actor: Actor,
    found: Letter,
    form: LetterForm | None,
    *,
    status: int = 200,
    refusal: TransitionRefused | None = None,
) -> HttpResponse:
    """A letter that does not need approval on its own page, the final one on the response tab."""
    if found.kind == LetterKind.FINAL and not found.is_sent:
        given: dict[str, Any] = {"letter_form": form, "refusal": refusal}
        return response_page(request, actor, found.claim, status=status, **given)
    context = claim_pages.claim_context(request, found.claim, "correspondence")
    context |= approval_context(actor, found)
    context |= {
        "letter": found,
        "letter_form": form,
        "refusal": refusal,
        "writes": policies.can_write_letters(actor, found.claim),
        "paper": paper_of(found, empty_parts=form is not None),
        "mail": next(iter(found.mails.all()), None),
    }
    return render(request, "responses/letter.html", context, status=status)


def _edited(request: HttpRequest, actor: Actor, found: Letter) -> HttpResponse:
    policies.require_may(policies.can_write_letters(actor, found.claim))
    wanted = request.POST.get("take", "")
    if wanted in SUGGESTED:
        data = _with_suggestion(request.POST, found, wanted)
        return _page(request, actor, found, LetterForm.of(found, data))
    form = LetterForm.of(found, request.POST)
    if not form.is_valid():
        return _page(request, actor, found, form, status=422)
    try:
        saved = pages.run(
            form,
            commands.edit_letter,
            actor=actor,
            letter=found,
            values=form.values(),
            enclosures=form.cleaned_data["enclosures"],
            version=form.cleaned_data["version"],
        )
    except Stale as stale:
        return _conflict(request, actor, found, form, stale)
    if saved is None:
        return _page(request, actor, found, form, status=422)
    return _go_on(request, actor, saved)


def _go_on(request: HttpRequest, actor: Actor, saved: Letter) -> HttpResponse:
    """What the pressed button asks for after the text is safe."""
    wanted = request.POST.get("do", "")
    if wanted == "send":
        number = saved.claim.number
        return pages.done(request, reverse("responses:send", args=[number, saved.pk]))
    if wanted == "submit":
        try:
            commands.submit_letter(actor=actor, letter=saved)
        except TransitionRefused as refusal:
            fresh = letter_of(request, saved.claim.number, saved.pk)[1]
            return _page(request, actor, fresh, LetterForm.of(fresh), status=409, refusal=refusal)
        return pages.done(request, home_of(saved), _("Sent for approval"))
    return pages.done(request, home_of(saved), _("Draft saved"))


def _with_suggestion(data: QueryDict, found: Letter, name: str) -> QueryDict:
    """What was typed, with the suggestion added to one of the texts; nothing is saved."""
    with in_language(found.language, found.claim):
        suggested = SUGGESTED[name](found.claim)
    changed = data.copy()
    typed = changed.get(name, "").strip()
    if suggested and suggested not in typed:
        changed[name] = "\n".join(filter(None, [typed, suggested]))
    return changed


def _conflict(
    request: HttpRequest, actor: Actor, found: Letter, form: LetterForm, stale: Stale
) -> HttpResponse:
    current: Letter = stale.current

    def make() -> Conflict:
        return compare(
            form,
            LetterForm.of(current),
            version=current.version,
            who=somebody(selectors.other_editor(current, actor.user) or current.author),
            action=reverse("responses:letter", args=[found.claim.number, found.pk]),
            back=home_of(found),
        )

    tab = "response" if found.kind == LetterKind.FINAL else "correspondence"
    return conflict_page(request, _claim(request, found), tab, make)


def _claim(request: HttpRequest, found: Letter) -> Claim:
    return claim_pages.claim_of(request, found.claim.number)


@login_required
@require_POST
def discard(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Throw a draft away."""
    actor, found = letter_of(request, number, pk)
    url = tab_url(found.claim)
    if found.kind != LetterKind.FINAL:
        url = reverse("responses:correspondence", args=[number])
    commands.discard_letter(actor=actor, letter=found)
    return pages.done(request, url, _("Draft discarded"))


@login_required
@require_GET
def copy(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """The frozen copy of a letter that was sent, as a file that shows no script and no secrets."""
    _actor, found = letter_of(request, number, pk)
    if not found.is_sent:
        raise Letter.DoesNotExist
    response = HttpResponse(found.frozen_html, content_type="application/octet-stream")
    name = safe_name(f"{found.claim.number} {found.get_kind_display()} {found.pk}.html")
    response.headers["Content-Disposition"] = f'attachment; filename="letter-{found.pk}.html"'
    if name.isascii():
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
