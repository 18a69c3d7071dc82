"""Step 1: a problem becomes a claim. Nothing is refused for being incomplete."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from claims import events
from claims.clocks import Policies, first_clocks
from claims.commands import indexing
from claims.commands.numbers import draw_numbers
from claims.models import Claim, ClaimItem, Clock, Comment, Participant, StepRecord
from claims.policies import can_report_claim, require
from claims.selectors import find_by_source
from claims.states import ParticipantRole, Severity, derive_priority
from core import clock
from core.actors import Actor
from core.bulk import insert_new
from core.errors import InvalidInput
from core.models import keep_related
from events.commands import Draft, record_all
from masterdata.models import Site
from masterdata.selectors import default_site

# A moment ahead of our clock is a clock that goes wrong elsewhere, not a claim from tomorrow.
CLOCK_SKEW = timedelta(minutes=5)
DEFAULT_UNIT = "pcs"


@dataclass
class Report:
    """What somebody reports: fields of the claim and, per item, fields of ClaimItem.

    Only `title` (or a description to take it from) is needed. `stop_note` says what should be
    stopped at once: it makes the report critical before anybody has judged the severity.
    """

    fields: dict[str, Any]
    items: list[dict[str, Any]] = field(default_factory=list)
    stop_note: str = ""


def report_claim(
    *,
    actor: Actor,
    fields: dict[str, Any],
    items: Sequence[dict[str, Any]] = (),
    stop_note: str = "",
) -> Claim:
    """Open a claim from whatever is known.

    Raises InvalidInput for an empty report or a moment in the future, NotPermitted. A report whose
    source reference is known returns the claim it made then.
    """
    reference = fields.get("source_reference", "")
    known = find_by_source(actor.client, reference)
    if known is not None:
        return known
    report = Report(dict(fields), list(items), stop_note.strip())
    try:
        return report_claims(actor=actor, reports=[report])[0]
    except IntegrityError:
        # The same report was sent twice at once, and the other one was first.
        known = find_by_source(actor.client, reference)
        if known is None:
            raise
        return known


def report_claims(
    *, actor: Actor, reports: Sequence[Report], deliver: bool = True, to_show: bool = False
) -> list[Claim]:
    """Open many claims in one transaction, like `report_claim`, in a constant number of queries.

    The caller has seen to it that no source reference is known or doubled. Without `deliver` nobody
    is notified (records of the past). Those `to_show` know their items, as after reading them.
    """
    require(can_report_claim(actor))
    unplaced = any(not each.fields.get("site") for each in reports)
    site = _site_for(actor) if unplaced else None
    claims = [_claim_of(actor, each, site) for each in reports]
    with transaction.atomic():
        _give_numbers(claims)
        clocks = _plan_clocks(claims)
        insert_new(claims)
        items = _create_items(claims, reports)
        for each in clocks:
            each.claim_id = each.claim.pk
        insert_new(clocks)
        _open_first_step(actor, claims)
        _note_stops(actor, claims, reports)
        drafts = [
            _draft_of(claim, items[claim.pk], report.stop_note)
            for claim, report in zip(claims, reports, strict=True)
        ]
        record_all(drafts, actor=actor, new=True, deliver=deliver)
        indexing.index_claims(((claim, items[claim.pk]) for claim in claims), new=True)
    if to_show:
        for claim in claims:
            keep_related(claim, "items", items[claim.pk])
    return claims


def _claim_of(actor: Actor, report: Report, site: Site | None) -> Claim:
    """An unsaved claim, at `site` unless the report names another."""
    fields = {name: value for name, value in report.fields.items() if value is not None}
    title, description = fields.get("title", "").strip(), fields.get("description", "").strip()
    if not title and not description:
        raise InvalidInput({"title": _("Say in a few words what is wrong.")}, code="required")
    now = clock.now()
    received = fields.setdefault("received_at", now)
    if received > now + CLOCK_SKEW:
        raise InvalidInput({"received_at": _("The date of receipt lies in the future.")})
    fields["title"] = title or _first_words(description)
    fields["description"] = description
    fields.setdefault("site", site)
    claim = Claim(**fields)
    claim.source_client = actor.client
    if claim.received_by_id is None and not actor.client:
        claim.received_by = actor.user
    claim.step_entered_at = received
    claim.priority = derive_priority(
        claim.severity, safety=claim.is_safety, line_down=claim.is_line_down
    )
    claim.created_at = claim.updated_at = now
    return claim


def _first_words(text: str) -> str:
    """A title from the beginning of a description, cut between words."""
    line = " ".join(text.split())
    return line if len(line) <= 120 else line[:119].rsplit(" ", 1)[0] + "…"


def _site_for(actor: Actor) -> Site:
    department = actor.user.department if actor.user is not None else None
    return department.site if department is not None else default_site()


def _give_numbers(claims: Sequence[Claim]) -> None:
    """Draw numbers of the year that the site writes; one drawn beforehand is kept."""
    by_year: dict[int, list[Claim]] = {}
    for claim in claims:
        if not claim.number:
            zone = ZoneInfo(claim.site.time_zone)
            by_year.setdefault(claim.received_at.astimezone(zone).year, []).append(claim)
    for year, group in by_year.items():
        for claim, number in zip(group, draw_numbers(year, len(group)), strict=True):
            claim.number = number


def _plan_clocks(claims: Sequence[Claim]) -> list[Clock]:
    """First clocks of all; the policies of their customers are read once."""
    policies = Policies.for_claims(claims)
    return [each for claim in claims for each in first_clocks(claim, policies[claim.customer_id])]


def _create_items(claims: Sequence[Claim], reports: Sequence[Report]) -> dict[int, list[ClaimItem]]:
    items: dict[int, list[ClaimItem]] = {}
    for claim, report in zip(claims, reports, strict=True):
        items[claim.pk] = [
            item_of(claim, position, values) for position, values in enumerate(report.items, 1)
        ]
    created = [item for group in items.values() for item in group]
    insert_new(created)
    _link_other_defects(items, claims, reports)
    return items


def _link_other_defects(
    items: dict[int, list[ClaimItem]], claims: Sequence[Claim], reports: Sequence[Report]
) -> None:
    """What else is wrong with an item, beside its main defect."""
    link = ClaimItem.other_defects.through
    links = [
        link(claimitem=item, defectcode=defect)
        for claim, report in zip(claims, reports, strict=True)
        for item, values in zip(items[claim.pk], report.items, strict=True)
        for defect in values.get("other_defects") or ()
    ]
    if links:
        link._default_manager.bulk_create(links)


def item_of(claim: Claim, position: int, values: dict[str, Any]) -> ClaimItem:
    """An unsaved item; a known lot gives its code, product, line and day of production."""
    item = ClaimItem(claim=claim, position=position, unit="")
    for name, value in values.items():
        if value is not None and name != "other_defects":
            setattr(item, name, value)
    fill_from_lot(item)
    item.unit = item.unit or DEFAULT_UNIT
    return item


def fill_from_lot(item: ClaimItem) -> None:
    """Take over what the lot knows and the item does not say; unit from the product."""
    if item.lot is not None:
        item.lot_code = item.lot.code
        item.product = item.product or item.lot.product
        item.line = item.line or item.lot.line
        item.produced_on = item.produced_on or item.lot.produced_on
    if item.product is not None and not item.unit:
        item.unit = item.product.unit


def _open_first_step(actor: Actor, claims: Sequence[Claim]) -> None:
    label = actor.label
    insert_new(
        [
            StepRecord(
                claim=claim,
                step=claim.step,
                entered_at=claim.received_at,
                due_at=claim.step_due_at,
                by=actor.user,
                by_label=label,
            )
            for claim in claims
        ]
    )
    if actor.user is not None and not actor.client:
        insert_new(
            [
                Participant(claim=claim, user=actor.user, role=ParticipantRole.REPORTER)
                for claim in claims
            ]
        )


def _note_stops(actor: Actor, claims: Sequence[Claim], reports: Sequence[Report]) -> None:
    """What the reporter wants stopped stands among the comments, where everybody looks."""
    Comment.objects.bulk_create(
        Comment(claim=claim, author=actor.user, author_label=actor.label, text=report.stop_note)
        for claim, report in zip(claims, reports, strict=True)
        if report.stop_note
    )


def _draft_of(claim: Claim, items: Sequence[ClaimItem], stop_note: str) -> Draft:
    return Draft(
        events.REPORTED,
        claim,
        claim.pk,
        data={
            "title": claim.title,
            "channel": claim.channel,
            "severity": claim.severity,
            "customer": claim.customer.code if claim.customer else None,
            "products": [item.product.code for item in items if item.product],
            "lots": [item.lot_code for item in items if item.lot_code],
            "critical": claim.severity == Severity.CRITICAL or bool(stop_note),
            "stop_note": stop_note,
        },
    )
