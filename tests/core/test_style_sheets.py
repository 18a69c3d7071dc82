"""The style sheets keep to the design guide."""

import re
from pathlib import Path

import pytest
from django.conf import settings

CSS = Path(settings.BASE_DIR) / "static" / "css"
SHEETS = sorted(CSS.glob("*.css"))
# Paper, printed sheets and the picture for the authenticator app are white in every theme.
ALWAYS_WHITE = {"response.css", "sheet.css", "print.css", "public.css"}
COLOUR = re.compile(r"#[0-9a-f]{3,8}\b(?=[^{}]*[;}])|\brgba?\(", re.IGNORECASE)
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_colours_come_from_tokens(sheet):
    if sheet.name in {"tokens.css", *ALWAYS_WHITE}:
        return
    assert COLOUR.findall(COMMENT.sub("", sheet.read_text())) == []


def test_every_sheet_is_linked_once():
    root = (Path(settings.BASE_DIR) / "templates" / "base_root.html").read_text()
    linked = re.findall(r'static "css/([a-z]+\.css)"', root)
    assert sorted(linked) == [path.name for path in SHEETS]


def test_every_token_that_is_used_is_defined():
    tokens = set(re.findall(r"(--[a-z0-9-]+)\s*:", (CSS / "tokens.css").read_text()))
    used = {
        name
        for sheet in SHEETS
        for name in re.findall(r"var\((--[a-z0-9-]+)", sheet.read_text())
        if not name.startswith("--tblr")
    }
    assert used - tokens == set()
