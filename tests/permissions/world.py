"""The company at work: people of every part in a claim, and claims with something of everything."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Absence, User
from capa import commands as capa
from capa.models import Action
from claims import commands as claims
from claims.models import Claim, DeadlinePolicy
from claims.states import ParticipantRole, Step
from core import clock
from core.actors import Actor
from core.sealing import seal
from events.relay import run_pending
from investigations import commands as inquiries
from mailboxes.models import InboundMail, Mailbox
from mailboxes.states import SEALED_FOR, MailState
from masterdata.models import CalendarException, CauseCode, Shipment
from notifications import commands as notices
from notifications.commands.containment import Order
from notifications.links import confirm_path
from notifications.models import ChatRoom, Notice, NotificationRule
from responses import commands as responses
from responses.models import LegalLimit, LetterTemplate
from tests.api.caller import ALL_SCOPES, program
from tests.cast import Cast, build_cast, upper_requirements_met

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
TEXTS = {
    "body": "Thank you for your claim. We have finished our investigation.",
    "findings": "The material was too dry.",
    "done": "The rest of the lot was sorted.",
    "planned": "Every lot will be held until conditioning is complete.",
    "settlement": "We accept your claim.",
    "closing": "If you have questions, write to us.",
}
# Column of the tables → who of the cast; the last four are programs and nobody at all.
PEOPLE = {
    "RE": "reporter",
    "EM": "employee",
    "OW": "handler",
    "QS": "second_handler",
    "OS": "outsider",
    "TL": "investigator",
    "TM": "laboratory",
    "AO": "action_owner",
    "QM": "quality_manager",
    "LE": "legal",
    "FI": "finance",
    "EX": "manager",
    "AU": "auditor",
    "AD": "administrator",
}
PROGRAMS = {"ERP": ALL_SCOPES, "NOS": ("reports:read",)}
NOBODY = "AN"
PRINCIPALS = (*PEOPLE, *PROGRAMS, NOBODY)


@dataclass
class World:
    """Callers by column, and what stands in for each part of an address, by claim."""

    cast: Cast
    callers: dict[str, Client] = field(default_factory=dict)
    claims: dict[str, Claim] = field(default_factory=dict)
    parts: dict[str, dict[str, Any]] = field(default_factory=dict)

    def actor(self, name: str) -> Actor:
        return self.cast.actor(name)


def photo() -> SimpleUploadedFile:
    return SimpleUploadedFile("latch.png", PIXEL, content_type="image/png")


def build_world() -> World:
    """Needs the database; everything goes through the real commands."""
    world = World(build_cast())
    for name in ("employee", "reporter"):
        assert not world.cast.people[name].roles
    # Whoever may open the administration at all finds there what their roles say, no more.
    User.objects.exclude(pk__in=[world.cast.employee.pk, world.cast.reporter.pk]).update(
        is_staff=True
    )
    for column, name in PEOPLE.items():
        world.callers[column] = Client()
        world.callers[column].force_login(world.cast.people[name])
    for column, scopes in PROGRAMS.items():
        caller = program(column, scopes=scopes)
        world.callers[column] = Client(headers={"authorization": caller.authorization})
        world.parts["client"] = {"client": caller.client.pk, "token": caller.token.pk}
    world.callers[NOBODY] = Client()
    for each in world.callers.values():
        # Each handler would look through all static files for itself.
        each.handler = world.callers[NOBODY].handler
    _tell_everybody(world)
    with upper_requirements_met():
        _received(world)
        _analysed(world)
        _answered(world)
        _plain(world)
    _settings(world)
    run_pending()
    _notices(world)
    _kept_elsewhere(world)
    return world


def _settings(world: World) -> None:
    """What the administration shows besides, and nobody has made yet."""
    cast = world.cast
    LegalLimit.objects.get_or_create(currency="RUB", defaults={"amount": 500_000})
    Shipment.objects.create(
        document_no="SH-1", shipped_on=clock.now().date(), customer=cast.customer
    )
    claim, handler = world.claims["registered"], world.actor("handler")
    letter = responses.draft_letter(
        actor=handler, claim=claim, kind="acknowledgement", values={"body": "We have your claim."}
    )
    responses.send_letter(actor=handler, letter=letter)


def _kept_elsewhere(world: World) -> None:
    """What belongs to no claim: an absence, a mailbox with a mail, a day of a calendar."""
    cast, today = world.cast, clock.now().date()
    absence = Absence.objects.create(
        user=cast.reporter, substitute=cast.warehouse, starts_on=today, ends_on=today
    )
    # Nobody listens on port 1: trying it fails at once.
    box = Mailbox.objects.create(
        name="Claims",
        host="127.0.0.1",
        port=1,
        username="claims",
        site=cast.site,
        sealed_password=seal("a password", SEALED_FOR),
    )
    mail = InboundMail.objects.create(
        mailbox=box,
        uid_validity=1,
        uid=1,
        key="1",
        content_sha256="1",
        size=40,
        received_at=clock.now(),
        state=MailState.DEAD,
    )
    mail.raw.save("1.eml", ContentFile(b"Subject: Cracked\r\n\r\nThe latch cracks."))
    calendar = cast.site.calendar
    day = CalendarException.objects.create(calendar=calendar, day=today, kind="off")
    told = Notice.objects.filter(user=cast.handler).order_by("id")[0]
    world.parts["own"] |= {
        "absence": absence.pk,
        "box": box.pk,
        "mail": mail.pk,
        "calendar": calendar.pk,
        "day": day.day.isoformat(),
        "rule": NotificationRule.objects.order_by("id")[0].pk,
        "link": confirm_path(told).rstrip("/").rsplit("/", 1)[1],
    }


def _tell_everybody(world: World) -> None:
    rule = NotificationRule.objects.create(occasion="claim.notify", roles=["handler"])
    rule.people.set([world.cast.warehouse])


def _take_part(world: World, claim: Claim) -> None:
    """The reporter reported every claim, the warehouse was told of it."""
    with claims.locked_claim(claim) as fresh:
        claims.add_participant(claim=fresh, user=world.cast.reporter, role=ParticipantRole.REPORTER)


def _claim(world: World, name: str, step: str, **fields: Any) -> Claim:
    claim = world.cast.claim_in(step, duplicate_answer="none", **fields)
    _take_part(world, claim)
    world.claims[name] = claim
    world.parts[name] = {"number": claim.number, "claim_id": claim.pk}
    handler = world.actor("handler")
    parts = world.parts[name]
    file = claims.attach_file(actor=handler, claim=claim, upload=photo())
    parts["file"] = file.pk
    parts["item"] = claim.items.get().pk
    parts["sample"] = claims.request_sample(actor=handler, claim=claim, quantity=Decimal(3)).pk
    claims.add_comment(actor=handler, claim=claim, text="Looks like last year")
    named = notices.name_recipient(actor=handler, claim=claim, user=world.cast.warehouse)
    parts["recipient"] = named.pk
    order = notices.order_containment(
        actor=handler,
        claim=claim,
        order=Order(kind="sort", executor=world.cast.warehouse, scope="All boxes in stock"),
    )
    parts["order"] = order.pk
    parts["clock"] = claim.clocks.all()[0].pk
    return claim


def _received(world: World) -> None:
    _claim(world, "received", Step.RECEIPT)


def _analysed(world: World) -> None:
    claim = _claim(world, "analysed", Step.ANALYSIS)
    parts = world.parts["analysed"]
    by: dict[str, Any] = {"actor": world.actor("handler"), "claim": claim}
    cast = world.cast
    leader = inquiries.add_member(**by, user=cast.investigator, role="leader")
    member = inquiries.add_member(**by, user=cast.laboratory)
    fact = inquiries.state_fact(**by, text="Moisture 0.3 %, specification 1.4–2.0 %")
    source = inquiries.add_source(**by, name="Shift log")
    checked = inquiries.add_source(**by, name="Furnace chart")
    inquiries.check_source(**by, source=checked, outcome="nothing", remark="Looked through")
    idea = inquiries.propose_cause(**by, category="material", text="Too dry", facts=[fact])
    cause = inquiries.propose_cause(**by, category="method", text="No hold point", facts=[fact])
    inquiries.confirm_cause(**by, cause=cause, proof="observation", code=_code("method"))
    bare = inquiries.propose_cause(**by, category="machine", text="Worn tool", facts=[fact])
    inquiries.confirm_cause(**by, cause=bare, proof="observation", code=_code("machine"))
    chain = inquiries.open_chain(**by, type="occurrence")
    why = inquiries.answer_why(**by, chain=chain, question="Why?", answer="Because", facts=[fact])
    inquiries.answer_traceability(**by, question="other_lots", answer=False, fact=fact)
    inquiries.state_finding(**by, kind="cause", text="Too dry", facts=[fact])
    row = inquiries.save_comparison(**by, values={"dimension": "what", "is_text": "Latch"})
    lot = inquiries.name_lot(**by, lot=cast.other_lot)
    reason = capa.give_no_action_reason(**by, cause=bare, reason="The tool is scrapped")
    action = _action(world, claim, documents={"control_plan": "CP-12"})
    owner = world.actor("action_owner")
    due = (clock.now() + timedelta(days=30)).date()
    asked = capa.ask_extension(actor=owner, action=action, due=due, reason="Spare part is late")
    dropped = capa.ask_cancellation(actor=owner, action=action, reason="Line is taken out")
    done = _action(world, claim)
    capa.complete_action(actor=owner, action=done, done_note="Card released")
    parts |= {
        "leader": leader.pk,
        "member": member.pk,
        "fact": fact.number,
        "source": source.pk,
        "checked": checked.pk,
        "idea": idea.pk,
        "cause": cause.pk,
        "bare": bare.pk,
        "chain": chain.pk,
        "why": why.pk,
        "row": row.pk,
        "lot": lot.pk,
        "action": action.pk,
        "action_number": action.number,
        "done": done.pk,
        "done_number": done.number,
        "document": action.documents.get().pk,
        "extension": asked.pk,
        "cancellation": dropped.pk,
        "no_action": reason.pk,
    }


def _code(category: str) -> CauseCode:
    return CauseCode.objects.filter(category=category).exclude(group=None)[0]


def _action(world: World, claim: Claim, **values: Any) -> Action:
    return capa.plan_action(
        actor=world.actor("handler"),
        claim=claim,
        kind="corrective",
        text="Card rev. E: hold point",
        owner=world.cast.action_owner,
        due=(clock.now() + timedelta(days=10)).date(),
        criterion="audit of 10 lots",
        **values,
    )


def _answered(world: World) -> None:
    """Decided and accepted, one letter in approval and under legal review, one a draft."""
    claim = _claim(world, "answered", Step.ANALYSIS)
    parts = world.parts["answered"]
    by: dict[str, Any] = {"actor": world.actor("handler"), "claim": claim}
    fact = inquiries.state_fact(**by, text="Moisture 0.3 %")
    cause = inquiries.propose_cause(**by, category="method", text="No hold point", facts=[fact])
    inquiries.confirm_cause(**by, cause=cause, proof="observation", code=_code("method"))
    world.cast.move(claim, "respond", "handler")
    responses.record_decision(
        **by, outcome="accepted", reason_code="confirmed", reason="Confirmed.", legal_matter=True
    )
    money = responses.save_compensation(
        **by, values={"kind": "credit_note", "amount": Decimal(8316)}
    )
    spent = {"kind": "sorting", "amount": Decimal(100), "spent_on": clock.now().date()}
    cost = responses.save_cost(**by, values=spent)
    draft = responses.draft_letter(**by, kind="interim", values={"body": "We are working on it."})
    letter = responses.draft_letter(**by, kind="final", values=TEXTS)
    letter = responses.submit_letter(actor=world.actor("handler"), letter=letter)
    parts |= {
        "compensation": money.pk,
        "cost": cost.pk,
        "draft": draft.pk,
        "letter": letter.pk,
        "letter_version": letter.version,
        "template": LetterTemplate.objects.all()[0].pk,
        "limit": getattr(LegalLimit.objects.first(), "pk", 0),
    }


def _plain(world: World) -> None:
    """Finished, never under review, nothing granted."""
    _claim(world, "registered", Step.REGISTRATION)
    claim = world.cast.claim_in(Step.CLOSED, duplicate_answer="none")
    _take_part(world, claim)
    world.claims["closed"] = claim
    world.parts["closed"] = {"number": claim.number, "claim_id": claim.pk}
    view = claims.save_view(actor=world.actor("handler"), name="Mine", query="mine=1")
    own = {"view": view.pk, "policy": DeadlinePolicy.objects.all()[0].pk}
    world.parts["own"] = own | {"customer": "C-001", "product": "RK-12", "lot_code": "L-2291"}
    room = notices.add_room(
        actor=world.actor("administrator"),
        name="Shift leaders",
        address="tgram://123456789:abcdefg_hijklmnop/12315544/",
        language="en",
    )
    # Asked to send a test, it fails without looking for a server.
    ChatRoom.objects.update(sealed_address="")
    world.parts["own"] |= {"room": room.pk}
    world.parts["own"] |= {"handler": world.cast.handler.pk, "line": "L3", "site": "MAIN"}


def _notices(world: World) -> None:
    for name in ("received", "analysed", "answered", "registered"):
        first = Notice.objects.filter(claim=world.claims[name]).order_by("id")[0]
        world.parts[name]["notice"] = first.pk
