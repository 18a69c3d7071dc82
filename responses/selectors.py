"""Reading letters, decisions, money. The claim passed in was fetched through what may be seen."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from functools import reduce
from operator import or_

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet

from accounts.models import Role, User
from accounts.selectors import absent_behind, at_sites, list_with_role
from claims.models import Claim, Comment, StepRecord
from claims.policies import COORDINATORS, visible_claims
from claims.states import Severity, Step
from core import clock
from core.actors import Actor
from investigations.models import Cause
from investigations.states import CauseStatus
from responses.models import (
    Approval,
    Compensation,
    CostEntry,
    Decision,
    IncomingMessage,
    LegalNote,
    Letter,
    LetterRevision,
    LetterTemplate,
    OutgoingMail,
    Remark,
)
from responses.models.decisions import ACCEPTING
from responses.policies import can_see_money, visible_letters
from responses.states import OPEN_MAIL, LetterKind, LetterState


def _loaded(letters: QuerySet[Letter]) -> QuerySet[Letter]:
    """With everything that pages and answers show of a letter."""
    mails = Prefetch("mails", OutgoingMail.objects.order_by("-id"))
    approvals = Prefetch("approvals", Approval.objects.filter(voided_at=None).select_related("by"))
    return letters.select_related(
        "claim__site", "claim__customer", "contact", "author", "sent_by", "template"
    ).prefetch_related(mails, approvals, "enclosures", "editors")


def get_letter(actor: Actor, claim: Claim, pk: int) -> Letter:
    """A letter of the claim that the actor may read. Raises Letter.DoesNotExist."""
    return _loaded(visible_letters(actor, claim)).get(pk=pk)


def list_letters(actor: Actor, claim: Claim) -> list[Letter]:
    """The letters of the claim that the actor may read, oldest first."""
    return list(_loaded(visible_letters(actor, claim)).order_by("id"))


def final_letter(claim: Claim) -> Letter | None:
    """The final response that counts: the open one, else the last one sent."""
    finals = Letter.objects.filter(claim=claim, kind=LetterKind.FINAL)
    return _loaded(finals).order_by("-id").first()


def latest_final(claim: Claim) -> Letter | None:
    """The same without its texts' company: with the claim at hand and the mails."""
    finals = Letter.objects.filter(claim=claim, kind=LetterKind.FINAL)
    mails = Prefetch("mails", OutgoingMail.objects.order_by("-id"))
    letter = finals.prefetch_related(mails).order_by("-id").first()
    if letter is not None:
        letter.claim = claim
    return letter


def sent_letters(claim: Claim) -> dict[str, Letter]:
    """Kind → the last letter of it that was sent."""
    letters = Letter.objects.filter(claim=claim, state=LetterState.SENT).order_by("sent_at", "id")
    return {letter.kind: letter for letter in letters}


def response_entered_at(claim: Claim) -> datetime | None:
    """When the claim last came to the step for response; None when it never did."""
    if claim.step == Step.RESPONSE:
        return claim.step_entered_at
    stays = StepRecord.objects.filter(claim=claim, step=Step.RESPONSE).order_by("-id")
    return stays.values_list("entered_at", flat=True).first()


def is_outdated(letter: Letter) -> bool:
    """A response sent before the claim came back, or before the decision was changed."""
    assert letter.frozen_at is not None
    entered = response_entered_at(letter.claim)
    if entered is not None and letter.frozen_at < entered:
        return True
    changed = Decision.objects.filter(claim=letter.claim_id).values_list("changed_at", flat=True)
    return any(letter.frozen_at < each for each in changed)


def role_names(roles: Iterable[str]) -> list[str]:
    """Roles in words."""
    return [str(Role(role).label) for role in roles]


def open_mail(letter: Letter) -> OutgoingMail | None:
    """The mail of this letter that is on its way."""
    return next((mail for mail in letter.mails.all() if mail.is_open), None)


def last_mail(letter: Letter) -> OutgoingMail | None:
    """The newest attempt to mail this letter."""
    return next(iter(letter.mails.all()), None)


