"""Letters to the customer, their templates, versions and signatures."""

from __future__ import annotations

import hashlib
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from accounts.models import Role
from claims.models import Attachment, Claim
from core import clock
from core.models import Timestamped, Versioned
from masterdata.models import LANGUAGES, CustomerContact
from responses.states import (
    TEXTS,
    LetterKind,
    LetterState,
    Meaning,
    SendChannel,
)

DRAFT, IN_APPROVAL, APPROVED, SENT = LetterState
USER = settings.AUTH_USER_MODEL


class LetterTexts(models.Model):
    """The texts of which a letter is made; an acknowledgement has only a greeting and a body."""

    subject = models.CharField(_("subject"), max_length=250)
    greeting = models.CharField(_("greeting"), max_length=200, blank=True)
    body = models.TextField(_("message"))
    findings = models.TextField(_("What we found"), blank=True)
    done = models.TextField(_("What we have done"), blank=True)
    planned = models.TextField(_("What we will do"), blank=True)
    settlement = models.TextField(_("Decision and compensation"), blank=True)
    closing = models.TextField(_("closing"), blank=True)

    class Meta:
        abstract = True


class LetterTemplate(LetterTexts, Versioned):
    """What a letter starts from; `{name}` stands for something of the claim (see `filling`)."""

    kind = models.CharField(_("kind"), max_length=16, choices=LetterKind.choices)
    language = models.CharField(_("language"), max_length=2, choices=LANGUAGES)
    name = models.CharField(_("name"), max_length=80)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("letter template")
        verbose_name_plural = _("letter templates")
        ordering = ["kind", "language", "id"]
        constraints = [
            models.UniqueConstraint("kind", "language", "name", name="letter_template_name")
        ]

    def __str__(self) -> str:
        return self.name


def label_of(name: str) -> str:
    """The heading of a text in the current language."""
    return str(getattr(LetterTemplate._meta.get_field(name), "verbose_name", name))


def _goes_unapproved(letter: Any) -> bool:
    return not letter.needs_approval


