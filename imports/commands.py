"""Importing claims from a file: the same command as page and API, many rows at a time."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import IO, Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from claims.commands import Report, report_claims, save_item
from claims.models import Claim
from core import clock
from core.actors import Actor, Via
from core.cells import DateFormat
from core.errors import InvalidInput
from core.refusals import RefusedTable
from core.tabular import Table, detect_date_format, open_table
from events.commands import record
from imports import events
from imports.lookups import Lookups
from imports.models import ImportProblem, ImportRun
from imports.profiles import Profile, load_profile
from imports.rows import DATES, ParsedRow, RowReader
from masterdata.models import Site
from masterdata.selectors import default_site

CHUNK = 500
Progress = Callable[[int], object]


def import_claims(
    *,
    actor: Actor,
    path: Path,
    profile: str,
    dates: DateFormat | None = None,
    progress: Progress = lambda rows: None,
) -> ImportRun:
    """Import a CSV or XLSX file of claims by a column profile; again, it imports nothing twice.

    Every row becomes a claim, a further item of a claim of the same key, or a named refusal. Nobody
    is notified: these claims tell of the past. A run that broke off goes on where it was. `dates`
    is how the file writes them, needed where day and month cannot be told apart. `progress` gets
    the number of rows done since the last call. Raises InvalidInput when the file or the profile
    does not fit, NotPermitted.
    """
    loaded = load_profile(profile)
    loaded = replace(loaded, date_format=dates or loaded.date_format)
    with path.open("rb") as file:
        return _import(actor, loaded, path.name, file, progress)


def _import(
    actor: Actor, profile: Profile, name: str, file: IO[bytes], progress: Progress
) -> ImportRun:
    table = open_table(file)
    missing = profile.missing_columns(table.keys)
    if missing:
        raise InvalidInput(
            _("The file has no column %(columns)s. It has: %(known)s.")
            % {"columns": ", ".join(missing), "known": ", ".join(table.headers)}
        )
    site = default_site()
    dates = _date_formats(profile, table)
    importing = Actor(
        user=actor.user,
        via=Via.IMPORT,
        request_id=actor.request_id,
        client=f"import:{profile.source}",
        scopes=actor.scopes,
    )
    run = _run_of(actor, profile, name, _sha256(file))
    worker = _Importer(importing, run, site)
    reader = RowReader(profile, ZoneInfo(site.time_zone), dates, worker.lookups.defects())
    if not run.rows:
        _note_unused(run, profile.unused_columns(table.headers), table.header_row)
    progress(run.rows)
    for chunk in _chunks(reader.read(row) for row in islice(table.rows(), run.rows, None)):
        worker.take(chunk)
        progress(len(chunk))
    worker.finish(actor)
    return run


def _run_of(actor: Actor, profile: Profile, name: str, sha256: str) -> ImportRun:
    """A new run, or the last one of the profile when it broke off in the same file."""
    last = ImportRun.objects.filter(profile=profile.name).first()
    if last is not None and last.finished_at is None and last.sha256 == sha256:
        return last
    return ImportRun.objects.create(
        profile=profile.name, file_name=name, sha256=sha256, by=actor.user
    )


def _note_unused(run: ImportRun, columns: list[str], header_row: int) -> None:
    """A misspelt head would cost a whole column without a word."""
    if columns:
        ImportProblem.objects.get_or_create(
            run=run,
            row=header_row,
            value=", ".join(columns)[:200],
            reason=_("Nothing of the profile is read from these columns."),
            is_refusal=False,
        )


class _Importer:
    """One run: knows which keys it has made claims of, so that further rows join them."""

    def __init__(self, actor: Actor, run: ImportRun, site: Site) -> None:
        self.actor = actor
        self.run = run
        self.site = site
        self.lookups = Lookups(actor)
        made = Claim.objects.filter(source_client=actor.client, created_at__gte=run.started_at)
        self.made = set(made.values_list("source_reference", flat=True)) if run.rows else set()

    def take(self, rows: list[ParsedRow]) -> None:
        """One chunk in one transaction: claims, joined rows, problems and counts stand together."""
        groups: dict[str, list[ParsedRow]] = defaultdict(list)
        problems = [problem for row in rows for problem in row.problems]
        for row in rows:
            if row.refusal is None:
                groups[row.reference].append(row)
        self.lookups.prepare(row.item for row in rows)
        with transaction.atomic():
            known = self._known(groups)
            fresh = {key: group for key, group in groups.items() if key not in known}
            self._report(fresh)
            for key in known.keys() & self.made:
                self._join(known[key], groups[key])
            ImportProblem.objects.bulk_create(
                ImportProblem(run=self.run, **vars(problem)) for problem in problems
            )
            self.run.rows += len(rows)
            self.run.refused += sum(row.refusal is not None for row in rows)
            self.run.known += sum(len(groups[key]) for key in known if key not in self.made)
            self.run.save()

    def _known(self, groups: Mapping[str, Any]) -> dict[str, Claim]:
        claims = Claim.objects.filter(
            source_client=self.actor.client, source_reference__in=list(groups)
        )
        return {claim.source_reference: claim for claim in claims}

    def _report(self, groups: Mapping[str, list[ParsedRow]]) -> None:
        """New claims; rows of the same key become items of one claim."""
        reports = [
            Report(
                {
                    **self.lookups.claim_fields(group[0].claim),
                    "site": self.site,
                    "source_reference": key,
                },
                [self.lookups.item_fields(row.item) for row in group],
            )
            for key, group in groups.items()
        ]
        report_claims(actor=self.actor, reports=reports, deliver=False)
        self.made.update(groups)
        self.run.created += len(reports)
        self.run.merged += sum(len(group) - 1 for group in groups.values())

    def _join(self, claim: Claim, rows: list[ParsedRow]) -> None:
        """Rows of a claim that an earlier chunk of this run made."""
        for row in rows:
            values = self.lookups.item_fields(row.item)
            save_item(actor=self.actor, claim=claim, values=values, deliver=False)
        self.run.merged += len(rows)

    def finish(self, actor: Actor) -> None:
        """Close the run and record it."""
        self.run.finished_at = clock.now()
        counts = {
            name: getattr(self.run, name)
            for name in ("rows", "created", "merged", "known", "refused")
        }
        with transaction.atomic():
            self.run.save()
            record(
                events.FINISHED,
                actor=actor,
                subject=self.run,
                data={"file": self.run.file_name, "sha256": self.run.sha256, **counts},
            )


def _date_formats(profile: Profile, table: Table) -> dict[str, DateFormat]:
    """The format of each date column, decided over the whole column.

    Raises InvalidInput when day and month cannot be told apart. A column that is no receipt may be
    as dirty as it likes: what cannot be read in it is left out row by row.
    """
    fields = {"received_at": profile.claim["received_at"]}
    fields |= {name: each for name, each in profile.claim.items() if name in DATES}
    fields |= {name: each for name, each in profile.item.items() if name in DATES}
    if profile.date_format:
        return dict.fromkeys(fields, profile.date_format)
    seen: dict[str, Counter[str]] = {name: Counter() for name in fields}
    for row in table.rows():
        for name, value in fields.items():
            seen[name][value.read(row.values)] += 1
    formats = {}
    for name, texts in seen.items():
        try:
            found = detect_date_format(texts.elements())
        except RefusedTable as refusal:
            if name == "received_at" or refusal.code == "ambiguous_dates":
                raise
            found = None
        if found is not None:
            formats[name] = found
    return formats


def _chunks(rows: Iterable[ParsedRow]) -> Iterator[list[ParsedRow]]:
    iterator = iter(rows)
    while chunk := list(islice(iterator, CHUNK)):
        yield chunk


def _sha256(file: IO[bytes]) -> str:
    file.seek(0)
    digest = hashlib.sha256()
    while block := file.read(1 << 20):
        digest.update(block)
    return digest.hexdigest()
