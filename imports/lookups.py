"""Codes in a file → records, created where the file knows more than the master data."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from core.actors import Actor
from masterdata.commands import upsert
from masterdata.models import Customer, DefectCode, Lot, Product


class Lookups:
    """Remembers what it has looked up; one run meets the same products again and again."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self._products: dict[str, Product] = {}
        self._customers: dict[str, Customer] = {}
        self._defects: dict[str, DefectCode | None] = {}
        self._lots: dict[str, Lot] = {}

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
            fields["customer"] = self._customer(code or code_of(name), name or code)
        return fields

    def item_fields(self, read: dict[str, Any]) -> dict[str, Any]:
        """Fields of the item with product, lot and defect."""
        fields = dict(read)
        code, name = fields.pop("product_code", ""), fields.pop("product_name", "")
        if code or name:
            fields["product"] = self._product(code_of(code or name), name or code)
            lot = self._lots.get(fields.get("lot_code", ""))
            if lot is not None and lot.product_id == fields["product"].pk:
                fields["lot"] = lot
        if "defect" in fields:
            fields["defect"] = self._defect(fields["defect"])
        return fields

    def _product(self, code: str, name: str) -> Product:
        if code not in self._products:
            known = Product.objects.filter(code=code).first()
            self._products[code] = (
                known or upsert(Product, actor=self.actor, key=code, values={"name": name[:200]})[0]
            )
        return self._products[code]

    def _customer(self, code: str, name: str) -> Customer:
        if code not in self._customers:
            known = Customer.objects.filter(code=code).first()
            self._customers[code] = (
                known
                or upsert(Customer, actor=self.actor, key=code, values={"name": name[:200]})[0]
            )
        return self._customers[code]

    def _defect(self, code: str) -> DefectCode | None:
        if code not in self._defects:
            self._defects[code] = DefectCode.objects.filter(code=code).first()
        return self._defects[code]


def code_of(name: str) -> str:
    """A code out of a name, for files that have no codes: upper case, at most 64 characters."""
    return re.sub(r"\s+", "-", name.strip()).upper()[:64]
