"""What people are reminded of, who, how often, and what stops it."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from capa.models import Action, EffectivenessCheck, Extension
from claims.commands import assign_owner, pause_claim, resume_claim, set_severity
from claims.models import Claim, Clock
from core import clock
from events.models import Event
from notifications import commands
from notifications.commands.containment import Order
from notifications.models import Message, Notice, NotificationRule, Reminder
from notifications.states import Occasion
from responses.models import Letter

MOSCOW = ZoneInfo("Europe/Moscow")
MONDAY = datetime(2026, 6, 15, 9, tzinfo=MOSCOW)


def on(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment in June 2026; the 12th is a holiday, from the 15th on all weeks are full."""
    return datetime(2026, 6, day, hour, minute, tzinfo=MOSCOW)


def sweep(moment: datetime) -> None:
    with clock.moved_to(moment):
        commands.remind()


def told(**where) -> Counter:
    """(first name, kind or subject, level) of each reminder in the product."""
    notices = Notice.objects.filter(occasion="reminder", channel="in_app", **where)
    return Counter(
        (str(each.recipient).split()[0], data.get("kind") or data["subject"], data["level"])
        for each in notices.select_related("user", "event")
        for data in [each.event.data]
    )


@pytest.fixture
def company(cast):
    """Nobody hears of anything but what concerns them; quality has a head."""
    NotificationRule.objects.all().delete()
    rule = NotificationRule.objects.create(occasion="claim.reported", channels=["in_app"])
    rule.people.add(cast.auditor)
    cast.departments["QA"].head = cast.manager
    cast.departments["QA"].save()
    return cast


@pytest.fixture
def claim(company) -> Claim:
    """Major, received on Monday 15 June 2026 at 9:00: departments by 13:00, answer by the 29th."""
    with clock.moved_to(MONDAY):
        return company.complete_report(received_at=MONDAY)


# --- The ladder ---------------------------------------------------------------------------------


def test_a_reminder_says_what_is_due_since_when_and_leads_to_the_page(claim, company, browse):
    sweep(on(15, 12))
    assert told() == {("Anna", "notification", "soon"): 1}
    message = Message.objects.get(notice__occasion="reminder")
    assert message.subject.startswith(f"[{claim.number}] Due soon: Notify the departments")
    for text in (message.text, message.html):
        assert "15 Jun 2026, 13:00" in text.replace("\xa0", " ")
        assert "A. Kravtsova" in text
        assert f"/claims/{claim.number}/" in text
    notice = Notice.objects.get(occasion="reminder", channel="in_app")
    browser = browse(company.handler)
    page = browser.get(f"/notices/{notice.pk}/").content.decode()
    assert "Due soon: Notify the departments" in page
    assert "Due soon: Notify the departments" in browser.get("/notices/").content.decode()
    history = browser.get(f"/claims/{claim.number}/history/").content.decode()
    assert "reminded: Due soon: Notify the departments" in history


def test_each_is_reminded_in_their_own_language(claim, company):
    company.handler.language = "ru"
    company.handler.save()
    sweep(on(15, 13))
    message = Message.objects.get(notice__event__data__level="due")
    assert "Срок наступил: Оповестить подразделения" in message.subject
    assert "Ответственный" in message.text


def test_what_is_done_is_not_reminded(claim, company):
    sweep(on(15, 10))
    with clock.moved_to(on(15, 11)):
        company.move(claim, "notify", "handler")
    sweep(on(15, 13))
    assert not [key for key in told() if key[1] == "notification"]
    assert not Reminder.objects.filter(kind="notification", level="due").exists()


def test_the_same_moment_is_reminded_once_however_often_it_is_swept(claim):
    for minute in (0, 0, 1, 30):
        sweep(on(15, 12, minute))
    assert told() == {("Anna", "notification", "soon"): 1}


def test_the_due_instant_itself_is_the_moment(claim):
    sweep(on(15, 13) - timedelta(seconds=1))
    assert ("Anna", "notification", "due") not in told()
    sweep(on(15, 13))
    assert told()["Anna", "notification", "due"] == 1


def test_a_claim_without_owner_is_brought_to_the_quality_managers(company):
    with clock.moved_to(MONDAY):
        company.complete_report(received_at=MONDAY, owner=None)
    sweep(on(15, 12))
    assert told() == {("Oleg", "notification", "soon"): 1, ("Nina", "notification", "soon"): 1}


def test_the_head_stands_in_for_an_owner_who_has_left(claim, company):
    company.handler.is_active = False
    company.handler.save()
    sweep(on(15, 12))
    assert told() == {("Mikhail", "notification", "soon"): 1}


