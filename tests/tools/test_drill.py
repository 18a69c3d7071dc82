"""What the drill makes of what it has seen."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from tools.drill import judge, report
from tools.drill.judge import Mail, Promise, Round
from tools.text import aligned

OLGA, IVAN = ("26-0001", "olga@drill.example"), ("26-0001", "ivan@drill.example")
BOTH = [OLGA, IVAN]


def mail(wanted: tuple[str, str], message_id: str = "") -> Mail:
    return Mail(*wanted, message_id or f"<{wanted[1]}>")


def broken(promises: list[Promise]) -> list[str]:
    return [each.name for each in promises if not each.kept]


def notices(**changes: Any) -> list[str]:
    seen: dict[str, Any] = {
        "wanted": BOTH,
        "inside": Counter(BOTH),
        "mails": [mail(OLGA), mail(IVAN)],
    }
    return broken(judge.judge_notices(**seen | changes))


def test_all_there_once_keeps_every_promise():
    assert notices() == []


def test_a_notice_that_is_not_in_the_product_is_lost():
    assert notices(inside=Counter([OLGA])) == ["notices in the product lost"]


def test_a_notice_that_is_twice_in_the_product_is_doubled():
    assert notices(inside=Counter([OLGA, IVAN, IVAN])) == ["notices in the product doubled"]


def test_an_email_that_never_arrived_is_lost_and_named():
    promises = judge.judge_notices(BOTH, Counter(BOTH), [mail(OLGA)])
    (gone,) = [each for each in promises if not each.kept]
    assert gone.name == "e-mails lost"
    assert gone.figure.startswith("1 of 2")
    assert "ivan@drill.example" in gone.figure


def repeated(*mails: Mail, faults: int = 1) -> list[str]:
    return broken(judge.judge_repeats(mails, faults))


def test_one_email_more_for_each_fault_is_fair_letters_to_customers_included():
    letter = mail(("letter", "letter-1@customer.example"))
    twice = (mail(OLGA), mail(OLGA), mail(IVAN))
    assert repeated(*twice) == []
    assert repeated(*twice, letter, letter) == ["e-mails sent again"]
    assert repeated(*twice, letter, letter, faults=2) == []


def test_the_same_email_under_two_identities_is_not():
    mails = (mail(OLGA), mail(OLGA, "<other>"), mail(IVAN))
    assert repeated(*mails) == ["of them with another Message-ID"]


def a_round(**values: Any) -> Round:
    usual: dict[str, Any] = {
        "fault": "Redis stopped", "faults": 1, "numbers": ["26-0001"], "answers": [201],
        "first_ms": [80.0], "out_after": 3.0,
    }  # fmt: skip
    return Round(**usual | values)


def test_reports_that_were_accepted_and_stored_once_keep_the_promises():
    assert broken(judge.judge_reports([a_round()], stored=1)) == []


def test_a_report_refused_for_good_and_a_claim_too_many_are_seen():
    assert broken(judge.judge_reports([a_round(refused=1)], stored=1)) == ["reports accepted"]
    assert broken(judge.judge_reports([a_round()], stored=2)) == ["claims stored, once each"]


@pytest.mark.parametrize("code", [0, 409, 500, 503])
def test_with_a_database_only_201_is_an_answer(code):
    promises = judge.judge_reports([a_round(answers=[code, 201])], stored=1)
    assert broken(promises) == ["answers other than 201"]


def test_without_a_database_503_is_an_answer_and_500_is_none():
    away = a_round(answers=[503, 409, 201], database_is_away=True)
    assert broken(judge.judge_reports([away], stored=1)) == []
    away.answers.append(500)
    assert broken(judge.judge_reports([away], stored=1)) == ["answers other than 201"]


@pytest.mark.parametrize(("slowest", "kept"), [(1000.0, True), (1001.0, False)])
def test_reports_must_not_feel_that_redis_is_away(slowest, kept):
    promises = judge.judge_reports([a_round(first_ms=[slowest], broker_is_away=True)], stored=1)
    assert promises[-1].kept is kept
    assert "p50 1,00" in promises[-1].figure


def test_on_a_slow_machine_the_calm_round_is_the_measure():
    rounds = [
        a_round(first_ms=[2000.0], is_calm=True),
        a_round(first_ms=[2999.0], broker_is_away=True),
    ]
    assert broken(judge.judge_reports(rounds, stored=2)) == []


def test_everything_is_out_in_time_or_it_is_late():
    assert judge.judge_times([a_round(), a_round(out_after=120.0)]).kept
    assert not judge.judge_times([a_round(out_after=120.5)]).kept
    late = judge.judge_times([a_round(), a_round(out_after=None)])
    assert (late.kept, late.figure) == (False, "1 rounds late")


def test_health_that_told_something_else_is_named():
    wrong = judge.judge_health([a_round(), a_round(health="ok", health_expected="degraded")])
    assert not wrong.kept
    assert "Redis stopped" in wrong.figure


def test_at_the_end_every_look_must_find_all_well():
    assert judge.judge_end(["ok", "ok", "ok"]).kept
    assert not judge.judge_end([]).kept
    worse = judge.judge_end(["ok", "degraded broker", "ok"])
    assert (worse.kept, worse.figure) == (False, "2 of 3 times ok, degraded broker")


@pytest.mark.parametrize(("share", "value"), [(50, 50), (99, 99), (100, 100), (1, 1)])
def test_a_percentile_is_a_value_that_was_measured(share, value):
    assert judge.percentile(range(1, 101), share) == value


def test_the_tables_show_each_round_and_each_broken_promise():
    rounds = report.rounds_table([a_round(answers=[503, 0, 201], out_after=None)])
    assert "Redis stopped" in rounds
    assert "1 × none, 1 × 201, 1 × 503" in rounds
    assert "too late" in rounds
    promises = report.promises_table([Promise("e-mails lost", "0", "2", kept=False)])
    assert promises.splitlines()[1].split()[-1] == "BROKEN"


def test_columns_stand_below_each_other():
    assert aligned([("ab", "1"), ("c", "22")], left=(0,)) == "ab   1\nc   22"
