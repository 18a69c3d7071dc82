"""Reads what is there: notices in the database, e-mails at the mail server."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection
from pathlib import Path

from django.db import connection
from django.db.models import Q

from accounts.models import Membership, Role, User
from claims.models import Claim
from core.actors import SYSTEM
from core.api.auth import Scope
from events.models import Delivery
from integrations.commands import create_client, issue_token
from notifications.models import Notice
from notifications.states import Channel, Occasion
from responses.models import OutgoingMail
from responses.states import MailState
from tools.drill.judge import Mail, Wanted, lost

# The coordinators, whom the starter list tells of every report, in the product and by e-mail.
PEOPLE = ("olga", "ivan")
CHANNELS = 2
# Where letters to customers go.
CUSTOMERS = "customer.example"
THREAD = re.compile(r"<claim-(.+)@.+>")


def address_of(person: str) -> str:
    """Where that person gets e-mails."""
    return f"{person}@drill.example"


def found_company() -> str:
    """Coordinators at all sites, and the secret of a client that may report."""
    for name in PEOPLE:
        user = User.objects.create_user(email=address_of(name), password=None)
        Membership.objects.create(user=user, role=Role.HANDLER)
    client = create_client(actor=SYSTEM, name="Drill", roles=[Role.INTEGRATION])
    return issue_token(actor=SYSTEM, client=client, name="drill", scopes=Scope.values)[1]


def wanted_of(numbers: Collection[str]) -> list[Wanted]:
    """The notices that those claims must lead to, each in the product and by e-mail."""
    return [(number, address_of(name)) for number in numbers for name in PEOPLE]


def notices_inside() -> Counter[Wanted]:
    """Notices in the product that tell of a report, and how often each is there."""
    rows = Notice.objects.filter(channel=Channel.IN_APP, occasion=Occasion.REPORTED)
    try:
        return Counter(rows.values_list("claim__number", "user__email"))
    finally:
        connection.close()


def mails_taken(path: Path) -> list[Mail]:
    """E-mails about claims that the mail server took, in order."""
    mails = []
    for line in path.read_text().splitlines():
        thread, to, message_id = json.loads(line)
        found = THREAD.fullmatch(thread)
        if found:
            mails.append(Mail(found[1], to, message_id))
    return mails


def letters_wanted(addresses: Collection[str]) -> list[Wanted]:
    """The letters that must arrive at those addresses, in the same shape as notices."""
    return [("letter", address) for address in addresses]


def letters_taken(path: Path) -> list[Mail]:
    """Letters to customers that the mail server took, in order."""
    entries = (json.loads(line) for line in path.read_text().splitlines())
    return [
        Mail("letter", to, message_id)
        for _thread, to, message_id in entries
        if to.endswith(f"@{CUSTOMERS}")
    ]


def letters_unmarked() -> list[str]:
    """Letters of which the product does not know that they went out."""
    rows = OutgoingMail.objects.exclude(state=MailState.SENT)
    return [f"{each.to_email} {each.state} {each.error[:80]}".strip() for each in rows[:50]]


def is_all_out(numbers: Collection[str], mails: Path) -> bool:
    """Whether every notice of those claims is in the product and at the mail server."""
    wanted = wanted_of(numbers)
    arrived = {(mail.number, mail.to) for mail in mails_taken(mails)}
    return not lost(wanted, arrived) and not lost(wanted, notices_inside())


def claims_stored() -> int:
    """Claims in the database."""
    return Claim.objects.count()


def deliveries_left() -> list[str]:
    """Events that did not reach a handler."""
    rows = Delivery.objects.filter(Q(done_at=None) | ~Q(gave_up_at=None))
    return [f"{each.handler}: {each.error[:80]}" for each in rows[:50]]
