"""Reading investigations. The claim passed in was fetched through what the actor may see."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Count, Prefetch, QuerySet
from django.utils.translation import gettext as _

from claims.models import Claim
from claims.states import Step
from investigations import tracing
from investigations.models import (
    AffectedLot,
    Cause,
    Fact,
    Finding,
    Investigation,
    IsIsNot,
    Source,
    TeamMember,
    TraceabilityAnswer,
    Why,
    WhyChain,
)
from investigations.states import CauseStatus, CauseType, Suspicion, TeamRole
from masterdata.models import Lot

# A leader is shown first, the customer's contact last.
ROLE_ORDER = [TeamRole.LEADER, TeamRole.SPONSOR, TeamRole.MEMBER, TeamRole.CONTACT]


def list_facts(claim: Claim) -> QuerySet[Fact]:
    """Every fact of the claim by number, superseded ones included, with its evidence."""
    return (
        Fact.objects.filter(claim=claim)
        .select_related("by", "superseded_by")
        .prefetch_related("evidence")
        .order_by("number")
    )


def count_facts(claim: Claim) -> int:
    """How many facts hold."""
    return live_facts(claim).count()


def live_facts(claim: Claim) -> QuerySet[Fact]:
    """The facts that conclusions may rest on."""
    return Fact.objects.filter(claim=claim, superseded_by=None).order_by("number")


def facts_behind(row: Cause | Why | Source | AffectedLot | Finding) -> QuerySet[Fact]:
    """The facts a row rests on, those superseded since left out."""
    facts: QuerySet[Fact] = row.facts.filter(superseded_by=None)
    return facts


def list_sources(claim: Claim) -> QuerySet[Source]:
    """The plan in its order, with facts and who checked."""
    return (
        Source.objects.filter(claim=claim)
        .select_related("checked_by")
        .prefetch_related(_facts())
        .order_by("id")
    )


def team_members(claim: Claim) -> QuerySet[TeamMember]:
    """The team in the order of naming."""
    return TeamMember.objects.filter(claim=claim).select_related("user", "contact", "department")


def list_team(claim: Claim) -> list[TeamMember]:
    """The team, the leader first."""
    team = team_members(claim)
    return sorted(team, key=lambda member: (ROLE_ORDER.index(TeamRole(member.role)), member.pk))


def traceability_of(claim: Claim) -> dict[str, TraceabilityAnswer]:
    """Question → answer, for the questions answered."""
    answers = TraceabilityAnswer.objects.filter(claim=claim).select_related("fact", "by")
    return {each.question: each for each in answers}


def finding_of(claim: Claim) -> Finding | None:
    """What the initial investigation came to."""
    found = Finding.objects.filter(claim=claim).prefetch_related(_facts())
    return found.first()


def list_causes(claim: Claim) -> QuerySet[Cause]:
    """Every cause of the claim in the order of proposal, with facts and code."""
    return (
        Cause.objects.filter(claim=claim)
        .select_related("code", "decided_by", "parameter_fact", "parent")
        .prefetch_related(_facts())
        .order_by("id")
    )


def confirmed_causes(claim: Claim) -> QuerySet[Cause]:
    """The causes that facts confirmed."""
    return Cause.objects.filter(claim=claim, status=CauseStatus.CONFIRMED).order_by("id")


def standing_causes(claim: Claim, *types: str) -> QuerySet[Cause]:
    """The hypotheses and the confirmed causes, of all types or of some."""
    causes = Cause.objects.filter(claim=claim, type__in=types or CauseType.values)
    return causes.exclude(status=CauseStatus.RULED_OUT)


def has_root_cause(claim: Claim, type_: str) -> bool:
    """Whether one cause of the type is said to be the root."""
    return Cause.objects.filter(claim=claim, type=type_, is_root=True).exists()


def count_causes(claim: Claim) -> dict[str, int]:
    """Status → how many causes."""
    rows = Cause.objects.filter(claim=claim).order_by().values("status").annotate(n=Count("id"))
    return {row["status"]: row["n"] for row in rows}


def was_investigated_fully(claim: Claim) -> bool:
    """Whether the claim has ever stood at the full investigation."""
    return claim.step_records.filter(step=Step.FULL_INVESTIGATION).exists()


def current_investigation(claim: Claim) -> Investigation | None:
    """The latest round that was begun."""
    found = Investigation.objects.filter(claim=claim).select_related("no_escape_by")
    return found.order_by("-id").first()


def no_escape_reason(claim: Claim) -> str:
    """Why there is no escape cause, as the latest round states it; "" when it does not."""
    latest = current_investigation(claim)
    return latest.no_escape_reason if latest else ""


def list_chains(claim: Claim) -> QuerySet[WhyChain]:
    """The chains of whys with their questions, answers, facts and the cause they lead to."""
    whys = Why.objects.order_by("position").prefetch_related(_facts())
    return (
        WhyChain.objects.filter(claim=claim)
        .select_related("cause__decided_by")
        .prefetch_related(Prefetch("whys", whys))
        .order_by("id")
    )


def list_whys(claim: Claim) -> QuerySet[Why]:
    """The questions and answers of every chain of the claim."""
    return Why.objects.filter(chain__claim=claim).select_related("chain")


def list_comparison(claim: Claim) -> QuerySet[IsIsNot]:
    """The rows of the is / is-not comparison."""
    return IsIsNot.objects.filter(claim=claim).order_by("id")


def list_affected_lots(claim: Claim) -> QuerySet[AffectedLot]:
    """The lots that may be affected, with facts and what master data knows of them."""
    return (
        AffectedLot.objects.filter(claim=claim)
        .select_related("lot__product", "lot__line")
        .prefetch_related(_facts())
        .order_by("id")
    )


@dataclass(frozen=True)
class Place:
    """Where some pieces of a lot are; `kind` is unaccounted for those nobody knows of."""

    label: str
    quantity: Decimal | None
    kind: str = ""


@dataclass
class TracedLot:
    """An affected lot with who got it."""

    affected: AffectedLot
    receipts: list[tracing.Receipt] = field(default_factory=list)

    @property
    def shipped(self) -> Decimal:
        """What went out according to the shipments."""
        return sum((each.quantity for each in self.receipts), Decimal(0))

    @property
    def places(self) -> list[Place]:
        """Every place with pieces, customer by customer where the shipments tell, and the rest."""
        affected = self.affected
        found = self._customers()
        others = (
            (_("in stock"), affected.in_stock),
            (_("in transit"), affected.in_transit),
            (_("scrapped"), affected.scrapped),
        )
        found += [Place(label, quantity) for label, quantity in others if quantity]
        if affected.unaccounted:
            label = _("unaccounted for") if affected.unaccounted > 0 else _("more than produced")
            found.append(Place(label, abs(affected.unaccounted), "unaccounted"))
        return found or [Place(_("unknown"), affected.produced)]

    def _customers(self) -> list[Place]:
        at_customers = self.affected.at_customers
        if self.receipts and self.shipped == at_customers:
            return [Place(each.customer, each.quantity) for each in self.receipts]
        return [Place(_("at customers"), at_customers)] if at_customers else []


def trace_lots(claim: Claim) -> list[TracedLot]:
    """The affected lots with their receivers; the number of queries does not grow with lots."""
    affected = list(list_affected_lots(claim))
    receipts = tracing.list_receivers(each.lot for each in affected if each.lot is not None)
    return [TracedLot(each, receipts.get(each.lot_id or 0, [])) for each in affected]


def claimed_lots(claim: Claim) -> list[Lot]:
    """The known lots of the claim's items, each once."""
    lots = Lot.objects.filter(claimitem__claim=claim).select_related("product", "line")
    return list(lots.distinct().order_by("code"))