def overdue_mails(limit: timedelta) -> QuerySet[OutgoingMail]:
    """Letters that should have gone out more than `limit` ago."""
    return OutgoingMail.objects.filter(state__in=OPEN_MAIL, next_at__lt=clock.now() - limit)


def revision_before(letter: Letter) -> LetterRevision | None:
    """What was sent for approval before the present version, if anything was."""
    return LetterRevision.objects.filter(letter=letter, number=letter.revision - 1).first()


def other_editor(letter: Letter, user: User) -> User | None:
    """Somebody else who wrote in the letter, the latest to join."""
    rows = Letter.editors.through.objects.filter(letter=letter).exclude(user=user)
    latest = rows.select_related("user").order_by("id").last()
    return latest.user if latest else None


def list_remarks(letter: Letter) -> QuerySet[Remark]:
    """What approvers said when they gave it back."""
    return letter.remarks.select_related("by")


def possible_signers(letter: Letter, role: str) -> QuerySet[User]:
    """Those who could sign in a role; nobody is asked to sign their own words."""
    bound = {letter.author_id, *(each.pk for each in letter.editors.all())}
    decided = Decision.editors.through.objects.filter(decision__claim=letter.claim_id)
    people = list_with_role(role, site_id=letter.claim.site_id).exclude(pk__in=bound)
    return people.exclude(pk__in=decided.values("user"))


def find_template(pk: int, kinds: Iterable[str]) -> LetterTemplate | None:
    """A template by its key, if it is for one of these kinds of letter."""
    return LetterTemplate.objects.filter(pk=pk, kind__in=kinds).first()


def list_templates(kinds: Iterable[str], language: str) -> QuerySet[LetterTemplate]:
    """The templates in use for these kinds of letter in a language."""
    return LetterTemplate.objects.filter(kind__in=kinds, language=language, is_active=True)


def default_template(kind: str, language: str) -> LetterTemplate | None:
    """The first template in use of that kind and language."""
    return list_templates([kind], language).order_by("id").first()


# --- Work ---------------------------------------------------------------------------------------


def letters_to_approve(actor: Actor) -> QuerySet[Letter]:
    """Final responses that wait for the actor's signature, the longest waiting first.

    Their own, and as coordinators those of the absent for whom they stand in.
    """
    if actor.is_system or not actor.user.is_authenticated:
        return Letter.objects.none()
    me = actor.user
    waits = _to_sign(me)
    if absent := absent_behind(me):
        there = at_sites(me, COORDINATORS, "claim__")
        waits += [
            there & each & ~_own_words(who) for who in absent.values() for each in _to_sign(who)
        ]
    if not waits:
        return Letter.objects.none()
    return (
        Letter.objects.filter(
            reduce(or_, waits), state=LetterState.IN_APPROVAL, claim__step=Step.RESPONSE
        )
        .filter(claim__in=visible_claims(actor))
        .exclude(_own_words(me))
        .select_related("claim__customer", "author")
        .order_by("submitted_at", "id")
    )


def _to_sign(person: User) -> list[Q]:
    """Of letters: a role that the person holds has not signed yet, one condition for each."""
    signed = Approval.objects.filter(letter=OuterRef("pk"), voided_at=None)
    return [
        condition & _at_sites(person.roles[role]) & ~Q(Exists(signed.filter(role=role)))
        for role, condition in ((Role.QUALITY_MANAGER, Q()), (Role.LEGAL, Q(needs_legal=True)))
        if person.has_role(role)
    ]


def _own_words(person: User) -> Q:
    """Of letters: what the person wrote, decided or has signed already."""
    signed = Approval.objects.filter(letter=OuterRef("pk"), voided_at=None, by=person)
    edited = Letter.editors.through.objects.filter(letter=OuterRef("pk"), user=person)
    decided = Decision.editors.through.objects.filter(
        decision__claim=OuterRef("claim"), user=person
    )
    caused = Cause.objects.filter(
        claim=OuterRef("claim"), status=CauseStatus.CONFIRMED, decided_by=person
    )
    own = Q(author=person) | Q(Exists(edited)) | Q(Exists(decided)) | Q(Exists(signed))
    return own | Q(Exists(caused), claim__severity=Severity.CRITICAL)


