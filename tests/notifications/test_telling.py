"""Who is told when, exactly once, and what registration waits for."""

from __future__ import annotations

import pytest

from claims.commands import add_comment, assign_owner, move_claim, set_severity, waive_containment
from claims.lifecycle import TRANSITIONS
from claims.models import Participant
from claims.requirements import missing_for
from claims.selectors import get_claim
from core.actors import SYSTEM
from core.errors import InvalidInput, NotPermitted, TransitionRefused
from events.models import Delivery, Event
from events.relay import run_pending
from notifications import commands
from notifications.commands.containment import Order
from notifications.models import ContainmentRequest, Message, NamedRecipient, Notice
from notifications.selectors import list_notices, told_of
from notifications.states import MessageState


def missing(claim, transition):
    found = missing_for(get_claim(SYSTEM, claim.number), TRANSITIONS[transition])
    return {each.requirement: each.detail for each in found}


def notices(claim, **filters):
    rows = Notice.objects.filter(claim=claim, **filters).select_related("user")
    return {(each.recipient, each.channel) for each in rows}


def send_all():
    """As if the mail server had taken everything."""
    commands.send_due_messages()


# --- Step 1 to 2 --------------------------------------------------------------------------------


def test_moving_tells_the_list_in_the_product_at_once_and_queues_mail(cast, rule, relay):
    rule(people=[cast.warehouse], needs_confirmation=True)
    rule(addresses=["desk@outside.example"])
    claim = cast.complete_report()
    relay()
    move_claim(actor=cast.actor("handler"), claim=claim, transition="notify")
    assert notices(claim, occasion="claim.notify") == set()
    relay()
    assert notices(claim, occasion="claim.notify") == {
        ("Elena Panova", "in_app"),
        ("Elena Panova", "email"),
        ("desk@outside.example", "email"),
    }
    inside = Notice.objects.get(channel="in_app", occasion="claim.notify")
    assert inside.sent_at
    assert inside.due_at
    assert inside.needs_confirmation
    assert set(
        Message.objects.filter(notice__occasion="claim.notify").values_list("state", "to")
    ) == {
        ("queued", "elena.panova@tarvina.example"),
        ("queued", "desk@outside.example"),
    }


def test_who_is_told_gets_to_see_the_claim(cast, rule, relay):
    rule(people=[cast.warehouse])
    claim = cast.complete_report()
    with pytest.raises(type(claim).DoesNotExist):
        get_claim(cast.actor("warehouse"), claim.number)
    move_claim(actor=cast.actor("handler"), claim=claim, transition="notify")
    relay()
    assert get_claim(cast.actor("warehouse"), claim.number) == claim
    assert Participant.objects.filter(claim=claim, user=cast.warehouse, role="notified").exists()


def test_the_relay_running_a_delivery_twice_tells_nobody_twice(cast, rule, relay):
    rule(people=[cast.warehouse, cast.reporter])
    claim = cast.complete_report()
    move_claim(actor=cast.actor("handler"), claim=claim, transition="notify")
    relay()
    before = (Notice.objects.count(), Message.objects.count())
    Delivery.objects.update(done_at=None)
    run_pending()
    assert (Notice.objects.count(), Message.objects.count()) == before


def test_who_pressed_the_button_is_told_without_mail_and_need_not_confirm(cast, rule, relay):
    rule(people=[cast.handler], needs_confirmation=True)
    claim = cast.complete_report()
    move_claim(actor=cast.actor("handler"), claim=claim, transition="notify")
    relay()
    (notice,) = Notice.objects.filter(occasion="claim.notify")
    assert (notice.channel, notice.needs_confirmation) == ("in_app", False)
    assert notice.seen_at


def test_without_any_recipient_the_claim_stays(cast, rule):
    for name in ("quality_manager", "second_quality_manager"):
        cast.people[name].is_active = False
        cast.people[name].save()
    claim = cast.complete_report()
    assert "recipients_known" in missing(claim, "notify")
    commands.name_recipient(actor=cast.actor("handler"), claim=claim, user=cast.warehouse)
    assert missing(claim, "notify") == {}


