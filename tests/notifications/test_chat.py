"""Chat rooms against a real HTTP server that plays the chat service."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from claims.commands import move_claim
from claims.lifecycle import TRANSITIONS
from claims.requirements import missing_for
from core import clock
from events.models import Event
from notifications import chat, commands
from notifications.models import ChatRoom, Message, Notice, NotificationRule
from notifications.states import Channel, ChatTrouble
from tests.api.caller import program

KEY = "sekretkeyofroom"


class Service:
    """A Mattermost-like service; `answers` are the next statuses instead of 200, None hangs."""

    address: str

    def __init__(self) -> None:
        self.taken: list[tuple[str, dict[str, Any]]] = []
        self.answers: list[int | None] = []
        self.over = threading.Event()

    @property
    def texts(self) -> list[str]:
        return [body["text"] for _path, body in self.taken]


@pytest.fixture
def service(settings) -> Iterator[Service]:
    """The chat service that this test's rooms belong to; its address is `service.address`."""
    settings.CHAT_SCHEMES = [*settings.CHAT_SCHEMES, "mmost"]
    settings.CHAT_ON_THIS_MACHINE = True
    settings.SITE_URL = "https://claims.tarvina.example"
    made = Service()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = made.answers.pop(0) if made.answers else 200
            if status is None:
                made.over.wait(30)
                return
            if status == 200:
                made.taken.append((self.path, json.loads(body)))
            self.send_response(status)
            if status == 302:
                self.send_header("Location", f"http://{self.headers['Host']}/hooks/elsewhere")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, *_args: Any) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    made.address = f"mmost://127.0.0.1:{server.server_port}/{KEY}"
    try:
        yield made
    finally:
        made.over.set()
        server.shutdown()
        server.server_close()


@pytest.fixture
def room(cast, service) -> ChatRoom:
    return commands.add_room(
        actor=cast.actor("administrator"),
        name="Shift leaders",
        address=service.address,
        language="en",
    )


@pytest.fixture
def told(cast, rule, room, relay):
    """The departments of a claim were notified, the room among those told."""
    rule(people=[cast.warehouse], channels=["in_app"]).rooms.add(room)
    rule(occasion="claim.reported", people=[cast.handler], channels=["in_app"])
    claim = cast.complete_report(title="Cracked <!channel> @all [here](http://evil.example)")
    move_claim(actor=cast.actor("handler"), claim=claim, transition="notify")
    relay()
    return claim


def send() -> int:
    return commands.send_due_messages(Channel.CHAT)


def after(**time) -> Any:
    return clock.moved_to(clock.now() + timedelta(**time))


# --- Telling ------------------------------------------------------------------------------------


def test_a_room_hears_number_event_severity_and_link_once(told, service, room):
    assert commands.send_due_messages() == 0
    assert send() == 1
    ((path, _body),) = service.taken
    assert path == f"/hooks/{KEY}"
    (text,) = service.texts
    first, title, severity, link = text.splitlines()
    assert first == f"{told.number}: Claim to take note of"
    assert title.startswith("Cracked ")
    for trap in ("<!", "@all", "]("):
        assert trap not in title
    assert severity == "Severity: major"
    assert link == f"https://claims.tarvina.example/claims/{told.number}/"
    notice = Notice.objects.get(room=room)
    assert (notice.channel, notice.recipient, notice.needs_confirmation) == (
        "chat",
        "Shift leaders",
        False,
    )
    assert notice.sent_at == Message.objects.get(notice=notice).sent_at
    assert send() == 0


def test_rules_that_name_a_room_twice_tell_it_once(cast, rule, room, relay):
    for _ in range(2):
        rule(people=[cast.handler]).rooms.add(room)
    claim = cast.complete_report()
    move_claim(actor=cast.actor("handler"), claim=claim, transition="notify")
    relay()
    assert Notice.objects.filter(room=room, occasion="claim.notify").count() == 1