@dataclass(frozen=True)
class Candidate:
    """A lot to look at: a claimed one, or one that shares something with it."""

    lot: Lot
    reasons: list[str]
    receipts: list[tracing.Receipt]

    @property
    def reasons_text(self) -> str:
        """Why to look at it, in words."""
        return ", ".join(str(Suspicion(reason).label) for reason in self.reasons)


def list_candidates(claim: Claim) -> list[Candidate]:
    """Claimed lots and their siblings that nobody has named yet, with who got them."""
    named = set(AffectedLot.objects.filter(claim=claim).values_list("lot_code", flat=True))
    found: dict[int, tuple[Lot, list[str]]] = {}
    for claimed in claimed_lots(claim):
        found.setdefault(claimed.pk, (claimed, ["claimed"]))
        for sibling in tracing.list_siblings(claimed):
            found.setdefault(sibling.lot.pk, (sibling.lot, [str(r) for r in sibling.reasons]))
    open_lots = [(lot, reasons) for lot, reasons in found.values() if lot.code not in named]
    receipts = tracing.list_receivers(lot for lot, _reasons in open_lots)
    return [Candidate(lot, reasons, receipts.get(lot.pk, [])) for lot, reasons in open_lots]


def _facts() -> Prefetch[str]:
    return Prefetch("facts", Fact.objects.order_by("number"))