def test_a_new_owner_is_reminded_from_then_on(claim, company):
    sweep(on(15, 12))
    with clock.moved_to(on(15, 12, 10)):
        assign_owner(
            actor=company.actor("quality_manager"), claim=claim, owner=company.second_handler
        )
    sweep(on(15, 13))
    assert told() == {("Anna", "notification", "soon"): 1, ("Irina", "notification", "due"): 1}


def test_an_imported_claim_of_long_ago_starts_no_avalanche(company):
    with clock.moved_to(on(15, 9)):
        company.complete_report(received_at=on(15, 9) - timedelta(days=60))
    sweep(on(15, 9))
    assert told() == {}


def test_of_stages_that_had_passed_before_only_the_last_is_told(company):
    with clock.moved_to(on(16, 9)):
        company.complete_report(received_at=MONDAY)
    sweep(on(16, 9))
    # Departments were due on Monday at 13:00, the acknowledgement at 18:00; both are told as due.
    assert told() == {("Anna", "notification", "due"): 1, ("Anna", "acknowledgement", "due"): 1}


# --- Dates that move, pauses ----------------------------------------------------------------------


def answers() -> list[tuple[str, str]]:
    rows = Reminder.objects.filter(kind="final_response", state="sent").order_by("sent_at", "at")
    return [
        (each.level, f"{each.sent_at.astimezone(MOSCOW):%d %H:%M}") for each in rows if each.sent_at
    ]


@pytest.fixture
def silent(claim, company) -> Claim:
    """The claim without what has to be done before the answer."""
    Clock.objects.exclude(kind="final_response").update(stopped_at=MONDAY)
    return claim


def test_another_due_instant_begins_another_series_that_repeats_nothing(silent, company):
    # 88 working hours until the 29th: half is on the 22nd at 13:00, 66 hours on the 25th at 11:00.
    sweep(on(22, 13))
    sweep(on(25, 11))
    assert answers() == [("half", "22 13:00"), ("soon", "25 11:00")]
    Clock.objects.filter(kind="final_response").update(due_at=on(30, 18))
    # Of 96 hours three quarters passed on the 25th at 18:00.
    sweep(on(26, 10))
    sweep(on(29, 18))
    assert [level for level, _at in answers()] == ["half", "soon"]
    sweep(on(30, 18))
    assert answers()[-1] == ("due", "30 18:00")


def test_an_earlier_date_that_has_passed_already_is_told_as_due(silent, company):
    sweep(on(18, 9))
    with clock.moved_to(on(24, 9)):
        set_severity(actor=company.actor("handler"), claim=silent, severity="critical")
    sweep(on(24, 9))
    # Five working days ended on Monday the 22nd.
    assert [level for level, _at in answers()] == ["half", "due"]


def test_a_date_moved_back_to_what_it_was_is_not_reminded_again(silent):
    due_at = Clock.objects.get(kind="final_response").due_at
    sweep(on(26, 9))
    clocks = Clock.objects.filter(kind="final_response")
    for due in (on(30, 18), due_at):
        clocks.update(due_at=due)
        sweep(on(26, 10))
    sweep(on(30, 18))
    assert Counter(level for level, _at in answers()) == {"half": 1, "soon": 1, "due": 1}


def test_a_paused_clock_is_not_reminded_and_goes_on_afterwards(silent, company):
    handler = company.actor("handler")
    sweep(on(16, 9))
    with clock.moved_to(on(17, 9)):
        pause_claim(actor=handler, claim=silent, reason="sample")
    sweep(on(26, 9))
    sweep(on(30, 9))
    assert answers() == []
    with clock.moved_to(on(30, 9)):
        resume_claim(actor=handler, claim=silent)
    sweep(on(30, 9))
    assert answers() == []
    # Nine working days of pause: what was due on the 29th is due nine working days later.
    response = Clock.objects.get(kind="final_response")
    assert response.due_at.astimezone(MOSCOW) == datetime(2026, 7, 10, 18, tzinfo=MOSCOW)
    sweep(response.due_at)
    assert Counter(level for level, _at in answers()) == {"half": 1, "soon": 1, "due": 1}


def test_a_pause_does_not_silence_the_legal_clock(claim, company):
    with clock.moved_to(on(16, 9)):
        pause_claim(actor=company.actor("handler"), claim=claim, reason="sample")
    legal = Clock.objects.get(kind="legal")
    sweep(on(16, 10))
    sweep(legal.due_at)
    assert set(told()) == {("Anna", "legal", "soon"), ("Anna", "legal", "due")}


# --- Interim reply --------------------------------------------------------------------------------