def test_a_room_reads_its_own_language(cast, rule, room, relay, service):
    values = {"language": "ru"}
    commands.change_room(actor=cast.actor("administrator"), room=room, values=values)
    rule(people=[cast.handler]).rooms.add(room)
    claim = cast.complete_report()
    move_claim(actor=cast.actor("handler"), claim=claim, transition="notify")
    relay()
    send()
    (text,) = service.texts
    assert "Значимость: " in text


def test_a_room_alone_answers_no_case(cast, rule, room, relay):
    rule().rooms.add(room)
    claim = cast.complete_report()
    move_claim(actor=cast.actor("handler"), claim=claim, transition="notify")
    relay()
    rows = Notice.objects.filter(claim=claim, occasion="claim.notify")
    assert rows.filter(room=room).exists()
    assert rows.filter(user=cast.quality_manager, reason="fallback").exists()
    assert Event.objects.filter(claim_id=claim.pk, kind="notification_list.unanswered").exists()


def test_a_room_is_nobody_who_could_be_told_in_place_of_people(cast, rule, room):
    rule(occasion="containment.lifted", people=[cast.handler])
    rule().rooms.add(room)
    type(cast.quality_manager).objects.exclude(pk=cast.handler.pk).update(is_active=False)
    claim = cast.complete_report()
    names = {each.requirement for each in missing_for(claim, TRANSITIONS["notify"])}
    assert "recipients_known" in names


def test_rooms_not_in_use_and_of_other_sites_hear_nothing(cast, rule, room, relay):
    admin = cast.actor("administrator")
    other = commands.add_room(
        actor=admin,
        name="East",
        address="tgram://123456789:abcdefg_hijklmnop/12315544/",
        language="ru",
        site=cast.other_site,
    )
    rule(people=[cast.handler]).rooms.add(room, other)
    commands.change_room(actor=admin, room=room, values={"is_active": False})
    claim = cast.complete_report()
    move_claim(actor=cast.actor("handler"), claim=claim, transition="notify")
    relay()
    assert not Notice.objects.exclude(room=None).exists()


# --- The service refuses, hangs, is away --------------------------------------------------------


def test_refused_it_is_dead_and_named_in_words_without_the_key(told, service, browse, cast):
    service.answers = [403]
    send()
    message = Message.objects.get(notice__channel="chat")
    assert (message.state, message.attempts) == ("dead", 1)
    assert message.error == (
        "The chat service refused it. Its key was withdrawn, or the room is gone. Its answer: 403."
    )
    failure = Event.objects.get(kind="notice.failed")
    assert failure.data["recipient"] == "Shift leaders"
    client = browse(cast.handler)
    page = client.get("/notices/failed/").text
    for words in ("Shift leaders", "Mattermost", "Its answer: 403."):
        assert words in page
    assert "the message could not be sent" in client.get(f"/claims/{told.number}/").text
    address = f"/claims/{told.number}/notices/{message.notice_id}/try-again/"
    client.post(address, {"next": "/notices/failed/"})
    assert send() == 1
    assert Message.objects.get(pk=message.pk).state == "sent"
    assert len(service.texts) == 1


@pytest.mark.parametrize("status", [429, 500, 503])
def test_refused_for_now_it_is_tried_again_with_growing_pauses(told, service, status):
    service.answers = [status, status]
    send()
    failed = Message.objects.get(notice__channel="chat")
    assert (failed.state, failed.attempts) == ("failed", 1)
    assert str(status) in failed.error
    assert send() == 0
    with after(seconds=31):
        assert send() == 1
    assert Message.objects.get(pk=failed.pk).attempts == 2
    with after(minutes=5):
        assert send() == 1
    assert Message.objects.get(pk=failed.pk).state == "sent"
    assert len(service.texts) == 1


