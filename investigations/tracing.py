"""Who else got a lot, and which lots are its siblings: reads master data only."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Max, Q, QuerySet, Sum, TextField
from django.db.models.functions import Cast

from investigations.states import Suspicion
from masterdata.models import Lot, ShipmentLine

# A raw-material lot is used up within half a year; farther away, the same number is another lot.
RAW_LOT_LIFE = timedelta(days=180)
ONE_DAY = timedelta(days=1)
MOST = 50


@dataclass(frozen=True)
class Receipt:
    """What one customer got of a lot, all its shipments together."""

    customer_id: int
    customer: str
    customer_code: str
    quantity: Decimal
    last_on: date


@dataclass(frozen=True)
class Sibling:
    """A lot that shares something with the claimed one, and what it shares."""

    lot: Lot
    reasons: list[Suspicion] = field(default_factory=list)


def list_receivers(lots: Iterable[Lot]) -> dict[int, list[Receipt]]:
    """Lot id → who got it, the largest quantity first; one query for all lots."""
    rows = (
        ShipmentLine.objects.filter(lot__in=list(lots))
        .values(
            "lot_id",
            "shipment__customer_id",
            "shipment__customer__name",
            "shipment__customer__code",
        )
        .annotate(total=Sum("quantity"), last_on=Max("shipment__shipped_on"))
        .order_by("lot_id", "-total")
    )
    found: dict[int, list[Receipt]] = {}
    for row in rows:
        receipt = Receipt(
            row["shipment__customer_id"],
            row["shipment__customer__name"],
            row["shipment__customer__code"],
            row["total"],
            row["last_on"],
        )
        found.setdefault(row["lot_id"], []).append(receipt)
    return found


def shipped(lot: Lot) -> Decimal | None:
    """How much of a lot went to customers; None when no shipment is known."""
    total: Decimal | None = ShipmentLine.objects.filter(lot=lot).aggregate(n=Sum("quantity"))["n"]
    return total


def list_siblings(lot: Lot) -> list[Sibling]:
    """Lots that share raw material, or the line with the day or shift, with `lot`; at most 50.

    Sharing raw material counts for all products; the others only where the day is known.
    """
    alike = _same_raw_lot(lot) | _same_line_about_then(lot)
    if not alike:
        return []
    found: QuerySet[Lot] = (
        Lot.objects.annotate(raw_text=Cast("raw_lots", TextField()))
        .filter(alike)
        .exclude(pk=lot.pk)
        .select_related("product", "line")
        .order_by("produced_on", "code")[:MOST]
    )
    return [Sibling(each, _shared(lot, each)) for each in found]


def _same_raw_lot(lot: Lot) -> Q:
    """Looks for the quoted code in the stored JSON, escaped or not, as both databases keep it."""
    alike = Q()
    for code in lot.raw_lots:
        alike |= Q(raw_text__contains=json.dumps(code))
        alike |= Q(raw_text__contains=json.dumps(code, ensure_ascii=False))
    if alike and lot.produced_on is not None:
        life = (lot.produced_on - RAW_LOT_LIFE, lot.produced_on + RAW_LOT_LIFE)
        alike &= Q(produced_on__range=life)
    return alike


def _same_line_about_then(lot: Lot) -> Q:
    if lot.line_id is None or lot.produced_on is None:
        return Q()
    days = (lot.produced_on - ONE_DAY, lot.produced_on + ONE_DAY)
    return Q(line_id=lot.line_id, produced_on__range=days)


def _shared(lot: Lot, other: Lot) -> list[Suspicion]:
    same_line = lot.line_id is not None and lot.line_id == other.line_id
    same_day = lot.produced_on is not None and lot.produced_on == other.produced_on
    shared = {
        Suspicion.RAW_LOT: bool(set(lot.raw_lots) & set(other.raw_lots)),
        Suspicion.LINE: same_line,
        Suspicion.DAY: same_line and same_day,
        Suspicion.SHIFT: same_line and same_day and bool(lot.shift) and lot.shift == other.shift,
    }
    return [reason for reason, holds in shared.items() if holds]
