"""My work: what stands on it for whom, in which order, at what cost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from accounts.models import Membership, Role
from capa.models import Action, EffectivenessCheck, Extension
from claims.commands import add_participant, report_claim, waive_acknowledgement
from claims.models import Claim
from claims.states import ParticipantRole, Step
from core import clock, navigation
from events.relay import run_pending
from notifications.commands import order_containment
from notifications.commands.containment import Order
from notifications.models import Message, Notice
from responses.models import Letter
from tests.cast import actor_of
from worklist.items import Kind
from worklist.selectors import get_work, totals_of

# Nobody has to tell the customer of these claims.
TOLD = {"acknowledgement_waiver": "told by phone"}


def work(user, kind=None):
    return get_work(actor_of(user), kind)


def titles(user, kind=None):
    """Title and claim number of every task, in the order of the page."""
    return [
        (str(task.title), task.claim.number)
        for group in work(user, kind).groups
        for task in group.tasks
    ]


def needs(user):
    """Need and claim number of everything on the tab of claims."""
    groups = work(user, Kind.CLAIMS).groups
    return [(group.title, task.claim.number) for group in groups for task in group.tasks]


def numbers(user, kind):
    return {number for _title, number in titles(user, kind)}


def due_in(claim, **time):
    Claim.objects.filter(pk=claim.pk).update(step_due_at=clock.now() + timedelta(**time))


# --- Claims -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "title", "waits_for"),
    [
        (Step.RECEIPT, "Notify the departments", "handler"),
        (Step.NOTIFICATION, "See that everybody is told, then register", "handler"),
        (Step.REGISTRATION, "Register the claim", "handler"),
        (Step.INITIAL_INVESTIGATION, "Decide: answer now or investigate further", "handler"),
        (Step.FULL_INVESTIGATION, "Finish the full investigation", "handler"),
        (Step.ANALYSIS, "Confirm causes, set actions", "handler"),
        (Step.RESPONSE, "Prepare the final answer", "handler"),
        (Step.MONITORING, "Close the claim", "quality_manager"),
    ],
)
def test_a_claim_waits_for_the_one_who_may_move_it(cast, step, title, waits_for):
    claim = cast.claim_in(step)
    for name in ("handler", "second_handler", "quality_manager", "investigator", "manager"):
        expected = [(title, claim.number)] if name == waits_for else []
        assert needs(cast.people[name]) == expected, name


def test_finished_claims_wait_for_nobody(cast):
    for step in (Step.CLOSED, Step.CANCELLED):
        cast.claim_in(step)
    assert titles(cast.handler, Kind.CLAIMS) == titles(cast.quality_manager, Kind.CLAIMS) == []


def test_the_leader_of_a_team_has_its_investigation_on_the_list(cast):
    claim = cast.claim_in(Step.FULL_INVESTIGATION)
    add_participant(claim=claim, user=cast.investigator, role=ParticipantRole.LEADER)
    add_participant(claim=claim, user=cast.laboratory, role=ParticipantRole.MEMBER)
    assert numbers(cast.investigator, Kind.CLAIMS) == {claim.number}
    assert numbers(cast.laboratory, Kind.CLAIMS) == set()


def test_a_claim_is_not_to_be_closed_while_an_action_is_open(cast):
    claim = cast.claim_in(Step.MONITORING)
    action = Action.objects.create(kind="corrective", text="Dry longer", claim=claim)
    action.claims.add(claim)
    assert numbers(cast.quality_manager, Kind.CLAIMS) == set()


def test_reports_that_nobody_has_taken_stand_with_all_coordinators_of_the_site(cast, browse):
    claim = cast.report(site=cast.site)
    task = [("Take the report from R. Agishev", claim.number)]
    for name in ("handler", "second_handler", "quality_manager"):
        assert titles(cast.people[name], Kind.CLAIMS) == task
    for name in ("outsider", "reporter", "manager", "auditor", "administrator"):
        assert titles(cast.people[name], Kind.CLAIMS) == []
    response = browse(cast.second_handler).post(f"/work/{claim.number}/take/", follow=True)
    assert f"Claim {claim.number} is yours." in response.text
    assert needs(cast.second_handler) == [("Notify the departments", claim.number)]
    assert titles(cast.handler, Kind.CLAIMS) == []


def test_taking_is_for_coordinators(cast, browse):
    claim = cast.report()
    assert browse(cast.manager).post(f"/work/{claim.number}/take/").status_code == 403
    assert browse(cast.outsider).post(f"/work/{claim.number}/take/").status_code == 404


# --- Notices and containment --------------------------------------------------------------------


@pytest.fixture
def critical(cast):
    """A critical claim whose notices are out, with a lot to be blocked by the warehouse."""
    claim = cast.complete_report(severity="critical")
    order_containment(
        actor=cast.actor("handler"),
        claim=claim,
        order=Order("block_lot", cast.warehouse, lot=cast.lot, place="own_stock"),
    )
    run_pending()
    return cast.read(claim)


def test_notices_to_confirm_stand_with_those_told(cast, critical):
    assert titles(cast.second_handler, Kind.NOTICES) == [
        ("Confirm: Critical claim", critical.number)
    ]
    assert titles(cast.warehouse, Kind.NOTICES) == [
        ("Confirm: Containment: Block lot L-2291", critical.number)
    ]
    assert titles(cast.handler, Kind.NOTICES) == []


def test_confirming_from_the_list_leads_back_to_it(cast, critical, browse):
    client = browse(cast.second_handler)
    page = client.get("/?kind=notices").text
    notice = Notice.objects.get(user=cast.second_handler, needs_confirmation=True)
    assert f'action="/notices/{notice.pk}/confirm/"' in page
    response = client.post(f"/notices/{notice.pk}/confirm/", {"next": "/?kind=notices"})
    assert response.url == "/?kind=notices"
    assert titles(cast.second_handler, Kind.NOTICES) == []


def test_an_order_stands_with_its_executor(cast, critical):
    assert titles(cast.warehouse, Kind.CONTAINMENT) == [("Block lot L-2291", critical.number)]
    assert titles(cast.quality_manager, Kind.CONTAINMENT) == []


def test_a_wish_to_stop_something_stands_with_the_coordinators(cast):
    claim = report_claim(
        actor=cast.actor("reporter"), fields={"title": "Cracks"}, stop_note="Stop line 3"
    )
    run_pending()
    task = [("Decide what to stop: Rustam Agishev asks for it", claim.number)]
    assert titles(cast.handler, Kind.CONTAINMENT) == task
    assert titles(cast.reporter, Kind.CONTAINMENT) == titles(cast.outsider, Kind.CONTAINMENT) == []


def test_a_mail_that_died_stands_with_the_owner(cast, critical):
    Message.objects.filter(to__startswith="oleg").update(state="dead")
    task = ("Tell Oleg Tarasov another way", critical.number)
    assert task in titles(cast.handler, Kind.NOTICES)
    assert task not in titles(cast.second_handler, Kind.NOTICES)


# --- Replies ------------------------------------------------------------------------------------


def test_the_owner_tells_the_customer_that_the_claim_has_arrived(cast):
    claim = cast.complete_report()
    cast.report(owner=cast.handler)
    task = [("Tell the customer that the claim has arrived", claim.number)]
    assert [each for each in titles(cast.handler) if each[0] == task[0][0]] == task
    assert titles(cast.second_handler, Kind.REPLIES) == []
    waive_acknowledgement(actor=cast.actor("handler"), claim=claim, reason="told by phone")
    assert titles(cast.handler, Kind.REPLIES) == []


def test_an_agreed_answer_is_sent_by_the_owner(cast):
    claim = cast.claim_in(Step.RESPONSE)
    Letter.objects.create(
        claim=claim,
        kind="final",
        language="en",
        author=cast.second_handler,
        subject="Our answer",
        state="approved",
    )
    assert ("Send the answer", claim.number) in titles(cast.handler)
    assert "Send the answer" not in dict(titles(cast.second_handler))


# --- Actions, approvals, payments ---------------------------------------------------------------


@pytest.fixture
def action(cast):
    """An action of the maintenance, on a claim in monitoring."""
    claim = cast.claim_in(Step.MONITORING)
    made = Action.objects.create(
        kind="corrective",
        text="Dry the granulate longer",
        claim=claim,
        owner=cast.action_owner,
        due_at=clock.now() + timedelta(days=3),
    )
    made.claims.add(claim)
    return made


def test_an_action_stands_with_its_owner(cast, action):
    assert titles(cast.action_owner, Kind.ACTIONS) == [
        ("Dry the granulate longer", action.claim.number)
    ]
    assert titles(cast.handler, Kind.ACTIONS) == []


def test_a_finished_action_is_verified_by_a_manager_who_neither_owns_nor_did_it(cast, action):
    EffectivenessCheck.objects.create(action=action, due_at=clock.now() + timedelta(days=90))
    Action.objects.filter(pk=action.pk).update(done_by=cast.quality_manager, done_at=clock.now())
    _set_state(action, "done")
    task = [("Verify effectiveness: Dry the granulate longer", action.claim.number)]
    assert titles(cast.second_quality_manager, Kind.ACTIONS) == task
    assert titles(cast.quality_manager, Kind.ACTIONS) == []
    assert titles(cast.action_owner, Kind.ACTIONS) == []


def _set_state(action, state):
    """As if its commands had brought it there."""
    Action.objects.filter(pk=action.pk).update(state=state)


def test_an_answer_in_approval_stands_with_others_than_its_author(cast):
    claim = cast.claim_in(Step.RESPONSE)
    Letter.objects.create(
        claim=claim,
        kind="final",
        language="en",
        author=cast.quality_manager,
        subject="Our answer",
        state="in_approval",
        submitted_at=clock.now(),
    )
    task = [("Review the answer by O. Tarasov", claim.number)]
    assert titles(cast.second_quality_manager, Kind.APPROVALS) == task
    assert titles(cast.quality_manager, Kind.APPROVALS) == []
    assert titles(cast.legal, Kind.APPROVALS) == []


def test_a_wish_for_more_time_is_decided_by_another_manager(cast, action):
    Extension.objects.create(
        action=action,
        reason="insert still in repair",
        asked_by=cast.quality_manager,
        from_due=action.due_at,
        to_due=action.due_at + timedelta(days=5),
    )
    task = [("Decide on more time: Dry the granulate longer", action.claim.number)]
    assert titles(cast.second_quality_manager, Kind.APPROVALS) == task
    assert titles(cast.quality_manager, Kind.APPROVALS) == []


def test_every_task_leads_to_a_page_that_its_person_may_open(cast, action, critical, browse):
    claim = cast.claim_in(Step.RESPONSE)
    Letter.objects.create(
        claim=claim, kind="final", language="en", author=cast.handler, subject="Our answer",
        state="in_approval", submitted_at=clock.now(),
    )  # fmt: skip
    Extension.objects.create(
        action=action,
        reason="insert still in repair",
        asked_by=cast.action_owner,
        from_due=action.due_at,
        to_due=action.due_at + timedelta(days=5),
    )
    cast.report()
    run_pending()
    opened = 0
    for user in cast.people.values():
        client = browse(user)
        for group in work(user).groups:
            for task in group.tasks:
                assert client.get(task.url, follow=True).status_code == 200, (user, task)
                opened += 1
    assert opened > 10


# --- Order, counts, limits ----------------------------------------------------------------------


def test_what_is_late_stands_first(cast):
    claims = [cast.complete_report(**TOLD) for _ in range(4)]
    for claim, time in zip(claims, ({"days": 30}, {"hours": -30}, {"days": 15}, {}), strict=True):
        due_in(claim, **time) if time else Claim.objects.filter(pk=claim.pk).update(
            step_due_at=None
        )
    groups = {
        group.name: [task.claim for task in group.tasks] for group in work(cast.handler).groups
    }
    assert groups == {"late": [claims[1]], "later": [claims[2], claims[0], claims[3]]}
    assert work(cast.handler).totals.late == 1


def test_what_is_due_later_today_is_counted_as_today(cast):
    noon = clock.now().replace(hour=9, minute=0)
    with clock.moved_to(noon):
        claim = cast.complete_report(**TOLD)
        due_in(claim, hours=2)
        assert [group.name for group in work(cast.handler).groups] == ["today"]
        assert (work(cast.handler).totals.today, work(cast.handler).totals.late) == (1, 0)


def test_a_row_says_what_to_do_and_under_a_heading_that_says_it_on_what(cast):
    claim = cast.complete_report(**TOLD)
    assert titles(cast.handler) == [("Notify the departments", claim.number)]
    assert titles(cast.handler, Kind.CLAIMS) == [(claim.title, claim.number)]


def test_a_tab_gathers_by_what_is_needed(cast):
    for step in (Step.REGISTRATION, Step.ANALYSIS, Step.REGISTRATION):
        cast.claim_in(step)
    groups = work(cast.handler, Kind.CLAIMS).groups
    assert sorted((group.title, len(group.tasks)) for group in groups) == [
        ("Confirm causes, set actions", 1),
        ("Register the claim", 2),
    ]


def test_the_count_in_the_menu_is_that_of_the_page(cast, critical):
    for user in cast.people.values():
        actor, request = actor_of(user), RequestFactory().get("/")
        request.user = user
        counts = {entry.item.name: entry.count for entry in navigation.entries(request)}
        assert counts["work"] == get_work(actor).totals.all
        assert counts["work"] == sum(totals.all for totals in totals_of(actor).values())


def test_long_lists_are_cut_and_say_so(cast, browse, monkeypatch):
    monkeypatch.setattr("worklist.selectors.FEW", 2)
    for _ in range(5):
        cast.complete_report(**TOLD)
    seen = work(cast.handler)
    assert (seen.totals.all, seen.more) == (5, 3)
    page = browse(cast.handler).get("/").text
    assert "3 more are not shown." in page
    assert "5 things to do" in page


def _queries(client, address):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


@pytest.mark.parametrize("address", ["/", "/?kind=claims", "/?kind=notices"])
def test_the_number_of_queries_does_not_grow_with_the_rows(cast, browse, address):
    def add(many):
        for _ in range(many):
            claim = cast.complete_report(severity="critical", owner=None)
            mine = cast.complete_report(severity="critical")
            for each in (claim, mine):
                order = Order("block_lot", cast.handler, lot=cast.lot)
                order_containment(actor=cast.actor("second_handler"), claim=each, order=order)
        run_pending()

    client = browse(cast.handler)
    add(1)
    before = _queries(client, address)
    add(4)
    assert _queries(client, address) == before
    assert before <= 25


# --- The page -----------------------------------------------------------------------------------


def test_the_page_of_somebody_with_nothing_to_do_says_so(cast, browse):
    for name in ("employee", "auditor", "manager", "legal", "administrator"):
        page = browse(cast.people[name]).get("/").text
        assert "Nothing waits for you" in page, name


def test_a_reporter_finds_the_own_reports(cast, browse):
    claim = cast.report(title="Flash on the rim")
    page = browse(cast.reporter).get("/").text
    assert "My reports" in page
    assert f'href="/claims/{claim.number}/"' in page


def test_managers_see_all_open_claims_by_step(cast, browse):
    cast.claim_in(Step.ANALYSIS)
    page = browse(cast.manager).get("/").text
    assert "Open claims" in page
    assert "?state=open&amp;step=analysis" in page


def test_a_handler_sees_what_others_have_to_do_and_what_is_held(cast, critical, browse):
    page = browse(cast.handler).get("/").text
    for words in ("My open claims", "Waiting on others", "Containment in force", "0 of 1"):
        assert words in page


def test_the_refresh_gets_the_list_alone(cast, browse):
    cast.complete_report()
    response = browse(cast.handler).get("/", headers={"HX-Request": "true"})
    assert response.text.lstrip().startswith('<div class="wk-list" id="work"')
    assert "<html" not in response.text


def test_guests_are_led_to_the_sign_in_and_odd_tabs_lead_nowhere(cast, browse, client):
    assert client.get("/").url.startswith("/account/login/")
    assert browse(cast.handler).get("/?kind=nonsense").status_code == 404


def test_several_roles_in_one_person_add_up(cast):
    Membership.objects.create(user=cast.handler, role=Role.QUALITY_MANAGER, site=cast.other_site)
    here, there = cast.report(site=cast.site), cast.report(site=cast.other_site)
    assert numbers(cast.handler, Kind.CLAIMS) == {here.number, there.number}