def test_by_half_of_the_time_the_owner_is_asked_for_an_interim_reply(silent, company, browse):
    sweep(on(19, 18))
    assert told() == {}
    sweep(on(22, 18))
    assert told() == {("Anna", "final_response", "half"): 1}
    message = Message.objects.get(notice__event__data__level="half")
    assert "Send the customer an interim reply" in message.subject
    assert f"/claims/{silent.number}/correspondence/" in message.text
    with clock.moved_to(on(22, 18)):
        page = browse(company.handler).get("/").content.decode()
    assert "Send the customer an interim reply" in page


def test_who_has_written_already_is_not_asked_for_an_interim_reply(silent, company, browse):
    sweep(on(16, 9))
    Claim.objects.filter(pk=silent.pk).update(first_response_at=on(18, 9))
    sweep(on(22, 18))
    assert told() == {}
    assert "interim reply" not in browse(company.handler).get("/").content.decode()


# --- Other things that wait -----------------------------------------------------------------------


def test_a_notice_is_reminded_until_it_is_confirmed(claim, company):
    with clock.moved_to(on(15, 10)):
        order = commands.order_containment(
            actor=company.actor("handler"),
            claim=claim,
            order=Order("sort", company.warehouse, lot=company.lot),
        )
        commands.tell_of_order(
            order=order,
            event=Event.objects.get(kind="containment.ordered"),
            occasion=Occasion.CONTAINMENT_ORDERED,
        )
    # Within four working hours: by 15:00, as 13:00 to 14:00 is the break.
    sweep(on(15, 13))
    assert told()["Elena", "notice", "soon"] == 1
    notice = Notice.objects.get(user=company.warehouse, needs_confirmation=True)
    with clock.moved_to(on(15, 14)):
        commands.confirm_notice(actor=company.actor("warehouse"), notice=notice)
    sweep(on(15, 15))
    assert ("Elena", "notice", "due") not in told()


def test_an_action_is_reminded_to_its_owner_then_to_head_and_quality_manager(claim, company):
    company.departments["MNT"].head = company.reporter
    company.departments["MNT"].save()
    Clock.objects.update(stopped_at=MONDAY)
    with clock.moved_to(MONDAY):
        action = Action.objects.create(
            kind="corrective", text="Renew the nozzle", claim=claim, due_at=on(18, 18),
            owner=company.action_owner, department=company.departments["MNT"],
        )  # fmt: skip
    sweep(MONDAY)
    # 36 working hours from Monday 9:00 to Thursday 18:00 less breaks: 32; 24 of them by Wednesday.
    sweep(on(17, 18))
    sweep(on(18, 18))
    sweep(on(23, 18))
    sweep(on(29, 18))
    assert told() == {
        ("Viktor", "action", "soon"): 1,
        ("Viktor", "action", "due"): 1,
        ("Viktor", "action", "late_3"): 1,
        ("Rustam", "action", "late_3"): 1,
        ("Viktor", "action", "late_7"): 1,
        ("Rustam", "action", "late_7"): 1,
        ("Oleg", "action", "late_7"): 1,
        ("Nina", "action", "late_7"): 1,
    }
    mails = Message.objects.filter(notice__event__data__level="late_3")
    owner, head = (mails.get(to__startswith=name) for name in ("viktor", "rustam"))
    assert owner.subject.startswith(f"[{claim.number}] 3 working days late: Renew the nozzle")
    assert f"/actions/{action.number}/" in owner.text
    # Who only hears of it is led to the claim.
    assert f"/claims/{claim.number}/" in head.text
    assert f"/actions/{action.number}/" not in head.text


def test_an_answer_in_approval_is_reminded_to_those_who_can_sign(company):
    with clock.moved_to(MONDAY):
        claim = company.claim_in("response", received_at=MONDAY)
        Clock.objects.exclude(kind="final_response").update(stopped_at=MONDAY)
        letter = Letter.objects.create(
            claim=claim, kind="final", language="en", subject="Answer", body="…",
            author=company.quality_manager,
        )  # fmt: skip
        Letter.objects.filter(pk=letter.pk).update(state="in_approval", submitted_at=MONDAY)
    sweep(on(16, 9))
    sweep(on(26, 9))
    letters = {key for key in told() if key[1] == "letter"}
    assert letters == {("Nina", "letter", "soon")}


def test_requests_and_checks_are_reminded_to_managers_who_may_decide(claim, company):
    Clock.objects.update(stopped_at=MONDAY)
    with clock.moved_to(MONDAY):
        done, open_one = (
            Action.objects.create(
                kind="corrective", text=text, claim=claim, due_at=on(18, 18), owner=owner,
                done_by=owner,
            )
            for text, owner in (
                ("Renew the nozzle", company.second_quality_manager),
                ("Train the shift", company.action_owner),
            )
        )  # fmt: skip
        Action.objects.filter(pk=done.pk).update(state="done")
        EffectivenessCheck.objects.create(action=done, due_at=on(19, 9))
        Extension.objects.create(
            action=open_one, reason="spare part", asked_by=company.quality_manager,
            from_due=on(18, 18), to_due=on(30, 18),
        )  # fmt: skip
    sweep(MONDAY)
    sweep(on(19, 9))
    reminded = {key for key in told() if key[1] in ("check", "extension")}
    # Oleg asked for the time himself; Nina carried out what is to be verified.
    assert reminded == {
        ("Oleg", "check", "soon"),
        ("Oleg", "check", "due"),
        ("Nina", "extension", "soon"),
        ("Nina", "extension", "due"),
    }


