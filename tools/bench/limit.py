"""The limit: what the database alone needs, with prepared statements on one connection."""

from __future__ import annotations

import secrets
from typing import Any

import psycopg
from psycopg import sql

from claims.models import Claim
from core.text import query_terms
from tools.bench.client import timed
from tools.bench.filling.tables import Table
from tools.bench.scenario import SEVERITY, WORDS, Scenario

ROWS = "SELECT c.*, k.code, k.name FROM claims_claim c LEFT JOIN masterdata_customer k ON k.id = c.customer_id"  # noqa: E501
NEWEST = "ORDER BY c.received_at DESC, c.id DESC LIMIT 25"


class Limit:
    """Runs the bare statement of an operation and says how many milliseconds it took."""

    def __init__(self, url: str, scenario: Scenario) -> None:
        self.connection = psycopg.connect(url, autocommit=True)
        self.scenario = scenario
        self.table = Table(Claim, "number tracking_code title site_id severity")
        self.claim = scenario.deep_claim

    def close(self) -> None:
        self.connection.close()

    def create(self) -> float:
        columns = sql.SQL(", ").join(sql.Identifier(each) for each in self.table.columns)
        marks = sql.SQL(", ").join(sql.Placeholder() * len(self.table.columns))
        statement = sql.SQL("INSERT INTO claims_claim ({}) VALUES ({})").format(columns, marks)
        number = f"R{secrets.token_hex(7)}"
        own = (number, number, "Limit", self.scenario.site.pk, SEVERITY)
        return self._run(statement.as_string(self.connection), *own, *self.table.defaults)

    def transition(self) -> float:
        change = "UPDATE claims_claim SET version = version + 1, updated_at = now() WHERE id = %s"
        return self._run(change, self.claim.pk)

    def read(self) -> float:
        return self._run(f"{ROWS} WHERE c.number = %s", next(self.scenario.numbers))

    def list_rows(self) -> float:
        return self._run(f"{ROWS} WHERE c.severity = %s {NEWEST}", SEVERITY)

    def deep_page(self) -> float:
        behind = f"{ROWS} WHERE c.severity = %s AND (c.received_at, c.id) < (%s, %s) {NEWEST}"
        return self._run(behind, SEVERITY, self.claim.received_at, self.claim.pk)

    def search(self) -> float:
        fits = "array_to_tsvector(string_to_array(words, ' ')) @@ %s::tsquery"
        hits = f"SELECT claim_id FROM claims_searchentry WHERE {fits}"  # noqa: S608 - no input
        found = f"{ROWS} WHERE c.id IN ({hits}) {NEWEST}"
        return self._run(found, query_terms(WORDS).as_tsquery())

    def list_page(self) -> float:
        return self._run(
            f"{ROWS} WHERE c.step_due_at IS NOT NULL ORDER BY c.step_due_at, c.id LIMIT 25"
        )

    def _run(self, statement: str, *values: Any) -> float:
        def run() -> None:
            cursor = self.connection.execute(statement, values, prepare=True)
            if cursor.description:
                cursor.fetchall()

        return timed(run)
