"""The files of the product that the architecture tests read."""

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

ROOT: Path = settings.BASE_DIR


def python_files() -> Iterator[Path]:
    """Every module of the apps, migrations left out."""
    for app in [*settings.PROJECT_APPS, "config"]:
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def template_files() -> Iterator[Path]:
    yield from sorted((ROOT / "templates").rglob("*.html"))


def script_files() -> Iterator[Path]:
    yield from sorted((ROOT / "static" / "js").rglob("*.js"))


def shown(path: Path) -> str:
    """The path as a message names it."""
    return path.relative_to(ROOT).as_posix()
