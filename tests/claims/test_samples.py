"""Samples on the page: two people write down what became of one."""

from __future__ import annotations

from decimal import Decimal

from claims.commands import request_sample
from tests.cast import Cast


def test_who_saves_second_is_told_of_the_first(cast: Cast, browse):
    claim = cast.complete_report()
    sample = request_sample(actor=cast.actor("handler"), claim=claim, quantity=Decimal(2))
    url = f"/claims/{claim.number}/samples/{sample.pk}/"
    first, second = browse(cast.handler), browse(cast.second_handler)
    shown = {"version": sample.version, "number": "S-1"}

    assert first.post(url, {**shown, "stored_where": "Rack 4"}).status_code == 302
    refused = second.post(url, {**shown, "disposition": "to the laboratory"})
    assert refused.status_code == 409
    assert claim.samples.get().stored_where == "Rack 4"
