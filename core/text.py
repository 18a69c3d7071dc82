"""Words for searching: the same stems, and so the same hits, whichever database looks them up.

A text becomes a line of stems made of letters and digits only, which PostgreSQL's `simple`
configuration and SQLite's FTS5 read alike. Russian and English words are stemmed, ё is written е.
Numbers and codes are kept whole without their hyphens (`L-2291` as `l2291`), with Cyrillic letters
that look Latin written Latin, because both get typed into lot numbers. Their parts, and plainer
stems of some words, follow after all whole words, so that phrases stay together.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Any

import snowballstemmer

MAX_STEM = 64
MAX_TERMS = 20

# Removed: U+0000, which PostgreSQL cannot store, and what is invisible inside words: soft hyphen,
# zero-width spaces and joiners, byte order mark. № and ™ would otherwise become letters.
_INVISIBLE = "\u0000\u00ad\u200b\u200c\u200d\u2060\ufeff"
_REPLACED = str.maketrans(dict.fromkeys(_INVISIBLE) | dict.fromkeys("№™℠", " "))
_ACCENTS = [chr(code) for code in range(0x300, 0x370)]
_ACCENTED_LATIN = {
    chr(code): base
    for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00))
    if (base := unicodedata.normalize("NFD", chr(code))[0]).isascii()
}
_FOLDED = str.maketrans(dict.fromkeys(_ACCENTS) | _ACCENTED_LATIN | {"ё": "е"})
_LOOKALIKE = str.maketrans("авекмнорстух", "abekmhopctyx")

_WORD = rf"[^\W_](?:[^\W_]|[{_INVISIBLE}\u0300-\u036f])*"
_JOINT = r"(?:[-\u2010\u2011\u2013/]|(?<=\d)\.(?=\d))"
_COMPOUND = re.compile(rf"{_WORD}(?:{_JOINT}{_WORD})*")
_SEPARATORS = re.compile(r"[^\w]|_")
_LETTERS_THEN_DIGITS = re.compile(r"([^\W\d_]+)(\d{2,})")
_QUERY_PARTS = re.compile(r'["“”„«»]([^"“”„«»]*)["“”„«»]|([^\s"“”„«»]+)')

_RUSSIAN_VOWELS = frozenset("аеиоуыэюя")
_CYRILLIC = frozenset("абвгдежзийклмнопрстуфхцчшщъыьэюя")


def normalise(text: str) -> str:
    """The text as search compares it: lower case, ё as е, no accents, single spaces, no U+0000."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text.translate(_REPLACED)).casefold()
        text = unicodedata.normalize("NFKC", text).translate(_FOLDED)
    else:
        text = text.replace("\u0000", "").lower()
    return " ".join(text.split())


def tokens(text: str) -> list[str]:
    """The words of a text, normalised; codes whole with their hyphens, other compounds in parts."""
    return list(_tokens_of(normalise(text)))


def stems(text: str) -> list[str]:
    """The stem of every word in order: the form under which a whole word or code is looked up."""
    return [_forms(token)[0] for token in tokens(text)]


def index_text(*parts: object) -> str:
    """The stems of all parts, separated by spaces, for a search column; None and "" add nothing."""
    whole: list[str] = []
    extra: dict[str, None] = {}
    pieces = (piece for part in parts if part for piece in normalise(str(part)).split(" "))
    for main, others in chain.from_iterable(map(_forms_of_piece, pieces)):
        whole.append(main)
        if others:
            extra.update(dict.fromkeys(others))
    return " ".join([*whole, *extra])


# --- Queries ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Term:
    """A word to be found, or the words of a quoted phrase; `prefix` accepts longer stems too."""

    stems: tuple[str, ...]
    prefix: bool = False


class Terms(tuple[Term, ...]):
    """All of these must be found."""

    __slots__ = ()

    def as_fts5(self) -> str:
        """For `MATCH` of an FTS5 table."""
        return " ".join(f'"{" ".join(t.stems)}"{"*" if t.prefix else ""}' for t in self)

    def as_tsquery(self) -> str:
        """For a cast to `tsquery` against lexemes without positions; see `phrases`."""
        return " & ".join(
            f"'{stem}'{':*' if term.prefix and stem == term.stems[-1] else ''}"
            for term in self
            for stem in term.stems
        )

    @property
    def phrases(self) -> list[str]:
        """What must stand in `index_text` between blanks, as it is, beside the single words."""
        return [
            f" {' '.join(term.stems)}{'' if term.prefix else ' '}"
            for term in self
            if len(term.stems) > 1
        ]

    def match(self, stem: str) -> bool:
        """Whether a stem is one of those looked for."""
        return any(
            stem == wanted or (term.prefix and stem.startswith(wanted))
            for term in self
            for wanted in term.stems
        )


