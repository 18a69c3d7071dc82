"""Planning reminders and sending those whose moment has come.

Both are safe to run in any number of processes at once, at any time and as often as one likes: the
rows say what was planned and sent, the constraint on them makes "once" true. See ADR 23.
"""

from __future__ import annotations

import logging
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from accounts.selectors import absences_at, substitute_in
from claims.commands import locked_claim
from claims.models import Claim, Pause
from claims.states import ClockKind
from core import clock
from core.actors import SYSTEM
from events.commands import record
from masterdata.selectors import schedule_of
from notifications import events
from notifications.cases import is_critical
from notifications.commands.telling import tell_directly
from notifications.escalation import recipients_of
from notifications.levels import LADDER, LAST, Level, ReminderState
from notifications.models import Message, Notice, Reminder
from notifications.moments import moments_of
from notifications.quiet import mail_at
from notifications.states import Occasion
from notifications.waiting import SOURCES, Source

log = logging.getLogger(__name__)

SLICE = 500
# A sweep ends well before the time limit of a task; the next one goes on.
PLAN_SECONDS, SEND_SECONDS = 30, 60
# A reminder that failed (a template, a locked row) is tried again; it must not hold up others.
TRY_AGAIN = timedelta(minutes=5)
# What had passed longer ago when it became known is history, as in imported claims.
FORGOTTEN_AFTER = timedelta(days=7)
Ladders = dict[int, set[str]]


def remind() -> int:
    """Plan what is new, send what is due; returns how many were sent or dropped."""
    plan_reminders()
    return send_due_reminders()


# --- Planning -----------------------------------------------------------------------------------


def plan_reminders() -> int:
    """Plan the series of what waits with a due instant without one, for at most half a minute.

    Returns of how many things.
    """
    ends = time.monotonic() + PLAN_SECONDS
    return sum(_plan(source, ends) for source in SOURCES.values())


def _plan(source: Source, ends: float) -> int:
    planned = 0
    failed: set[int] = set()
    while time.monotonic() < ends and (keys := list(_unplanned(source, failed)[:SLICE])):
        # In one order for all workers, so that two that plan the same never wait for each other.
        series = _series_of(source, list(source.with_claims(keys)))
        Reminder.objects.bulk_create(series, ignore_conflicts=True)
        done = {each.subject_id for each in series}
        failed |= set(keys) - done
        planned += len(done)
    return planned


def _unplanned(source: Source, failed: set[int]) -> QuerySet[Any, int]:
    """Keys of things of which no series has been planned for the due instant they have now.

    It looks at what is unfinished, by its own index, and at nothing else: not at claims.
    """
    known = Reminder.objects.filter(
        subject=source.subject,
        subject_id=OuterRef("pk"),
        due_at=OuterRef(source.due_field),
        level=LAST,
    )
    dated = source.unfinished().filter(**{f"{source.due_field}__isnull": False})
    rows = dated.filter(~Exists(known)).exclude(pk__in=failed)
    return rows.order_by().values_list("pk", flat=True)


def _series_of(source: Source, rows: Sequence[Any]) -> list[Reminder]:
    sent = _sent_before(source, rows)
    pauses = _pauses_of({source.claim_of(row).pk for row in rows})
    found: list[Reminder] = []
    for row in rows:
        try:
            series = _series(source, row, pauses[source.claim_of(row).pk])
        except Exception:
            # Others are planned all the same; this one is tried again at the next sweep.
            log.exception("the reminders of %s %s cannot be planned", source.subject, row.pk)
            continue
        _pass_over(series, sent[row.pk])
        found += series
    return found


def _sent_before(source: Source, rows: Sequence[Any]) -> Ladders:
    """The levels that earlier series of the same things have sent."""
    earlier = Reminder.objects.filter(
        subject=source.subject,
        subject_id__in=[row.pk for row in rows],
        state=ReminderState.SENT,
    )
    sent: Ladders = defaultdict(set)
    for pk, level in earlier.values_list("subject_id", "level"):
        sent[pk].add(level)
    return sent


def _pauses_of(claims: set[int]) -> dict[int, list[tuple[datetime, datetime]]]:
    now = clock.now()
    found: dict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
    for pause in Pause.objects.filter(claim__in=claims):
        found[pause.claim_id].append((pause.started_at, pause.ended_at or now))
    return found


def _series(source: Source, row: Any, pauses: list[tuple[datetime, datetime]]) -> list[Reminder]:
    claim, due_at = source.claim_of(row), source.due_of(row)
    moments = moments_of(
        schedule_of(claim.site),
        source.start_of(row),
        due_at,
        working=source.working(row),
        pauses=pauses if source.stops_in_pause(row) else (),
    )
    kind = str(source.facts(row).get("kind", ""))
    if kind != ClockKind.FINAL_RESPONSE:
        moments.pop(Level.HALF, None)
    return [
        Reminder(
            subject=source.subject,
            subject_id=row.pk,
            kind=kind,
            claim=claim,
            level=level,
            due_at=due_at,
            at=at,
            next_at=at,
            stops_in_pause=source.stops_in_pause(row),
        )
        for level, at in moments.items()
    ]


