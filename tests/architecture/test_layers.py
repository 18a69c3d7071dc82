"""The contract of the apps, kept by import-linter and stated in pyproject.toml."""

import subprocess
import sys
import tomllib
from pathlib import Path

from django.conf import settings

PYPROJECT = settings.BASE_DIR / "pyproject.toml"


def contracts() -> dict:
    return tomllib.loads(PYPROJECT.read_text())["tool"]["importlinter"]


def test_apps_import_downwards_only():
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    done = subprocess.run(
        command, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_every_app_stands_in_the_contract():
    assert set(settings.PROJECT_APPS) | {"config"} == set(contracts()["root_packages"])
    (layers,) = [each["layers"] for each in contracts()["contracts"] if each["type"] == "layers"]
    named = {name.strip(" ()") for layer in layers for name in layer.split("|")}
    assert set(settings.PROJECT_APPS) <= named


def test_the_contract_knows_no_exemptions():
    for contract in contracts()["contracts"]:
        assert "ignore_imports" not in contract
