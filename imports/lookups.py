"""Codes in a file → records, created where the file knows more than the master data."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, TypeVar

from core.actors import Actor
from core.text import normalise
from masterdata.commands import upsert
from masterdata.models import Customer, DefectCode, Lot, Named, Product

Record = TypeVar("Record", bound=Named)


class Lookups:
    """Remembers what it has looked up; one run meets the same products again and again."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self._products: dict[str, Product] = {}
        self._customers: dict[str, Customer] = {}
        self._defects = {code.code: code for code in DefectCode.objects.all()}
        self._lots: dict[str, Lot] = {}
        self._names: dict[type[Named], dict[str, int]] = {}

    def prepare(self, items: Iterable[dict[str, Any]]) -> None:
        """Read the known lots of the next items at once."""
        codes = {item["lot_code"] for item in items if item.get("lot_code")}
        lots = Lot.objects.select_related("product", "line").filter(code__in=codes)
        self._lots = {lot.code: lot for lot in lots}

    def claim_fields(self, read: dict[str, Any]) -> dict[str, Any]:
        """Fields of the claim with its customer, by code or by name."""
        fields = dict(read)
        code, name = fields.pop("customer", ""), fields.pop("customer_name", "")
        if code or name:
            fields["customer"] = self._customer(code, name)
        return fields

    def item_fields(self, read: dict[str, Any]) -> dict[str, Any]:
        """Fields of the item with product, lot and defect."""
        fields = dict(read)
        code, name = fields.pop("product_code", ""), fields.pop("product_name", "")
        if code or name:
            fields["product"] = self._product(code, name)
            lot = self._lots.get(fields.get("lot_code", ""))
            if lot is not None and lot.product_id == fields["product"].pk:
                fields["lot"] = lot
        if "defect" in fields:
            fields["defect"] = self._defects[fields["defect"]]
        return fields

    def defects(self) -> dict[str, str]:
        """Names in both languages and codes, case folded → the code; codes of groups come last."""
        found: dict[str, str] = {}
        for each in sorted(self._defects.values(), key=lambda defect: defect.group_id is None):
            for said in (each.code, each.name_ru, each.name_en):
                found.setdefault(said.casefold(), each.code)
        return found

    def _product(self, code: str, name: str) -> Product:
        """By its code, as written or as `code_of` writes it; without one by its name; else new."""
        said = code or name
        if said not in self._products:
            keys = [code, code_of(code)] if code else [code_of(name)]
            known = self._coded(Product, keys) or (None if code else self._named(Product, name))
            self._products[said] = known or self._new(Product, code_of(said), name or code)
        return self._products[said]

    def _customer(self, code: str, name: str) -> Customer:
        """By its code; without one by its name; else new."""
        said, key = code or name, code or code_of(name)
        if said not in self._customers:
            known = self._coded(Customer, [key]) or (None if code else self._named(Customer, name))
            self._customers[said] = known or self._new(Customer, key, name or code)
        return self._customers[said]

    def _coded(self, model: type[Record], codes: list[str]) -> Record | None:
        """The record of the first of these codes that is known."""
        found = {each.code: each for each in model._default_manager.filter(code__in=codes)}
        return next((found[code] for code in codes if code in found), None)

    def _named(self, model: type[Record], name: str) -> Record | None:
        """The record of that name, however it is written; active ones first."""
        if model not in self._names:
            rows = model._default_manager.order_by("-is_active", "code").values_list("name", "pk")
            names: dict[str, int] = {}
            for each, pk in rows:
                names.setdefault(normalise(each), pk)
            self._names[model] = names
        pk = self._names[model].get(normalise(name))
        return None if pk is None else model._default_manager.get(pk=pk)

    def _new(self, model: type[Record], code: str, name: str) -> Record:
        return upsert(model, actor=self.actor, key=code, values={"name": name[:200]})[0]


def code_of(name: str) -> str:
    """A code out of a name, for files that have no codes: upper case, at most 64 characters."""
    return re.sub(r"\s+", "-", name.strip()).upper()[:64]
