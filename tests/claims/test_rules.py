"""The rules of deadlines: their page, who may change them, and what follows for running clocks."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from claims.clocks import Policies
from claims.commands import pause_claim, recounting, remove_deadline, resume_claim, save_deadline
from claims.models import Clock, DeadlinePolicy
from claims.starters import DEADLINES
from claims.states import ClockKind, Severity
from core import clock
from core.errors import InvalidInput, NotPermitted, Stale
from events.models import Delivery, Event
from events.relay import run_pending
from masterdata.commands import save_day, upsert
from masterdata.models import Site, WorkCalendar
from tests.cast import Cast

MOSCOW = ZoneInfo("Europe/Moscow")
MOVED = "claim.deadlines_changed"


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of September 2026; the 7th is a Monday."""
    return datetime(2026, 9, day, hour, minute, tzinfo=MOSCOW)


def rule(clock: str = "final_response", severity: str = "major", customer=None) -> DeadlinePolicy:
    return DeadlinePolicy.objects.get(clock=clock, severity=severity, customer=customer)


@pytest.fixture
def claim(cast: Cast):
    """A major claim received on Monday at ten; the final response is due on the 21st."""
    with clock.moved_to(at(7, 10)):
        made = cast.complete_report()
        run_pending()
    return made


def change(cast: Cast, amount: int, unit: str = "working_days", **found) -> DeadlinePolicy:
    return save_deadline(
        actor=cast.actor("quality_manager"),
        policy=rule(**found),
        values={"amount": amount, "unit": unit},
        reason="agreed with sales",
    )


# --- What follows for running clocks ----------------------------------------------------------


def test_a_changed_rule_moves_running_clocks_later_and_history_says_why(cast: Cast, claim):
    with clock.moved_to(at(8, 12)):
        changed = change(cast, 4)
        assert cast.read(claim).response_due_at == at(21, 18), "not in the request"
        run_pending()
        run_pending()
    assert cast.read(claim).response_due_at == at(11, 18)
    event = Event.objects.get(claim_id=claim.pk, kind=MOVED)
    old, new = event.data["changes"]["final_response"]
    assert (datetime.fromisoformat(old), datetime.fromisoformat(new)) == (at(21, 18), at(11, 18))
    assert (event.data["cause"], event.data["reason"]) == ("rule", "agreed with sales")
    assert event.data["by"] == str(cast.quality_manager)
    assert Clock.objects.get(claim=claim, kind="final_response").policy == changed


def test_counting_again_changes_and_records_nothing(cast: Cast, claim):
    with clock.moved_to(at(8, 12)):
        change(cast, 4)
        run_pending()
        version, events = cast.read(claim).version, Event.objects.count()
        Delivery.objects.filter(handler="claims.recount_for_rule").update(done_at=None)
        assert run_pending() == 1
    assert (cast.read(claim).version, Event.objects.count()) == (version, events)


def test_only_claims_of_that_severity_and_customer_move(cast: Cast, claim):
    with clock.moved_to(at(7, 10)):
        minor = cast.complete_report(severity="minor")
        theirs = cast.complete_report(customer=cast.other_customer, contact=None)
        unjudged = cast.report()
        run_pending()
    before = {each.pk: cast.read(each).response_due_at for each in (claim, minor, unjudged)}
    with clock.moved_to(at(8, 12)):
        own = save_deadline(
            actor=cast.actor("quality_manager"),
            policy=None,
            values={
                "clock": "final_response", "severity": "major", "customer": cast.other_customer,
                "amount": 3, "unit": "working_days",
            },
        )  # fmt: skip
        run_pending()
        assert cast.read(theirs).response_due_at == at(10, 18)
        after = {each.pk: cast.read(each).response_due_at for each in (claim, minor, unjudged)}
        assert after == before
        change(cast, 4)
        run_pending()
        assert cast.read(theirs).response_due_at == at(10, 18), "the own rule stands over it"
        assert cast.read(unjudged).response_due_at == at(11, 18), "runs on that of major"
        assert cast.read(minor).response_due_at == before[minor.pk]
        remove_deadline(actor=cast.actor("quality_manager"), policy=own)
        run_pending()
        assert cast.read(theirs).response_due_at == at(11, 18), "the general rule again"
    rule = Policies.for_customer(cast.other_customer.pk).find("final_response", "major")
    assert rule is not None
    assert rule.customer is None


