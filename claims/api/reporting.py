"""From the bodies of reports to claims, singly and in bulk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, models, transaction
from rest_framework.exceptions import ValidationError

from claims.api.serializers import ReportIn
from claims.commands import Report, report_claims
from claims.policies import can_report_claim, require
from claims.selectors import find_by_source, numbers_by_reference
from claims.states import Channel
from core.actors import Actor
from core.api.errors import field_errors
from core.errors import DomainError
from masterdata.models import Customer, DefectCode, Lot, Product, ProductionLine, Site
from masterdata.selectors import records_by_code

CHUNK = 200
Known = dict[type[models.Model], dict[str, Any]]

CLAIM_CODES: dict[str, type[models.Model]] = {"site": Site, "customer": Customer}
ITEM_CODES: dict[str, type[models.Model]] = {
    "product": Product,
    "lot": Lot,
    "line": ProductionLine,
    "defect": DefectCode,
}
JOINED: dict[type[models.Model], tuple[str, ...]] = {
    Site: ("calendar",),
    Lot: ("product", "line"),
}


@dataclass
class Row:
    """One report of a bulk call and what became of it."""

    row: int
    status: str = "refused"
    number: str | None = None
    errors: list[dict[str, str]] = field(default_factory=list)


def known_records(bodies: Iterable[Any]) -> Known:
    """The records that raw bodies name by code: one query for each kind of record they name."""
    named: dict[type[models.Model], set[str]] = {}
    for body in bodies:
        _collect(body, CLAIM_CODES, named)
        items = body.get("items") if isinstance(body, dict) else None
        for item in items if isinstance(items, list) else ():
            _collect(item, ITEM_CODES, named)
            others = item.get("other_defects") if isinstance(item, dict) else None
            for code in others if isinstance(others, list) else ():
                _name(code, DefectCode, named)
    known: Known = {model: {} for model in named}
    # Lots first: most products and lines that are named come with them.
    for model in sorted(named, key=lambda each: each is not Lot):
        missing = named[model] - known[model].keys()
        if missing:
            known[model] |= records_by_code(model, missing, *JOINED.get(model, ()))
        if model is Lot:
            for lot in known[Lot].values():
                for record in (lot.product, lot.line):
                    if record is not None and type(record) in named:
                        known[type(record)][record.code] = record
    return known


def _collect(
    body: Any, fields: Mapping[str, type[models.Model]], named: dict[type[models.Model], set[str]]
) -> None:
    for name, model in fields.items():
        code = body.get(name) if isinstance(body, dict) else None
        _name(code, model, named)


def _name(code: Any, model: type[models.Model], named: dict[type[models.Model], set[str]]) -> None:
    if isinstance(code, str) and code.strip():
        named.setdefault(model, set()).update({code, code.strip()})


def report_of(actor: Actor, values: Mapping[str, Any]) -> Report:
    """The command's report from a checked body; what comes from an ERP says so."""
    fields = dict(values)
    items, stop_note = fields.pop("items", []), fields.pop("stop_note", "")
    if actor.client:
        fields.setdefault("channel", Channel.API)
    return Report(fields, [dict(item) for item in items], stop_note)


def report_many(actor: Actor, bodies: Sequence[Any], context: Mapping[str, Any]) -> list[Row]:
    """Report each body by itself: a bad one is named and spoils no other.

    Good ones are kept in chunks, each a transaction of its own. Raises NotPermitted.
    """
    require(can_report_claim(actor))
    rows = [Row(place) for place in range(len(bodies))]
    reports = dict(_checked(rows, bodies, {**context, "known": known_records(bodies)}, actor))
    first_of: dict[str, int] = {}
    for place, report in list(reports.items()):
        reference = report.fields.get("source_reference", "")
        if reference and first_of.setdefault(reference, place) != place:
            del reports[place]
    known = numbers_by_reference(actor.client, list(first_of))
    fresh = {
        place: report
        for place, report in reports.items()
        if report.fields.get("source_reference", "") not in known
    }
    places = list(fresh)
    for start in range(0, len(places), CHUNK):
        _keep(actor, rows, {place: fresh[place] for place in places[start : start + CHUNK]})
    _point_at_known(rows, bodies, known, first_of)
    return rows


def _checked(
    rows: list[Row], bodies: Sequence[Any], context: dict[str, Any], actor: Actor
) -> Iterator[tuple[int, Report]]:
    shape = ReportIn(context=context)
    for row, body in zip(rows, bodies, strict=True):
        try:
            values = shape.run_validation(body)
        except ValidationError as error:
            row.errors = field_errors(error)
        else:
            yield row.row, report_of(actor, values)


def _keep(actor: Actor, rows: list[Row], reports: dict[int, Report]) -> None:
    """One transaction for all; when one of them is refused, one for each."""
    if not reports:
        return
    try:
        with transaction.atomic():
            claims = report_claims(actor=actor, reports=list(reports.values()))
    except (DomainError, IntegrityError) as error:
        if len(reports) > 1:
            for place, report in reports.items():
                _keep(actor, rows, {place: report})
            return
        (place,) = reports
        _refuse_or_find(actor, rows[place], reports[place], error)
    else:
        for place, claim in zip(reports, claims, strict=True):
            rows[place].status, rows[place].number = "created", claim.number


def _refuse_or_find(actor: Actor, row: Row, report: Report, error: Exception) -> None:
    """A reference that another request has used meanwhile is known, not wrong."""
    if isinstance(error, IntegrityError):
        known = find_by_source(actor.client, report.fields.get("source_reference", ""))
        if known is None:
            raise error
        row.status, row.number = "known", known.number
        return
    row.errors = field_errors(error)


def _point_at_known(
    rows: list[Row], bodies: Sequence[Any], known: dict[str, str], first_of: dict[str, int]
) -> None:
    """Rows whose reference was used before, earlier or by a row above, get that claim's number."""
    for row, body in zip(rows, bodies, strict=True):
        if row.number is not None or row.errors:
            continue
        reference = str(body.get("source_reference", "")).strip()
        if reference in known:
            row.status, row.number = "known", known[reference]
        elif reference in first_of:
            first = rows[first_of[reference]]
            row.status, row.number, row.errors = "known", first.number, first.errors
            if first.number is None:
                row.status = "refused"
