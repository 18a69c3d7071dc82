"""What step 2 demands before a claim goes on, as the lifecycle page names it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from claims.models import Claim
from claims.requirements import requirement
from notifications import selectors
from notifications.cases import is_critical
from notifications.models import ContainmentOrder, Notice
from notifications.recipients import is_anybody_told
from notifications.states import HOLDING, MessageState, Occasion


def _overview(anchor: str) -> Callable[[Claim], str]:
    def link(claim: Claim) -> str:
        return f"{reverse('claims:detail', args=[claim.number])}#{anchor}"

    return link


def _page(view: str) -> Callable[[Claim], str]:
    def link(claim: Claim) -> str:
        return reverse(view, args=[claim.number])

    return link


def _listed(things: Iterable[object]) -> str:
    return ", ".join(str(thing) for thing in things)


@requirement(
    "recipients_known", _("Somebody will be told"), link=_page("notifications:name_recipient")
)
def recipients_known(claim: Claim) -> str:
    if is_anybody_told(claim, Occasion.NOTIFY):
        return ""
    return gettext("Name somebody to be told: the notification list yields nobody.")


@requirement(
    "containment_considered", _("Containment considered"), link=_page("notifications:order")
)
def containment_considered(claim: Claim) -> str:
    if claim.containment_waiver:
        return ""
    if selectors.open_requests().filter(claim=claim).exists():
        return gettext("Answer the wish to stop something: order it, or say why not.")
    if is_critical(claim) and not ContainmentOrder.objects.filter(claim=claim).exists():
        return gettext("Order containment, or say why none is needed.")
    return ""


@requirement("notices_sent", _("Everybody is told"), link=_overview("notified"))
def notices_sent(claim: Claim) -> str:
    told = Notice.objects.filter(claim=claim, occasion__in=selectors.TELLING)
    if selectors.is_being_told(claim) or not told.exists():
        return gettext("The notices are being prepared.")
    open_notices = list(selectors.unsettled(claim))
    dead = [each for each in open_notices if each.message.state == MessageState.DEAD]
    if dead:
        return gettext("Tell %(people)s another way: the e-mail could not be sent.") % {
            "people": _listed(each.recipient for each in dead)
        }
    if open_notices:
        return gettext("The e-mail to %(people)s is still on its way.") % {
            "people": _listed(each.recipient for each in open_notices)
        }
    if (claim.is_safety or is_critical(claim)) and not selectors.is_acknowledged(claim):
        return gettext("At least one of those told has to confirm having read it.")
    return ""


@requirement("containment_executed", _("Containment executed"), link=_overview("containment"))
def containment_executed(claim: Claim) -> str:
    waiting = [
        each for each in selectors.list_orders(claim) if not (each.executed_at or each.lifted_at)
    ]
    if not waiting:
        return ""
    return gettext("Execute: %(orders)s.") % {"orders": _listed(waiting)}


@requirement("containment_lifted", _("Containment lifted"), link=_overview("containment"))
def containment_lifted(claim: Claim) -> str:
    in_force = [
        each
        for each in selectors.list_orders(claim)
        if each.lifted_at is None and (each.kind in HOLDING or each.executed_at is None)
    ]
    if not in_force:
        return ""
    return gettext("Lift: %(orders)s.") % {"orders": _listed(in_force)}
