"""Why is this due then? The answer on the claim page and over the API; pauses on the way."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from claims.commands import locked_claim, move_claim, pause_claim, reach_milestone, resume_claim
from claims.models import Clock, Pause, StepRecord
from core import clock
from events.models import Event
from masterdata.commands import save_day
from masterdata.models import WorkCalendar
from tests.cast import Cast, upper_requirements_met

MOSCOW = ZoneInfo("Europe/Moscow")


def msk(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=MOSCOW)


def due_of(claim, kind: str) -> datetime:
    return Clock.objects.get(claim=claim, kind=kind).due_at


@pytest.mark.parametrize(
    ("reported", "due"),
    [
        # A Friday evening before a working Saturday: 27.04.2024 is a full day, 01.11.2025 a short
        # one. Hours of a minor claim, then days of a critical and a major one.
        (
            "2024-04-26T17:55",
            {
                "minor": ("notification", "2024-04-27T17:55"),
                "critical": ("final_response", "2024-05-07T18:00"),
                "major": ("final_response", "2024-05-16T18:00"),
            },
        ),
        (
            "2025-10-31T17:55",
            {
                "minor": ("notification", "2025-11-05T09:55"),
                "critical": ("final_response", "2025-11-10T18:00"),
                "major": ("final_response", "2025-11-17T18:00"),
            },
        ),
    ],
)
def test_reported_on_a_friday_evening_before_a_working_saturday(cast: Cast, reported, due):
    for severity, (kind, expected) in due.items():
        with clock.moved_to(msk(reported)):
            claim = cast.complete_report(severity=severity)
        assert due_of(claim, kind) == msk(expected), (severity, kind)


@pytest.fixture
def claim(cast: Cast):
    """Major, received on Friday 31.10.2025 at 17:55, paused for a day over the November holiday."""
    with clock.moved_to(msk("2025-10-31T17:55")):
        made = cast.complete_report()
    handler = cast.actor("handler")
    with clock.moved_to(msk("2025-11-01T12:00")):
        pause_claim(actor=handler, claim=made, reason="samples are on their way")
    with clock.moved_to(msk("2025-11-05T10:00")):
        resume_claim(actor=handler, claim=made)
    return cast.read(made)


def test_the_page_shows_rule_days_pauses_and_moved_days(cast: Cast, browse, claim):
    final = claim.clocks.get(kind="final_response")
    # Ten working days end on 17.11.; four hours of Saturday and one of Wednesday were paused.
    assert final.due_at == msk("2025-11-18T15:00")
    address = f"/claims/{claim.number}/deadlines/{final.pk}/"
    with clock.moved_to(msk("2025-11-05T11:00")):
        page = browse(cast.quality_manager).get(address).content.decode()
    for words in (
        "10 working days",
        'href="/deadlines/">final response, major</a>',
        "Russia, 5 x 8, Europe/Moscow",
        "samples are on their way",
        "working day instead of 3\xa0Nov\xa02025, 60 minutes shorter",
        "paused for 5 h",
        "paused, 4 h not counted",
        "counted 5 min",
        "Unity Day",
        "79 h 5 min",
    ):
        assert words in page, words
    assert '<details class="why-days">' in page, "long: folded"
    short = claim.clocks.get(kind="notification")
    page = browse(cast.handler).get(f"/claims/{claim.number}/deadlines/{short.pk}/")
    assert '<details class="why-days" open>' in page.content.decode()


def test_a_calendars_own_day_is_named_with_its_reason(cast: Cast, browse, claim):
    save_day(
        actor=cast.actor("quality_manager"),
        calendar=WorkCalendar.objects.get(pk=cast.site.calendar_id),
        day=date(2025, 11, 8),
        kind="working",
        name="urgent order",
    )
    final = claim.clocks.get(kind="final_response")
    page = browse(cast.handler).get(f"/claims/{claim.number}/deadlines/{final.pk}/")
    assert "made a working day (urgent order)" in page.content.decode()


def test_every_due_date_of_the_claim_page_leads_to_its_reason(cast: Cast, browse, claim):
    with clock.moved_to(msk("2025-11-05T11:00")):
        page = browse(cast.handler).get(f"/claims/{claim.number}/").content.decode()
    for each in claim.clocks.all():
        assert f'/claims/{claim.number}/deadlines/{each.pk}/"' in page, each.kind
    step = claim.clocks.get(kind="notification")
    head, _, _rest = page.partition('aria-label="Sections of the claim"')
    final = claim.clocks.get(kind="final_response")
    for each in (step, final):
        assert f'href="/claims/{claim.number}/deadlines/{each.pk}/"' in head


def test_the_api_explains_the_same(cast: Cast, browse, claim):
    client = browse(cast.handler)
    path = f"/api/v1/claims/{claim.number}/clocks/"
    with clock.moved_to(msk("2025-11-05T11:00")):
        rows = {each["kind"]: each for each in client.get(path).json()["results"]}
        answer = client.get(f"{path}{rows['final_response']['id']}/").json()
        legal = client.get(f"{path}{rows['legal']['id']}/").json()
    assert answer["rule"] == {"clock": "final_response", "severity": "major", "customer": None}
    assert answer["standing"] == "on_time"
    assert answer["working_minutes"] == 80 * 60 - 60 + 5, "from five minutes on Friday on"
    counted = [each for each in answer["segments"] if each["kind"] == "counted"]
    assert sum(each["working_minutes"] for each in counted) == answer["working_minutes"]
    paused = [each for each in answer["segments"] if each["kind"] == "paused"]
    assert [each["working_minutes"] for each in paused] == [240, 60]
    notes = [each["note"] for each in answer["segments"] if each["note"]]
    assert notes[0] | {"name": ""} == {
        "minutes": 60, "moved": True, "instead_of": "2025-11-03", "name": "", "before": "",
    }  # fmt: skip
    assert [each["reason"] for each in answer["pauses"]] == ["samples are on their way"]
    assert (legal["segments"], legal["working_minutes"]) == ([], None)
    assert datetime.fromisoformat(legal["due_at"]) == msk("2025-12-01T00:00")
    assert client.get(f"{path}0/").status_code == 404
    assert browse(cast.outsider).get(f"{path}{answer['id']}/").status_code == 404


def test_while_paused_it_says_when_it_would_be_due(cast: Cast, browse, claim):
    with clock.moved_to(msk("2025-11-06T09:00")):
        pause_claim(actor=cast.actor("handler"), claim=claim, reason="customer is asked")
    final = claim.clocks.get(kind="final_response")
    assert final.due_at == msk("2025-11-18T15:00"), "stored when the pause ends"
    with clock.moved_to(msk("2025-11-07T09:00")):
        path = f"/api/v1/claims/{claim.number}/clocks/{final.pk}/"
        answer = browse(cast.handler).get(path).json()
        page = browse(cast.handler).get(f"/claims/{claim.number}/deadlines/{final.pk}/")
    assert answer["standing"] == "paused"
    assert datetime.fromisoformat(answer["due_if_resumed"]) == msk("2025-11-19T15:00")
    assert "19\xa0Nov\xa02025, 15:00" in page.content.decode()
    assert "still running" in page.content.decode()


# --- Done or left while paused ------------------------------------------------------------------


@pytest.fixture
def paused(cast: Cast):
    """Due on Wednesday 5.11. at 9:55 and paused on Saturday noon with one of eight hours to go."""
    with clock.moved_to(msk("2025-10-31T17:55")):
        made = cast.complete_report(severity="minor")
    with clock.moved_to(msk("2025-11-01T12:00")):
        pause_claim(actor=cast.actor("handler"), claim=made, reason="customer is asked")
    return made


def test_what_is_done_in_a_pause_counts_the_pause_until_then(cast: Cast, paused):
    with clock.moved_to(msk("2025-11-06T12:00")), locked_claim(paused) as locked:
        reach_milestone(actor=cast.actor("handler"), claim=locked, milestone="acknowledged_at")
    done = Clock.objects.get(claim=paused, kind="acknowledgement")
    # Of eight hours 4 h 55 min were left when the pause began; they end on Thursday at 17:55.
    assert (done.due_at, done.held_at) == (msk("2025-11-06T17:55"), None)
    assert not done.is_late
    changes = Event.objects.get(claim_id=paused.pk, kind="claim.deadlines_changed").data
    assert changes["cause"] == "pause"
    assert set(changes["changes"]) == {"acknowledgement"}


def test_a_step_left_in_a_pause_is_on_time_and_the_next_one_is_held(cast: Cast, paused):
    with clock.moved_to(msk("2025-11-06T12:00")):
        moved = cast.move(paused, "notify", "handler")
    left = Clock.objects.get(claim=paused, kind="notification")
    entered = Clock.objects.get(claim=paused, kind="confirmation")
    assert not left.is_late
    assert StepRecord.objects.get(claim=paused, step="receipt").due_at == left.due_at
    assert entered.held_at == entered.started_at == msk("2025-11-06T12:00")
    assert moved.step_held_at == entered.held_at
    with clock.moved_to(msk("2025-11-07T12:00")):
        resume_claim(actor=cast.actor("handler"), claim=paused)
        assert cast.read(paused).step_due_at == due_of(paused, "confirmation")
    # Eight hours of a minor claim from Friday noon: five on Friday, three on Monday.
    assert due_of(paused, "confirmation") == msk("2025-11-10T12:00")
    assert cast.read(paused).step_held_at is None


def test_finishing_a_paused_claim_ends_the_pause(cast: Cast, paused):
    with clock.moved_to(msk("2025-11-06T12:00")), upper_requirements_met():
        move_claim(
            actor=cast.actor("quality_manager"),
            claim=paused,
            transition="cancel",
            remark="not ours",
            cancel_reason="no_claim",
        )
    assert Pause.objects.get(claim=paused).ended_at == msk("2025-11-06T12:00")
    assert not Clock.objects.filter(claim=paused, stopped_at=None).exists()
    kinds = Event.objects.filter(claim_id=paused.pk).values_list("kind", flat=True)
    assert "claim.resumed" in kinds


def test_a_deadline_that_is_met_leaves_the_step_without_one(cast: Cast):
    claim = cast.claim_in("initial_investigation")
    assert claim.step_due_at is not None
    with locked_claim(claim) as locked:
        reach_milestone(actor=cast.actor("handler"), claim=locked, milestone="first_response_at")
    read = cast.read(claim)
    assert (read.step_due_at, read.is_late, read.standing) == (None, False, None)