class Letter(FSMModelMixin, LetterTexts, Versioned):
    """One letter to the customer of a claim, in the customer's language.

    `state` moves only through the transitions below, called by commands. `revision` counts how
    often it was sent for approval. What the customer got is frozen in `frozen_…` when the letter is
    handed over; `frozen_sha256` covers text, HTML and the enclosures' own hashes.
    """

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="letters")
    kind = models.CharField(_("kind"), max_length=16, choices=LetterKind.choices)
    language = models.CharField(_("language"), max_length=2, choices=LANGUAGES)
    template = models.ForeignKey(
        LetterTemplate,
        verbose_name=_("template"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    state = FSMField(
        _("state"),
        max_length=12,
        choices=LetterState.choices,
        default=LetterState.DRAFT.value,
        protected=True,
    )
    revision = models.PositiveSmallIntegerField(_("version"), default=0)

    contact = models.ForeignKey(
        CustomerContact,
        verbose_name=_("recipient"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    recipient_name = models.CharField(_("recipient's name"), max_length=200, blank=True)
    recipient_email = models.EmailField(_("recipient's e-mail"), blank=True)
    enclosures: Any = models.ManyToManyField(
        Attachment, verbose_name=_("enclosures"), blank=True, related_name="letters"
    )

    author = models.ForeignKey(
        USER, verbose_name=_("author"), on_delete=models.PROTECT, related_name="letters"
    )
    editors: Any = models.ManyToManyField(
        USER, verbose_name=_("editors"), blank=True, related_name="edited_letters"
    )
    needs_legal = models.BooleanField(_("needs legal approval"), default=False)
    submitted_at = models.DateTimeField(_("sent for approval"), null=True, blank=True)
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True)

    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    sent_by = models.ForeignKey(
        USER,
        verbose_name=_("sent by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    channel = models.CharField(_("sent as"), max_length=12, choices=SendChannel.choices, blank=True)
    send_note = models.CharField(_("how it was sent"), max_length=500, blank=True)

    frozen_at = models.DateTimeField(null=True, blank=True)
    frozen_text = models.TextField(_("text as sent"), blank=True)
    frozen_html = models.TextField(_("page as sent"), blank=True)
    frozen_enclosures = models.JSONField(_("enclosures as sent"), default=list, blank=True)
    frozen_sha256 = models.CharField(_("SHA-256 of the copy"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=LetterState.values), name="letter_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state=SENT) | Q(sent_at__isnull=False, frozen_at__isnull=False),
                name="letter_sent_is_frozen",
            ),
            models.UniqueConstraint(
                "claim",
                name="letter_one_open_final",
                condition=Q(kind=LetterKind.FINAL) & ~Q(state=SENT),
            ),
        ]
        indexes = [
            models.Index(fields=["claim", "kind", "state"], name="letter_claim_kind"),
            models.Index(
                fields=["submitted_at", "id"],
                name="letter_in_approval",
                condition=Q(state=IN_APPROVAL),
            ),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def needs_approval(self) -> bool:
        """Only the final response is agreed by others before it goes out."""
        return bool(self.kind == LetterKind.FINAL)

    @property
    def is_sent(self) -> bool:
        """The customer has it; nothing of it changes any more."""
        return bool(self.state == SENT)

    @property
    def text_fields(self) -> tuple[str, ...]:
        """The texts this kind of letter has, in their order on paper."""
        return TEXTS[self.kind]

    @property
    def texts(self) -> dict[str, str]:
        """Subject and texts as they are now."""
        return {name: getattr(self, name) for name in ("subject", *self.text_fields)}

    @property
    def is_intact(self) -> bool:
        """The frozen copy is still what its hash says."""
        return self.frozen_sha256 == digest_of_copy(self)

    @transition(field=state, source=DRAFT, target=IN_APPROVAL)
    def submit(self) -> None:
        self.submitted_at = clock.now()
        self.revision += 1

    @transition(field=state, source=IN_APPROVAL, target=APPROVED)
    def approve(self) -> None:
        self.approved_at = clock.now()

    @transition(
        field=state,
        source=DRAFT,
        target=APPROVED,
        conditions=[_goes_unapproved],
    )
    def release(self) -> None:
        """An acknowledgement or interim reply goes out without approval."""

    @transition(field=state, source=[IN_APPROVAL, APPROVED], target=DRAFT)
    def give_back(self) -> None:
        self.submitted_at = self.approved_at = None

    @transition(field=state, source=APPROVED, target=SENT)
    def send(self) -> None:
        """Handed over to the customer; the moment is set by the command."""


def digest_of_copy(letter: Letter) -> str:
    """SHA-256 over the frozen text, HTML and the hashes of the enclosures, each ended by NUL."""
    parts = [letter.frozen_text, letter.frozen_html]
    parts += [each["sha256"] for each in letter.frozen_enclosures]
    return hashlib.sha256("".join(f"{part}\0" for part in parts).encode()).hexdigest()


class LetterRevision(models.Model):
    """The texts of a letter as they were sent for approval, numbered per letter."""

    letter = models.ForeignKey(Letter, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveSmallIntegerField(_("version"))
    texts = models.JSONField(_("texts"))
    at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("version of a letter")
        verbose_name_plural = _("versions of letters")
        ordering = ["letter_id", "number"]
        constraints = [models.UniqueConstraint("letter", "number", name="letter_revision_number")]

    def __str__(self) -> str:
        return f"{self.letter_id}/{self.number}"


class Approval(Timestamped):
    """An electronic signature under one version of a final response.

    `digest` covers what was signed: the letter, its recipient and enclosures, the decision and the
    compensations. `in_place_of` names the absent approver for whom a substitute signed. A signature
    is never deleted: a change makes it void (`voided_at`, with reason).
    """

    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="approvals")
    revision = models.PositiveSmallIntegerField(_("version"))
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    meaning = models.CharField(_("meaning"), max_length=12, choices=Meaning.choices)
    at = models.DateTimeField(_("signed"), default=clock.now)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="response_approvals")
    by_label = models.CharField(_("signed by"), max_length=200)
    in_place_of = models.CharField(_("in the place of"), max_length=200, blank=True)
    via = models.CharField(max_length=12)
    comment = models.TextField(_("comment"), blank=True)
    digest = models.CharField(max_length=64)
    voided_at = models.DateTimeField(_("void since"), null=True, blank=True)
    voided_reason = models.CharField(_("why void"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                "letter", "role", name="approval_role_once", condition=Q(voided_at=None)
            ),
            models.UniqueConstraint(
                "letter", "by", name="approval_person_once", condition=Q(voided_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.by_label}: {self.get_role_display()}"


class Remark(Timestamped):
    """Why an approver returned a version of a letter to its author."""

    letter = models.ForeignKey(Letter, on_delete=models.CASCADE, related_name="remarks")
    revision = models.PositiveSmallIntegerField(_("version"))
    text = models.TextField(_("comment"))
    at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    by_label = models.CharField(max_length=200)

    class Meta:
        verbose_name = _("remark on a letter")
        verbose_name_plural = _("remarks on letters")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.text[:80]


class SigningFailure(models.Model):
    """A wrong password under a signature; forgotten with the next right one."""

    user = models.ForeignKey(USER, on_delete=models.CASCADE, related_name="signing_failures")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("wrong password under a signature")
        verbose_name_plural = _("wrong passwords under signatures")
        indexes = [models.Index(fields=["user", "at"], name="signing_failure_user")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.at:%Y-%m-%d %H:%M}"
