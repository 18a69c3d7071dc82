"""`manage.py import_claims`: what it prints, and whether a script can trust its end."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from claims.models import Claim
from tests.imports.conftest import row, table


@pytest.fixture
def file(db: None, tmp_path: Path) -> Path:
    path = tmp_path / "claims.csv"
    path.write_text(
        table(
            *(row(Claim_no=f"K-{n}", Lot=lot) for n, lot in ((1, "A"), (1, "B"), (2, "C"))),
            row(Claim_no="K-3", Quantity="some"),
            row(Claim_no="", Title="Who said this?"),
        ),
        encoding="utf-8",
    )
    return path


def run(file: Path, **options: object) -> str:
    out = io.StringIO()
    given = [f"--{name}={value}" for name, value in ({"profile": "standard"} | options).items()]
    call_command("import_claims", str(file), *given, stdout=out)
    return out.getvalue()


def test_it_says_what_it_did_and_names_what_it_did_not_take(file):
    said = run(file)

    lines = said.splitlines()
    assert lines[0].startswith("row 5 (K-3) left out: Quantity “some”")
    assert lines[1].startswith("row 6 () refused: ")
    assert lines[-1].startswith("5 rows in ")
    assert lines[-1].endswith("3 claims created, 1 rows merged into them, 0 rows known, 1 refused.")
    assert Claim.objects.count() == 3


def test_again_it_says_that_everything_is_known(file):
    run(file)

    assert "0 claims created" in run(file).splitlines()[-1]
    assert "4 rows known" in run(file).splitlines()[-1]


def test_the_report_is_a_table_of_all_problems(file, tmp_path):
    report = tmp_path / "report.csv"

    said = run(file, report=report)

    rows = list(csv.DictReader(report.open(encoding="utf-8-sig")))
    assert [(each["row"], each["column"], each["refused"]) for each in rows] == [
        ("5", "Quantity", "false"),
        ("6", "Claim no", "true"),
    ]
    assert "row 5" not in said


def test_many_problems_do_not_flood_the_terminal(db, tmp_path):
    path = tmp_path / "dirty.csv"
    path.write_text(table(*(row(Claim_no="") for _ in range(80))), encoding="utf-8")

    lines = run(path).splitlines()

    assert len(lines) == 52
    assert lines[50] == "… 30 more; --report FILE writes all."


@pytest.mark.parametrize(
    ("content", "profile", "said"),
    [
        ("Number,Title\n1,x\n", "standard", "has no column"),
        (table(row(Received="01/02/2026")), "standard", "month first"),
        (table(row()), "jira", "no profile jira"),
        ("", "standard", "empty"),
    ],
)
def test_a_refused_file_ends_with_an_error_and_changes_nothing(
    db, tmp_path, content, profile, said
):
    path = tmp_path / "claims.csv"
    path.write_text(content, encoding="utf-8")

    with pytest.raises(CommandError, match=said) as refusal:
        run(path, profile=profile)

    assert refusal.value.returncode == 1
    assert not Claim.objects.exists()


def test_the_format_of_dates_can_be_named(db, tmp_path):
    path = tmp_path / "claims.csv"
    path.write_text(table(row(Received="01/02/2026")), encoding="utf-8")

    run(path, dates="MM/DD/YYYY")

    assert Claim.objects.get().received_at.isoformat() == "2026-01-01T21:00:00+00:00"


def test_a_file_that_is_not_there(db, tmp_path):
    with pytest.raises(CommandError, match=r"There is no file .*nowhere\.csv"):
        run(tmp_path / "nowhere.csv")
