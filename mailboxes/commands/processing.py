"""From a stored mail to a claim, a message or a comment.

Every stage can be cut off and begun again: a new claim and its mark on the mail's row are one
transaction, the same file is kept once on a claim, and the words join the claim in the transaction
that finishes the mail. No stage but the virus scan of a file talks to the network, and that one
stands outside of transactions.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation

from claims.models import Claim
from core import clock
from mailboxes.bounces import Report, report_of
from mailboxes.commands.returning import note_returned
from mailboxes.commands.writing import Post, add_to_claim, attach_files, open_claim
from mailboxes.guards import why_leave
from mailboxes.models import InboundMail
from mailboxes.parsing import ParsedMail, parse
from mailboxes.places import Author, Place, author_of, place_of
from mailboxes.states import OPEN_STATES, Handling, MailState, Reason, Result

log = logging.getLogger(__name__)

FIRST_DELAY = timedelta(minutes=1)
LONGEST_DELAY = timedelta(hours=1)
# With the delays above: about five hours.
MOST_ATTEMPTS = 10
# Longer than a task may run; a try begun so long ago lost its worker.
TRY_LASTS = timedelta(minutes=5)


def process_due_mails(limit: int = 200) -> int:
    """Process every stored mail that is due, oldest first; returns how many were tried.

    Any number may run at once.
    """
    tried = 0
    while tried < limit and (mail := _take_next()) is not None:
        if mail.state in OPEN_STATES:
            _try(mail)
        tried += 1
    return tried


def _take_next() -> InboundMail | None:
    now = clock.now()
    with transaction.atomic():
        mail = (
            InboundMail.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("mailbox__site", "claim")
            .filter(state__in=OPEN_STATES, next_at__lte=now)
            .order_by("next_at", "id")
            .first()
        )
        if mail is None:
            return None
        mail.attempts += 1
        mail.next_at = now + TRY_LASTS
        if mail.attempts > MOST_ATTEMPTS:
            # No try came to an end, not even to a bad one: this mail kills its workers.
            mail.state, mail.error = MailState.DEAD, "every worker died"
        mail.save(update_fields=["attempts", "next_at", "state", "error"])
    return mail


def _try(mail: InboundMail) -> None:
    try:
        with translation.override(mail.mailbox.site.language):
            _process(mail)
    except Exception as error:
        log.exception("mail %s could not be processed", mail.pk)
        _put_off(mail, error)


def _put_off(mail: InboundMail, error: Exception) -> None:
    now = clock.now()
    delay = min(FIRST_DELAY * 2 ** (mail.attempts - 1), LONGEST_DELAY)
    dead = mail.attempts >= MOST_ATTEMPTS
    _ours(mail).update(
        state=MailState.DEAD if dead else MailState.FAILED,
        next_at=now + delay,
        updated_at=now,
        error=f"{type(error).__name__}: {error}"[:2000].replace("\u0000", ""),
    )


@dataclass(frozen=True)
class Case:
    """A mail with all that is known of it."""

    mail: InboundMail
    parsed: ParsedMail
    author: Author
    place: Place


def _process(mail: InboundMail) -> None:
    with mail.raw.open("rb") as file:
        parsed = parse(file.read())
    author = author_of(parsed)
    if mail.claim is None and mail.handling != Handling.CLAIM:
        report = report_of(parsed)
        if report is not None:
            _take_report(mail, report)
            return
        reason = why_leave(mail, parsed, author) if mail.handling == Handling.USUAL else None
        if reason is not None:
            finish(mail, MailState.IGNORED, reason=reason)
            return
    anew = mail.handling == Handling.CLAIM
    place = Place() if anew else place_of(parsed, author)
    _deliver(Case(mail, parsed, author, place))


def _take_report(mail: InboundMail, report: Report) -> None:
    """A mail server reports about another mail."""
    if not report.is_final:
        finish(mail, MailState.IGNORED, reason=Reason.DELAYED)
        return
    with transaction.atomic():
        claim = note_returned(report)
        if claim is None:
            finish(mail, MailState.IGNORED, reason=Reason.BOUNCE)
            return
        mail.claim = claim
        finish(mail, MailState.DONE, result=Result.BOUNCE)


def _deliver(case: Case) -> None:
    """To the claim it belongs to, or to a new one; `mail.claim` keeps which, once it is made."""
    mail = case.mail
    post = Post(mail, case.parsed, case.author, case.place)
    is_new = mail.result == Result.CLAIM
    if mail.claim is None and case.place.claim is None:
        with transaction.atomic():
            _hold(mail, open_claim(post))
        is_new = True
    claim = mail.claim or case.place.claim
    assert claim is not None
    files = attach_files(post, claim)
    with transaction.atomic():
        mail.claim = claim
        result = add_to_claim(post, claim, files, is_new=is_new)
        finish(mail, MailState.DONE, result=result)


class Overtaken(Exception):
    """Another worker took the mail over because this one was too slow."""


def _ours(mail: InboundMail) -> QuerySet[InboundMail]:
    """The row, unless another worker or a person set it going anew."""
    return InboundMail.objects.filter(
        pk=mail.pk, state__in=OPEN_STATES, attempts=mail.attempts, handling=mail.handling
    )


def _hold(mail: InboundMail, claim: Claim) -> None:
    """Remember the new claim in its own transaction: begun again, there is no second one."""
    if not _ours(mail).filter(claim=None).update(claim=claim, result=Result.CLAIM):
        raise Overtaken
    mail.claim, mail.result = claim, Result.CLAIM


def finish(mail: InboundMail, state: MailState, *, reason: str = "", result: str = "") -> None:
    """Write down what became of a mail; once only, else Overtaken undoes the rest."""
    now = clock.now()
    ours = _ours(mail).update(
        state=state,
        reason=reason,
        result=result,
        claim=mail.claim,
        finished_at=now,
        updated_at=now,
        error="",
    )
    if not ours:
        raise Overtaken
