"""All checks of the sources behind `./run lint`, and the formatters behind `./run format`."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SCHEMA = ROOT / "tests" / "contracts" / "openapi.json"
TESTING = {"DJANGO_SETTINGS_MODULE": "tests.settings"}
PRODUCTION = {
    "DEBUG": "false",
    "CLAIMS_HOSTS": "claims.example.com",
    "SECRET_KEY": "lint-only-pT4vKq9sZx2LwN8rYb6Hd3Gf7Jm5Ac1E-Bn0Mk2Vj",
    "HISTORY_KEY": "lint-only-Qe7Wr5Ty3Ui1Op9As8Df6Gh4Jk2LzXcV-Ty8Ui6Po",
    "DATABASE_URL": "postgres://claims@localhost/claims",
    "REDIS_URL": "redis://localhost/0",
    "EMAIL_URL": "smtp+tls://user:password@localhost:587",
}


@dataclass(frozen=True)
class Step:
    """One check: its name, the command, and what the environment has in addition."""

    name: str
    command: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)


def python(*arguments: str) -> tuple[str, ...]:
    return (sys.executable, *arguments)


def tool(name: str, *arguments: str) -> tuple[str, ...]:
    return (str(Path(sys.executable).parent / name), *arguments)


LINT = (
    # The slowest first, as they run side by side.
    Step("types (mypy)", python("-m", "mypy", "."), TESTING),
    Step("templates (djlint)", tool("djlint", "templates", "--lint", "--quiet")),
    Step("style (ruff check)", tool("ruff", "check", ".", "run")),
    Step("format (ruff format)", tool("ruff", "format", "--check", ".", "run")),
    Step("layers (import-linter)", tool("lint-imports")),
    Step("dependencies (deptry)", tool("deptry", ".")),
    Step(
        "migrations (makemigrations --check)",
        python("manage.py", "makemigrations", "--check", "--dry-run"),
        TESTING,
    ),
    Step(
        "settings (check --deploy)",
        python("manage.py", "check", "--deploy", "--fail-level", "WARNING"),
        PRODUCTION,
    ),
    Step("translations", python("-m", "tools.messages", "check")),
    Step("API schema (openapi.json)", python("-m", "tools.checks", "schema")),
)
FORMAT = (
    Step("style (ruff check --fix)", tool("ruff", "check", "--fix-only", "--quiet", ".", "run")),
    Step("format (ruff format)", tool("ruff", "format", "--quiet", ".", "run")),
)


def run_step(step: Step) -> bool:
    """Run one check and print its verdict, with its whole output when it failed."""
    begun = time.monotonic()
    done = subprocess.run(
        step.command,
        cwd=ROOT,
        env={**os.environ, **step.environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    seconds = time.monotonic() - begun
    well = done.returncode == 0
    output = "" if well else "\n" + done.stdout.rstrip()
    print(f"{'ok    ' if well else 'FAILED'} {seconds:5.1f} s  {step.name}{output}", flush=True)
    return well


def run_all(steps: tuple[Step, ...], *, at_once: int) -> int:
    with ThreadPoolExecutor(at_once) as pool:
        results = list(pool.map(run_step, steps))
    failed = results.count(False)
    print(f"{len(results) - failed} of {len(results)} steps passed")
    return 1 if failed else 0


def render_schema() -> str:
    """The OpenAPI schema as the product serves it; a warning of the generator is an error."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "openapi.json"
        subprocess.run(
            python(
                "manage.py", "spectacular", "--format", "openapi-json", "--validate",
                "--fail-on-warn", "--file", str(target),
            ),
            cwd=ROOT,
            env={**os.environ, **TESTING},
            check=True,
        )  # fmt: skip
        return target.read_text().rstrip() + "\n"


def check_schema(*, write: bool) -> int:
    """Compare the committed schema with the real one, or write it when the change is meant."""
    if write:
        SCHEMA.parent.mkdir(parents=True, exist_ok=True)
        SCHEMA.write_text(render_schema())
        return 0
    if not SCHEMA.is_file():
        print(f"{SCHEMA.relative_to(ROOT)} is missing: ./run schema writes it.")
        return 1
    if SCHEMA.read_text() == render_schema():
        return 0
    print("The API is not what tests/contracts/openapi.json says: if that is meant, ./run schema.")
    return 1


def main(arguments: list[str]) -> int:
    verb, *rest = arguments or [""]
    if verb == "lint":
        return run_all(LINT, at_once=2)
    if verb == "format":
        return run_all(FORMAT, at_once=1)
    if verb == "schema":
        return check_schema(write="--write" in rest)
    print(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
