from __future__ import annotations

import sqlite3
import threading
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text import (
    Terms,
    index_text,
    normalise,
    query_terms,
    safe_cell,
    stems,
    tokens,
)

DOCUMENTS = {
    "clip": "Трещины на защёлках крышки, партия L-2291, претензия 26-0147",
    "door": "Красно-белая дверь: замок сломан, нужны замки и ремни безопасности",
    "recall": "The seat belt was part of a recall; both seat belts cracked",
    "belt": "The belt of the seat is fine, nothing was recalled",
    "burst": "Разрыв шланга, отзыв партии М-77/4 (Müller GmbH)",
}

SEARCHES = [
    ("трещина", "clip"),
    ("трещинами", "clip"),
    ("ТРЕЩИН", "clip"),
    ("трещ", "clip"),
    ("защелка", "clip"),
    ("защёлок", "clip"),
    ("L-2291", "clip"),
    ("l2291", "clip"),
    ("2291", "clip"),
    ("l 2291", "clip"),
    ("26-0147", "clip"),
    ("26-01", "clip"),
    ("0147", "clip"),
    ("№26-0147", "clip"),
    ("замка", "door"),
    ("замок", "door"),
    ("ремень безопасности", "door"),
    ("белый", "door"),
    ("seat belt recall", "recall belt"),
    ('"seat belt" recall', "recall"),
    ("«seat belts»", "recall"),
    ("seats recalls", "recall belt"),
    ("crack", "recall"),
    ("разрывы шлангов", "burst"),
    ("отзывы", "burst"),
    ("m-77/4", "burst"),  # Latin M against the Cyrillic one
    ("muller", "burst"),
    ("mueller", ""),
    ("seat разрыв", ""),
    ("229", "clip"),
    ("229 ", ""),
    ('"229"', ""),
    ("recall' OR '1'='1", ""),
    ('belt" OR "clip', ""),
]


@pytest.fixture(scope="module")
def fts5():
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE docs USING fts5(name UNINDEXED, words)")
    rows = [(name, index_text(text)) for name, text in DOCUMENTS.items()]
    database.executemany("INSERT INTO docs VALUES (?, ?)", rows)
    yield database
    database.close()


@pytest.mark.parametrize(("query", "expected"), SEARCHES)
def test_searches_on_sqlite(fts5, query, expected):
    found = fts5.execute("SELECT name FROM docs WHERE docs MATCH ?", [query_terms(query).as_fts5()])
    assert {name for (name,) in found} == set(expected.split())


# --- Normalising ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "normalised"),
    [
        ("  Ещё\tЁЖ \n", "еще еж"),
        ("ﬁne ＡＢＣ １２", "fine abc 12"),
        ("nul\x00l", "null"),
        ("за\u00adщёл\u200bка", "защелка"),
        ("замо\u0301к, мои\u0306", "замок, мой"),
        ("Straße Müller École", "strasse muller ecole"),
        ("партия №5", "партия 5"),
        ("", ""),
    ],
)
def test_normalise(written, normalised):
    assert normalise(written) == normalised


@given(st.text())
def test_normalising_twice_changes_nothing(text):
    assert normalise(normalise(text)) == normalise(text)


@given(st.text())
def test_index_and_queries_hold_only_letters_and_digits(text):
    assert all(word.isalnum() for word in index_text(text).split(" ") if word)
    assert all(stem.isalnum() and len(stem) <= 64 for t in query_terms(text) for stem in t.stems)


@given(st.lists(st.sampled_from([*DOCUMENTS.values(), "М-2291", "12.05.2024", "A/12-б"])))
def test_every_word_of_a_text_finds_it(parts):
    words = set(index_text(*parts).split())
    for part in parts:
        for token in tokens(part):
            assert set(stems(token)) <= words


def test_codes_stay_whole_and_compounds_fall_apart():
    assert tokens("L-2291, красно-белый, 12.05.2024. Next") == [
        "l-2291",
        "красно",
        "белый",
        "12.05.2024",
        "next",
    ]
    assert index_text("Lot L-2291 broken", None, "", 7) == "lot l2291 broken 7 l 2291"


def test_russian_forms_of_one_word_share_a_stem():
    families = [
        "трещина трещины трещин трещинами трещиной",
        "защёлка защелки защёлок защелкой",
        "ремень ремня ремни ремнями",
        "замок замка замки",
        "отзыв отзыва отзывом",
        "разрыв разрыва разрывы",
        "претензия претензии претензий",
        "рекламация рекламаций",
        "дверь двери дверей",
    ]
    for family in families:
        assert len(set(stems(family))) == 1, family


def test_short_words_keep_their_only_vowel():
    assert stems("срок ток блок член") == ["срок", "ток", "блок", "член"]


def test_threads_do_not_disturb_each_other():
    words = [f"разрывами{chr(1072 + i % 32)}{chr(1072 + i // 32)}" for i in range(900)]
    results: list[list[str]] = []
    work = [
        threading.Thread(target=lambda: results.append([stems(w)[0] for w in words]))
        for _ in range(4)
    ]
    for thread in work:
        thread.start()
    for thread in work:
        thread.join()
    assert all(result == [stems(w)[0] for w in words] for result in results)


# --- Queries ----------------------------------------------------------------------------------


@pytest.mark.parametrize("query", ["", "   ", "!?", '""', "« »", "\x00"])
def test_a_query_without_words_is_empty(query):
    assert query_terms(query) == Terms()
    assert not query_terms(query)


def test_only_an_unfinished_last_word_is_a_beginning():
    assert [term.prefix for term in query_terms("seat be")] == [False, True]
    assert [term.prefix for term in query_terms("seat be ")] == [False, False]
    assert [term.prefix for term in query_terms('seat "be"')] == [False, False]
    assert [term.prefix for term in query_terms("seat b")] == [False, False]


def test_a_query_of_a_thousand_words_is_cut():
    assert len(query_terms(" ".join(f"word{i}x" for i in range(1000)))) == 20


# --- Cells ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "dangerous",
    [
        '=HYPERLINK("http://x")',
        "+1+cmd",
        "-2+3",
        "@SUM(1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "  =1",
        "\u00a0=1",
        "＝1",
        "-",
        "\x00=1",
        "--5",
    ],
)
def test_no_cell_begins_a_formula(dangerous):
    assert safe_cell(dangerous) == "'" + dangerous.replace("\x00", "")


@pytest.mark.parametrize(
    "harmless",
    ["", "text", "a=b", "-5", "-12.50", "-3,5", -5, Decimal("-1.5"), None, date.min, " "],
)
def test_harmless_cells_stay_as_they_are(harmless):
    assert safe_cell(harmless) == harmless


# --- Speed ------------------------------------------------------------------------------------
