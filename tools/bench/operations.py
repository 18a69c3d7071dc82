"""What is measured, in order: later operations use what earlier ones made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tools.bench.client import Call
from tools.bench.goals import Goal
from tools.bench.limit import Limit
from tools.bench.scenario import Scenario

MakeCall = Callable[[Scenario], Call]


@dataclass(frozen=True)
class Operation:
    """`floor` is the bare view it is compared with, `limit` the bare statement.

    `few` asks for the same with fewer rows: it must not take fewer queries.
    """

    name: str
    call: MakeCall
    goal: Goal
    floor: MakeCall | None = None
    limit: Callable[[Limit], float] | None = None
    few: MakeCall | None = None
    writes: bool = False
    is_slow: bool = False


OPERATIONS = (
    Operation(
        "create via API", Scenario.create, Goal(times=2), Scenario.floor_create, Limit.create,
        writes=True,
    ),
    Operation(
        "transition via API", Scenario.transition, Goal(times=2.5), Scenario.floor_create,
        Limit.transition, writes=True,
    ),
    Operation("read one via API", Scenario.read, Goal(times=1.7), Scenario.floor_read, Limit.read),
    Operation(
        "list 25 via API", Scenario.list_rows, Goal(times=1.8), Scenario.floor_list,
        Limit.list_rows, Scenario.few_list_rows,
    ),
    Operation(
        "deep page via API", Scenario.deep_page, Goal(times=1.1, of="list 25 via API"),
        Scenario.floor_list, Limit.deep_page, Scenario.few_deep_page,
    ),
    Operation(
        "search two words", Scenario.search, Goal(ms=20, ms_1m=35), Scenario.floor_list,
        Limit.search, Scenario.few_found,
    ),
    Operation("similar claims", Scenario.similar, Goal(ms=200)),
    Operation(
        "list page", Scenario.list_page, Goal(times=3), Scenario.floor_page, Limit.list_page,
        Scenario.few_list_page,
    ),
    Operation("claim page", Scenario.claim_page, Goal(times=2.6), Scenario.floor_page),
    Operation("My work", Scenario.my_work, Goal(times=5), Scenario.floor_page),
    Operation("dashboard", Scenario.dashboard, Goal(ms=60)),
    Operation("8D sheet, PDF", Scenario.sheet, Goal(ms=500), is_slow=True),
)  # fmt: skip