def test_one_that_hangs_is_left_and_tried_again(told, service, monkeypatch):
    monkeypatch.setattr(chat, "SECONDS", 0.3)
    service.answers = [None]
    assert send() == 1
    failed = Message.objects.get(notice__channel="chat")
    assert (failed.state, failed.error) == (
        "failed",
        "The chat service did not answer in time.",
    )
    with after(minutes=1):
        send()
    assert Message.objects.get(pk=failed.pk).state == "sent"


def test_one_that_is_away_costs_an_attempt_and_no_message(told, service, room):
    sealed = room.sealed_address
    away = chat.seal_address(f"mmost://127.0.0.1:1/{KEY}")
    ChatRoom.objects.update(sealed_address=away)
    send()
    failed = Message.objects.get(notice__channel="chat")
    assert (failed.state, failed.error) == ("failed", "The chat service could not be reached.")
    ChatRoom.objects.update(sealed_address=sealed)
    with after(minutes=1):
        send()
    assert len(service.texts) == 1


def test_nobody_is_followed_to_another_place(told, service):
    service.answers = [302]
    send()
    assert service.taken == []
    assert Message.objects.get(notice__channel="chat").state == "dead"


def test_what_a_lost_key_sealed_asks_to_be_entered_again(told, service, settings):
    settings.SECRET_KEY = "another one " * 5
    send()
    message = Message.objects.get(notice__channel="chat")
    assert message.state == "dead"
    assert message.error == "The stored address can no longer be read. Enter it again."


def test_a_dead_room_holds_no_claim_up(cast, told, service):
    service.answers = [403]
    send()
    claim = cast.read(told)
    names = {each.requirement for each in missing_for(claim, TRANSITIONS["register"])}
    assert "notices_sent" not in names


def test_the_beat_rings_for_rooms_too(told, service, settings):
    from notifications.tasks import send_due_chat

    assert settings.CELERY_BEAT_SCHEDULE["send-chat"]["task"] == send_due_chat.name
    send_due_chat()
    assert len(service.texts) == 1


# --- Keeping rooms ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "dbus://",
        "syslog://localhost",
        "mailto://user:pass@example.com",
        "json://127.0.0.1:6379/",
        "jsons://chat.example.com/",
        "mmost://chat.example.com/abcdefghijk",
        "http://169.254.169.254/latest/meta-data/",
        "nonsense",
    ],
)
def test_only_encrypted_chat_services_are_let_in(cast, browse, address):
    client = browse(cast.administrator)
    answer = client.post("/chat-rooms/new/", form(address=address))
    assert answer.status_code == 422
    assert "This is no address of a chat service that can be used." in answer.text
    assert address not in answer.text
    assert not ChatRoom.objects.exists()


@pytest.mark.parametrize(
    "address",
    [
        *(
            f"mmosts://{host}:8443/{KEY}?verify=no"
            for host in ("127.0.0.1", "localhost", "[::1]", "169.254.169.254", "0.0.0.0")
        ),
        f"zulip://bot@127.0.0.1/{KEY:a<32}",
    ],
)
def test_no_message_goes_to_this_machine(cast, address):
    actor = cast.actor("administrator")
    room = commands.add_room(actor=actor, name="Inside", address=address, language="en")
    with pytest.raises(chat.ChatFailed) as failure:
        commands.try_room(actor=actor, room=room)
    assert failure.value.trouble == ChatTrouble.INSIDE


def form(**changes) -> dict[str, str]:
    values = {"name": "Shift leaders", "language": "en", "is_active": "on"}
    return values | {"address": "mmosts://chat.tarvina.example/abcdefghijk"} | changes


