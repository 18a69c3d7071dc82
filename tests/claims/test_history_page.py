"""The history tab: sentences, changes in words, filters, older pages."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.utils import timezone, translation

from claims import history
from claims.commands import (
    add_comment,
    edit_claim,
    save_item,
    set_severity,
)
from core import clock
from tests.cast import Cast

pytestmark = pytest.mark.usefixtures("above_met")


def tab(client, claim, **query) -> str:
    answer = client.get(f"/claims/{claim.number}/history/", query)
    assert answer.status_code == 200
    return answer.content.decode()


def entries(cast: Cast, claim, person: str = "handler", group: str = "") -> list[history.Entry]:
    return history.entries_of(history.events_for(cast.actor(person), claim, group))


def test_changes_read_as_on_the_form(cast: Cast):
    claim = cast.complete_report(severity="major")
    edit_claim(
        actor=cast.actor("handler"),
        claim=claim,
        values={
            "kind": "packaging",
            "is_safety": True,
            "demands": ["replace", "apology"],
            "occurred_at": clock.now().replace(year=2026, month=6, day=7),
            "customer": cast.other_customer,
            "contact": None,
        },
    )
    entry = entries(cast, claim)[0]
    changes = {change.label: (change.old, change.new) for change in entry.changes}
    assert changes["kind"] == ("quality", "packaging")
    assert changes["safety is concerned"] == ("no", "yes")
    assert changes["demands"] == ("—", "replacement, apology")
    assert changes["customer"] == ("Kestrel Switchgear", "Аркона Авто")
    assert "Jun 2026" in changes["occurred"][1].replace("\N{NO-BREAK SPACE}", " ")


def test_moves_reasons_and_items(cast: Cast):
    claim = cast.complete_report(severity="critical")
    cast.move(claim, "notify", "handler", remark="by phone, too")
    set_severity(
        actor=cast.actor("quality_manager"), claim=claim, severity="major", reason="runs again"
    )
    save_item(
        actor=cast.actor("handler"),
        claim=claim,
        item=claim.items.get(),
        values={"defect": cast.other_defect},
    )
    item, _deadlines, severity, moved, reported = entries(cast, claim)
    assert item.sentence.startswith("changed an item: RK-12")
    assert (item.changes[0].old, item.changes[0].new) == ("Crack", "Flash")
    assert severity.words == ["Reason: runs again"]
    assert moved.sentence == "moved the claim: Notify departments"
    assert (moved.changes[0].old, moved.changes[0].new) == ("Receipt", "Notification")
    assert moved.words == ["by phone, too"]
    assert reported.sentence == "reported the problem"


def test_moments_come_the_readers_way(cast: Cast):
    claim = cast.complete_report()
    noticed = datetime(2026, 6, 7, 20, 30, tzinfo=UTC)
    edit_claim(actor=cast.actor("handler"), claim=claim, values={"occurred_at": noticed})
    with translation.override("ru"), timezone.override("Europe/Moscow"):
        (change,) = entries(cast, claim)[0].changes
    assert change.new == "07.06.2026, 23:30"


def test_filters(cast: Cast, browse):
    claim = cast.complete_report(severity="major")
    handler = cast.actor("handler")
    cast.move(claim, "notify", "handler")
    add_comment(actor=handler, claim=claim, text="A word")
    set_severity(actor=handler, claim=claim, severity="critical")
    edit_claim(actor=handler, claim=claim, values={"order_no": "1"})

    def kinds(group: str) -> list[str]:
        return [entry.event.kind for entry in entries(cast, claim, group=group)]

    assert kinds("comments") == ["claim.commented"]
    assert kinds("deadlines") == ["claim.deadlines_changed"]
    assert kinds("decisions") == ["claim.severity_changed", "claim.moved", "claim.reported"]
    assert kinds("files") == []
    assert kinds("nonsense") == []
    page = tab(browse(cast.handler), claim, show="comments")
    assert "A word" in page
    assert "reported the problem" not in page


def test_older_pages_follow_without_gap_or_repeat(cast: Cast, browse, monkeypatch):
    monkeypatch.setattr(history, "PAGE", 5)
    claim = cast.complete_report()
    for n in range(12):
        add_comment(actor=cast.actor("handler"), claim=claim, text=f"Word no. {n:02d}.")
    client = browse(cast.handler)
    seen: list[str] = []
    query: dict = {}
    for _ in range(3):
        page = tab(client, claim, **query)
        seen += [f"{n:02d}" for n in range(12) if f"Word no. {n:02d}." in page][::-1]
        query = {"before": page.partition('rel="next" href="?before=')[2].partition('"')[0]}
    assert seen == [f"{n:02d}" for n in range(11, -1, -1)]
    assert query == {"before": ""}


def test_older_as_a_fragment(cast: Cast, browse, monkeypatch):
    monkeypatch.setattr(history, "PAGE", 2)
    claim = cast.complete_report()
    for n in range(3):
        add_comment(actor=cast.actor("handler"), claim=claim, text=f"Word {n}")
    answer = browse(cast.handler).get(
        f"/claims/{claim.number}/history/", {"before": "10**9"}, headers={"HX-Request": "true"}
    )
    assert "<h1" not in answer.content.decode()
    assert "Word 2" in answer.content.decode()


def test_who_may_not_read_it_sees_their_own_deeds(cast: Cast, browse):
    claim = cast.report()
    edit_claim(actor=cast.actor("handler"), claim=claim, values={"title": "Their title"})
    page = tab(browse(cast.reporter), claim)
    assert "You see what you did yourself." in page
    assert "reported the problem" in page
    assert "changed the claim" not in page
    assert "changed the claim" in tab(browse(cast.auditor), claim)


def test_what_people_wrote_is_text(cast: Cast, browse):
    claim = cast.complete_report()
    add_comment(actor=cast.actor("handler"), claim=claim, text="<img src=x onerror=alert(1)>")
    assert "<img src=x" not in tab(browse(cast.handler), claim)


def test_an_event_kind_of_an_older_version_still_shows(cast: Cast):
    from events.models import Event

    event = Event(kind="claim.of_old", subject_type="no.such", data={"changes": {"x": [1, 2]}})
    (entry,) = history.entries_of([event])
    assert entry.sentence.startswith("claim.of_old")
    assert (entry.changes[0].label, entry.changes[0].new) == ("x", "2")
