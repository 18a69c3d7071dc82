"""The drill from its options to its verdict."""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tools.bench.database import server_url
from tools.drill import report
from tools.drill.databases import Cluster, Database, Guest, find_programs
from tools.drill.stage import SCRATCH_VARIABLE, Stage
from tools.programs import HOST, ROOT

if TYPE_CHECKING:
    from tools.drill.faults import Fault
    from tools.drill.judge import Promise, Round, Wanted
    from tools.drill.writing import Writer

OUTAGE_SECONDS, QUICK_SECONDS = 30.0, 5.0
QUICK_NOTICES, QUICK_REGISTRATIONS = 60, 40
# To customers, in each round but the first.
LETTERS = 10
# Two rounds without any fault: in the first everything is loaded and connected, the second shows
# how fast this machine is.
WARM_UP, CALM = "nothing, warming up", "nothing"
CALM_SECONDS = 10.0
# One look may meet a busy moment: the probes give the broker a second.
HEALTH_LOOKS = 3


def options(arguments: list[str]) -> argparse.Namespace:
    """The options of `./run drill`."""
    parser = argparse.ArgumentParser(prog="./run drill", description=main.__doc__)
    parser.add_argument("--notices", type=int, default=1000, help="notices wanted (default 1000)")
    parser.add_argument("--registrations", type=int, default=500,
                        help="claims reported while Redis is away (default 500)")  # fmt: skip
    parser.add_argument("--quick", action="store_true",
                        help="a look: 60 notices, 40 registrations, outages of 5 s")  # fmt: skip
    parser.add_argument("--seed", type=int, default=1, help="decides the order of the faults")
    parser.add_argument("--only", default="", help="faults with this word")
    parser.add_argument("--database", metavar="URL", default="",
                        help="be a guest on this server instead of an own cluster")  # fmt: skip
    parser.add_argument("--logs", type=Path, help="keep what the programs print in this folder")
    chosen = parser.parse_args(arguments)
    if chosen.quick:
        chosen.notices, chosen.registrations = QUICK_NOTICES, QUICK_REGISTRATIONS
    return chosen


def main(arguments: list[str]) -> int:
    """Break database, broker, mail server and workers while claims come in; count what is lost."""
    chosen = options(arguments)
    if not shutil.which("redis-server"):
        sys.exit("redis-server is not on this machine: install Redis (Debian: redis-server).")
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, leave)
    folder = Path(tempfile.mkdtemp(prefix="claims-drill-"))
    os.environ[SCRATCH_VARIABLE] = str(folder)
    try:
        with choose_database(chosen.database, folder / "postgresql.log") as database:
            return drill(chosen, folder, database)
    except KeyboardInterrupt:
        say("stopped")
        return 130
    finally:
        if chosen.logs:
            chosen.logs.mkdir(parents=True, exist_ok=True)
            for path in [*folder.glob("*.log"), *folder.glob("*.jsonl")]:
                shutil.copy(path, chosen.logs)
        shutil.rmtree(folder, ignore_errors=True)


def leave(*_: object) -> None:
    """Asked to stop: tidy up, and let nobody interrupt that."""
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, signal.SIG_IGN)
    raise KeyboardInterrupt


def choose_database(url: str, log: Path) -> Database:
    """An own cluster if its programs are here, else a new database on the server that is known."""
    programs = find_programs()
    if url:
        return Guest(url)
    if programs is None:
        say("no PostgreSQL programs here: a new database on the server of DATABASE_URL")
        return Guest(server_url())
    return Cluster(programs, log)


def drill(chosen: argparse.Namespace, folder: Path, database: Database) -> int:
    """All rounds, and the verdict; 1 when a promise was broken."""
    stage = Stage(folder, database.url)
    enter(database.url)
    from tools.drill import ledger
    from tools.drill.faults import all_faults

    secret = ledger.found_company()
    say(f"starting PostgreSQL ({database.fault}), Redis, mail server, web server, worker, beat")
    chance = random.Random(chosen.seed)  # noqa: S311 - the same order in every run is the point
    with stage:
        seconds = QUICK_SECONDS if chosen.quick else OUTAGE_SECONDS
        faults = [
            each for each in all_faults(stage, database, chance, seconds)
            if chosen.only in each.name
        ]  # fmt: skip
        rounds = Rounds(stage, secret, chance, chosen, len(faults)).play(faults)
        promises = verdict(stage, rounds)
    load = os.getloadavg()[1]
    print(f"\n{report.rounds_table(rounds)}\n\n{report.promises_table(promises)}\n")
    print(f"Database: {database.fault}. Load {load:.1f} on {os.cpu_count()} cores.")
    return 0 if all(each.kept for each in promises) else 1


def enter(url: str) -> None:
    """From here on this process reads and writes the drill's database."""
    os.environ |= {
        "DATABASE_URL": url,
        "DATABASE_POOL": "0",
        "REDIS_URL": "",
        "LOG_LEVEL": "ERROR",
        "DJANGO_SETTINGS_MODULE": "tools.drill.settings",
    }
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
    call_command("createcachetable", verbosity=0)


