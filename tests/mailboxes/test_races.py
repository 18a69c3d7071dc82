"""Several workers at once: each mail is fetched once and becomes one claim."""

from __future__ import annotations

import pytest

from claims.models import Claim
from mailboxes import commands
from mailboxes.models import InboundMail, Mailbox
from tests.cast import Cast, build_cast
from tests.mailboxes.samples import letter
from tests.notifications.test_races import at_once

HANDS, MAILS = 4, 8


@pytest.fixture
def cast(transactional_db) -> Cast:
    """The company in a database that other threads see."""
    return build_cast()


def test_workers_at_once_fetch_and_process_each_mail_once(folder, mailbox):
    for n in range(MAILS):
        folder.put(letter(f"Text {n}", message_id=f"<{n}@kestrel.example>"))

    def work() -> int:
        fetched = commands.fetch_due_mailboxes(even_if_not_due=True)
        commands.process_due_mails()
        return fetched

    assert sum(at_once(*[work] * HANDS)) == MAILS
    commands.process_due_mails()
    assert set(InboundMail.objects.values_list("state", flat=True)) == {"done"}
    assert sorted(Claim.objects.values_list("description", flat=True)) == [
        f"Text {n}" for n in range(MAILS)
    ]
    assert folder.flags() == [True] * MAILS
    assert Mailbox.objects.get().lease is None