def test_what_waits_no_more_is_dropped_and_what_waits_again_goes_on(claim, company):
    """Nothing waited when the action was due; returned later it is late from then on."""
    Clock.objects.update(stopped_at=MONDAY)
    with clock.moved_to(MONDAY):
        action = Action.objects.create(
            kind="corrective", text="Renew the nozzle", claim=claim, due_at=on(18, 18),
            owner=company.action_owner,
        )  # fmt: skip
    sweep(MONDAY)
    sweep(on(17, 18))
    Action.objects.filter(pk=action.pk).update(state="done")
    sweep(on(18, 18))
    Action.objects.filter(pk=action.pk).update(state="in_progress")
    sweep(on(19, 9))
    sweep(on(23, 18))
    assert {level for _name, _subject, level in told()} == {"soon", "late_3"}


# --- Quiet hours ----------------------------------------------------------------------------------


def mail_of(level: str) -> Message:
    return Message.objects.get(notice__event__data__level=level)


@pytest.mark.parametrize(
    ("zone", "begins", "ends", "goes"),
    [
        ("Europe/Moscow", time(12), time(12, 30), on(15, 12, 30)),
        ("Europe/Moscow", time(22), time(12, 30), on(15, 12, 30)),
        ("Europe/Moscow", time(11), time(7), on(16, 7)),
        ("Europe/Moscow", time(22), time(7), on(15, 12)),
        ("Europe/Moscow", time(11), time(12), on(15, 12)),
        # Noon in Moscow is 19:00 in Vladivostok.
        ("Asia/Vladivostok", time(19), time(8), on(16, 1)),
        ("Asia/Vladivostok", time(12), time(13), on(15, 12)),
    ],
)
def test_mails_wait_for_the_end_of_quiet_hours(claim, company, zone, begins, ends, goes):
    company.handler.time_zone = zone
    company.handler.quiet_from, company.handler.quiet_to = begins, ends
    company.handler.save()
    sweep(on(15, 12))
    assert told() == {("Anna", "notification", "soon"): 1}
    assert mail_of("soon").next_at == goes
    with clock.moved_to(goes - timedelta(seconds=1)):
        assert commands.send_due_messages() == 0
    with clock.moved_to(goes):
        assert commands.send_due_messages() == 1


def test_mails_about_critical_claims_break_through_quiet_hours(company):
    company.handler.quiet_from, company.handler.quiet_to = time(0), time(23, 59)
    company.handler.save()
    with clock.moved_to(MONDAY):
        company.complete_report(received_at=MONDAY, severity="critical")
    sweep(on(15, 10, 30))
    assert mail_of("soon").next_at == on(15, 10, 30)


# --- Trouble --------------------------------------------------------------------------------------


def test_a_reminder_that_fails_holds_up_no_other_and_is_tried_again(claim, company, monkeypatch):
    from notifications.commands import reminding

    failing: list[str] = []

    def tell(**values):
        if values["event"].data["kind"] in failing:
            raise RuntimeError("broken")
        return commands.tell_directly(**values)

    monkeypatch.setattr(reminding, "tell_directly", tell)
    failing.append("notification")
    sweep(on(15, 17))
    assert told() == {("Anna", "acknowledgement", "soon"): 1}
    failing.clear()
    sweep(on(15, 17, 5))
    # Planned together after both had passed: of the departments only the last stage is told.
    assert told()["Anna", "notification", "due"] == 1
    assert Event.objects.filter(kind="reminder.sent").count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_dies_while_reminding_leaves_nothing_half_done(company, monkeypatch):
    from notifications.commands import reminding

    with clock.moved_to(MONDAY):
        company.complete_report(received_at=MONDAY)

    def die(notices):
        raise SystemExit

    with monkeypatch.context() as broken:
        broken.setattr(reminding, "_keep_quiet", die)
        with pytest.raises(SystemExit):
            sweep(on(15, 12))
    assert not Notice.objects.filter(occasion="reminder").exists()
    assert not Event.objects.filter(kind="reminder.sent").exists()
    sweep(on(15, 12, 1))
    assert told() == {("Anna", "notification", "soon"): 1}
