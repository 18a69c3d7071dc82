"""Collects, checks and compiles the translations without any system package.

`python -m tools.messages update` brings locale/ru up to date with the sources: old translations
stay, texts that are gone go. `check` names what is missing, `compile` writes the .mo files that
Django reads.
"""

from __future__ import annotations

import ast
import io
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "locale"
# English needs no catalogue: the texts in the sources are English already.
LANGUAGES = ("ru",)
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
SKIPPED = {"migrations", "node_modules", "static", "tests", "tools", "var", "locale", "docs"}
Found = tuple[str, int, str | tuple[str, ...], list[str], str | None]


def sources() -> Iterator[Path]:
    """Python files and templates whose texts are shown to somebody."""
    for path in sorted(ROOT.rglob("*")):
        parts = path.relative_to(ROOT).parts
        if SKIPPED.intersection(parts) or any(part.startswith(".") for part in parts):
            continue
        if path.suffix == ".py" or (parts[0] == "templates" and path.suffix in (".html", ".txt")):
            yield path


def extract_file(path: Path) -> Iterator[Found]:
    """The texts of one file as (file, line, text or texts, comments, context)."""
    name = path.relative_to(ROOT).as_posix()
    if path.suffix == ".py":
        content = path.read_bytes()
    else:
        # Django turns a template into lines that look like Python; only their indentation, which
        # comes from the HTML around them, would stop a real Python tokenizer.
        code = templatize(path.read_text(), origin=name)
        content = "\n".join(line.lstrip() for line in code.split("\n")).encode()
    found = extract(
        "python", io.BytesIO(content), keywords=KEYWORDS, comment_tags=("Translators:",)
    )
    for line, message, comments, context in found:
        yield name, line, message, comments, context


def template_catalogue() -> Catalog:
    """All texts of the sources, sorted by file and line."""
    catalogue = Catalog(project="Claims", charset="utf-8")
    for path in sources():
        for name, _line, message, comments, context in extract_file(path):
            flags = python_format_flag(message)
            catalogue.add(
                message, None, [(name, 0)], auto_comments=comments, context=context, flags=flags
            )
    return catalogue


def python_format_flag(message: str | tuple[str, ...]) -> set[str]:
    """Texts with `%(name)s` are marked, so that tools compare the names on both sides."""
    texts = (message,) if isinstance(message, str) else message
    return {"python-format"} if any("%(" in text for text in texts) else set()


def catalogue_path(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def read_catalogue(language: str) -> Catalog:
    path = catalogue_path(language)
    if not path.is_file():
        return Catalog(locale=language, project="Claims", charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=language)


def update() -> None:
    """Bring the catalogues up to date; new texts wait there with an empty translation."""
    template = template_catalogue()
    for language in LANGUAGES:
        catalogue = read_catalogue(language)
        catalogue.update(template, no_fuzzy_matching=True, update_header_comment=False)
        catalogue.obsolete.clear()
        path = catalogue_path(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(rendered(catalogue))
        print(
            f"{path.relative_to(ROOT)}: {len(catalogue)} texts, {len(open_texts(catalogue))} open"
        )


def rendered(catalogue: Catalog) -> bytes:
    """The .po file, the same bytes for the same texts."""
    out = io.BytesIO()
    # No line numbers: they would change the catalogue with every edit of the code.
    write_po(out, catalogue, width=100, sort_output=True, include_lineno=False)
    return out.getvalue()


def open_texts(catalogue: Catalog) -> list[str]:
    """Texts without a full translation, or with one that is only guessed."""
    return [
        str(message.id)
        for message in catalogue
        if message.id and (message.fuzzy or not all(as_texts(message.string)))
    ]


def as_texts(string: object) -> tuple[str, ...]:
    return tuple(string) if isinstance(string, (list, tuple)) else (str(string or ""),)


def problems() -> list[str]:
    """What keeps the catalogues from being complete, as sentences; empty when all is well."""
    template = template_catalogue()
    wanted = {(message.id, message.context) for message in template if message.id}
    found = renamed_imports()
    for language in LANGUAGES:
        catalogue = read_catalogue(language)
        present = {(message.id, message.context) for message in catalogue if message.id}
        found += [f"{language}: not collected: {text!r}" for text, _ in wanted - present]
        found += [f"{language}: no longer used: {text!r}" for text, _ in present - wanted]
        found += [f"{language}: not translated: {text!r}" for text in open_texts(catalogue)]
        for message in catalogue:
            found += [f"{language}: {message.id!r}: {error}" for error in message.check(catalogue)]
    return sorted(found)


def renamed_imports() -> list[str]:
    """Texts under a name that the extractor does not know would stay English unnoticed."""
    found = []
    for path in (each for each in sources() if each.suffix == ".py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
                found += [
                    f"{path.relative_to(ROOT)}: {name.name} as {name.asname} is not collected"
                    for name in node.names
                    if "gettext" in name.name and (name.asname or name.name) not in KEYWORDS
                ]
    return found


def compile_all() -> None:
    """Write the .mo file beside each catalogue."""
    for path in LOCALE.glob("*/LC_MESSAGES/django.po"):
        catalogue = read_catalogue(path.parent.parent.name)
        with path.with_suffix(".mo").open("wb") as file:
            write_mo(file, catalogue)


def main(arguments: list[str]) -> int:
    if arguments == ["update"]:
        settings.configure(USE_I18N=True)
        update()
        compile_all()
    elif arguments == ["compile"]:
        compile_all()
    elif arguments == ["check"]:
        settings.configure(USE_I18N=True)
        found = problems()
        print("\n".join(found) or "every text is translated")
        return 1 if found else 0
    else:
        print(__doc__)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
