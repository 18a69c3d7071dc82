"""Files made on the spot, and their import."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest

from core.actors import SYSTEM
from core.cells import DateFormat
from imports.commands import import_claims
from imports.models import ImportRun

HEAD = (
    "Claim no,Title,Description,Received,Occurred,Customer code,Customer,Severity,Channel,"
    "Product code,Product,Lot,Delivered,Quantity,Defect code"
)
ROW = (
    "K-1,Cracked latches,The latch cracks at its base,2026-03-02,2026-02-27,C-001,Kestrel,major,"
    "e-mail,RK-12,Connector housing,L-2291,3600,38,MAT-CRACK"
)
Take = Callable[..., ImportRun]


def row(**cells: str) -> str:
    """A complete row of the standard profile; cells by the name of their column."""
    filled = dict(zip(HEAD.split(","), ROW.split(","), strict=True))
    for name, text in cells.items():
        filled[name.replace("_", " ")] = text
    return ",".join(filled.values())


def table(*rows: str, head: str = HEAD) -> str:
    return "\n".join([head, *rows, ""])


@pytest.fixture
def take(db: None, tmp_path: Path) -> Take:
    """`take(table(row()))`: the run that imported this text (or these bytes) from a file."""

    def run(
        content: str | bytes | io.BytesIO,
        *,
        profile: str = "standard",
        encoding: str = "utf-8",
        name: str = "claims.csv",
        dates: DateFormat | None = None,
    ) -> ImportRun:
        path = tmp_path / name
        if isinstance(content, str):
            content = content.encode(encoding)
        path.write_bytes(content if isinstance(content, bytes) else content.getvalue())
        return import_claims(actor=SYSTEM, path=path, profile=profile, dates=dates)

    return run
