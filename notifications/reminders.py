"""Reminders in words, and where they lead: all from what their event keeps, without a query."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from claims.states import ClockKind
from core.ui.due import standing
from events.models import Event
from notifications.levels import Level, Subject
from notifications.states import ORDER_WORDS, ContainmentKind
from responses.states import CompensationKind

# What meets a deadline of the claim.
CLOCK_TASKS: dict[str, Any] = {
    ClockKind.NOTIFICATION: gettext_lazy("Notify the departments"),
    ClockKind.CONFIRMATION: gettext_lazy("See that everybody is told, then register"),
    ClockKind.ACKNOWLEDGEMENT: gettext_lazy("Tell the customer that the claim has arrived"),
    ClockKind.REGISTRATION: gettext_lazy("Register the claim"),
    ClockKind.INITIAL_INVESTIGATION: gettext_lazy("Decide: answer now or investigate further"),
    ClockKind.FULL_INVESTIGATION: gettext_lazy("Finish the full investigation"),
    ClockKind.ANALYSIS: gettext_lazy("Confirm causes, set actions"),
    ClockKind.FINAL_RESPONSE: gettext_lazy("Prepare the final answer"),
    ClockKind.EFFECTIVENESS: gettext_lazy("Close the claim"),
    ClockKind.LEGAL: gettext_lazy("Answer before the legal deadline"),
}
INTERIM = gettext_lazy("Send the customer an interim reply")
HEADLINES: dict[str, Any] = {
    Level.SOON: gettext_lazy("Due soon: %(task)s"),
    Level.DUE: gettext_lazy("Due now: %(task)s"),
    Level.LATE_3: gettext_lazy("3 working days late: %(task)s"),
    Level.LATE_7: gettext_lazy("7 working days late: %(task)s"),
}
Data = dict[str, Any]


def _order_words(data: Data) -> str:
    kind = ContainmentKind(data["kind"])
    return ORDER_WORDS[kind] % {"target": data["target"]} if data.get("target") else str(kind.label)


TASKS: dict[str, Callable[[Data], str]] = {
    Subject.CLOCK: lambda data: str(CLOCK_TASKS.get(data["kind"], data["kind"])),
    Subject.NOTICE: lambda data: _("Confirm that you have read the notice"),
    Subject.ORDER: _order_words,
    Subject.ACTION: lambda data: str(data["text"]),
    Subject.CHECK: lambda data: _("Verify effectiveness: %(action)s") % {"action": data["text"]},
    Subject.LETTER: lambda data: _("Review the answer by %(person)s") % data,
    Subject.EXTENSION: lambda data: _("Decide on more time: %(action)s") % {"action": data["text"]},
    Subject.CANCELLATION: lambda data: (
        _("Decide on giving up: %(action)s") % {"action": data["text"]}
    ),
    Subject.NO_ACTION: lambda data: (
        _("Decide whether no action is needed: %(cause)s") % {"cause": data["text"]}
    ),
    Subject.COMPENSATION: lambda data: (
        _("Settle: %(kind)s") % {"kind": CompensationKind(data["kind"]).label}
    ),
}


def task_of(data: Data) -> str:
    """What is to be done, in the current language."""
    return TASKS[data["subject"]](data)


def headline_of(data: Data) -> str:
    """How urgent what is, in one line."""
    if data["level"] == Level.HALF:
        return str(INTERIM)
    return str(HEADLINES[data["level"]] % {"task": task_of(data)})


def history_line(event: Event) -> str:
    """What the claim's history says the system did."""
    return _("reminded: %(what)s") % {"what": headline_of(event.data)}


@dataclass(frozen=True)
class Reminded:
    """What a reminder says beside its headline."""

    task: str
    due_at: datetime
    responsible: str

    @property
    def due_words(self) -> str:
        """How the deadline stands now."""
        return standing(self.due_at).words


def reminded(data: Data) -> Reminded:
    """The details of a reminder; an interim reply stands before the due answer."""
    due_at = parse_datetime(data["due_at"])
    assert due_at is not None
    return Reminded(task_of(data), due_at, ", ".join(data["responsible"]))


def url_of(data: Data, number: str, user_id: int | None) -> str:
    """The page of the task for those who have to do it; others read the claim `number`."""
    if user_id in data["responsible_ids"]:
        return _task_url(data, number)
    return reverse("claims:detail", args=[number])


def _task_url(data: Data, number: str) -> str:
    pk = data["subject_id"]
    match data["subject"]:
        case Subject.CLOCK:
            letters = data["level"] == Level.HALF or data["kind"] == ClockKind.ACKNOWLEDGEMENT
            return reverse(
                "responses:correspondence" if letters else "claims:detail", args=[number]
            )
        case Subject.NOTICE:
            return reverse("notifications:notice", args=[pk])
        case Subject.ORDER:
            return reverse("notifications:execute", args=[number, pk])
        case Subject.LETTER:
            return reverse("responses:letter", args=[number, pk])
        case Subject.NO_ACTION:
            return reverse("capa:no_action_decide", args=[number, pk])
        case Subject.COMPENSATION:
            return reverse("responses:settle", args=[number, pk])
        case Subject.EXTENSION:
            return reverse("capa:extension_decide", args=[data["number"], pk])
        case Subject.CANCELLATION:
            return reverse("capa:cancellation_decide", args=[data["number"], pk])
    return reverse("capa:action", args=[data["number"]])
