"""What must be true before a claim goes on, as far as the customer was or will be answered."""

from __future__ import annotations

from collections.abc import Callable

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from claims.models import Claim
from claims.requirements import requirement
from responses import selectors
from responses.agreement import bare_decision, missing_roles
from responses.models import Compensation
from responses.states import LetterState
from responses.vetting import compensation_missing


def _at(view: str, anchor: str = "") -> Callable[[Claim], str]:
    def link(claim: Claim) -> str:
        url = reverse(f"responses:{view}", args=[claim.number])
        return f"{url}#{anchor}" if anchor else url

    return link


@requirement(
    "acknowledgement_sent", _("Acknowledgement sent, or waived"), link=_at("correspondence")
)
def acknowledgement_sent(claim: Claim) -> str:
    if claim.acknowledged_at or claim.acknowledgement_waiver:
        return ""
    return gettext("Send the customer an acknowledgement, or say why none is sent.")


@requirement("decision_recorded", _("Decision recorded"), link=_at("tab", "decision"))
def decision_recorded(claim: Claim) -> str:
    return "" if bare_decision(claim) else gettext("Record the decision.")


@requirement("response_sent", _("Response approved and sent"), link=_at("tab", "letter"))
def response_sent(claim: Claim) -> str:
    """A final response of this round, sent after the decision last changed."""
    letter = selectors.latest_final(claim)
    if letter is None:
        return gettext("Write the final response.")
    if letter.state == LetterState.DRAFT:
        return gettext("Send the final response for approval.")
    if letter.state == LetterState.IN_APPROVAL:
        roles = ", ".join(selectors.role_names(missing_roles(letter)))
        return gettext("The final response waits for approval: %(roles)s.") % {"roles": roles}
    if letter.state == LetterState.APPROVED:
        return gettext("Send the final response to the customer.")
    if selectors.is_outdated(letter):
        return gettext("Things changed after the response was sent. Send a further response.")
    return ""


@requirement("compensation_decided", _("Compensation decided"), link=_at("tab", "compensation"))
def compensation_decided(claim: Claim) -> str:
    return compensation_missing(claim, bare_decision(claim))


@requirement(
    "compensation_settled", _("Compensation settled, or none"), link=_at("tab", "compensation")
)
def compensation_settled(claim: Claim) -> str:
    waiting = Compensation.objects.filter(claim=claim, settled_at=None).count()
    if waiting:
        return gettext("Finance has not settled every compensation yet.")
    return ""