# --- Critical ----------------------------------------------------------------------------------


def test_a_critical_report_tells_the_departments_without_any_step(cast, critical, relay):
    relay()
    assert cast.read(critical).step == "receipt"
    asked = Notice.objects.filter(claim=critical, needs_confirmation=True)
    assert {each.recipient for each in asked} == {
        "Elena Panova",
        "Oleg Tarasov",
        "Nina Gordeeva",
        "Anna Kravtsova",
        "Irina Sokolova",
    }
    assert ("Rustam Agishev", "in_app") in notices(critical)


def test_a_critical_claim_needs_containment_or_a_reason(cast, critical, relay):
    relay()
    assert list(missing(critical, "notify")) == ["containment_considered"]
    with pytest.raises(TransitionRefused) as refusal:
        move_claim(actor=cast.actor("handler"), claim=critical, transition="notify")
    assert [each.requirement for each in refusal.value.missing] == ["containment_considered"]


def test_a_containment_order_passes_a_critical_claim_on_by_itself(cast, critical, relay):
    relay()
    told = notices(critical, occasion="claim.notify")
    order = Order("block_lot", cast.warehouse, lot=cast.lot)
    commands.order_containment(actor=cast.actor("handler"), claim=critical, order=order)
    relay()
    moved = Event.objects.get(kind="claim.moved")
    assert (moved.actor_id, moved.via) == (None, "system")
    assert cast.read(critical).step == "notification"
    assert notices(critical, occasion="claim.notify") == told


def test_a_waiver_passes_a_critical_claim_on_by_itself(cast, critical, relay):
    relay()
    waive_containment(actor=cast.actor("handler"), claim=critical, reason="sample only")
    relay()
    assert cast.read(critical).step == "notification"


def test_a_claim_below_critical_waits_for_a_person(cast, relay):
    claim = cast.complete_report()
    relay()
    assert cast.read(claim).step == "receipt"
    assert missing(claim, "notify") == {}


def test_a_claim_judged_critical_later_is_told_to_the_list_for_critical(cast, critical, relay):
    claim = cast.complete_report(severity="major")
    move_claim(actor=cast.actor("handler"), claim=claim, transition="notify")
    relay()
    assert ("Elena Panova", "in_app") not in notices(claim)
    set_severity(actor=cast.actor("handler"), claim=claim, severity="critical")
    relay()
    assert ("Elena Panova", "in_app") in notices(claim, severity="critical")
    assert ("Oleg Tarasov", "in_app") in notices(claim, severity="critical")


def test_a_wish_to_stop_something_is_handled_as_critical_and_has_to_be_answered(cast, relay):
    from claims.commands import report_claim

    claim = report_claim(
        actor=cast.actor("reporter"), fields={"title": "Cracks"}, stop_note="Stop line 3"
    )
    relay()
    (wish,) = ContainmentRequest.objects.all()
    assert (wish.text, wish.requested_by_label) == ("Stop line 3", "Rustam Agishev")
    assert Notice.objects.filter(claim=claim, severity="critical").exists()
    assert list(missing(claim, "notify")) == ["containment_considered"]
    order = Order("stop_line", cast.action_owner, line=cast.line)
    commands.order_containment(actor=cast.actor("handler"), claim=claim, order=order)
    assert missing(claim, "notify") == {}
    relay()
    assert cast.read(claim).step == "notification"


def test_a_wish_to_stop_something_can_be_declined_with_a_reason(cast, relay):
    from claims.commands import report_claim

    claim = report_claim(
        actor=cast.actor("reporter"),
        fields={"title": "Cracks", "severity": "minor"},
        stop_note="Stop line 3",
    )
    relay()
    assert list(missing(claim, "notify")) == ["containment_considered"]
    waive_containment(actor=cast.actor("handler"), claim=claim, reason="line makes other parts")
    assert missing(claim, "notify") == {}


