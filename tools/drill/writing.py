"""A coordinator who gives letters to customers to the mail while things break."""

from __future__ import annotations

import logging
import threading
import time
from itertools import count as numbers

from django.db import Error, connection

from accounts.models import User
from claims.models import Claim
from core.actors import Actor, Via
from core.errors import TransitionRefused
from responses.commands import draft_letter, send_letter
from responses.models import Letter
from responses.states import LetterKind
from tools.drill.ledger import CUSTOMERS

log = logging.getLogger(__name__)

PAUSE_SECONDS = 0.5
PATIENCE_SECONDS = 120
_numbers = numbers(1)


class Writer:
    """Writes `count` letters evenly over `seconds`, each to an address of its own, and sends them.

    `given` are the addresses of the letters that the product has promised to send.
    """

    def __init__(self, email: str, number: str, *, count: int, seconds: float) -> None:
        self.actor = Actor(user=User.objects.get(email=email), via=Via.WEB)
        self.claim = Claim.objects.select_related("site").get(number=number)
        connection.close()
        self.given: list[str] = []
        began = time.monotonic()
        self._moments = [began + seconds * turn / count for turn in range(count)]
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def finish(self) -> list[str]:
        """Wait until the last letter was given to the mail."""
        self._thread.join()
        return self.given

    def _work(self) -> None:
        for moment in self._moments:
            time.sleep(max(0.0, moment - time.monotonic()))
            address = f"letter-{next(_numbers)}@{CUSTOMERS}"
            if self._is_given(address):
                self.given.append(address)
        connection.close()

    def _is_given(self, address: str) -> bool:
        """Whether the letter was accepted, tried again while the database is away."""
        letter: Letter | None = None
        ends = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < ends:
            try:
                letter = letter or self._draft(address)
                send_letter(actor=self.actor, letter=letter)
            except TransitionRefused:
                return True  # it was: only the answer was lost
            except Error as error:
                log.warning("a letter is given to the mail again: %s", error)
                connection.close()
                time.sleep(PAUSE_SECONDS)
            else:
                return True
        return False

    def _draft(self, address: str) -> Letter:
        values = {
            "recipient_name": "Incoming inspection",
            "recipient_email": address,
            "subject": "Your claim",
            "body": "We are looking into it.",
            "language": "en",
        }
        return draft_letter(
            actor=self.actor, claim=self.claim, kind=LetterKind.INTERIM, values=values
        )
