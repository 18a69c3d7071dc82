"""Moving a claim: the question before, with what is missing, and the move itself."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from claims import pages as claim_pages
from claims.commands import move_claim
from claims.forms.fields import text_area
from claims.lifecycle import TRANSITIONS, Transition
from claims.models import Claim
from claims.policies import can_move_claim
from claims.requirements import answers_for
from claims.selectors import get_bare_claim
from claims.states import CancelReason
from claims.views.parts import ShortForm, VersionForm, answer_short_form
from core.actors import Actor
from core.errors import NotPermitted


class MoveForm(VersionForm):
    """A remark; the reason where the move needs one."""

    remark = forms.CharField(
        label=gettext_lazy("Remark"), required=False, max_length=5000, widget=text_area(3)
    )


class CancelForm(MoveForm):
    """Cancelling cannot be taken back by a click: the number is typed to make sure."""

    field_order = ("version", "cancel_reason", "duplicate_of", "remark", "number")

    cancel_reason = forms.ChoiceField(
        label=gettext_lazy("Why it is cancelled"),
        choices=CancelReason.choices,
        widget=forms.RadioSelect,
    )
    duplicate_of = forms.CharField(
        label=gettext_lazy("Duplicate of claim"), required=False, max_length=16
    )
    number = forms.CharField(label=gettext_lazy("Number of this claim"), max_length=16)

    def __init__(self, *args: Any, claim: Claim, actor: Actor, **kwargs: Any) -> None:
        self.claim, self.actor = claim, actor
        super().__init__(*args, **kwargs)
        hint = _("Type %(number)s to make sure.") % {"number": claim.number}
        self.fields["number"].help_text = hint
        self.fields["duplicate_of"].help_text = _("Only for a duplicate: its number.")
        self.fields["number"].widget.attrs["autocomplete"] = "off"

    def clean_number(self) -> str:
        """The number as typed; dashes of any length will do."""
        typed = str(self.cleaned_data["number"]).strip()
        if typed.replace("–", "-").replace("—", "-") != self.claim.number:
            raise forms.ValidationError(_("This is not the number of this claim."))
        return typed

    def clean_duplicate_of(self) -> Claim | None:
        """The claim of that number, if the reader may see it."""
        typed = str(self.cleaned_data["duplicate_of"]).strip()
        if not typed:
            return None
        try:
            return get_bare_claim(self.actor, typed)
        except Claim.DoesNotExist:
            raise forms.ValidationError(_("There is no claim %(n)s.") % {"n": typed}) from None


@login_required
def move(request: HttpRequest, number: str, transition: str) -> HttpResponse:
    """Ask before a move and perform it."""
    claim = claim_pages.claim_of(request, number)
    actor = Actor.of_request(request)
    edge = TRANSITIONS.get(transition)
    if edge is None:
        raise Http404
    if not can_move_claim(actor, claim, edge):
        raise NotPermitted(_("Your role may not do this step."))
    return answer_short_form(request, claim, _question(request, actor, claim, edge))


def _question(request: HttpRequest, actor: Actor, claim: Claim, edge: Transition) -> ShortForm:
    possible = claim.step in edge.moves
    points = answers_for(claim, edge) if possible else []
    form = _form(request, actor, claim, edge)

    def run(data: dict[str, Any]) -> None:
        values = {name: value for name, value in data.items() if name not in ("number", "version")}
        move_claim(
            actor=actor, claim=claim, transition=edge.name, version=data["version"], **values
        )

    return ShortForm(
        title=edge.label,
        submit=edge.label,
        form=form,
        run=run,
        done=_done(claim, edge) if possible else "",
        intro=_intro(claim, edge),
        danger=edge.name == "cancel",
        points=points,
        blocked=not possible or any(not each.met for each in points),
    )


def _form(request: HttpRequest, actor: Actor, claim: Claim, edge: Transition) -> MoveForm:
    data, initial = request.POST or None, {"version": claim.version}
    if edge.name == "cancel":
        form: MoveForm = CancelForm(data, initial=initial, claim=claim, actor=actor)
    else:
        form = MoveForm(data, initial=initial)
    if edge.needs_reason:
        form.fields["remark"].label = _("Reason")
        form.fields["remark"].required = True
    return form


def _intro(claim: Claim, edge: Transition) -> str:
    if claim.step not in edge.moves:
        return _("This is not possible from the step “%(step)s”.") % {
            "step": claim.get_step_display()
        }
    if edge.name == "cancel":
        return _("The claim leaves the work of everybody. Its number stays used; history stays.")
    target = edge.moves[claim.step]
    return _("%(number)s goes from “%(old)s” to “%(new)s”.") % {
        "number": claim.number,
        "old": claim.get_step_display(),
        "new": target.label,
    }


def _done(claim: Claim, edge: Transition) -> str:
    target = edge.moves[claim.step]
    return _("%(number)s: %(step)s") % {"number": claim.number, "step": target.label}