def test_many_claims_are_counted_in_slices(cast: Cast, claim, monkeypatch):
    monkeypatch.setattr(recounting, "SLICE", 2)
    with clock.moved_to(at(7, 10)):
        claims = [claim, *(cast.complete_report() for _ in range(4))]
        run_pending()
    with clock.moved_to(at(8, 12)):
        change(cast, 4)
        moved = []
        while run_pending(limit=1):
            moved.append(Event.objects.filter(kind=MOVED).count())
    assert moved == [2, 4, 5]
    assert {cast.read(each).response_due_at for each in claims} == {at(11, 18)}
    reasons = {each.data["reason"] for each in Event.objects.filter(kind=MOVED)}
    assert reasons == {"agreed with sales"}


def test_a_finished_claim_and_a_stopped_clock_stay_as_they_were(cast: Cast, claim):
    closed = cast.claim_in("cancelled")
    run_pending()
    before = list(Clock.objects.filter(claim=closed).values_list("kind", "due_at"))
    change(cast, 4)
    run_pending()
    assert list(Clock.objects.filter(claim=closed).values_list("kind", "due_at")) == before


def test_a_changed_calendar_moves_the_clocks_of_its_sites(cast: Cast, claim):
    calendar = WorkCalendar.objects.get(pk=cast.site.calendar_id)
    elsewhere = WorkCalendar.objects.create(name="Elsewhere")
    Site.objects.filter(pk=cast.other_site.pk).update(calendar=elsewhere)
    with clock.moved_to(at(7, 10)):
        other = cast.complete_report(site=Site.objects.get(pk=cast.other_site.pk), owner=None)
        run_pending()
    with clock.moved_to(at(8, 12)):
        save_day(
            actor=cast.actor("quality_manager"),
            calendar=calendar,
            day=date(2026, 9, 10),
            kind="off",
            name="Stocktaking",
        )
        run_pending()
    assert cast.read(claim).response_due_at == at(22, 18)
    assert cast.read(other).response_due_at == at(21, 18)
    event = Event.objects.get(kind=MOVED)
    assert (event.claim_id, event.data["cause"]) == (claim.pk, "calendar")
    assert "legal" not in event.data["changes"]


def test_a_site_that_takes_another_calendar_or_zone_is_counted_anew(cast: Cast, claim):
    with clock.moved_to(at(8, 12)):
        values = {"time_zone": "Asia/Yekaterinburg"}
        upsert(Site, actor=cast.actor("administrator"), key="MAIN", values=values)
        run_pending()
    assert cast.read(claim).response_due_at == at(21, 16), "18:00 there is 16:00 in Moscow"


# --- Pauses -----------------------------------------------------------------------------------


def test_a_rule_changed_while_paused_still_leaves_the_claim_paused(cast: Cast, claim):
    handler = cast.actor("handler")
    with clock.moved_to(at(8, 9)):
        pause_claim(actor=handler, claim=claim, reason="samples")
    with clock.moved_to(at(9, 9)):
        change(cast, 4)
        run_pending()
        assert Clock.objects.get(claim=claim, kind="final_response").standing == "paused"
    with clock.moved_to(at(10, 9)):
        resume_claim(actor=handler, claim=claim)
    # Four working days end on Friday the 11th; two working days of pause move them to Tuesday.
    assert cast.read(claim).response_due_at == at(15, 18)


