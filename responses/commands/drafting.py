"""Writing letters: from a template to a text that can go to approval or out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from claims.commands import locked_claim
from claims.models import Attachment, Claim
from claims.states import STEP_NUMBERS, Step
from core.actors import Actor
from core.errors import InvalidInput, TransitionRefused
from core.inputs import one_of
from core.models import changes_of
from masterdata.models import CustomerContact
from responses import events
from responses.commands.base import (
    about,
    locked_letter,
    note,
    open_final,
    refuse,
    require_not_on_its_way,
    require_state,
    void_approvals,
)
from responses.filling import filled_texts
from responses.models import Letter, LetterTemplate
from responses.policies import can_write_letters, require_may
from responses.selectors import default_template
from responses.states import FINAL_TEXTS, LetterKind, LetterState

RECIPIENT = ("contact", "recipient_name", "recipient_email")
EDITABLE = frozenset({"language", "subject", *FINAL_TEXTS, *RECIPIENT})
# From here on there is something to say in a final response.
FIRST_FINAL_STEP = Step.INITIAL_INVESTIGATION


def draft_letter(
    *,
    actor: Actor,
    claim: Claim,
    kind: str,
    template: LetterTemplate | None = None,
    values: dict[str, Any] | None = None,
    enclosures: Iterable[Attachment] = (),
) -> Letter:
    """Begin a letter from a template (by default the first of its kind in the customer's language).

    `values` overrides texts and recipient. A claim has one open final response at a time. Raises
    NotPermitted, InvalidInput, TransitionRefused (too early for a final response, or one is open).
    """
    one_of("kind", kind, LetterKind)
    values = values or {}
    with locked_claim(claim) as fresh:
        require_may(can_write_letters(actor, fresh))
        if kind == LetterKind.FINAL:
            _check_final(fresh)
        language = values.get("language") or _language_of(fresh, template)
        template = template or default_template(kind, language)
        if template is not None and template.kind != kind:
            raise InvalidInput({"template": _("Choose a template of this kind of letter.")})
        letter = Letter(
            claim=fresh, kind=kind, language=language, author=actor.user, template=template
        )
        start = {**_recipient_of(fresh), **(filled_texts(template, fresh) if template else {})}
        _set(letter, {**start, **_cleaned(letter, values)})
        letter.save()
        letter.editors.add(actor.user)
        _set_enclosures(letter, enclosures)
        note(events.LETTER_DRAFTED, actor, letter, fresh, **about(letter))
    return letter


def _check_final(claim: Claim) -> None:
    if STEP_NUMBERS.get(claim.step, 0) < STEP_NUMBERS[FIRST_FINAL_STEP]:
        raise TransitionRefused(
            _("The final response is written once the investigation has begun."),
            current=claim.step,
            code="wrong_step",
        )
    letter = open_final(claim)
    if letter is not None:
        raise refuse(letter, _("Write a final response"))


def _language_of(claim: Claim, template: LetterTemplate | None) -> str:
    if template is not None:
        return template.language
    return claim.customer.language if claim.customer else claim.site.language


def _recipient_of(claim: Claim) -> dict[str, Any]:
    contact = claim.contact
    if contact is None or contact.customer_id != claim.customer_id:
        return {"recipient_name": claim.reporter if claim.customer_id is None else ""}
    return {
        "contact": contact,
        "recipient_name": contact.name,
        "recipient_email": contact.email,
    }


def edit_letter(
    *,
    actor: Actor,
    letter: Letter,
    values: dict[str, Any],
    enclosures: Iterable[Attachment] | None = None,
    version: int | None = None,
) -> Letter:
    """Change texts, recipient or enclosures; who does so never signs this letter.

    A response in approval or approved becomes a draft again and its signatures void. Raises Stale,
    NotPermitted, InvalidInput, TransitionRefused (sent, or on its way).
    """
    unknown = set(values) - EDITABLE
    if unknown:
        raise InvalidInput({name: _("This cannot be changed here.") for name in unknown})
    with locked_letter(letter, version=version) as fresh:
        require_may(can_write_letters(actor, fresh.claim))
        require_state(
            fresh, _("Change"), LetterState.DRAFT, LetterState.IN_APPROVAL, LetterState.APPROVED
        )
        require_not_on_its_way(fresh)
        changes = _set(fresh, _cleaned(fresh, values))
        moved = enclosures is not None and _set_enclosures(fresh, enclosures)
        if not changes and not moved:
            return fresh
        if fresh.state != LetterState.DRAFT:
            void_approvals(actor, fresh, "letter_changed")
        fresh.save_changes(*changes)
        fresh.editors.add(actor.user)
        fields = [*changes, *(["enclosures"] if moved else [])]
        note(
            events.LETTER_CHANGED,
            actor,
            fresh,
            fresh.claim,
            **about(fresh),
            fields=fields,
            # The wording is kept in the versions sent for approval and in the frozen copy.
            changes={name: changes[name] for name in (*RECIPIENT, "subject") if name in changes},
        )
    return fresh


def discard_letter(*, actor: Actor, letter: Letter, version: int | None = None) -> None:
    """Throw a draft away that nobody was asked to approve and nobody tried to send.

    Raises Stale, NotPermitted, TransitionRefused.
    """
    with locked_letter(letter, version=version) as fresh:
        require_may(can_write_letters(actor, fresh.claim))
        require_state(fresh, _("Discard"), LetterState.DRAFT)
        if fresh.revision or fresh.mails.exists():
            raise TransitionRefused(
                _("Others have dealt with this letter: change it instead."),
                current=fresh.state,
                code="wrong_state",
            )
        note(events.LETTER_DISCARDED, actor, fresh, fresh.claim, **about(fresh))
        fresh.delete()


def _cleaned(letter: Letter, values: dict[str, Any]) -> dict[str, Any]:
    """Values fit to be stored: single lines; a contact brings name and address."""
    cleaned = dict(values)
    for name in ("subject", "greeting", "recipient_name", "recipient_email"):
        if name in cleaned:
            cleaned[name] = " ".join(str(cleaned[name] or "").split())
    for name in FINAL_TEXTS:
        if name in cleaned:
            cleaned[name] = str(cleaned[name] or "").replace("\r\n", "\n").strip()
    contact: CustomerContact | None = cleaned.get("contact")
    if contact is not None:
        if contact.customer_id != letter.claim.customer_id:
            raise InvalidInput({"contact": _("Choose a contact of the claim's customer.")})
        cleaned["recipient_name"] = cleaned.get("recipient_name") or contact.name
        cleaned["recipient_email"] = cleaned.get("recipient_email") or contact.email
    return cleaned


def _set(letter: Letter, values: dict[str, Any]) -> dict[str, list[Any]]:
    """Set what this kind of letter has; returns what changed."""
    known = {"language", "subject", *letter.text_fields, *RECIPIENT}
    return changes_of(letter, {name: values[name] for name in values if name in known})


def _set_enclosures(letter: Letter, enclosures: Iterable[Attachment]) -> bool:
    """Enclose files of the claim; says whether that changed. Raises InvalidInput."""
    wanted = {each.pk for each in enclosures}
    found = set(
        Attachment.objects.filter(claim=letter.claim, pk__in=wanted).values_list("pk", flat=True)
    )
    if wanted - found:
        raise InvalidInput({"enclosures": _("Choose files of this claim.")})
    if wanted == set(letter.enclosures.values_list("pk", flat=True)):
        return False
    letter.enclosures.set(found)
    return True
