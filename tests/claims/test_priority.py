"""A priority set by hand: with a reason, kept when the severity changes, taken back."""

from __future__ import annotations

import pytest

from claims.commands import set_priority, set_severity
from core.errors import InvalidInput, NotPermitted
from events.models import Event
from tests.api.caller import program
from tests.cast import Cast


def test_it_needs_a_reason(cast: Cast):
    claim = cast.complete_report()
    for reason in ("", "   "):
        with pytest.raises(InvalidInput) as refused:
            set_priority(actor=cast.actor("handler"), claim=claim, priority=1, reason=reason)
        assert list(refused.value.fields) == ["reason"]


def test_it_stays_when_the_severity_changes_and_goes_back(cast: Cast):
    claim, handler = cast.complete_report(severity="minor"), cast.actor("handler")
    set_priority(actor=handler, claim=claim, priority=1, reason="key customer")
    set_severity(actor=handler, claim=claim, severity="critical")
    kept = cast.read(claim)
    assert (kept.priority, kept.priority_reason) == (1, "key customer")

    set_priority(actor=handler, claim=kept, priority=None)
    back = cast.read(claim)
    assert (back.priority, back.priority_reason) == (2, "")
    changes = Event.objects.filter(kind="claim.priority_changed").latest("id").data["changes"]
    assert changes == {"priority": [1, 2], "priority_reason": ["key customer", ""]}


def test_the_reporter_may_not(cast: Cast):
    with pytest.raises(NotPermitted):
        set_priority(actor=cast.actor("reporter"), claim=cast.report(), priority=1, reason="mine")


def test_on_the_page(cast: Cast, browse):
    claim = cast.complete_report()
    client, url = browse(cast.handler), f"/claims/{claim.number}/priority/"
    assert client.get(url).status_code == 200
    form = {"priority": "1", "reason": "", "version": claim.version}
    assert client.post(url, form).status_code == 422
    assert client.post(url, {**form, "reason": "key customer"}).status_code == 302
    assert "key customer" in client.get(f"/claims/{claim.number}/").content.decode()
    again = client.post(url, {**form, "reason": "too late"})
    assert again.status_code == 409


@pytest.mark.django_db
def test_over_the_api(cast: Cast):
    handler = program("QMS", roles=["handler"], site=cast.site)
    path = f"/claims/{cast.complete_report().number}/priority/"
    refused = handler.post(path, {"priority": 1})
    assert [each["pointer"] for each in refused.json()["errors"]] == ["/reason"]
    assert handler.post(path, {"priority": 5, "reason": "x"}).status_code == 400
    answer = handler.post(path, {"priority": 1, "reason": "key customer"})
    assert (answer.json()["priority"], answer.json()["priority_reason"]) == (1, "key customer")
    assert handler.post(path, {"priority": None}).json()["priority"] == 3
