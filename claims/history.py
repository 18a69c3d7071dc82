"""The history of a claim as people read it: who did what, when, from what to what."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import DecimalField, Model, Q, QuerySet, TextChoices
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import Role
from claims.events import COMMENTED, DEADLINES_CHANGED, FILE_ADDED, MILESTONE_REACHED
from claims.lifecycle import TRANSITIONS
from claims.models import Claim
from claims.policies import can_see_comments, can_see_history
from claims.states import Cause, ClockKind, Demand
from core.actors import Actor, Via
from core.ui.wording import day, moment, quantity
from events.models import Event
from events.registry import EventKind
from events.selectors import list_claim_events

PAGE = 50
EMPTY = "—"
# What an event may say besides its changes, and is shown under its sentence.
WORDS = ("remark", "note", "text")
LABELLED = {
    "in_place_of": _("In the place of %(words)s, who is away"),
    "reason": _("Reason: %(words)s"),
    "by": _("Changed by %(words)s"),
    "stop_note": _("To be stopped: %(words)s"),
}
LINKED: dict[str, type[TextChoices]] = {"demands": Demand, "roles": Role}


@dataclass(frozen=True)
class Look:
    """How kinds of events are drawn and under which filter they are found."""

    prefix: str
    icon: str
    group: str


@dataclass(frozen=True)
class Group:
    """A filter over the history."""

    name: str
    label: Any
    order: int


# How a command was reached, where a reader wants to know.
WAYS: dict[str, Any] = {
    Via.API: "API",
    Via.MAIL: _("e-mail"),
    Via.IMPORT: pgettext_lazy("way", "import"),
}
_groups: dict[str, Group] = {}
_looks: dict[str, Look] = {}
_sentences: dict[str, Callable[[Event], str]] = {}


def register_group(group: Group) -> None:
    """Offer a filter."""
    _groups[group.name] = group


def register_look(prefix: str, icon: str, group: str = "") -> None:
    """Icon and filter of every kind whose name begins with `prefix`; the longest prefix wins."""
    _looks[prefix] = Look(prefix, icon, group)


def register_sentence(kind: EventKind, words: Callable[[Event], str]) -> None:
    """Let `words` say, from the event alone, what was done at events of that kind."""
    _sentences[kind.name] = words


def register_words(name: str, choices: type[TextChoices]) -> None:
    """Say the values of a list field in the words of its choices."""
    LINKED[name] = choices


def list_groups() -> list[Group]:
    """The filters in their order."""
    return sorted(_groups.values(), key=lambda each: each.order)


for _group in (
    Group("decisions", _("Decisions"), 10),
    Group("deadlines", _("Deadlines"), 20),
    Group("comments", _("Comments"), 30),
    Group("files", _("Files"), 40),
):
    register_group(_group)
for _prefix, _icon, _name in (
    ("claim.", "pencil", ""),
    ("claim.reported", "inbox", "decisions"),
    ("claim.moved", "arrow-right", "decisions"),
    ("claim.severity_changed", "diamond", "decisions"),
    ("claim.priority_changed", "diamond", "decisions"),
    ("claim.owner_changed", "user", "decisions"),
    ("claim.duplicates_answered", "copy", "decisions"),
    ("claim.acknowledgement_waived", "mail-off", "decisions"),
    ("claim.containment_waived", "hand-off", "decisions"),
    ("claim.deadlines_changed", "calendar-time", "deadlines"),
    ("claim.paused", "player-pause", "deadlines"),
    ("claim.resumed", "player-play", "deadlines"),
    ("claim.milestone_reached", "flag", "deadlines"),
    ("claim.commented", "message", "comments"),
    ("claim.file_added", "paperclip", "files"),
    ("claim.sample_", "test-pipe", "files"),
):
    register_look(_prefix, _icon, _name)


def look_of(kind: str) -> Look:
    """The look of a kind, by its longest registered prefix."""
    known = [each for each in _looks.values() if kind.startswith(each.prefix)]
    return max(known, key=lambda each: len(each.prefix), default=Look("", "point", ""))


@dataclass(frozen=True)
class Change:
    """One field, from what to what."""

    label: str
    old: str
    new: str


@dataclass(frozen=True)
class Entry:
    """One event as a line of the timeline."""

    event: Event
    icon: str
    sentence: str
    changes: list[Change] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    @property
    def via(self) -> str:
        """The way it came, where that is not a page of the product or the product itself."""
        return str(WAYS.get(self.event.via, ""))

    @property
    def day(self) -> date:
        """The local day under whose heading it stands."""
        return timezone.localdate(self.event.at)


def newest_event_id(actor: Actor, claim: Claim) -> int:
    """The key of the newest event that the reader may see; 0 when there is none."""
    return events_for(actor, claim).values_list("pk", flat=True).first() or 0


def events_by_others(actor: Actor, claim: Claim, after: int) -> QuerySet[Event]:
    """What others did since the event of that key, newest first."""
    return events_for(actor, claim).filter(pk__gt=after).exclude(actor=actor.user)


def events_for(actor: Actor, claim: Claim, group: str = "") -> QuerySet[Event]:
    """The events of a claim that the reader may see, newest first, those of one filter if named.

    Who has no right to the history sees what they did themselves; comments only who may read them.
    """
    events = list_claim_events(claim.pk)
    if not can_see_history(actor, claim):
        events = events.filter(actor=actor.user)
    if not can_see_comments(actor, claim):
        events = events.exclude(kind=COMMENTED.name)
    if group:
        events = events.filter(_in_group(group))
    return events


def _in_group(group: str) -> Q:
    """Kinds whose longest prefix belongs to the group."""
    inside = Q(pk__in=[])
    for look in _looks.values():
        if look.group != group:
            continue
        where = Q(kind__startswith=look.prefix)
        for other in _looks.values():
            if other.group != group and other.prefix.startswith(look.prefix):
                where &= ~Q(kind__startswith=other.prefix)
        inside |= where
    return inside


def page_of(events: QuerySet[Event], before: int | None = None) -> tuple[list[Event], int | None]:
    """A page of events older than `before`, and where the next page begins (None: no more)."""
    if before is not None:
        events = events.filter(pk__lt=before)
    rows = list(events[: PAGE + 1])
    return rows[:PAGE], rows[PAGE - 1].pk if len(rows) > PAGE else None


def entries_of(events: Iterable[Event]) -> list[Entry]:
    """Events as lines; nothing is asked of the database."""
    return [_entry(event) for event in events]


def _entry(event: Event) -> Entry:
    data = event.data
    changes = [change_of(event, name, *pair) for name, pair in data.get("changes", {}).items()]
    words = [str(data[name]) for name in WORDS if data.get(name)]
    words += [str(text) % {"words": data[key]} for key, text in LABELLED.items() if data.get(key)]
    return Entry(event, look_of(event.kind).icon, _sentence(event), changes, words)


def _sentence(event: Event) -> str:
    """What was done, with the move or the file named."""
    if event.kind in _sentences:
        return _sentences[event.kind](event)
    if event.kind == "claim.moved":
        edge = TRANSITIONS.get(event.data.get("transition", ""))
        if edge is not None:
            return gettext("moved the claim: %(move)s") % {"move": edge.label}
    if event.kind == MILESTONE_REACHED.name and event.data.get("milestone"):
        return f"{event.sentence}: {_label(Claim, event.data['milestone'])}"
    if event.kind == DEADLINES_CHANGED.name and event.data.get("cause") in Cause.values:
        cause = Cause(event.data["cause"]).label
        return gettext("recomputed the deadlines: %(cause)s") % {"cause": cause}
    if event.kind == FILE_ADDED.name and event.data.get("name"):
        return gettext("added the file %(name)s") % {"name": event.data["name"]}
    if event.subject_type != "claims.claim" and event.kind.startswith("claim."):
        return f"{event.sentence}: {event.subject_label}"
    return event.sentence


def change_of(event: Event, name: str, old: Any, new: Any) -> Change:
    """A changed field with its label and its values as the form shows them."""
    if event.kind == DEADLINES_CHANGED.name or name in ClockKind.values:
        label = str(dict(ClockKind.choices).get(name, name))
        return Change(label, _text(old), _text(new))
    model = _model_of(event.subject_type)
    return Change(_label(model, name), _value(model, name, old), _value(model, name, new))


def _model_of(label: str) -> type[Model] | None:
    try:
        return apps.get_model(label)
    except (LookupError, ValueError):
        return None


def _field(model: type[Model] | None, name: str) -> Any:
    """The model's field of that name, None for what is not one."""
    try:
        return model._meta.get_field(name) if model else None
    except FieldDoesNotExist:
        return None