def query_terms(query: str) -> Terms:
    """What a query asks for: its words, and phrases in quotation marks; empty when it has neither.

    The last word may be a beginning, unless a space or a quotation mark ends the query.
    """
    found: list[Term] = []
    for part in _QUERY_PARTS.finditer(query):
        phrase, word = part.groups()
        if word is None:
            found += [Term(tuple(whole))] if (whole := stems(phrase)) else []
            continue
        found += [Term((stem,)) for stem in stems(word)]
        unfinished = part.end() == len(query) and found and len(found[-1].stems[0]) > 1
        if unfinished and stems(word):
            found[-1] = Term(found[-1].stems, prefix=True)
    return Terms(dict.fromkeys(found[:MAX_TERMS]))


def _tokens_of(text: str) -> Iterator[str]:
    """Each word; a compound with a digit is a code and stays whole."""
    for match in _COMPOUND.finditer(text):
        compound = match.group()
        if compound.isalnum() or any(char.isdigit() for char in compound):
            yield compound
        else:
            yield from re.findall(_WORD, compound)


@lru_cache(maxsize=1 << 17)
def _forms(token: str) -> tuple[str, tuple[str, ...]]:
    """The stem of a normalised word or code, and further forms under which it is found."""
    if not any(char.isdigit() for char in token):
        return _word_forms(token)
    parts = [part for part in _SEPARATORS.split(token) if part]
    whole = "".join(parts).translate(_LOOKALIKE)
    if len(parts) == 1:
        pair = _LETTERS_THEN_DIGITS.fullmatch(token)
        parts = [pair[2]] if pair else []
    extra = dict.fromkeys(stem for part in parts for stem in _part_stems(part))
    return whole[:MAX_STEM], tuple(stem for stem in extra if stem != whole)


@lru_cache(maxsize=1 << 15)
def _forms_of_piece(piece: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The forms of what stands between two blanks of a normalised text; texts repeat themselves."""
    return tuple(_forms(token) for token in _tokens_of(piece))


def _part_stems(part: str) -> Iterable[str]:
    if any(char.isdigit() for char in part):
        return [part.translate(_LOOKALIKE)[:MAX_STEM]]
    main, extra = _word_forms(part)
    return [main, *extra]


def _word_forms(word: str) -> tuple[str, tuple[str, ...]]:
    """The stem of a word; where ours is not Snowball's, Snowball's too."""
    word = word[:MAX_STEM]
    if word.isascii():
        return _snowball("english", word), ()
    if not _CYRILLIC.issuperset(word):
        return word, ()
    snowball = _snowball("russian", word)
    stem = _russian_stem(word, snowball)
    return stem, (snowball,) if snowball != stem else ()


def _russian_stem(word: str, snowball: str) -> str:
    """Snowball's stem, mended where nouns of this trade fall apart.

    It takes the end of `разрыв` and `отзыв` for a verb's; and it leaves the vowel that comes and
    goes (`защелок` beside `защелка`, `ремень` beside `ремня`).
    """
    if word.endswith(("ыв", "ив")) and snowball == word[:-2]:
        return word
    head, last = snowball[:-2], snowball[-1:]
    fleeting = snowball.endswith(("ок", "ек", "ен", "ец"))
    if fleeting and len(head) > 1 and not _RUSSIAN_VOWELS.isdisjoint(head):
        return head + last
    return snowball


class _Stemmers(threading.local):
    """One set for each thread: a stemmer keeps the word it works on in itself."""

    def __init__(self) -> None:
        self.russian = snowballstemmer.stemmer("russian")
        self.english = snowballstemmer.stemmer("english")


_stemmers = _Stemmers()


def _snowball(language: str, word: str) -> str:
    stem: str = getattr(_stemmers, language).stemWord(word)
    return stem


# --- Keys -------------------------------------------------------------------------------------

MOST_DIGITS = 19
"""A number of so many may be too large for a database."""


def whole_number(text: str) -> int | None:
    """The number that a request names, as a key or version; None for what no row can have."""
    return int(text) if text.isdecimal() and len(text) < MOST_DIGITS else None


# --- Cells ------------------------------------------------------------------------------------

_FORMULA_STARTS = frozenset("=+-@\t\r\n＝＋－＠")
_PLAIN_NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?")


def safe_cell(value: Any) -> Any:
    """The value for a cell of an export: a text that would begin a formula gets an apostrophe.

    Numbers, also those written as text, dates and None stay as they are; U+0000 is removed.
    """
    if not isinstance(value, str):
        return value
    value = value.replace("\u0000", "")
    visible = value.lstrip(" \u00a0\ufeff\u200b")
    if visible and visible[0] in _FORMULA_STARTS and not _PLAIN_NUMBER.fullmatch(value):
        return "'" + value
    return value
