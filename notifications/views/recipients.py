"""Who is told of a claim: naming people by hand, and what to do when a message does not arrive."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from claims import pages as claim_pages
from claims.models import Claim
from claims.views.parts import ShortForm, answer_short_form
from core import pages
from core.actors import Actor
from notifications import commands, selectors
from notifications.forms import HandOverForm, RecipientForm
from notifications.policies import can_name_recipients, require
from notifications.views.parts import back_to, posted


def _coordinated(request: HttpRequest, number: str) -> tuple[Actor, Claim]:
    claim, actor = claim_pages.claim_of(request, number), Actor.of_request(request)
    require(can_name_recipients(actor, claim))
    return actor, claim


@login_required
def name_recipient(request: HttpRequest, number: str) -> HttpResponse:
    """Have somebody told besides the notification list."""
    actor, claim = _coordinated(request, number)
    short = ShortForm(
        title=_("Tell somebody else"),
        submit=_("Add"),
        form=RecipientForm(posted(request)),
        run=lambda data: commands.name_recipient(actor=actor, claim=claim, **data),
        done=_("Added to those told"),
        intro=_("Besides those whom the notification list names. A person gets to see the claim."),
        back=back_to(request, claim, "notified"),
    )
    return answer_short_form(request, claim, short)


@login_required
@require_POST
def remove_recipient(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Take back a naming."""
    actor, claim = _coordinated(request, number)
    named = selectors.list_named(claim).get(pk=pk)
    commands.remove_recipient(actor=actor, named=named)
    return pages.done(request, back_to(request, claim, "notified"), _("Removed"))


@login_required
def hand_over(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Note that somebody was told another way."""
    actor, claim = _coordinated(request, number)
    notice = selectors.notices_of(claim).get(pk=pk)
    short = ShortForm(
        title=_("Told another way: %(person)s") % {"person": notice.recipient},
        submit=_("Keep the note"),
        form=HandOverForm(posted(request)),
        run=lambda data: commands.hand_over(actor=actor, notice=notice, **data),
        done=_("Noted"),
        back=back_to(request, claim, "notified"),
    )
    return answer_short_form(request, claim, short)


@login_required
@require_POST
def try_again(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Send a dead message again."""
    actor, claim = _coordinated(request, number)
    notice = selectors.notices_of(claim).get(pk=pk)
    commands.try_again(actor=actor, message=notice.message)
    back = pages.next_url(request, back_to(request, claim, "notified"))
    return pages.done(request, back, _("Will be sent again"))