# --- Step 2 to 3 --------------------------------------------------------------------------------


def test_registration_waits_until_the_notices_exist_and_are_sent(cast, rule, relay):
    rule(people=[cast.warehouse])
    rule(occasion="claim.reported", people=[cast.handler])
    claim = cast.complete_report()
    relay()
    move_claim(actor=cast.actor("handler"), claim=claim, transition="notify")
    assert missing(claim, "register") == {"notices_sent": "The notices are being prepared."}
    relay()
    assert missing(claim, "register") == {
        "notices_sent": "The e-mail to Elena Panova is still on its way."
    }
    send_all()
    assert missing(claim, "register") == {}


def test_a_handler_that_gave_up_does_not_let_registration_pass(cast, rule):
    rule(people=[cast.warehouse])
    claim = cast.complete_report()
    move_claim(actor=cast.actor("handler"), claim=claim, transition="notify")
    from core import clock

    Delivery.objects.filter(handler="notifications.tell_moved").update(gave_up_at=clock.now())
    run_pending()
    assert "notices_sent" in missing(claim, "register")


def test_a_dead_mail_is_handed_over_with_a_note(cast, rule, relay):
    rule(people=[cast.warehouse])
    claim = cast.complete_report()
    move_claim(actor=cast.actor("handler"), claim=claim, transition="notify")
    relay()
    send_all()
    Message.objects.filter(to__startswith="elena").update(state=MessageState.DEAD)
    dead = Notice.objects.get(message__to__startswith="elena")
    Notice.objects.filter(pk=dead.pk).update(sent_at=None)
    assert missing(claim, "register") == {
        "notices_sent": "Tell Elena Panova another way: the e-mail could not be sent."
    }
    with pytest.raises(InvalidInput):
        commands.hand_over(actor=cast.actor("handler"), notice=dead, note=" ")
    with pytest.raises(NotPermitted):
        commands.hand_over(actor=cast.actor("reporter"), notice=dead, note="called")
    commands.hand_over(actor=cast.actor("handler"), notice=dead, note="called at 14:10")
    assert missing(claim, "register") == {}


def test_of_a_critical_claim_somebody_has_to_confirm(cast, critical, relay):
    waive_containment(actor=cast.actor("handler"), claim=critical, reason="sample only")
    relay()
    send_all()
    assert missing(critical, "register") == {
        "notices_sent": "At least one of those told has to confirm having read it."
    }
    notice = Notice.objects.get(user=cast.warehouse, channel="in_app")
    commands.confirm_notice(actor=cast.actor("warehouse"), notice=notice)
    assert missing(critical, "register") == {}


# --- Named by hand, mentioned, owner ------------------------------------------------------------


def test_somebody_named_before_is_told_with_the_departments(cast, rule, relay):
    rule(people=[cast.warehouse])
    claim = cast.complete_report()
    commands.name_recipient(actor=cast.actor("handler"), claim=claim, user=cast.laboratory)
    commands.name_recipient(actor=cast.actor("handler"), claim=claim, address="Kim@Outside.example")
    relay()
    assert notices(claim, occasion="claim.notify") == set()
    move_claim(actor=cast.actor("handler"), claim=claim, transition="notify")
    relay()
    assert ("Pavel Melnik", "in_app") in notices(claim, reason="named")
    assert ("kim@outside.example", "email") in notices(claim, reason="named")


