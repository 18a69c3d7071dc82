"""What tests of step 2 share."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from claims.models import Claim
from events.models import Delivery
from events.relay import run_pending
from notifications.models import NotificationRule
from tests.cast import Cast


@pytest.fixture
def relay() -> Callable[[], None]:
    """Run what waits; every handler must have worked."""

    def run() -> None:
        run_pending()
        failed = list(Delivery.objects.filter(done_at=None).values_list("handler", "error"))
        assert failed == []

    return run


@pytest.fixture
def rule(db: None) -> Callable[..., NotificationRule]:
    """`rule(roles=["handler"])` makes the list consist of this and the rules made before it."""
    NotificationRule.objects.all().delete()

    def make(**values: Any) -> NotificationRule:
        departments, people = values.pop("departments", ()), values.pop("people", ())
        made = NotificationRule.objects.create(**{"occasion": "claim.notify", **values})
        made.departments.set(departments)
        made.people.set(people)
        return made

    return make


@pytest.fixture
def critical(cast: Cast) -> Claim:
    """A critical report of the foreman; production and warehouse have heads."""
    for code, person in (("PRD", "reporter"), ("WHS", "warehouse")):
        cast.departments[code].head = cast.people[person]
        cast.departments[code].save()
    return cast.report(severity="critical", customer=cast.customer, items=[cast.item()])


class Server:
    """Keeps what it takes; `answers` are what it says to the next recipients instead of 250."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.answers: list[str] = []
        self.tries = 0

    async def handle_RCPT(  # noqa: N802 - the name is aiosmtpd's
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        self.tries += 1
        if self.answers:
            return self.answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.taken.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def server(settings) -> Iterator[Server]:
    """A mail server that the product is set up to use."""
    handler = Server()
    controller = Controller(handler, hostname="127.0.0.1", port=_free_port())
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = controller.port
    settings.EMAIL_TIMEOUT = 5
    settings.DEFAULT_FROM_EMAIL = "Claims <claims@tarvina.example>"
    settings.SITE_URL = "https://claims.tarvina.example"
    try:
        yield handler
    finally:
        controller.stop()
