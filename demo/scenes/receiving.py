"""Steps 1 and 2: somebody reports, departments are told, what is dangerous is stopped."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from accounts.models import User
from claims.commands import (
    add_comment,
    assign_owner,
    attach_file,
    move_claim,
    report_claim,
    set_severity,
    waive_containment,
)
from claims.states import Channel, Severity, Step
from core import clock
from core.actors import SYSTEM, Actor
from demo.pictures import upload_of
from demo.teller import Teller
from notifications.commands import confirm_notice, execute_order, order_containment, see_notice
from notifications.commands.containment import Execution, Order
from notifications.models import ContainmentOrder, Notice
from notifications.selectors import unconfirmed
from notifications.states import COUNTING, ContainmentKind, Place
from notifications.states import Channel as NoticeChannel
from responses.commands import receive_message

# By these ways somebody of ours takes the claim down; the others come in by themselves.
TAKEN_DOWN = {
    Channel.EMAIL: "sales",
    Channel.PHONE: "handler",
    Channel.LETTER: "sales",
    Channel.VISIT: "sales_head",
    Channel.MESSENGER: "sales",
    Channel.SHOP_FLOOR: "foreman",
}


def receive(teller: Teller) -> None:
    """Step 1: the report, the first pictures, the owner."""
    actor = _reporter(teller)
    claim = teller.run(
        actor,
        report_claim,
        fields=_report(teller),
        items=[_item(teller)],
        stop_note=_stop_note(teller),
    )
    teller.claim = claim
    _attach_pictures(teller, actor)
    if teller.plan.channel == Channel.EMAIL:
        _keep_mail(teller)
    teller.relay()
    teller.stall_in(Step.RECEIPT)
    teller.wait(10, 70, steady=True)
    teller.as_(teller.handler, assign_owner, claim=claim, owner=teller.handler)
    if teller.plan.severity == Severity.CRITICAL:
        teller.as_(teller.handler, set_severity, claim=claim, severity=Severity.CRITICAL)
    teller.relay()


def _reporter(teller: Teller) -> Actor:
    channel = Channel(teller.plan.channel)
    if channel == Channel.API:
        return teller.company.erp
    if channel == Channel.PORTAL:
        return SYSTEM
    part = TAKEN_DOWN[channel]
    user = teller.handler if part == "handler" else teller.part(part)
    return teller.company.actor(user)


def _report(teller: Teller) -> dict[str, Any]:
    plan, story = teller.plan, teller.story
    customer = teller.company.customers[plan.customer]
    contact = teller.chance.choice(teller.company.contacts[plan.customer])
    known = plan.channel != Channel.SHOP_FLOOR
    fields: dict[str, Any] = {
        "number": plan.number,
        "title": teller.text(story.titles[plan.title]),
        "description": teller.text(story.problem),
        "kind": story.kind,
        "channel": plan.channel,
        "found_where": story.found,
        "site": teller.site,
        "customer": customer,
        "contact": contact if known else None,
        "reporter": contact.name if known else "",
        "received_at": plan.received_at,
        "delivery_note_no": plan.delivery.document_no,
        "demands": list(story.demands),
        "demand_currency": teller.currency,
        "is_safety": story.is_safety,
        "is_line_down": plan.severity == Severity.CRITICAL and story.found in ("line", "assembly"),
        "occurred_at": plan.received_at - timedelta(hours=teller.chance.randint(3, 60)),
    }
    if plan.channel == Channel.API:
        fields["source_reference"] = f"QN-{200_000 + plan.index}"
    return fields


def _item(teller: Teller) -> dict[str, Any]:
    """What the report knows: the product, mostly the lot, and only the group of the defect."""
    plan = teller.plan
    defect = teller.company.defects[teller.story.defect]
    return {
        "product": teller.lot.product,
        "lot": teller.lot,
        "quantity_delivered": Decimal(plan.delivery.quantity),
        "quantity_claimed": Decimal(plan.quantity),
        "value_claimed": teller.money(teller.product.price * plan.quantity),
        "currency": teller.currency,
        "defect": defect.group or defect,
    }


def _stop_note(teller: Teller) -> str:
    urgent = teller.plan.severity == Severity.CRITICAL and teller.chance.random() < 0.5
    return teller.say("stop_note") if urgent else ""


def _attach_pictures(teller: Teller, actor: Actor) -> None:
    """Photos that came with the report; an ERP sends none."""
    if teller.plan.channel in (Channel.API, Channel.PHONE):
        return
    claim = teller.claim
    for name in teller.story.photos[: teller.chance.randint(0, 2)]:
        teller.run(actor, attach_file, claim=claim, upload=upload_of(name))


def _keep_mail(teller: Teller) -> None:
    """The customer's own words, as they came."""
    contact = teller.claim.contact
    if contact is None:
        return
    teller.run(
        SYSTEM,
        receive_message,
        claim=teller.claim,
        channel=Channel.EMAIL,
        subject=teller.text(teller.story.titles[teller.plan.title]),
        text=teller.say(
            "claim_mail", problem=teller.text(teller.story.problem), person=contact.name
        ),
        sender_name=contact.name,
        sender_email=contact.email,
        message_id=f"<demo-{teller.plan.index}@{contact.email.partition('@')[2]}>",
    )


