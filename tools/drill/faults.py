"""What is broken in a drill, and how it is mended."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass

from tools.drill.databases import Database
from tools.drill.stage import Stage
from tools.programs import Program

# Faults that are over at once leave people this long to report in their wake.
WAKE_SECONDS = 10
DATABASE_SECONDS = 3
BACKLOG_SECONDS, BEGUN_SECONDS = 4, 0.3
# One a second.
POOL_KILLS = 10


@dataclass(frozen=True)
class Fault:
    """`begin` breaks, `end` mends after `seconds`; `broker_is_away` brings the registrations."""

    name: str
    begin: Callable[[], None]
    end: Callable[[], None]
    seconds: float
    broker_is_away: bool = False
    database_is_away: bool = False
    # So many processes of the worker's pool are killed meanwhile, each a fault of its own.
    kills: int = 0


def nothing() -> None:
    """There is nothing to do."""


def kill_amid_backlog(worker: Program) -> None:
    """Let work pile up, let it begin, and kill -9 all of the worker in the middle of it."""
    worker.send(signal.SIGSTOP)
    time.sleep(BACKLOG_SECONDS)
    worker.send(signal.SIGCONT)
    time.sleep(BEGUN_SECONDS)
    worker.kill()


def kill_child(stage: Stage, chance: random.Random) -> None:
    """Kill -9 one process of the worker's pool; the worker starts another one."""
    children = stage.worker.children()
    if children:
        with contextlib.suppress(ProcessLookupError):
            os.kill(chance.choice(children), signal.SIGKILL)


def all_faults(
    stage: Stage, database: Database, chance: random.Random, seconds: float
) -> list[Fault]:
    """Each once, in an order that the seed decides; outages last `seconds`."""
    broker, mail, worker, beat = stage.broker, stage.mail, stage.worker, stage.beat
    wake = min(seconds, WAKE_SECONDS)
    faults = [
        Fault("worker killed -9", worker.kill, worker.start, wake / 2),
        Fault("worker killed -9 amid a backlog", lambda: kill_amid_backlog(worker),
              worker.start, wake / 2),
        Fault(f"pool processes killed -9, {POOL_KILLS} times", nothing, nothing, wake,
              kills=POOL_KILLS),
        Fault("beat killed -9", beat.kill, beat.start, wake),
        Fault("Redis stopped", broker.kill, broker.start, seconds,
              broker_is_away=True, kills=1),
        Fault("Redis frozen", lambda: broker.send(signal.SIGSTOP),
              lambda: broker.send(signal.SIGCONT), seconds,
              broker_is_away=True, kills=1),
        Fault("Redis flushed", stage.forget_broker, nothing, wake),
        Fault("mail server refuses (451)", lambda: mail.send(signal.SIGUSR1),
              lambda: mail.send(signal.SIGUSR2), seconds, kills=1),
        Fault("mail server hangs", lambda: mail.send(signal.SIGSTOP),
              lambda: mail.send(signal.SIGCONT), seconds, kills=1),
        Fault("mail server is away", mail.kill, mail.start, seconds, kills=1),
        Fault(database.fault, database.hurt, database.heal,
              min(seconds, DATABASE_SECONDS), database_is_away=True),
    ]  # fmt: skip
    chance.shuffle(faults)
    return faults
