"""Column profiles: small TOML files that say which column of a file means what.

A value is a template over columns: `"{Make} {Model}"`; alternatives of one column, for files
with Russian or English heads, are divided by a bar: `"{Дата|Date}"`. A table value adds a `map`
from what the file says to our codes, with `default` for everything else.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain, zip_longest
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from core.cells import DateFormat
from core.errors import InvalidInput
from core.tabular import normalise_header

SHIPPED = Path(__file__).parent / "profiles"
PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
EDGES = " \t:;,–-/()"
CLAIM_FIELDS = frozenset(
    {
        "title", "description", "requirement", "kind", "channel", "severity", "found_where",
        "customer", "customer_name", "reporter", "customer_claim_no", "customer_claim_date",
        "order_no", "delivery_note_no", "invoice_no", "demand_amount", "demand_currency",
        "received_at", "occurred_at", "is_safety", "is_line_down",
    }
)  # fmt: skip
ITEM_FIELDS = frozenset(
    {
        "product_code", "product_name", "lot_code", "lot_unknown_reason", "serial_no",
        "produced_on", "unit", "quantity_delivered", "quantity_claimed", "quantity_returned",
        "value_claimed", "currency", "defect", "defect_location",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Value:
    """How one field is read from a row."""

    template: str
    mapping: Mapping[str, str] = field(default_factory=dict)
    default: str = ""

    @property
    def columns(self) -> list[tuple[str, ...]]:
        """The columns it needs, each with its alternatives, as written in the profile."""
        return [tuple(each.split("|")) for each in PLACEHOLDER.findall(self.template)]

    @cached_property
    def _keys(self) -> list[list[str]]:
        """The columns as rows are read by them."""
        return [[normalise_header(name) for name in names] for names in self.columns]

    @cached_property
    def _literals(self) -> list[str]:
        """What stands before, between and after the columns."""
        return PLACEHOLDER.split(self.template)[::2]

    def column_in(self, columns: Collection[str]) -> str:
        """The column that a file with these columns has for it, by its name in the profile."""
        names = [name for alternatives in self.columns for name in alternatives]
        known = (name for name in names if normalise_header(name) in columns)
        return next(known, names[0] if names else "")

    def read(self, row: Mapping[str, str]) -> str:
        """The text of this field in `row`; "" when the row says nothing."""
        filled = [next(filter(None, map(row.get, keys)), "") for keys in self._keys]
        if filled and not any(filled):
            return self.default
        text = self._joined(filled)
        if self.mapping:
            return self.mapping.get(text.casefold(), self.default)
        return text or self.default

    def unmapped(self, row: Mapping[str, str]) -> str:
        """What the row says and the map does not know; "" where a default stands for the rest."""
        if not self.mapping or self.default:
            return ""
        filled = [next(filter(None, map(row.get, keys)), "") for keys in self._keys]
        text = self._joined(filled) if any(filled) else ""
        return "" if text.casefold() in self.mapping else text

    def _joined(self, filled: list[str]) -> str:
        text = "".join(chain.from_iterable(zip_longest(self._literals, filled, fillvalue="")))
        return text.strip(EDGES) if len(filled) != 1 else text.strip()


@dataclass(frozen=True)
class Profile:
    """Where claims come from and how their fields are read.

    `source` with the value of `key` is the source reference that makes an import repeatable.
    `date_format` is needed only where day and month cannot be told apart.
    """

    name: str
    source: str
    key: Value
    claim: Mapping[str, Value]
    item: Mapping[str, Value]
    date_format: DateFormat | None = None

    def unused_columns(self, headers: Iterable[str]) -> list[str]:
        """Columns of a file of which no field of the profile is read."""
        values = (self.key, *self.claim.values(), *self.item.values())
        used = {
            normalise_header(name)
            for value in values
            for alternatives in value.columns
            for name in alternatives
        }
        return [each for each in headers if each and normalise_header(each) not in used]

    def missing_columns(self, keys: Collection[str]) -> list[str]:
        """Columns the key or the receipt needs and the file does not have, with alternatives."""
        needed = [*self.key.columns, *self.claim["received_at"].columns]
        return [
            " / ".join(names)
            for names in needed
            if not any(normalise_header(name) in keys for name in names)
        ]


def load_profile(name: str) -> Profile:
    """The shipped profile of that name, or the one in the file `name`.

    Raises InvalidInput with the sentence that says what is wrong with it.
    """
    path = Path(name) if name.endswith(".toml") else SHIPPED / f"{name}.toml"
    if not path.is_file():
        raise InvalidInput(
            _("There is no profile %(name)s. Known profiles: %(known)s.")
            % {"name": name, "known": ", ".join(list_profiles())}
        )
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        return _profile(path.stem, data)
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise InvalidInput(
            _("The profile %(name)s cannot be read: %(error)s") % {"name": name, "error": error}
        ) from error


def _profile(name: str, data: Mapping[str, Any]) -> Profile:
    claim = {field: _value(value) for field, value in data["claim"].items()}
    item = {field: _value(value) for field, value in data.get("item", {}).items()}
    unknown = sorted(claim.keys() - CLAIM_FIELDS | item.keys() - ITEM_FIELDS)
    if unknown:
        raise ValueError(_("no field %(names)s can be imported") % {"names": ", ".join(unknown)})
    if "received_at" not in claim:
        raise ValueError(_("received_at is needed"))
    return Profile(
        name=name,
        source=data["source"],
        key=_value(data["key"]),
        claim=claim,
        item=item,
        date_format=DateFormat(data["date_format"]) if "date_format" in data else None,
    )


def list_profiles() -> list[str]:
    """The names of the shipped profiles."""
    return sorted(path.stem for path in SHIPPED.glob("*.toml"))


def _value(stored: Any) -> Value:
    if isinstance(stored, str):
        return Value(stored)
    mapping = {key.casefold(): value for key, value in stored.get("map", {}).items()}
    return Value(stored["from"], mapping, stored.get("default", ""))