def test_an_administrator_adds_tests_and_changes_a_room(cast, browse, service):
    client = browse(cast.administrator)
    made = client.post("/chat-rooms/new/", form(address=service.address), follow=True)
    assert "The room is kept. Send a test." in made.text
    room = ChatRoom.objects.get()
    assert room.service == "Mattermost"
    page = f"/chat-rooms/{room.pk}/"
    assert KEY not in room.sealed_address
    events = json.dumps(list(Event.objects.values_list("data", flat=True)))
    for text in (made.text, client.get(page).text, client.get("/chat-rooms/").text, events):
        assert KEY not in text

    assert "took the message" in client.post(f"{page}try/", follow=True).text
    assert service.texts == ["This is a test. Notices about claims will come to this room."]
    service.answers = [404]
    refused = client.post(f"{page}try/", follow=True).text
    assert "Its answer: 404." in refused
    assert KEY not in refused

    saved = client.post(page, form(name="Leaders", address="", version=room.version), follow=True)
    assert "Saved" in saved.text
    kept = ChatRoom.objects.get()
    assert (kept.name, kept.sealed_address) == ("Leaders", room.sealed_address)
    stale = client.post(page, form(name="Others", address="", version=room.version))
    assert stale.status_code == 409
    assert "Others" in stale.text
    again = client.post("/chat-rooms/new/", form(name="Leaders"))
    assert again.status_code == 422


@pytest.mark.parametrize("name", ["handler", "quality_manager", "auditor", "manager"])
def test_nobody_else_opens_them(cast, browse, room, name):
    client = browse(cast.people[name])
    for place in ("", "new/", f"{room.pk}/"):
        assert client.get(f"/chat-rooms/{place}").status_code == 403
    assert client.post(f"/chat-rooms/{room.pk}/try/").status_code == 403


# --- In the notification list -------------------------------------------------------------------


def test_a_cell_of_the_matrix_tells_a_room(cast, browse, room, rule):
    rule(people=[cast.handler])
    client = browse(cast.quality_manager)
    cell = f"claim.notify||room:{room.pk}"
    page = client.get("/notification-rules/", {"cell": cell})
    assert "Shift leaders" in page.text
    assert 'name="channels"' not in page.text.partition("nm-ed")[2].partition("</form>")[0]
    seen = page.context["form"].initial["seen"]
    address = f"/notification-rules/?cell={cell}"
    for what, active in (("info", True), ("none", False)):
        saved = client.post(address, {"what": what, "seen": seen}, follow=True)
        assert saved.status_code == 200
        made = NotificationRule.objects.get(rooms=room)
        assert made.is_active is active
        seen = f"{made.pk}-{made.version}"
    confirm = client.post(address, {"what": "ack", "seen": seen})
    assert confirm.status_code == 422


def test_the_preview_and_the_api_show_rooms(cast, browse, room, rule):
    made = rule(people=[cast.warehouse], channels=["in_app"])
    made.rooms.add(room)
    asked = {"occasion": "claim.notify", "site": cast.site.pk}
    page = browse(cast.quality_manager).get("/notification-rules/preview/", asked).text
    row = page.partition("<tbody>")[2].split("<tr>")[2]
    for words in ("Shift leaders", "Mattermost", "chat", "none asked"):
        assert words in row
    erp = program(roles=("quality_manager",), site=cast.site)
    answer = erp.post("/notification-rules/preview/", {"occasion": "claim.notify", "site": "MAIN"})
    person, there = answer.json()["told"]
    assert (person["room"], person["channels"]) == (None, ["in_app"])
    assert (there["person"], there["room"], there["channels"]) == (None, "Shift leaders", ["chat"])
    (listed,) = erp.get("/notification-rules/").json()["results"]
    assert listed["rooms"] == ["Shift leaders"]


def test_a_rule_with_rooms_is_made_through_the_api(cast, browse, room, rule):
    client, address = browse(cast.quality_manager), "/api/v1/notification-rules/"
    body = {"occasion": "claim.notify", "rooms": ["Shift leaders"]}
    made = client.post(address, body, content_type="application/json")
    assert made.status_code == 201, made.json()
    assert made.json()["rooms"] == ["Shift leaders"]
    for wrong in ({"rooms": ["No such room"]}, {"channels": ["chat"], "rooms": ["Shift leaders"]}):
        answer = client.post(address, body | wrong, content_type="application/json")
        assert answer.status_code == 400, answer.json()