# --- Rules ------------------------------------------------------------------------------------


def test_all_twelve_clocks_start_with_the_durations_of_the_process(cast: Cast):
    hours, days = "working_hours", "working_days"
    expected = {
        "notification": (hours, 2, 4, 8),
        "confirmation": (hours, 4, 4, 8),
        "containment": ("calendar_hours", 24, 48, None),
        "acknowledgement": (hours, 4, 8, 8),
        "registration": (hours, 4, 8, 16),
        "initial_investigation": (days, 1, 2, 3),
        "full_investigation": (days, 5, 5, 10),
        "analysis": (days, 5, 5, 10),
        "final_response": (days, 5, 10, 20),
        "effectiveness": ("calendar_days", 90, 90, 60),
        "compensation": (days, 5, 10, 10),
        "legal": ("calendar_days", 30, 30, 30),
    }
    assert {kind.value for kind in DEADLINES} == set(ClockKind.values) == set(expected)
    found = {
        (each.clock, each.severity): (each.unit, each.amount)
        for each in DeadlinePolicy.objects.filter(customer=None)
    }
    for kind, (unit, *amounts) in expected.items():
        for severity, amount in zip(("critical", "major", "minor"), amounts, strict=True):
            wanted = (unit, amount) if amount else None
            assert found.pop((kind, severity), None) == wanted
    assert not found


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"amount": 0, "unit": "working_days"}, "amount"),
        ({"amount": 1000, "unit": "working_days"}, "amount"),
        ({"amount": 3, "unit": "fortnights"}, "unit"),
    ],
)
def test_impossible_durations_are_refused(cast: Cast, values, field):
    with pytest.raises(InvalidInput) as refusal:
        save_deadline(actor=cast.actor("quality_manager"), policy=rule(), values=values)
    assert set(refusal.value.fields) == {field}


def test_the_legal_deadline_knows_no_working_time(cast: Cast):
    with pytest.raises(InvalidInput) as refusal:
        change(cast, 20, clock="legal")
    assert set(refusal.value.fields) == {"unit"}
    assert change(cast, 45, "calendar_days", clock="legal").amount == 45


def test_a_rule_taken_out_comes_back_as_the_same(cast: Cast):
    manager, found = cast.actor("quality_manager"), rule("containment", "critical")
    remove_deadline(actor=manager, policy=found, reason="no longer agreed")
    assert Policies.for_customer(None).find("containment", "critical") is None
    values = {"clock": "containment", "severity": "critical", "customer": None}
    back = save_deadline(
        actor=manager, policy=None, values={**values, "amount": 12, "unit": "calendar_hours"}
    )
    assert (back.pk, back.amount) == (found.pk, 12)
    assert Policies.for_customer(None).find("containment", "critical") == back
    with pytest.raises(InvalidInput):
        save_deadline(
            actor=manager, policy=None, values={**values, "amount": 1, "unit": "calendar_hours"}
        )


def test_a_rule_changed_meanwhile_is_not_overwritten(cast: Cast):
    seen = rule().version
    change(cast, 4)
    with pytest.raises(Stale):
        save_deadline(
            actor=cast.actor("quality_manager"),
            policy=rule(),
            values={"amount": 9, "unit": "working_days"},
            version=seen,
        )
    with pytest.raises(NotPermitted):
        remove_deadline(actor=cast.actor("auditor"), policy=rule())


# --- Pages ------------------------------------------------------------------------------------


def test_a_quality_manager_changes_a_duration_on_the_page(cast: Cast, browse, claim):
    client = browse(cast.quality_manager)
    address = "/deadlines/final_response/major/"
    form = client.get(address).content.decode()
    assert "1 deadline of this kind is running" in form
    fields = {"amount": 4, "unit": "working_days", "version": rule().version}
    assert client.post(address, fields).status_code == 422, "the reason is missing"
    answer = client.post(address, fields | {"reason": "agreed with sales"})
    assert answer.headers["Location"] == "/deadlines/"
    page = client.get("/deadlines/").content.decode()
    for words in ("4 working days", "Oleg Tarasov", "agreed with sales", "<del>10</del>"):
        assert words in page
    stale = client.post(address, fields | {"reason": "again", "amount": 5})
    assert stale.status_code == 409
    assert rule().amount == 4


