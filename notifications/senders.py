"""What carries messages out of the house: one sender for each channel that leaves it."""

from __future__ import annotations

import smtplib
from typing import Protocol

from django.core.mail import get_connection
from django.utils import translation

from core import mail_server
from notifications import chat
from notifications.mails import email_of
from notifications.models import Message
from notifications.states import Channel

PERMANENT = 500


class Sender(Protocol):
    """Sends the messages of one run, one after the other."""

    @staticmethod
    def is_away() -> bool:
        """Whether the other side is known to be away, so that starting a run is no use."""

    def is_ready(self) -> bool:
        """Whether the other side can be reached; while not, no attempt is counted."""

    def send(self, message: Message) -> None:
        """Hand the message over, or raise whatever prevented it."""

    def is_permanent(self, error: Exception) -> bool:
        """Whether the other side refuses this message for good."""

    def words(self, error: Exception, message: Message) -> str:
        """What went wrong, for those who look after the claim."""

    def close(self) -> None:
        """Let go of the connection: after an error, and at the end."""


class MailSender:
    """By e-mail, through one connection to the mail server."""

    def __init__(self) -> None:
        self.connection = get_connection()

    @staticmethod
    def is_away() -> bool:
        return mail_server.is_away()

    def is_ready(self) -> bool:
        return mail_server.reaches(self.connection)

    def send(self, message: Message) -> None:
        email_of(message, self.connection).send()

    def is_permanent(self, error: Exception) -> bool:
        return is_permanent(error)

    def words(self, error: Exception, message: Message) -> str:
        return f"{type(error).__name__}: {error}"

    def close(self) -> None:
        self.connection.close()


class ChatSender:
    """To chat rooms, each message by a request of its own."""

    @staticmethod
    def is_away() -> bool:
        return False

    def is_ready(self) -> bool:
        """There are as many services as rooms; which of them is away, only an attempt tells."""
        return True

    def send(self, message: Message) -> None:
        room = message.notice.room
        assert room is not None, "who is told by chat is a room"
        chat.post(room, message.text)

    def is_permanent(self, error: Exception) -> bool:
        return isinstance(error, chat.ChatFailed) and error.is_permanent

    def words(self, error: Exception, message: Message) -> str:
        """Nothing but our own words: those of a library might hold the key of the room."""
        if not isinstance(error, chat.ChatFailed):
            return type(error).__name__
        with translation.override(message.language):
            return str(error)

    def close(self) -> None:
        """There is nothing to let go of."""


SENDERS: dict[Channel, type[Sender]] = {Channel.EMAIL: MailSender, Channel.CHAT: ChatSender}


def is_permanent(error: Exception) -> bool:
    """Whether the server refuses this recipient or this mail for good (5xx)."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= PERMANENT for code, _text in error.recipients.values())
    return isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= PERMANENT
