"""What `./run` presumes about the settings, and when it must not."""

from __future__ import annotations

import os
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType

import pytest

RUN = Path(__file__).resolve().parents[2] / "run"


@pytest.fixture
def run(monkeypatch, tmp_path) -> ModuleType:
    """The script, its data in a folder of its own, stopped before it becomes the site."""
    loader = SourceFileLoader("run_script", str(RUN))
    spec = spec_from_loader("run_script", loader)
    assert spec is not None
    module = module_from_spec(spec)
    loader.exec_module(module)
    monkeypatch.setattr(module, "VAR", tmp_path)
    for name in ("set_up", "prepare_database"):
        monkeypatch.setattr(module, name, lambda **options: None)
    monkeypatch.setattr(os, "environ", {"PATH": os.environ["PATH"]})
    monkeypatch.setattr(os, "fork", lambda: 1)
    monkeypatch.setattr(os, "execv", lambda *command: None)
    (tmp_path / "env").write_text("SECRET_KEY=x\n")
    return module


def test_links_lead_to_the_port_that_serves(run):
    run.start(["--port", "0"])
    assert os.environ["SITE_URL"] == "http://localhost:0"
    assert os.environ["LOG_LEVEL"] == "WARNING"


@pytest.mark.parametrize(
    "line", ["SITE_URL=https://claims.example.com", "CLAIMS_HOSTS=claims.example.com"]
)
def test_a_public_address_stays(run, tmp_path, line):
    (tmp_path / "env").write_text(f"SECRET_KEY=x\n{line}\nLOG_LEVEL=INFO\n")
    run.start(["--port", "0"])
    assert not {"SITE_URL", "LOG_LEVEL"} & os.environ.keys()
