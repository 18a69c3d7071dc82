"""What must be true before a move: the registry, and the answers that claims itself can give.

One list serves the "what is needed to go on" panel, the API's answer and the refusal. An app above
registers the answers that need its own facts from `AppConfig.ready()`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from claims.lifecycle import Transition
from claims.models import Claim
from claims.states import Severity
from core.errors import MissingRequirement

# An answer is "" when the requirement is met, else a sentence saying what is missing.
Check = Callable[[Claim], str]


@dataclass(frozen=True)
class Requirement:
    """A named condition; `sentence` states it as met, `link` leads to where it is supplied."""

    name: str
    sentence: Any
    check: Check
    link: Callable[[Claim], str]


@dataclass(frozen=True)
class Answer:
    """What a requirement says of one claim now. `detail` is empty when it is met."""

    requirement: str
    sentence: str
    detail: str
    url: str

    @property
    def met(self) -> bool:
        """Nothing is missing."""
        return not self.detail


_registry: dict[str, Requirement] = {}


def requirement(
    name: str, sentence: Any, *, link: Callable[[Claim], str]
) -> Callable[[Check], Check]:
    """Register the decorated function as the answer to the requirement `name`."""

    def register(check: Check) -> Check:
        if name in _registry:
            raise ValueError(f"requirement {name} is answered twice")
        _registry[name] = Requirement(name, sentence, check, link)
        return check

    return register


def unanswered(names: set[str]) -> set[str]:
    """The names among `names` that no app answers."""
    return names - set(_registry)


def answers_for(claim: Claim, transition: Transition) -> list[Answer]:
    """What every requirement of `transition` says of `claim`, in the lifecycle page's order."""
    answers = []
    for name in transition.requires:
        each = _registry[name]
        answers.append(Answer(name, str(each.sentence), str(each.check(claim)), each.link(claim)))
    return answers


def missing_for(claim: Claim, transition: Transition) -> list[MissingRequirement]:
    """The requirements of `transition` that `claim` does not meet yet."""
    return [
        MissingRequirement(each.requirement, each.detail, each.url)
        for each in answers_for(claim, transition)
        if not each.met
    ]


def _at(view: str, anchor: str = "") -> Callable[[Claim], str]:
    def link(claim: Claim) -> str:
        url = reverse(view, args=[claim.number])
        return f"{url}#{anchor}" if anchor else url

    return link


@requirement("customer_known", _("Customer known"), link=_at("claims:edit", "customer"))
def customer_known(claim: Claim) -> str:
    return "" if claim.customer_id else gettext("Choose the customer.")


@requirement("product_known", _("Product known"), link=_at("claims:edit", "items"))
def product_known(claim: Claim) -> str:
    items = list(claim.items.all())
    if not items:
        return gettext("Add at least one item with its product.")
    without = [item for item in items if item.product_id is None]
    return gettext("Choose the product of every item.") if without else ""


@requirement("quantity_known", _("Claimed quantity known"), link=_at("claims:edit", "items"))
def quantity_known(claim: Claim) -> str:
    for item in claim.items.all():
        if not item.quantity_claimed or not item.unit:
            return gettext("Enter the claimed quantity and unit of every item.")
    return ""


@requirement("lot_known", _("Lot known or explained"), link=_at("claims:edit", "items"))
def lot_known(claim: Claim) -> str:
    for item in claim.items.all():
        if not (item.lot_id or item.lot_code or item.lot_unknown_reason):
            return gettext("Enter the lot of every item, or why it is unknown.")
    return ""


@requirement("defect_known", _("Defect code chosen"), link=_at("claims:edit", "items"))
def defect_known(claim: Claim) -> str:
    for item in claim.items.all():
        # A report names only the group; the codes below it are what figures count.
        if item.defect is None or (item.defect.group_id is None and item.defect.codes.exists()):
            return gettext("Choose the defect code of every item.")
    return ""


@requirement("description_given", _("Problem described"), link=_at("claims:edit", "description"))
def description_given(claim: Claim) -> str:
    if len(claim.description.strip()) >= 10:
        return ""
    return gettext("Describe the problem in at least 10 characters.")


@requirement("severity_judged", _("Severity judged"), link=_at("claims:edit", "severity"))
def severity_judged(claim: Claim) -> str:
    return "" if claim.severity else gettext("Choose the severity.")


@requirement("owner_named", _("Owner named"), link=_at("claims:edit", "owner"))
def owner_named(claim: Claim) -> str:
    return "" if claim.owner_id else gettext("Name the owner of the claim.")


@requirement(
    "duplicates_answered", _("Similar claims looked at"), link=_at("claims:edit", "similar")
)
def duplicates_answered(claim: Claim) -> str:
    from claims.selectors import list_similar

    if claim.duplicate_answer or not list_similar(claim, limit=1):
        return ""
    return gettext("Say whether one of the similar claims is the same.")


@requirement("not_critical", _("Severity below critical"), link=_at("claims:detail"))
def not_critical(claim: Claim) -> str:
    if claim.severity == Severity.CRITICAL:
        return gettext("A critical claim needs the full investigation.")
    return ""


@requirement("no_final_response", _("No final response sent"), link=_at("claims:detail"))
def no_final_response(claim: Claim) -> str:
    if claim.final_response_at:
        return gettext("The final response has been sent; close the claim instead.")
    return ""
