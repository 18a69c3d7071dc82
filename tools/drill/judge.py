"""Judges what a drill has seen against what was promised; pure functions."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

# A notice: the claim's number and the recipient's address.
Wanted = tuple[str, str]

# Docs say the same: docs/howto/drill.md.
OUT_WITHIN_SECONDS = 120
# A letter that a killed worker had begun waits until nobody can be sending it any more.
LETTERS_WITHIN_SECONDS = 240
P99_MS = 1000
# On a machine that is slow by itself, the same without any fault is the measure.
P99_TIMES_CALM = 1.5
UNAVAILABLE = 503
# What a request was told whose key a database that came back had not freed yet.
STILL_RUNNING = 409


@dataclass(frozen=True)
class Mail:
    """An e-mail that the mail server took."""

    number: str
    to: str
    message_id: str


@dataclass(frozen=True)
class Promise:
    """One line of the verdict."""

    name: str
    goal: str
    figure: str
    kept: bool


@dataclass
class Round:
    """What happened around one fault: answers to reports, and when all their notices were out."""

    fault: str
    faults: int
    numbers: list[str] = field(default_factory=list)
    letters: list[str] = field(default_factory=list)
    refused: int = 0
    answers: list[int] = field(default_factory=list)
    first_ms: list[float] = field(default_factory=list)
    # Seconds from the end of the fault; None when it took longer than was waited.
    out_after: float | None = None
    broker_is_away: bool = False
    database_is_away: bool = False
    health: str = ""
    health_expected: str = ""

    # Nothing is broken: how fast this machine is by itself.
    is_calm: bool = False


def percentile(values: Collection[float], share: int) -> float:
    """The smallest value that `share` of 100 do not exceed; 0 of nothing."""
    ordered = sorted(values)
    return ordered[math.ceil(len(ordered) * share / 100) - 1] if ordered else 0.0


def lost(wanted: Iterable[Wanted], found: Collection[Wanted]) -> list[Wanted]:
    """What was wanted and is not there."""
    return [each for each in wanted if each not in found]


def doubled(found: Mapping[Wanted, int]) -> list[Wanted]:
    """What is there more than once."""
    return [each for each, count in found.items() if count > 1]


def duplicates(mails: Sequence[Mail]) -> int:
    """How many e-mails somebody got who had got them before."""
    return len(mails) - len({(mail.number, mail.to) for mail in mails})


def with_two_identities(mails: Iterable[Mail]) -> list[Wanted]:
    """Notices whose e-mails came with different Message-IDs, so that no mail program sees twins."""
    identities: dict[Wanted, set[str]] = {}
    for mail in mails:
        identities.setdefault((mail.number, mail.to), set()).add(mail.message_id)
    return [wanted for wanted, ids in identities.items() if len(ids) > 1]


def judge_notices(
    wanted: Sequence[Wanted], inside: Mapping[Wanted, int], mails: Sequence[Mail]
) -> list[Promise]:
    """What became of the notices."""
    arrived = Counter((mail.number, mail.to) for mail in mails)
    gone, missing = lost(wanted, inside), lost(wanted, arrived)
    twice = doubled(inside)
    return [
        none_of("notices in the product lost", gone, len(wanted)),
        none_of("notices in the product doubled", twice, len(wanted)),
        none_of("e-mails lost", missing, len(wanted)),
    ]


def judge_repeats(mails: Sequence[Mail], faults: int) -> list[Promise]:
    """Whether e-mails, letters among them, came again no more often than is fair, and as twins."""
    again, mixed = duplicates(mails), with_two_identities(mails)
    return [
        Promise("e-mails sent again", f"≤ {faults}, one per fault", str(again), again <= faults),
        none_of("of them with another Message-ID", mixed, None),
    ]


def judge_reports(rounds: Sequence[Round], stored: int) -> list[Promise]:
    """What became of the reports, and how fast."""
    accepted = sum(len(each.numbers) for each in rounds)
    total = accepted + sum(each.refused for each in rounds)
    promises = [
        Promise("reports accepted", str(total), str(accepted), accepted == total),
        Promise("claims stored, once each", str(accepted), str(stored), stored == accepted),
    ]
    wrong = Counter(code for each in rounds for code in each.answers if not _is_fair(code, each))
    shown = ", ".join(f"{count} × {code or 'no answer'}" for code, count in sorted(wrong.items()))
    goal = f"none but {UNAVAILABLE} and {STILL_RUNNING} without database"
    promises.append(Promise("answers other than 201", goal, shown or "0", not wrong))
    calm = percentile([ms for each in rounds if each.is_calm for ms in each.first_ms], 99)
    limit = max(P99_MS, P99_TIMES_CALM * calm)
    return promises + [_judge_speed(each, limit) for each in rounds if each.broker_is_away]


def _is_fair(code: int, around: Round) -> bool:
    return code == 201 or (around.database_is_away and code in (UNAVAILABLE, STILL_RUNNING))


def _judge_speed(around: Round, limit: float) -> Promise:
    """Registrations must not feel that the broker is away."""
    median, slowest = percentile(around.first_ms, 50), percentile(around.first_ms, 99)
    return Promise(
        f"{len(around.numbers)} reports while {around.fault}",
        f"p99 ≤ {limit:,.0f} ms",
        f"p50 {median:,.0f}, p99 {slowest:,.0f} ms",
        slowest <= limit,
    )


def judge_times(rounds: Sequence[Round]) -> Promise:
    """Whether everything was out soon after each fault ended."""
    late = [each for each in rounds if each.out_after is None]
    slowest = max((each.out_after for each in rounds if each.out_after is not None), default=0.0)
    figure = f"{len(late)} rounds late" if late else f"slowest {slowest:.0f} s"
    kept = not late and slowest <= OUT_WITHIN_SECONDS
    return Promise("all notices out after the fault", f"≤ {OUT_WITHIN_SECONDS} s", figure, kept)


def judge_health(rounds: Sequence[Round]) -> Promise:
    """Whether /health/ready told what was the matter."""
    wrong = [each.fault for each in rounds if each.health != each.health_expected]
    return none_of("faults that /health/ready told wrongly", wrong, None)


def judge_end(looks: Sequence[str]) -> Promise:
    """Whether /health/ready says in each of a few looks that all is well again."""
    well = looks.count("ok")
    others = sorted({look for look in looks if look != "ok"})
    figure = ", ".join([f"{well} of {len(looks)} times ok", *others])
    return Promise("/health/ready at the end", "ok", figure, well == len(looks) > 0)


def none_of(name: str, found: Sequence[object], among: int | None) -> Promise:
    """A promise that something does not happen; shows a few examples when it did."""
    figure = str(len(found)) if among is None else f"{len(found)} of {among:,}"
    if found:
        figure += f", e.g. {', '.join(map(str, found[:3]))}"
    return Promise(name, "0", figure, not found)
