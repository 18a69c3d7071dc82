"""Nothing in pages or scripts that the Content-Security-Policy would block."""

import re

import pytest

from tests.architecture.sources import script_files, shown, template_files

COMMENT = re.compile(r"\{#.*?#\}|\{% comment.*?endcomment %\}|<!--.*?-->", re.DOTALL)
FORBIDDEN = {
    "inline style": re.compile(r"<style\b|<[a-z][^<>]*\sstyle\s*=", re.IGNORECASE),
    "inline script": re.compile(
        r"<script\b(?![^>]*\bsrc=)(?![^>]*type=.application/json)", re.IGNORECASE
    ),
    "event handler": re.compile(r"<[a-z][^<>]*\son[a-z]+\s*=", re.IGNORECASE),
    "htmx code": re.compile(r"\bhx-on\b|\bhx-vals=.js:|\bhx-headers=.js:|hx-trigger=.[^\"']*\["),
    "script address": re.compile(r"javascript:", re.IGNORECASE),
    "foreign file": re.compile(
        r"<(?:script|link|img|iframe|source)\b[^>]*\b(?:src|href)=.(?:https?:)?//", re.IGNORECASE
    ),
}
CODE_FROM_TEXT = re.compile(r"\beval\(|new Function\(|set(?:Timeout|Interval)\(\s*[\"'`]")


def violations(template: str) -> list[str]:
    markup = COMMENT.sub("", template)
    return [name for name, pattern in FORBIDDEN.items() if pattern.search(markup)]


def test_templates_hold_no_inline_code_or_style():
    found = {shown(path): violations(path.read_text()) for path in template_files()}
    assert {path: names for path, names in found.items() if names} == {}


def test_scripts_make_no_code_from_text():
    assert [shown(p) for p in script_files() if CODE_FROM_TEXT.search(p.read_text())] == []


@pytest.mark.parametrize(
    ("markup", "name"),
    [
        ("<p style='color: red'>", "inline style"),
        ("<style>p {}</style>", "inline style"),
        ("<script>alert(1)</script>", "inline script"),
        ('<button type="button" onclick="x()">', "event handler"),
        ('<b hx-on:click="x()">', "htmx code"),
        ("<b hx-vals='js:{a: 1}'>", "htmx code"),
        ('<b hx-trigger="keyup[ctrlKey]">', "htmx code"),
        ('<a href="javascript:x()">', "script address"),
        ('<script src="https://cdn.example.com/x.js"></script>', "foreign file"),
    ],
)
def test_each_kind_of_violation_is_found(markup, name):
    assert violations(markup) == [name]


def test_allowed_markup_passes():
    assert not violations(
        "<script src=\"{% static 'js/app.js' %}\" defer></script>"
        '<script type="application/json">{}</script>'
        '<link rel="stylesheet" href="{% static "css/app.css" %}">'
        '<a href="https://example.com/" data-on="x">a style of its own</a>{# style="x" #}'
    )
