"""Where the public complaint records lie that some tests read; they skip without them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_ROOT = Path(__file__).resolve().parent.parent


def sample_file(name: str) -> Path:
    """A file of the folder SAMPLE_DATA_DIR, by default `shared/data` beside the repository."""
    folder = Path(os.environ.get("SAMPLE_DATA_DIR") or _ROOT.parent / "shared" / "data")
    path = folder / name
    if not path.exists():
        pytest.skip(f"no {name} in {folder}")
    return path
