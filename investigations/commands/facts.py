"""Stating facts, and superseding them; a fact is never edited."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from claims.commands import attach_file
from claims.models import Attachment, Claim
from claims.policies import can_investigate
from core import clock
from core.actors import Actor
from core.errors import InvalidInput
from core.inputs import said
from investigations import events
from investigations.commands.base import Work, investigating
from investigations.models import Cause, Fact, Source, Why
from investigations.policies import require_may, require_open


def state_fact(
    *,
    actor: Actor,
    claim: Claim,
    text: str,
    observed_at: datetime | None = None,
    source: str = "",
    evidence: Iterable[Attachment] = (),
    uploads: Sequence[Any] = (),
    cause: Cause | None = None,
    why: Why | None = None,
    plan_source: Source | None = None,
) -> Fact:
    """State what is established; it gets the next number of the claim.

    `observed_at` is now unless given; `source` says where it comes from; `uploads` become files of
    the claim. A `cause`, `why` or `plan_source` named rests on the fact at once. Raises
    NotPermitted, InvalidInput (empty, observed in the future, a file that is refused).
    """
    text = said("text", text, _("Say what is established."))
    files = _files(actor, claim, evidence, uploads)
    with investigating(actor, claim) as work:
        fact = _create(work, text, observed_at, source, files)
        work.note(events.FACT_STATED, fact, **_content(fact))
        _link(work, fact, cause, why, plan_source)
    return fact


def supersede_fact(
    *,
    actor: Actor,
    claim: Claim,
    fact: Fact,
    text: str,
    reason: str,
    observed_at: datetime | None = None,
    source: str = "",
    evidence: Iterable[Attachment] = (),
    uploads: Sequence[Any] = (),
) -> Fact:
    """State a better fact in the place of one; the old one stays readable with the reason.

    What rested on the old fact has to be linked anew: a changed fact may change the conclusion.
    Raises NotPermitted, InvalidInput (no reason, superseded already, and as `state_fact`).
    """
    text = said("text", text, _("Say what is established."))
    reason = said("reason", reason, _("Say why the fact is superseded."))
    files = _files(actor, claim, evidence, uploads)
    with investigating(actor, claim) as work:
        old = work.row(Fact, fact.pk)
        if not old.is_live:
            raise InvalidInput(_("F%(number)d was superseded.") % {"number": old.number})
        new = _create(work, text, observed_at, source, files)
        old.superseded_by, old.superseded_reason = new, reason
        old.save_changes("superseded_by", "superseded_reason")
        work.note(
            events.FACT_SUPERSEDED, new, **_content(new), supersedes=old.number, reason=reason
        )
    return new


def _files(
    actor: Actor, claim: Claim, evidence: Iterable[Attachment], uploads: Sequence[Any]
) -> list[Attachment]:
    """The evidence, uploads stored first: scanning them must not hold the claim's lock."""
    files = list(evidence)
    if any(file.claim_id != claim.pk for file in files):
        raise InvalidInput({"evidence": _("Choose files of this claim.")})
    if uploads:
        require_may(can_investigate(actor, claim))
        require_open(claim)
    for upload in uploads:
        try:
            files.append(attach_file(actor=actor, claim=claim, upload=upload))
        except InvalidInput as error:
            raise InvalidInput({"uploads": error.message}, code=error.code) from error
    return files


def _create(
    work: Work,
    text: str,
    observed_at: datetime | None,
    source: str,
    files: list[Attachment],
) -> Fact:
    now = clock.now()
    if observed_at is not None and observed_at > now:
        raise InvalidInput({"observed_at": _("The moment lies in the future.")})
    last = Fact.objects.filter(claim=work.claim).aggregate(last=Max("number"))["last"] or 0
    fact = Fact.objects.create(
        claim=work.claim,
        investigation=work.begin(),
        number=last + 1,
        text=text,
        observed_at=observed_at or now,
        source=source.strip(),
        by=work.actor.user,
        by_label=work.actor.label,
    )
    if files:
        fact.evidence.set(files)
    return fact


def _content(fact: Fact) -> dict[str, Any]:
    files = [file.name for file in fact.evidence.all()]
    return {"number": fact.number, "text": fact.text, "source": fact.source, "files": files}


def _link(
    work: Work, fact: Fact, cause: Cause | None, why: Why | None, plan_source: Source | None
) -> None:
    if cause is not None:
        supported = work.row(Cause, cause.pk)
        supported.facts.add(fact)
        work.note(events.CAUSE_SUPPORTED, supported, text=supported.text, facts=[fact.number])
    if why is not None:
        answered = Why.objects.get(pk=why.pk, chain__claim=work.claim)
        answered.facts.add(fact)
        work.note(events.WHY_CHANGED, answered, facts=[fact.number])
    if plan_source is not None:
        work.row(Source, plan_source.pk).facts.add(fact)
