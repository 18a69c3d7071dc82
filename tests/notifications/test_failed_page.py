"""The page of e-mails that could not be sent, and the count of notices that keeps itself."""

from __future__ import annotations

import pytest

from claims.commands import move_claim
from notifications import commands
from notifications.models import Message, Notice


@pytest.fixture
def dead(cast, rule, relay, server) -> list[Message]:
    """The mail server refuses two addresses for good."""
    rule(people=[cast.warehouse], addresses=["guard@tarvina.example"], needs_confirmation=True)
    rule(occasion="claim.reported", people=[cast.handler])
    claim = cast.complete_report()
    move_claim(actor=cast.actor("handler"), claim=claim, transition="notify")
    relay()
    server.answers = ["550 no such user <b>here</b>"] * 2
    commands.send_due_messages()
    return list(Message.objects.filter(state="dead"))


def test_dead_mails_are_shown_with_their_reason_and_sent_again(cast, dead, browse, server):
    assert len(dead) == 2
    client = browse(cast.handler)
    assert "2 messages could not be sent" in client.get("/notices/").text
    page = client.get("/notices/failed/").text
    for words in ("guard@tarvina.example", "elena.panova@tarvina.example", "550", "&lt;b&gt;here"):
        assert words in page

    one = dead[0]
    address = f"/claims/{one.notice.claim.number}/notices/{one.notice_id}/try-again/"
    answer = client.post(address, {"next": "/notices/failed/"})
    assert answer["Location"] == "/notices/failed/"
    assert Message.objects.get(pk=one.pk).state == "queued"

    page = client.post("/notices/failed/try-again/", follow=True).text
    assert "1 message will be sent again" in page
    assert "Every message was sent" in page
    commands.send_due_messages()
    assert len(server.taken) == 2
    assert not Message.objects.exclude(state="sent").exists()


def test_what_was_told_another_way_is_no_longer_listed(cast, dead, browse):
    notice = dead[0].notice
    commands.hand_over(actor=cast.actor("handler"), notice=notice, note="Called")
    page = browse(cast.handler).get("/notices/failed/").text
    assert notice.recipient not in page
    assert dead[1].notice.recipient in page


def test_only_those_who_coordinate_see_the_page(cast, dead, browse):
    assert browse(cast.warehouse).get("/notices/failed/").status_code == 403
    assert browse(cast.warehouse).post("/notices/failed/try-again/").status_code == 403
    assert "could not be sent" not in browse(cast.warehouse).get("/notices/").text
    assert Message.objects.filter(state="dead").count() == 2


def test_the_count_in_the_frame_is_asked_for_anew(cast, dead, browse):
    client = browse(cast.warehouse)
    assert 'hx-get="/notices/count/"' in client.get("/profile/").text
    fragment = client.get("/notices/count/", headers={"HX-Request": "true"})
    assert ">1<span" in fragment.text
    (notice,) = Notice.objects.filter(user=cast.warehouse, channel="in_app")
    commands.see_notice(actor=cast.actor("warehouse"), notice=notice)
    assert "></span>" in client.get("/notices/count/", headers={"HX-Request": "true"}).text
