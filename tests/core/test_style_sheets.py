"""The style sheets keep to the design guide."""

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings

CSS = Path(settings.BASE_DIR) / "static" / "css"
SHEETS = sorted(CSS.glob("*.css"))
# Paper, printed sheets and the picture for the authenticator app are white in every theme.
ALWAYS_WHITE = {"response.css", "print.css", "public.css"}
COLOUR = re.compile(r"#[0-9a-f]{3,8}\b(?=[^{}]*[;}])|\brgba?\(", re.IGNORECASE)
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
CLASS = re.compile(r"\.(-?[a-zA-Z_][\w-]*)")
WORD = re.compile(r"[a-zA-Z_][\w-]*")
MARKUP = re.compile(r"(?<=body_class %\})[^{]*|<[a-z][^<>]*>|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
# Set by Tom Select and htmx, whose own style sheets are not loaded.
OF_LIBRARIES = {
    "htmx-request", "multi", "optgroup-header", "plugin-remove_button", "ts-control",
    "ts-dropdown", "ts-wrapper",
}  # fmt: skip


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


def classes_of(sheet: str) -> set[str]:
    """The classes that stand in the selectors of a style sheet."""
    bare = re.sub(r"\"[^\"]*\"|'[^']*'", "", COMMENT.sub("", sheet))
    return set(CLASS.findall(" ".join(re.findall(r"([^{};]+)\{", bare))))


def words_of_the_product() -> set[str]:
    """Whatever templates, scripts and Python could put into a class attribute."""
    root = Path(settings.BASE_DIR)
    texts = [
        *(text for path in root.glob("templates/**/*.html") for text in markup_of(path)),
        *(path.read_text() for path in root.glob("static/js/**/*.js")),
        *(
            text
            for app in settings.PROJECT_APPS
            for path in (root / app).rglob("*.py")
            if "migrations" not in path.parts
            for text in strings_of(path)
        ),
    ]
    return {word for text in texts for word in WORD.findall(text)}


def markup_of(path: Path) -> list[str]:
    return MARKUP.findall(re.sub(r"\{#.*?#\}", "", path.read_text()))


def strings_of(path: Path) -> list[str]:
    nodes = ast.walk(ast.parse(path.read_text()))
    return [n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)]


def test_every_class_is_used():
    """A state is often composed (`is-{{ task.state }}`), so its bare name is enough."""
    words = words_of_the_product() | OF_LIBRARIES
    unused = {
        f"{sheet.name}: .{name}"
        for sheet in SHEETS
        for name in classes_of(sheet.read_text())
        if name not in words and name.removeprefix("is-") not in words
    }
    assert unused == set()


def test_classes_are_found_wherever_a_selector_names_them():
    sheet = """
        /* .none */
        .a .b-2:not(.c) > p, .d[title=".none"]::after { content: ".none"; width: 1.5em }
        @media print { .e { margin: .5px } }
    """
    assert classes_of(sheet) == {"a", "b-2", "c", "d", "e"}
