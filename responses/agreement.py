"""Who has to agree to a final response, what a signature covers, and whether all have signed.

Source: process description §3, trust page S7 and its separation-of-duty rules.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Sum
from django.utils.translation import gettext as _

from accounts.models import Role
from claims.models import Claim
from claims.states import Outcome, Step
from core.ui.wording import money
from responses.models import Approval, Compensation, Decision, LegalLimit, Letter
from responses.states import Meaning

MEANINGS = {Role.QUALITY_MANAGER: Meaning.RELEASE, Role.LEGAL: Meaning.LEGAL}


@dataclass(frozen=True)
class Needed:
    """A signature that a final response needs, and why; the reason is "" for the usual one."""

    role: str
    reason: str = ""


def decision_of(claim: Claim) -> Decision | None:
    """The decision with its lines, None while there is none."""
    found = Decision.objects.filter(claim=claim).select_related("decided_by")
    return found.prefetch_related("lines__item__product").first()


def bare_decision(claim: Claim) -> Decision | None:
    """The decision without its lines, for whoever asks only how it stands."""
    return Decision.objects.filter(claim=claim).first()


@dataclass(frozen=True)
class Case:
    """What the rules of agreement look at, read once: the decision, and why legal has to sign."""

    decision: Decision | None
    legal_reason: str

    @property
    def needed(self) -> list[Needed]:
        """Who has to sign: always a quality manager, legal where the rules say so."""
        needed = [Needed(Role.QUALITY_MANAGER)]
        return [*needed, Needed(Role.LEGAL, self.legal_reason)] if self.legal_reason else needed


def case_of(claim: Claim, decision: Decision | None = None) -> Case:
    """The case as things stand; `decision` if it was read already."""
    decision = decision or decision_of(claim)
    return Case(decision, legal_reason(claim, decision))


def legal_reason(claim: Claim, decision: Decision | None) -> str:
    """Why the legal reviewer has to sign, "" when they need not."""
    if decision is None:
        return ""
    if decision.outcome == Outcome.REJECTED:
        return _("The claim is rejected")
    if decision.legal_matter:
        return _("Injury, threat of court or legal hold")
    limits = dict(LegalLimit.objects.values_list("currency", "amount"))
    for currency, amount in amounts_at_stake(claim, decision).items():
        if amount > 0 and amount >= limits.get(currency, Decimal(0)):
            return _("Amount from %(limit)s") % {
                "limit": money(limits.get(currency, Decimal(0)), currency)
            }
    return ""


def amounts_at_stake(claim: Claim, decision: Decision) -> dict[str, Decimal]:
    """Currency → what the customer gets: the compensations, or what is accepted if that is more."""
    rows = Compensation.objects.filter(claim=claim).order_by().values("currency")
    amounts = {row["currency"]: row["total"] for row in rows.annotate(total=Sum("amount"))}
    accepted = decision.total_accepted if decision.accepts else Decimal(0)
    amounts[decision.currency] = max(amounts.get(decision.currency, Decimal(0)), accepted)
    return amounts


def roles_to_sign(letter: Letter) -> list[str]:
    """The roles whose signature this letter needs, as settled when it was sent for approval."""
    return [Role.QUALITY_MANAGER, *([Role.LEGAL] if letter.needs_legal else [])]


def standing_approvals(letter: Letter) -> list[Approval]:
    """The signatures that hold: not void, under this version, given in the present stay.

    A claim that left the step for response comes back with nothing signed, even before the letter
    itself was taken back.
    """
    found = Approval.objects.filter(letter=letter, revision=letter.revision, voided_at=None)
    if letter.claim.step == Step.RESPONSE:
        found = found.filter(at__gte=letter.claim.step_entered_at)
    return list(found.select_related("by"))


def missing_roles(letter: Letter, approvals: Iterable[Approval] | None = None) -> list[str]:
    """The roles that have not signed yet; `approvals` are the standing ones if read already."""
    standing = standing_approvals(letter) if approvals is None else approvals
    signed = {approval.role for approval in standing}
    return [role for role in roles_to_sign(letter) if role not in signed]


def digest_of(letter: Letter) -> str:
    """SHA-256 over everything that a signature covers, as it is now."""
    decision = decision_of(letter.claim)
    content = {
        "claim": letter.claim_id,
        "letter": [letter.pk, letter.kind, letter.language, letter.revision],
        "texts": letter.texts,
        "recipient": [letter.contact_id, letter.recipient_name, letter.recipient_email],
        "enclosures": sorted(letter.enclosures.values_list("sha256", flat=True)),
        "decision": _decision_content(decision) if decision else None,
        "compensations": list(
            Compensation.objects.filter(claim=letter.claim_id)
            .order_by("id")
            .values_list("id", "kind", "amount", "currency", "note")
        ),
    }
    text = json.dumps(content, cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _decision_content(decision: Decision) -> dict[str, Any]:
    names = ("outcome", "reason_code", "reason", "apology", "currency", "no_compensation")
    lines = decision.lines.values_list(
        "item_id", "text", "quantity_accepted", "value_claimed", "value_accepted", "reason"
    )
    content: dict[str, Any] = {name: getattr(decision, name) for name in names}
    return {**content, "legal_matter": decision.legal_matter, "lines": list(lines)}
