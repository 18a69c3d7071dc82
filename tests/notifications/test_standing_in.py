"""What a substitute may do for somebody away, what not, and what history and pages say of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from accounts.commands import enter_absence
from accounts.models import Membership, Role, User
from accounts.policies import can_administer_people
from claims.commands import move_claim
from claims.lifecycle import TRANSITIONS
from claims.policies import can_move_claim, visible_claims
from core import clock
from core.actors import Actor, Via
from core.errors import NotPermitted
from events.models import Event
from notifications import commands
from notifications.commands.containment import Order
from notifications.models import Message, Notice
from notifications.policies import can_execute_order, can_order_containment, visible_notices
from tests.cast import Cast
from tests.permissions.world import photo
from worklist.items import Kind
from worklist.selectors import get_work, waiting_rows

# A Wednesday, 12:00 in Moscow.
NOON = datetime(2026, 6, 17, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def now(monkeypatch):
    state = {"now": NOON}
    monkeypatch.setattr(clock, "now", lambda: state["now"])

    def move(**length):
        state["now"] += timedelta(**length)

    return move


def away(cast: Cast, who: str, substitute: str, **days: int) -> None:
    enter_absence(
        actor=cast.actor("administrator"),
        user=cast.people[who],
        starts_on=date(2026, 6, days.get("first", 17)),
        ends_on=date(2026, 6, days.get("last", 19)),
        substitute=cast.people[substitute],
    )


def person(cast: Cast, name: str) -> Actor:
    """As the next request knows them."""
    user = User.objects.get(pk=cast.people[name].pk)
    return Actor(user=user, via=Via.WEB, request_id="test")


@pytest.fixture
def claim(cast, rule, relay):
    """Told to the head of the warehouse before the absence, with an order for her."""
    rule(people=[cast.warehouse], needs_confirmation=True)
    found = cast.complete_report()
    relay()
    move_claim(actor=cast.actor("handler"), claim=found, transition="notify")
    commands.order_containment(
        actor=cast.actor("handler"),
        claim=found,
        order=Order("block_lot", cast.warehouse, lot=cast.lot),
    )
    relay()
    return found


def asked_of(claim, user, occasion="claim.notify"):
    return Notice.objects.get(claim=claim, user=user, channel="in_app", occasion=occasion)


def last(kind):
    return Event.objects.filter(kind=kind).latest("id")


# --- Sight --------------------------------------------------------------------------------------


def test_a_substitute_sees_what_the_absent_has_a_part_in_while_the_absence_runs(cast, claim, now):
    away(cast, "warehouse", "employee", first=18, last=18)
    assert not visible_claims(person(cast, "employee")).exists()
    now(days=1)
    assert claim in visible_claims(person(cast, "employee"))
    now(days=1)
    assert not visible_claims(person(cast, "employee")).exists()


def test_a_substitute_who_is_away_passes_it_on(cast, claim):
    away(cast, "warehouse", "employee")
    away(cast, "employee", "laboratory")
    assert not visible_claims(person(cast, "employee")).exists()
    assert claim in visible_claims(person(cast, "laboratory"))


@pytest.mark.parametrize("watcher", ["warehouse", "employee"])
def test_nothing_passes_from_or_to_an_auditor(cast, claim, watcher):
    away(cast, "warehouse", "employee")
    Membership.objects.create(user=cast.people[watcher], role=Role.AUDITOR)
    order = claim.containment_orders.get()
    assert not can_execute_order(person(cast, "employee"), order)


def test_roles_and_what_they_open_do_not_pass(cast, claim):
    away(cast, "handler", "employee")
    away(cast, "administrator", "laboratory")
    acting = person(cast, "employee")
    assert not can_order_containment(acting, claim)
    assert not any(can_move_claim(acting, claim, each) for each in TRANSITIONS.values())
    assert not can_administer_people(person(cast, "laboratory"))
    assert not visible_claims(person(cast, "laboratory")).exists()


# --- Notices ------------------------------------------------------------------------------------


def test_a_substitute_confirms_what_was_asked_before_the_absence(cast, claim):
    notice = asked_of(claim, cast.warehouse)
    with pytest.raises(NotPermitted):
        commands.confirm_notice(actor=person(cast, "employee"), notice=notice)
    away(cast, "warehouse", "employee")
    commands.confirm_notice(actor=person(cast, "employee"), notice=notice, comment="seen")
    notice.refresh_from_db()
    assert (notice.confirmed_at, notice.confirmed_by) == (NOON, cast.employee)
    assert notice.seen_at is None  # she has not seen it herself
    event = last("notice.confirmed")
    assert event.actor == cast.employee
    assert event.data["in_place_of"] == "Elena Panova"
    assert event.data["in_place_of_id"] == cast.warehouse.pk


def test_only_what_asks_to_be_confirmed_is_seen_of_anothers_inbox(cast, claim):
    Notice.objects.filter(occasion="containment.ordered").update(needs_confirmation=False)
    away(cast, "warehouse", "employee")
    assert set(visible_notices(person(cast, "employee"))) == {asked_of(claim, cast.warehouse)}
    assert not visible_notices(person(cast, "laboratory")).exists()


def test_looking_for_another_leaves_no_mark(cast, claim, browse):
    away(cast, "warehouse", "employee")
    notice = asked_of(claim, cast.warehouse)
    client = browse(cast.employee)
    page = client.get(f"/notices/{notice.pk}/").text
    assert "You act in place of Elena Panova, who is away." in page
    client.post("/notices/seen/")
    notice.refresh_from_db()
    assert notice.seen_at is None


def test_pages_say_for_whom_and_by_whom(cast, claim, browse):
    away(cast, "warehouse", "employee")
    client = browse(cast.employee)
    notice = asked_of(claim, cast.warehouse)
    assert "for Elena Panova" in client.get("/notices/").text
    answer = client.post(f"/notices/{notice.pk}/confirm/", HTTP_HX_REQUEST="true")
    assert "for Elena Panova" in answer.text
    assert "You confirmed this on" in client.get(f"/notices/{notice.pk}/").text
    panel = browse(cast.handler).get(f"/claims/{claim.number}/").text
    assert "by Y. Orekhova" in panel.partition('id="notified"')[2]
    history = browse(cast.handler).get(f"/claims/{claim.number}/history/").text
    assert "In the place of Elena Panova, who is away" in history
    hers = browse(cast.warehouse).get(f"/notices/{notice.pk}/").text
    assert "Yulia Orekhova confirmed this for you on" in hers
    answer = browse(cast.handler).get(f"/api/v1/claims/{claim.number}/notices/").json()
    by = {each["confirmed_by"]["name"] for each in answer["results"] if each["confirmed_by"]}
    assert by == {"Yulia Orekhova"}


# --- Orders -------------------------------------------------------------------------------------


def test_a_substitute_executes_an_order_with_evidence(cast, claim, browse):
    order = claim.containment_orders.get()
    address = f"/claims/{claim.number}/containment/{order.pk}/execute/"
    assert browse(cast.employee).get(address).status_code == 404
    away(cast, "warehouse", "employee")
    client = browse(cast.employee)
    assert "You act in place of Elena Panova" in client.get(address).text
    client.post(address, {"execution_note": "Cage 4", "evidence": [photo()]})
    order.refresh_from_db()
    assert order.executed_by == cast.employee
    assert order.evidence.count() == 1
    event = last("containment.executed")
    assert (event.actor, event.data["in_place_of"]) == (cast.employee, "Elena Panova")
    # Who has executed it has read it, for her as well.
    read = asked_of(claim, cast.warehouse, "containment.ordered")
    assert read.confirmed_by == cast.employee


def test_by_api_too(cast, claim, browse):
    order = claim.containment_orders.get()
    away(cast, "warehouse", "employee")
    address = f"/api/v1/claims/{claim.number}/containment-orders/{order.pk}/execute/"
    client = browse(cast.employee)
    answer = client.post(address, {}, content_type="application/json")
    assert answer.status_code == 200, answer.content
    assert answer.json()["executed_by"]["name"] == "Yulia Orekhova"
    stranger = browse(cast.laboratory)
    assert stranger.post(address, {}, content_type="application/json").status_code == 404


def test_a_coordinator_who_notes_it_acts_for_nobody(cast, claim):
    order = claim.containment_orders.get()
    commands.execute_order(actor=person(cast, "second_handler"), order=order)
    assert "in_place_of" not in last("containment.executed").data


# --- The claim's own course ---------------------------------------------------------------------


def test_the_owners_steps_are_open_to_a_substitute_who_coordinates(cast):
    claim = cast.claim_in("initial_investigation")
    step = TRANSITIONS["investigate_fully"]
    assert not can_move_claim(person(cast, "second_handler"), claim, step)
    away(cast, "handler", "second_handler")
    acting = person(cast, "second_handler")
    assert can_move_claim(acting, claim, step)
    cast.people["second_handler"] = acting.user
    cast.move(claim, "investigate_fully", "second_handler")
    event = last("claim.moved")
    assert (event.actor, event.data["in_place_of"]) == (cast.second_handler, "Anna Kravtsova")


# --- My work and reminders ----------------------------------------------------------------------


def tasks(actor):
    return [task for group in get_work(actor).groups for task in group.tasks]


def test_my_work_of_a_substitute_shows_the_tasks_marked(cast, claim, browse):
    assert not tasks(person(cast, "employee"))
    away(cast, "warehouse", "employee")
    acting = person(cast, "employee")
    found = tasks(acting)
    assert len(found) == 3  # two notices and the order
    assert {task.in_place_of for task in found} == {"Elena Panova"}
    assert sum(rows.count() for rows in waiting_rows(acting)) == 3
    page = browse(cast.employee).get("/").text
    assert page.count("for Elena Panova") == 3
    assert not any(task.in_place_of for task in tasks(person(cast, "warehouse")))


def test_the_absent_owners_claims_stand_with_a_substitute_who_coordinates(cast, claim):
    away(cast, "handler", "second_handler")
    found = get_work(person(cast, "second_handler"), Kind.CLAIMS).groups
    marked = {task.claim: task.in_place_of for group in found for task in group.tasks}
    assert marked == {claim: "Anna Kravtsova"}
    away(cast, "second_handler", "employee")
    assert not get_work(person(cast, "employee"), Kind.CLAIMS).groups


def test_a_reminder_leads_a_substitute_to_the_task_itself(cast, claim, now, relay):
    away(cast, "warehouse", "employee", last=30)
    order = claim.containment_orders.get()
    commands.remind()
    now(days=2)
    commands.remind()
    told = Notice.objects.filter(claim=claim, occasion="reminder", user=cast.employee)
    due = next(n for n in told if n.event.data["subject"] == "order" and n.channel == "email")
    text = Message.objects.get(notice=due).text
    assert f"/claims/{claim.number}/containment/{order.pk}/execute/" in text
    assert "You are told in place of Elena Panova, who is away." in text