def compensations_to_settle(actor: Actor) -> QuerySet[Compensation]:
    """What finance has to book, what is due first before the others."""
    if actor.is_system or not actor.user.has_role(Role.FINANCE):
        return Compensation.objects.none()
    at = _at_sites(actor.user.roles[Role.FINANCE])
    rows = agreed_compensations().filter(at).select_related("claim__customer")
    return rows.order_by(F("due_at").asc(nulls_last=True), "id")


def agreed_compensations() -> QuerySet[Compensation]:
    """Accepted, agreed by everybody, and not settled."""
    return Compensation.objects.filter(
        settled_at=None, claim__outcome__in=ACCEPTING, claim__decision__approved_at__isnull=False
    )


def _at_sites(sites: frozenset[int] | None) -> Q:
    return Q() if sites is None else Q(claim__site_id__in=sites)


# --- Money --------------------------------------------------------------------------------------


def list_compensations(actor: Actor, claim: Claim) -> list[Compensation]:
    """What the customer gets; nothing for who may not see sums."""
    if not can_see_money(actor, claim):
        return []
    return list(
        Compensation.objects.filter(claim=claim).select_related("entered_by", "settled_by", "claim")
    )


def get_compensation(actor: Actor, claim: Claim, pk: int) -> Compensation:
    """One of them. Raises Compensation.DoesNotExist."""
    found = Compensation.objects.filter(claim=claim).select_related("claim")
    return (found if can_see_money(actor, claim) else found.none()).get(pk=pk)


def list_costs(actor: Actor, claim: Claim) -> list[CostEntry]:
    """What the claim cost so far; nothing for who may not see sums."""
    if not can_see_money(actor, claim):
        return []
    return list(CostEntry.objects.filter(claim=claim).select_related("entered_by"))


def get_cost(actor: Actor, claim: Claim, pk: int) -> CostEntry:
    """One of them. Raises CostEntry.DoesNotExist."""
    found = CostEntry.objects.filter(claim=claim)
    return (found if can_see_money(actor, claim) else found.none()).get(pk=pk)


def totals_of(costs: Iterable[CostEntry]) -> dict[str, Decimal]:
    """Currency → what was spent less what was got back."""
    totals: dict[str, Decimal] = {}
    for cost in costs:
        net = cost.amount - cost.amount_recovered
        totals[cost.currency] = totals.get(cost.currency, Decimal(0)) + net
    return totals


def by_kind(costs: Iterable[CostEntry]) -> list[tuple[str, str, Decimal]]:
    """Kind in words, currency and what was spent less what was got back, the most first."""
    sums: dict[tuple[str, str], Decimal] = {}
    for cost in costs:
        key = (str(cost.get_kind_display()), cost.currency)
        sums[key] = sums.get(key, Decimal(0)) + cost.amount - cost.amount_recovered
    rows = [(kind, currency, amount) for (kind, currency), amount in sums.items()]
    return sorted(rows, key=lambda row: row[2], reverse=True)


# --- Words --------------------------------------------------------------------------------------


def list_incoming(claim: Claim) -> list[IncomingMessage]:
    """What the customer said, oldest first."""
    return list(
        IncomingMessage.objects.filter(claim=claim)
        .prefetch_related("attachments")
        .order_by("received_at", "id")
    )


def list_comments(claim: Claim) -> list[Comment]:
    """The internal notes of a claim, oldest first."""
    return list(Comment.objects.filter(claim=claim).select_related("author").order_by("id"))


def list_legal_notes(claim: Claim) -> list[LegalNote]:
    """Newest first."""
    return list(LegalNote.objects.filter(claim=claim))


def count_words(claim: Claim) -> int:
    """How many letters went out and how many messages came in."""
    sent = Letter.objects.filter(claim=claim, state=LetterState.SENT).order_by().values("pk")
    came = IncomingMessage.objects.filter(claim=claim).order_by().values("pk")
    return sent.union(came, all=True).count()
