"""What others say: the customer's messages and score, the lawyers' notes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from claims.commands import locked_claim
from claims.models import Attachment, Claim
from claims.states import Channel
from core import clock
from core.actors import Actor
from core.errors import InvalidInput
from core.inputs import one_of, said
from responses import events
from responses.commands.base import note
from responses.models import IncomingMessage, LegalNote, Survey
from responses.policies import (
    can_see_legal_notes,
    can_write_legal_note,
    can_write_letters,
    require_may,
)
from responses.states import CURRENCIES


def receive_message(
    *,
    actor: Actor,
    claim: Claim,
    text: str,
    channel: str = Channel.EMAIL,
    subject: str = "",
    sender_name: str = "",
    sender_email: str = "",
    received_at: datetime | None = None,
    message_id: str = "",
    attachments: Iterable[Attachment] = (),
) -> IncomingMessage:
    """Keep what the customer wrote or said about a claim.

    Called by coordinators, and by the system for mail and the portal; the same `message_id` is
    kept once. Raises NotPermitted, InvalidInput.
    """
    text = said("text", text, _("Write down what the customer said."))
    one_of("channel", channel, Channel)
    moment = received_at or clock.now()
    if moment > clock.now():
        raise InvalidInput({"received_at": _("The moment lies in the future.")})
    with locked_claim(claim) as fresh:
        require_may(actor.is_system or can_write_letters(actor, fresh))
        known = IncomingMessage.objects.filter(claim=fresh, message_id=message_id).first()
        if message_id and known is not None:
            return known
        message = IncomingMessage.objects.create(
            claim=fresh,
            channel=channel,
            received_at=moment,
            sender_name=" ".join(sender_name.split())[:200],
            sender_email=sender_email,
            subject=" ".join(subject.split())[:250],
            text=text,
            message_id=message_id,
            noted_by=actor.user,
        )
        message.attachments.set(Attachment.objects.filter(claim=fresh, pk__in=_keys(attachments)))
        note(events.MESSAGE_RECEIVED, actor, message, fresh, channel=channel, message=message.pk)
    return message


def _keys(attachments: Iterable[Attachment]) -> list[int]:
    return [attachment.pk for attachment in attachments]


def add_legal_note(
    *,
    actor: Actor,
    claim: Claim,
    text: str,
    settlement_amount: Decimal | None = None,
    currency: str = "RUB",
) -> LegalNote:
    """Write a legal note, maybe with the sum of a settlement; it is never changed.

    History says that it was written, not what. Raises NotPermitted, InvalidInput.
    """
    text = said("text", text, _("Write the note."))
    if settlement_amount is not None and settlement_amount < 0:
        raise InvalidInput({"settlement_amount": _("A sum is not below zero.")})
    if currency not in CURRENCIES:
        raise InvalidInput({"currency": _("Choose the currency.")}, code="invalid_choice")
    with locked_claim(claim) as fresh:
        require_may(can_write_legal_note(actor, fresh))
        legal_note = LegalNote.objects.create(
            claim=fresh,
            text=text,
            settlement_amount=settlement_amount,
            currency=currency,
            by=actor.user,
            by_label=actor.label,
            created_at=clock.now(),
        )
        note(events.LEGAL_NOTE_ADDED, actor, legal_note, fresh)
    return legal_note


def note_legal_reading(*, actor: Actor, claim: Claim) -> None:
    """An auditor reads the legal notes: that is part of the history. Raises NotPermitted."""
    with locked_claim(claim) as fresh:
        require_may(can_see_legal_notes(actor, fresh))
        note(events.LEGAL_NOTES_READ, actor, fresh, fresh)


def ask_satisfaction(*, actor: Actor, claim: Claim) -> Survey:
    """Open the question of satisfaction of a closed claim; one that is open stays.

    The caller holds the claim's lock and passes the locked claim.
    """
    survey, created = Survey.objects.get_or_create(
        claim=claim, answered_at=None, defaults={"asked_at": clock.now()}
    )
    if created:
        note(events.SURVEY_ASKED, actor, survey, claim)
    return survey


def answer_survey(*, actor: Actor, survey: Survey, score: int, comment: str = "") -> Survey:
    """The customer's answer: 1 (dissatisfied) to 5 (satisfied). Given once.

    Raises InvalidInput (score, answered already).
    """
    if not 1 <= score <= 5:
        raise InvalidInput({"score": _("Choose a score from 1 to 5.")})
    with locked_claim(survey.claim) as claim:
        fresh = Survey.objects.get(pk=survey.pk)
        if fresh.answered_at is not None:
            raise InvalidInput(_("The question was answered already."), code="answered")
        fresh.score, fresh.comment, fresh.answered_at = score, comment.strip(), clock.now()
        fresh.updated_at = fresh.answered_at
        fresh.save(update_fields=["score", "comment", "answered_at", "updated_at"])
        note(events.SURVEY_ANSWERED, actor, fresh, claim, score=score)
    return fresh