def _pass_over(series: Iterable[Reminder], sent: set[str]) -> None:
    """Of the moments that had passed before the series was known, keep the last one at most.

    Nobody is reminded twice of the same stage because a date was moved, nor of ancient history.
    """
    now = clock.now()
    passed = {each.level: each for each in series if each.at <= now}
    ladder = [level for level in LADDER if level in passed]
    for level, each in passed.items():
        higher = LADDER[LADDER.index(Level(level)) :] if level in LADDER else (level,)
        last = level not in LADDER or level == ladder[-1]
        known = sent.intersection(higher)
        if not last or known or each.at < now - FORGOTTEN_AFTER:
            each.state = ReminderState.PASSED_OVER


# --- Sending ------------------------------------------------------------------------------------


def send_due_reminders() -> int:
    """Send every reminder that is due, until none is left or a minute has passed.

    Returns how many were sent or dropped because nothing waits any more.
    """
    ends = time.monotonic() + SEND_SECONDS
    handled = 0
    while time.monotonic() < ends and _run_next():
        handled += 1
    return handled


def _run_next() -> bool:
    now = clock.now()
    paused = Exists(Pause.objects.filter(claim=OuterRef("claim"), ended_at=None))
    with transaction.atomic():
        reminder = (
            Reminder.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("claim")
            .filter(Q(~paused) | Q(stops_in_pause=False))
            .filter(state=ReminderState.PLANNED, next_at__lte=now)
            .order_by("next_at", "id")
            .first()
        )
        if reminder is None:
            return False
        try:
            with transaction.atomic():
                _handle(reminder)
        except Exception:
            log.exception("reminder %s was not sent", reminder.pk)
            Reminder.objects.filter(pk=reminder.pk).update(next_at=now + TRY_AGAIN)
    return True


def _handle(reminder: Reminder) -> None:
    """Send the reminder if what it is about still waits with the same due instant, else drop it."""
    source = SOURCES[reminder.subject]
    with locked_claim(reminder.claim) as claim:
        row = source.get_waiting(reminder.subject_id, reminder.due_at)
        if row is None or (reminder.level == Level.HALF and not _is_silent(claim)):
            _drop(reminder, source)
        elif not _is_paused(reminder):
            _send(reminder, source, row, claim)


def _drop(reminder: Reminder, source: Source) -> None:
    """Nothing waits at this moment. The row is kept while the thing may be looked at again."""
    if source.unfinished().filter(pk=reminder.subject_id).exists():
        reminder.state, reminder.updated_at = ReminderState.NEEDLESS, clock.now()
        reminder.save(update_fields=["state", "updated_at"])
    else:
        reminder.delete()


def _is_silent(claim: Claim) -> bool:
    """There is a customer who has got neither an interim nor a final answer."""
    return claim.customer_id is not None and claim.first_response_at is None


def _is_paused(reminder: Reminder) -> bool:
    """Paused since the row was taken; the next look leaves it out."""
    pauses = Pause.objects.filter(claim=reminder.claim_id, ended_at=None)
    return reminder.stops_in_pause and pauses.exists()


def _send(reminder: Reminder, source: Source, row: Any, claim: Claim) -> None:
    responsible = source.responsible(row)
    people = recipients_of(reminder.level, responsible, source.departments(row), claim.site_id)
    now = clock.now()
    event = record(
        events.REMINDED,
        actor=SYSTEM,
        subject=claim,
        claim_id=claim.pk,
        data={
            **source.facts(row),
            "subject": reminder.subject,
            "subject_id": reminder.subject_id,
            "level": reminder.level,
            "due_at": reminder.due_at,
            "responsible": [each.get_short_name() for each in responsible],
            "responsible_ids": _ids_with_substitutes(responsible),
        },
    )
    notices = tell_directly(claim=claim, event=event, occasion=Occasion.REMINDER, users=people)
    if not is_critical(claim):
        _keep_quiet(notices)
    reminder.state, reminder.sent_at, reminder.event = ReminderState.SENT, now, event
    reminder.updated_at = now
    reminder.save(update_fields=["state", "sent_at", "event", "updated_at"])


def _ids_with_substitutes(people: Sequence[User]) -> list[int]:
    """Those who may do it now: the people, and who stands in for the absent among them."""
    away = absences_at(clock.now()) if people else {}
    found = (substitute_in(away, each) for each in people)
    return [*(each.pk for each in people), *(each.pk for each in found if each is not None)]


def _keep_quiet(notices: Sequence[Notice]) -> None:
    """Let mails of people in their quiet hours wait; those about critical claims go at once."""
    for message, at in _held(notices):
        Message.objects.filter(pk=message.pk).update(next_at=at)


def _held(notices: Sequence[Notice]) -> Iterator[tuple[Message, datetime]]:
    now = clock.now()
    messages = Message.objects.filter(notice__in=notices).select_related("notice__user")
    for message in messages:
        user = message.notice.user
        at = mail_at(user, now) if user is not None else now
        if at > now:
            yield message, at