def _label(model: type[Model] | None, name: str) -> str:
    return str(getattr(_field(model, name), "verbose_name", name.replace("_", " ")))


def _value(model: type[Model] | None, name: str, value: Any) -> str:
    choices = _choices(model, name)
    if value and isinstance(_field(model, name), DecimalField):
        return quantity(value)
    if isinstance(value, list):
        return ", ".join(choices.get(each, str(each)) for each in value) or EMPTY
    if isinstance(value, str) and value in choices:
        return choices[value]
    return _text(value)


def _choices(model: type[Model] | None, name: str) -> dict[Any, str]:
    if name in LINKED:
        return {key: str(label) for key, label in LINKED[name].choices}
    found = getattr(_field(model, name), "flatchoices", [])
    return {key: str(label) for key, label in found if key not in (None, "")}


def _text(value: Any) -> str:
    if value in (None, "", []):
        return EMPTY
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, str):
        return _moment_text(value)
    return str(value)


def _moment_text(value: str) -> str:
    """An ISO date or instant in the reader's own way; any other text as it is."""
    if not value[:4].isdigit() or len(value) < 10:
        return value
    try:
        if len(value) == 10:
            found: date | datetime | None = parse_date(value)
            return day(found) if found else value
        found = parse_datetime(value)
    except ValueError:
        return value
    return moment(found) if isinstance(found, datetime) else value
