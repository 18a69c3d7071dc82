"""Legal notes."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Role
from claims import pages as claim_pages
from claims.views.parts import ShortForm, answer_short_form
from core.actors import Actor
from responses import commands, policies, selectors
from responses.forms.listening import LegalNoteForm


@login_required
def legal(request: HttpRequest, number: str) -> HttpResponse:
    """Legal notes; managers get the sums alone, and an auditor's reading is part of the history."""
    actor = Actor.of_request(request)
    claim = claim_pages.claim_of(request, number)
    policies.require_may(policies.can_see_settlements(actor, claim))
    notes = selectors.list_legal_notes(claim)
    reads = policies.can_see_legal_notes(actor, claim)
    if reads and notes and actor.user.has_role(Role.AUDITOR):
        commands.note_legal_reading(actor=actor, claim=claim)
    context = claim_pages.claim_context(request, claim, "response") | {
        "notes": notes if reads else [],
        "settlements": [each for each in notes if each.settlement_amount is not None],
        "reads": reads,
        "may_write": policies.can_write_legal_note(actor, claim),
    }
    return render(request, "responses/legal.html", context)


@login_required
def legal_note(request: HttpRequest, number: str) -> HttpResponse:
    """Write a legal note."""
    actor = Actor.of_request(request)
    claim = claim_pages.claim_of(request, number)
    policies.require_may(policies.can_write_legal_note(actor, claim))
    short = ShortForm(
        title=_("Write a legal note"),
        submit=_("Add the note"),
        form=LegalNoteForm(request.POST or None),
        intro=_("Notes are added, never changed."),
        run=lambda data: commands.add_legal_note(actor=actor, claim=claim, **data),
        done=_("Note added"),
        back=reverse("responses:legal", args=[claim.number]),
    )
    return answer_short_form(request, claim, short)