def notify(teller: Teller) -> None:
    """The way to step 2: containment first where it matters, then the notice to departments."""
    severity = teller.plan.severity
    often = {Severity.CRITICAL: 1.0, Severity.MAJOR: 0.55, Severity.MINOR: 0.06}[Severity(severity)]
    if teller.story.kind == "quality" and teller.chance.random() < often:
        _order(teller)
    elif severity == Severity.CRITICAL:
        reason = teller.say("no_containment")
        teller.as_(teller.handler, waive_containment, claim=teller.claim, reason=reason)
    teller.relay()
    claim = teller.reread()
    if claim.step == Step.RECEIPT:
        teller.wait(5, 60, steady=True)
        teller.as_(teller.handler, move_claim, claim=claim, transition="notify")
    teller.relay()


def _order(teller: Teller) -> None:
    """The usual orders: what is in stock is blocked; of a critical claim more is done."""
    kinds = [ContainmentKind.BLOCK_LOT]
    if teller.plan.severity == Severity.CRITICAL:
        kinds += [ContainmentKind.SORT]
        if teller.chance.random() < 0.4:
            kinds += [ContainmentKind.STOP_LINE]
    elif teller.chance.random() < 0.35:
        kinds = [ContainmentKind.FULL_CHECK]
    for kind in kinds:
        _give_order(teller, kind)


def _give_order(teller: Teller, kind: ContainmentKind) -> None:
    place, part = {
        ContainmentKind.BLOCK_LOT: (Place.OWN_STOCK, "warehouse"),
        ContainmentKind.SORT: (Place.CUSTOMER, "sales"),
        ContainmentKind.STOP_LINE: (Place.PRODUCTION, "moulding"),
        ContainmentKind.FULL_CHECK: (Place.OWN_STOCK, "laboratory"),
    }[kind]
    order = Order(
        kind=kind,
        executor=teller.part(part),
        place=place,
        lot=None if kind == ContainmentKind.STOP_LINE else teller.lot,
        line=teller.lot.line if kind == ContainmentKind.STOP_LINE else None,
        instruction=teller.say(f"order_{kind}"),
    )
    teller.as_(teller.handler, order_containment, claim=teller.claim, order=order)
    teller.wait(2, 8, steady=True)


def pass_on(teller: Teller) -> None:
    """Step 2: people confirm, orders are executed, registration begins."""
    _confirm(teller, all_but_one=teller.plan.stall == Step.NOTIFICATION)
    teller.stall_in(Step.NOTIFICATION)
    for order in ContainmentOrder.objects.filter(claim_id=teller.claim.pk, executed_at=None):
        teller.wait(20, 120, steady=True)
        _execute(teller, order)
    teller.relay()
    _confirm(teller)
    if teller.plan.severity == Severity.CRITICAL:
        _discuss(teller)
    teller.wait(5, 60, steady=True)
    teller.as_(teller.handler, move_claim, claim=teller.claim, transition="register")


def _confirm(teller: Teller, *, all_but_one: bool = False) -> None:
    waiting = unconfirmed(Notice.objects.filter(claim_id=teller.claim.pk))
    notices = list(waiting.select_related("user", "claim").order_by("pk"))
    teller.chance.shuffle(notices)
    for notice in notices[1:] if all_but_one else notices:
        teller.wait(2, 25, steady=True)
        assert isinstance(notice.user, User)
        teller.as_(notice.user, confirm_notice, notice=notice)


def _execute(teller: Teller, order: ContainmentOrder) -> None:
    result = Execution()
    if order.kind in COUNTING:
        checked = round(teller.plan.delivery.quantity * teller.chance.uniform(0.3, 0.9))
        bad = round(checked * teller.chance.uniform(0.002, 0.02))
        result = Execution(
            quantity_checked=Decimal(checked),
            quantity_good=Decimal(checked - bad),
            quantity_bad=Decimal(bad),
        )
    elif order.kind == ContainmentKind.BLOCK_LOT:
        left = max(0, teller.plan.delivery.lot.quantity - teller.plan.delivery.quantity)
        result = Execution(execution_note=teller.say("blocked", left=teller.number(left)))
    teller.as_(order.executor, execute_order, order=order, result=result)


def _discuss(teller: Teller) -> None:
    process = teller.part("process")
    words = teller.say("ask_process", person=process.first_name)
    teller.as_(teller.handler, add_comment, claim=teller.claim, text=words, mentions=[process])
    teller.relay()


def read_notices(teller: Teller) -> None:
    """People have looked at what they were told more than two days ago."""
    seen = teller.until - timedelta(days=2)
    notices = Notice.objects.filter(claim_id=teller.claim.pk, seen_at=None, user__isnull=False)
    inside = notices.filter(channel=NoticeChannel.IN_APP, created_at__lt=seen)
    for notice in inside.select_related("user"):
        with clock.moved_to(notice.created_at + timedelta(hours=teller.chance.randint(1, 20))):
            assert notice.user is not None
            see_notice(actor=teller.company.actor(notice.user), notice=notice)
