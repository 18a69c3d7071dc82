"""Sending a letter, noting that it was sent otherwise, taking it back."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from claims.views.parts import ShortForm, VersionForm, answer_short_form
from core import clock
from responses import commands, policies
from responses.forms.letters import MarkSentForm
from responses.models import Letter
from responses.states import LetterKind
from responses.views.parts import back_to, home_of, letter_of


def _after(letter: Letter) -> str:
    """Where one goes after a letter was dealt with."""
    if letter.kind == LetterKind.FINAL:
        return home_of(letter)
    return reverse("responses:correspondence", args=[letter.claim.number])


@login_required
def send(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Ask once more, as a letter that went out does not come back; then give it to the mail."""
    actor, letter = letter_of(request, number, pk)
    policies.require_may(policies.can_write_letters(actor, letter.claim))
    form = VersionForm(request.POST or None, initial={"version": letter.version})
    to = f"{letter.recipient_name} <{letter.recipient_email}>" if letter.recipient_email else "—"
    intro = _("“%(subject)s” goes by e-mail to %(to)s. What went out cannot be called back.")
    short = ShortForm(
        title=_("Send the letter"),
        submit=_("Send"),
        form=form,
        intro=intro % {"subject": letter.subject, "to": to.strip()},
        run=lambda data: commands.send_letter(actor=actor, letter=letter, **data),
        done=_("The letter is on its way"),
        back=back_to(request, _after(letter)),
    )
    return answer_short_form(request, letter.claim, short)


@login_required
def mark(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Note that the letter reached the customer by other means."""
    actor, letter = letter_of(request, number, pk)
    policies.require_may(policies.can_write_letters(actor, letter.claim))
    start = {"version": letter.version, "sent_at": clock.now()}
    short = ShortForm(
        title=_("Sent by other means"),
        submit=_("Note as sent"),
        form=MarkSentForm(request.POST or None, initial=start),
        intro=_("The deadline counts from when this is noted."),
        run=lambda data: commands.mark_sent(actor=actor, letter=letter, **data),
        done=_("Noted as sent"),
        back=back_to(request, _after(letter)),
    )
    return answer_short_form(request, letter.claim, short)


@login_required
def take_back(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Make it a draft again; signatures become void."""
    actor, letter = letter_of(request, number, pk)
    policies.require_may(policies.can_write_letters(actor, letter.claim))
    short = ShortForm(
        title=_("Take the letter back"),
        submit=_("Take back"),
        form=VersionForm(request.POST or None, initial={"version": letter.version}),
        intro=_("It becomes a draft again, and every approval given so far is void."),
        run=lambda data: commands.take_back_letter(actor=actor, letter=letter, **data),
        done=_("The letter is a draft again"),
        back=back_to(request, home_of(letter)),
    )
    return answer_short_form(request, letter.claim, short)