def test_somebody_named_afterwards_is_told_at_once_and_only_once(cast, rule, relay):
    rule(people=[cast.warehouse])
    claim = cast.complete_report()
    move_claim(actor=cast.actor("handler"), claim=claim, transition="notify")
    relay()
    for user in (cast.laboratory, cast.laboratory, cast.warehouse):
        commands.name_recipient(actor=cast.actor("handler"), claim=claim, user=user)
    relay()
    rows = Notice.objects.filter(claim=claim, occasion="claim.notify", channel="in_app")
    assert sorted(each.recipient for each in rows) == ["Elena Panova", "Pavel Melnik"]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({}, "user"),
        ({"user": "reporter", "address": "kim@outside.example"}, "user"),
        ({"address": "nowhere"}, "address"),
    ],
)
def test_a_naming_needs_one_living_recipient(cast, values, field):
    if "user" in values:
        values = values | {"user": cast.people[values["user"]]}
    with pytest.raises(InvalidInput) as refusal:
        commands.name_recipient(actor=cast.actor("handler"), claim=cast.report(), **values)
    assert list(refusal.value.fields) == [field]


def test_only_coordinators_name_recipients(cast):
    claim = cast.report()
    for name in ("reporter", "manager", "auditor", "outsider"):
        with pytest.raises(NotPermitted):
            commands.name_recipient(actor=cast.actor(name), claim=claim, user=cast.laboratory)
    named = commands.name_recipient(actor=cast.actor("handler"), claim=claim, user=cast.laboratory)
    commands.remove_recipient(actor=cast.actor("quality_manager"), named=named)
    assert not NamedRecipient.objects.exists()


def test_people_mentioned_and_new_owners_are_told_but_not_of_their_own_deed(cast, relay):
    claim = cast.complete_report(owner=None)
    actor = cast.actor("handler")
    add_comment(actor=actor, claim=claim, text="Look", mentions=[cast.laboratory, cast.handler])
    assign_owner(actor=actor, claim=claim, owner=cast.handler)
    assign_owner(actor=actor, claim=claim, owner=cast.second_handler)
    relay()
    assert notices(claim, occasion="claim.mention", channel="in_app") == {
        ("Pavel Melnik", "in_app")
    }
    assert notices(claim, occasion="claim.owner", channel="in_app") == {
        ("Irina Sokolova", "in_app")
    }


# --- Reading ------------------------------------------------------------------------------------


def test_only_the_person_told_confirms(cast, critical, relay):
    relay()
    notice = Notice.objects.get(user=cast.warehouse, channel="in_app")
    for name in ("quality_manager", "handler", "administrator", "outsider"):
        with pytest.raises(NotPermitted):
            commands.confirm_notice(actor=cast.actor(name), notice=notice)
    done = commands.confirm_notice(actor=cast.actor("warehouse"), notice=notice, comment="on it")
    assert (done.comment, done.waits) == ("on it", False)
    again = commands.confirm_notice(actor=cast.actor("warehouse"), notice=notice, comment="twice")
    assert (again.comment, again.confirmed_at) == ("on it", done.confirmed_at)
    assert Event.objects.filter(kind="notice.confirmed").count() == 1


def test_the_list_of_those_told_joins_the_channels_of_a_person(cast, critical, relay):
    relay()
    told = {each.first.recipient: each for each in told_of(list_notices(critical))}
    warehouse = told["Elena Panova"]
    assert sorted(each.channel for each in warehouse.notices) == ["email", "in_app"]
    assert warehouse.first.channel == "in_app"
    assert (warehouse.waits, warehouse.pending) == (True, True)


def test_who_has_confirmed_needs_no_mail_any_more(cast, critical, relay):
    waive_containment(actor=cast.actor("handler"), claim=critical, reason="sample only")
    relay()
    send_all()
    Message.objects.filter(to__startswith="elena").update(state=MessageState.DEAD)
    Notice.objects.filter(message__to__startswith="elena").update(sent_at=None)
    assert "Elena Panova" in missing(critical, "register")["notices_sent"]
    notice = Notice.objects.get(user=cast.warehouse, channel="in_app")
    commands.confirm_notice(actor=cast.actor("warehouse"), notice=notice)
    assert missing(critical, "register") == {}