class Rounds:
    """Plays one round after the other, the first ones without a fault."""

    def __init__(
        self,
        stage: Stage,
        secret: str,
        chance: random.Random,
        chosen: argparse.Namespace,
        count: int,
    ) -> None:
        from tools.drill.ledger import CHANNELS, PEOPLE

        self.stage, self.secret, self.chance = stage, secret, chance
        claims = -(-chosen.notices // (CHANNELS * len(PEOPLE)))
        self.share = -(-claims // (count + 2))
        # Redis is away twice.
        self.registrations = chosen.registrations // 2
        self.number = ""

    def play(self, faults: Sequence[Fault]) -> list[Round]:
        """The figures of every round."""
        from tools.drill.faults import Fault, nothing

        calm = [Fault(name, nothing, nothing, CALM_SECONDS) for name in (WARM_UP, CALM)]
        return [self._round(each) for each in (*calm, *faults)]

    def _round(self, fault: Fault) -> Round:
        from tools.drill.faults import kill_child, nothing
        from tools.drill.judge import Round
        from tools.drill.reporting import Reporters

        count = self.share + (self.registrations if fault.broker_is_away else 0)
        own = 0 if fault.begin is nothing else 1
        result = Round(
            fault=fault.name,
            faults=own + fault.kills,
            is_calm=fault.name == CALM,
            broker_is_away=fault.broker_is_away,
            database_is_away=fault.database_is_away,
        )
        reporters = Reporters(
            self.stage.web_port, self.secret, title=fault.name, count=count, seconds=fault.seconds
        )
        writer = self._writer(fault.seconds)
        time.sleep(min(1.0, fault.seconds / 5))  # some work is under way when it breaks
        fault.begin()
        left = fault.seconds
        for moment in sorted(self.chance.uniform(0.1, 0.8) for _ in range(fault.kills)):
            time.sleep(max(0.0, left - fault.seconds * (1 - moment)))
            left = fault.seconds * (1 - moment)
            kill_child(self.stage, self.chance)
        if fault.broker_is_away:
            result.health, result.health_expected = health(self.stage.web_port), "degraded broker"
        time.sleep(left)
        fault.end()
        returned = time.monotonic()
        for each in reporters.finish():
            result.answers += each.answers
            result.first_ms.append(each.first_ms)
            if each.accepted:
                result.numbers.append(each.number)
            else:
                result.refused += 1
        result.letters = writer.finish() if writer else []
        result.out_after = self._wait_until_out(result.numbers, returned)
        say(report.round_line(result))
        if not self.number and result.numbers:
            self.number = result.numbers[0]
        return result

    def _writer(self, seconds: float) -> Writer | None:
        """Somebody who writes to customers about the first claim, once there is one."""
        from tools.drill.ledger import PEOPLE, address_of
        from tools.drill.writing import Writer

        if not self.number:
            return None
        return Writer(address_of(PEOPLE[0]), self.number, count=LETTERS, seconds=seconds)

    def _wait_until_out(self, numbers: Sequence[str], returned: float) -> float | None:
        """Seconds from the end of the fault until all notices were out; None if they were not."""
        from tools.drill.judge import OUT_WITHIN_SECONDS
        from tools.drill.ledger import is_all_out

        while True:
            passed = time.monotonic() - returned
            if is_all_out(numbers, self.stage.mails):
                return passed
            if passed > OUT_WITHIN_SECONDS:
                return None
            time.sleep(0.5)


def verdict(stage: Stage, rounds: Sequence[Round]) -> list[Promise]:
    """All promises, kept or broken."""
    from tools.drill import judge, ledger

    numbers = [number for each in rounds for number in each.numbers]
    faults = sum(each.faults for each in rounds)
    wanted = ledger.wanted_of(numbers)
    letters = ledger.letters_wanted([each for around in rounds for each in around.letters])
    wait_for_letters(stage, letters)
    mails = [*ledger.mails_taken(stage.mails), *ledger.letters_taken(stage.mails)]
    arrived = {(mail.number, mail.to) for mail in mails}
    ended = [each.name for each in stage.programs if not each.is_running]
    return [
        *judge.judge_notices(wanted, ledger.notices_inside(), mails),
        judge.none_of("letters to customers lost", judge.lost(letters, arrived), len(letters)),
        judge.none_of("letters not known to be sent", ledger.letters_unmarked(), None),
        *judge.judge_repeats(mails, faults),
        *judge.judge_reports(rounds, ledger.claims_stored()),
        judge.judge_times(rounds),
        judge.judge_health(rounds),
        judge.none_of("events that did not reach a handler", ledger.deliveries_left(), None),
        judge.none_of("programs that ended by themselves", ended, None),
        judge.judge_end([health(stage.web_port) for _ in range(HEALTH_LOOKS)]),
        verified(stage),
    ]  # fmt: skip


def wait_for_letters(stage: Stage, wanted: Sequence[Wanted]) -> None:
    """Until all are out and known to be, or as long as a dead worker's letter waits at most."""
    from tools.drill import judge, ledger

    ends = time.monotonic() + judge.LETTERS_WITHIN_SECONDS
    while time.monotonic() < ends:
        arrived = {(mail.number, mail.to) for mail in ledger.letters_taken(stage.mails)}
        if not judge.lost(wanted, arrived) and not ledger.letters_unmarked():
            return
        time.sleep(0.5)


def health(port: int) -> str:
    """What /health/ready says: the state of all, and the names of what failed."""
    try:
        with urllib.request.urlopen(f"http://{HOST}:{port}/health/ready", timeout=30) as answer:
            parts = json.load(answer)
    except urllib.error.HTTPError as error:
        parts = json.load(error)
    except OSError as error:
        return f"no answer: {error}"
    failed = [name for name, state in parts.items() if state == "failed"]
    return " ".join([parts["status"], *failed])


def verified(stage: Stage) -> Promise:
    """Whether the history is unbroken."""
    from tools.drill.judge import Promise

    command = [sys.executable, "manage.py", "verify_history"]
    done: Any = subprocess.run(
        command, cwd=ROOT, env=stage.environment, capture_output=True, text=True, check=False
    )
    figure = (done.stdout + done.stderr).strip().splitlines()[-1]
    return Promise("history verifies", "unchanged", figure, done.returncode == 0)


def say(text: str) -> None:
    """Progress, for whoever waits."""
    print(f"· {text}", file=sys.stderr, flush=True)
