"""What claims lack to go on, in few words for lists: all claims of a page in one query.

The gate of a claim page asks every requirement of one claim, in full sentences; a list cannot. Here
an app says which points of a step it can count in the database, from `AppConfig.ready()`. What
cannot be counted there (whom the notification list yields) stays with the gate.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Length, Trim
from django.db.models.lookups import LessThan
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from claims.lifecycle import main_transition
from claims.models import Claim, ClaimItem, Pause
from claims.states import Step
from core.counting import CountRows
from core.ui.wording import short_moment


@dataclass(frozen=True)
class Lack:
    """A point of some steps. `count` is 0 for claims that do not lack it, `words` names it.

    `order` places it among the points of a step; `waits`: others have to supply it.
    """

    name: str
    steps: tuple[Step, ...]
    order: int
    count: Any
    words: Callable[[int], Any]
    waits: bool = False


@dataclass(frozen=True)
class Missing:
    """What a list says of one claim; `kind` is pause, wait (for others), lack or go.

    `names` are the points behind the words.
    """

    kind: str
    text: str
    title: str = ""
    names: tuple[str, ...] = ()


_lacks: dict[str, Lack] = {}


def register(*lacks: Lack) -> None:
    """Add points; the same name again replaces one."""
    _lacks.update({each.name: each for each in lacks})


def flag(condition: Any) -> Case:
    """1 for claims that meet the condition, else 0."""
    return Case(When(condition, then=Value(1)), default=Value(0))


def rows(found: QuerySet[Any], claim: str = "claim", different: str = "pk") -> CountRows:
    """How many of these rows belong to the claim, or how many `different` values they have."""
    of_claim = found.order_by().filter(**{claim: OuterRef("pk")})
    return CountRows(of_claim.values(different).distinct())


def any_row(found: QuerySet[Any], claim: str = "claim") -> Q:
    """Whether one of these rows belongs to the claim."""
    return Q(Exists(found.order_by().filter(**{claim: OuterRef("pk")})))


def fewer(count: Any, than: int) -> Q:
    """Whether a count stays below a number."""
    return Q(LessThan(count, than))


def named(words: Any) -> Callable[[int], Any]:
    """The same words, whatever the number."""
    return lambda count: words


def missing_of(claims: Iterable[Claim]) -> dict[int, Missing]:
    """Id → what the claim lacks, for the open ones among `claims`; one query."""
    steps = {claim.pk: claim.step for claim in claims if claim.is_open}
    if not steps:
        return {}
    present = set(steps.values())
    asked = sorted((each for each in _lacks.values() if present & {*each.steps}), key=_order)
    pauses = Pause.objects.filter(claim=OuterRef("pk"), ended_at=None)
    counts = {
        f"lack_{each.name}": Case(When(step__in=each.steps, then=each.count), default=Value(0))
        for each in asked
    }
    found = (
        Claim.objects.filter(pk__in=steps)
        .order_by()
        .annotate(
            paused_since=Subquery(pauses.values("started_at")[:1]),
            pause_reason=Subquery(pauses.values("reason")[:1]),
            **counts,
        )
    )
    names = ("pk", "paused_since", "pause_reason", *counts)
    return {row["pk"]: _missing(steps[row["pk"]], row, asked) for row in found.values(*names)}


def with_missing(claims: Iterable[Claim], size: int = 500) -> Iterator[Claim]:
    """The same claims knowing what they lack (`claim.missing`); a query for every `size`."""
    rest = iter(claims)
    while batch := list(islice(rest, size)):
        found = missing_of(batch)
        for claim in batch:
            claim.missing = found.get(claim.pk)
        yield from batch


def _order(lack: Lack) -> int:
    return lack.order


def _missing(step: str, row: dict[str, Any], asked: Iterable[Lack]) -> Missing:
    if row["paused_since"]:
        since = gettext("Paused since %(when)s: %(reason)s") % {
            "when": short_moment(row["paused_since"]),
            "reason": row["pause_reason"],
        }
        return Missing("pause", row["pause_reason"], since)
    counts = [(each, row[f"lack_{each.name}"]) for each in asked if step in each.steps]
    lacks = [(each, count) for each, count in counts if count]
    if not lacks:
        main = main_transition(step)
        return Missing("go", str(main.label) if main else "")
    words = ", ".join(str(each.words(count)) for each, count in lacks)
    kind = "wait" if all(each.waits for each, count in lacks) else "lack"
    return Missing(kind, words, capfirst(words), tuple(each.name for each, count in lacks))


def _registration() -> Iterable[Lack]:
    """What the record of a claim lacks; `claims.requirements` says the same of one claim."""
    items = ClaimItem.objects.all()
    no_quantity = Q(quantity_claimed=None) | Q(quantity_claimed=0) | Q(unit="")
    no_lot = Q(lot=None, lot_code="", lot_unknown_reason="")
    # A report names only the group; the codes below it are what figures count.
    no_defect = Q(defect=None) | Q(defect__group=None, defect__codes__isnull=False)
    points: list[tuple[str, Any, Any]] = [
        ("customer", Q(customer=None), _("customer")),
        ("product", ~any_row(items) | any_row(items.filter(product=None)), _("product")),
        ("quantity", any_row(items.filter(no_quantity)), _("quantity")),
        ("lot", any_row(items.filter(no_lot)), _("lot")),
        ("defect", any_row(items.filter(no_defect)), _("defect code")),
        ("description", fewer(Length(Trim("description")), 10), _("description")),
        ("severity", Q(severity=""), _("severity")),
        ("owner", Q(owner=None), _("owner")),
    ]
    for order, (name, condition, words) in enumerate(points):
        yield Lack(name, (Step.REGISTRATION,), order, flag(condition), named(words))


register(
    Lack("taken", (Step.RECEIPT,), 0, flag(Q(owner=None)), named(_("take the report"))),
    *_registration(),
)