def test_a_customers_own_rule_is_made_and_taken_out_on_the_page(cast: Cast, browse):
    client = browse(cast.quality_manager)
    code = cast.other_customer.code
    address = f"/deadlines/registration/minor/?customer={code}"
    fields = {"amount": 2, "unit": "working_days", "reason": "their terms"}
    answer = client.post(address, fields)
    assert answer.headers["Location"] == f"/deadlines/?customer={code}"
    page = client.get(answer.headers["Location"]).content.decode()
    assert "<b>2 working days</b>" in page
    assert cast.other_customer.name in client.get("/deadlines/").content.decode()
    assert rule("registration", "minor").amount == 16
    own = rule("registration", "minor", cast.other_customer)
    gone = client.post(
        f"/deadlines/registration/minor/remove/?customer={code}",
        {"reason": "terms ended", "version": own.version},
    )
    assert gone.status_code == 302
    page = client.get(f"/deadlines/?customer={code}").content.decode()
    assert "<b>2 working days</b>" not in page
    assert "terms ended" in page


def test_a_customer_is_found_by_code_without_scripts(cast: Cast, browse):
    client = browse(cast.quality_manager)
    answer = client.get("/deadlines/?find=1&customer-typed=c-002")
    assert answer.headers["Location"] == "/deadlines/?customer=C-002"
    assert "There is no X." in client.get("/deadlines/?find=1&customer-typed=X").content.decode()
    assert client.get("/deadlines/?customer=X").status_code == 404


@pytest.mark.parametrize(
    ("who", "sees", "edits"),
    [
        ("quality_manager", True, True),
        ("administrator", True, True),
        ("auditor", True, False),
        ("handler", True, False),
        ("manager", True, False),
        ("employee", False, False),
        ("legal", False, False),
    ],
)
def test_who_reads_and_who_edits_the_rules(cast: Cast, browse, who, sees, edits):
    client = browse(getattr(cast, who))
    page = client.get("/deadlines/")
    assert page.status_code == (200 if sees else 403)
    address = "/deadlines/final_response/major/"
    assert (address in page.content.decode()) == edits
    assert client.get(address).status_code == (200 if edits else 403)
    fields = {"amount": 4, "unit": "working_days", "reason": "x", "version": rule().version}
    assert client.post(address, fields).status_code == (302 if edits else 403)
    assert (rule().amount == 4) == edits


@pytest.mark.parametrize("path", ["x/major/", "legal/x/", "legal/major/remove/?customer=C-002"])
def test_there_is_no_such_rule(cast: Cast, browse, path):
    assert browse(cast.quality_manager).get(f"/deadlines/{path}").status_code == 404


def test_every_severity_of_the_table_can_be_edited(cast: Cast, browse):
    page = browse(cast.quality_manager).get("/deadlines/").content.decode()
    for kind in ClockKind:
        for severity in Severity:
            assert f"/deadlines/{kind.value}/{severity.value}/" in page


def test_due_soon_is_three_quarters_of_the_working_time(cast: Cast, claim):
    soon = Clock.objects.get(claim=claim, kind="notification").soon_at
    assert soon == at(7, 13), "three of four hours"
    legal = Clock.objects.get(claim=claim, kind="legal")
    assert legal.soon_at is not None
    assert legal.soon_at - legal.started_at == (legal.due_at - legal.started_at) * 3 / 4
    assert legal.soon_at.tzinfo is not None
    assert timedelta(days=22) < legal.soon_at - legal.started_at < timedelta(days=23)
