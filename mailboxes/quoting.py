"""The new words of a reply without the history under it.

Careful rather than thorough: only what surely repeats earlier mails is cut, and nothing when
answers stand between the quoted lines. The libraries for this do not know the headings of Russian
mail programs.
"""

from __future__ import annotations

import re

FORWARDS = re.compile(r"^\s*(?:fwd?|fw|пер|пересл\w*|wg|tr|rv)\s*:", re.IGNORECASE)
PREFIXES = re.compile(
    r"^\s*(?:(?:re|fwd?|fw|aw|wg|отв|ответ|ha|на|пер|пересл\w*)(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE
)
RULE = re.compile(
    r"^\s*-{2,}\s*(?:original message|исходное сообщение|ursprüngliche nachricht|"
    r"message d'origine|mensaje original)\s*-{2,}\s*$",
    re.IGNORECASE,
)
UNDERLINE = re.compile(r"^\s*_{20,}\s*$")
ATTRIBUTION = re.compile(
    r"^\s*(?:on\b.*\bwrote|am\b.*\bschrieb\b.*|le\b.*\ba écrit|el\b.*\bescribió|"
    r".*\b(?:написал|писал|пишет)(?:\(а\)|а)?|.*\d{4}.*<[^<>\s]+@[^<>\s]+>)\s*:\s*$",
    re.IGNORECASE,
)
HEAD = re.compile(r"^\s*\*?(?:from|от|от кого|von|de)\*?\s*:\*?\s*\S", re.IGNORECASE)
HEADS = re.compile(
    r"^\s*\*?(?:sent|date|to|cc|subject|отправлено|дата|кому|копия|тема|gesendet|datum|an|betreff|"
    r"envoyé|à|objet)\*?\s*:",
    re.IGNORECASE,
)
LINES_OF_HEAD = 6


def bare_subject(subject: str) -> str:
    """The subject without `Re:` and `Fwd:`."""
    bare = PREFIXES.sub("", subject).strip()
    return bare or subject


def is_forward(subject: str) -> bool:
    """Whether the subject says that somebody else's mail is passed on."""
    return FORWARDS.match(subject) is not None


def new_words(text: str) -> str:
    """The text above the history; the whole text when there is none, or nothing above it."""
    lines = text.splitlines()
    cut = next((i for i in range(len(lines)) if _begins_history(lines, i)), len(lines))
    if _answers_between(lines[cut:]):
        return text.strip()
    head = "\n".join(lines[:cut]).strip()
    return head or text.strip()


def _begins_history(lines: list[str], at: int) -> bool:
    line = lines[at]
    if RULE.match(line) or _is_head(lines, at):
        return True
    if UNDERLINE.match(line):
        return _is_head(lines, at + 1)
    if _is_quoted(line):
        return all(_is_quoted(each) or not each.strip() for each in lines[at:])
    return _attributes(line) or (at + 1 < len(lines) and _wraps(line, lines[at + 1]))


def _attributes(line: str) -> bool:
    """A line like `On 3 June 2026 A. B. wrote:`; with a date or an address, or it is a sentence."""
    dated = any(char.isdigit() for char in line) or "@" in line
    return dated and len(line) < 250 and ATTRIBUTION.match(line) is not None


def _wraps(line: str, following: str) -> bool:
    """Such a line broken in two, the date in the upper part."""
    if not any(char.isdigit() for char in line) or _is_quoted(line) or _attributes(following):
        return False
    return _attributes(f"{line} {following.strip()}")


def _is_head(lines: list[str], at: int) -> bool:
    """From:, Sent:, To: on lines below each other."""
    if at >= len(lines) or not HEAD.match(lines[at]):
        return False
    return sum(1 for each in lines[at + 1 : at + LINES_OF_HEAD] if HEADS.match(each)) >= 2


def _is_quoted(line: str) -> bool:
    return line.lstrip().startswith(">")


def _answers_between(history: list[str]) -> bool:
    """Whether somebody wrote on below quoted lines."""
    first = next((i for i, line in enumerate(history) if _is_quoted(line)), None)
    if first is None:
        return False
    return any(line.strip() and not _is_quoted(line) for line in history[first:])
