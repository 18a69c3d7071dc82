"""The sources of My work: one for each sort of task."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from worklist import sources, whose
from worklist.items import Kind, Source, Task, Whose

ICONS: dict[str, tuple[str, Any]] = {
    "report": ("camera", _("Report")),
    "claim": ("file-alert", _("Claim step")),
    "reply": ("mail-forward", _("Customer reply")),
    "notice": ("bell-ringing", _("Notice")),
    "mail": ("mail-off", _("E-mail")),
    "containment": ("hand-stop", _("Containment")),
    "action": ("checkbox", _("Action")),
    "approval": ("signature", _("Approval")),
    "payment": ("receipt", _("Compensation")),
}


def _source(
    name: str,
    kind: Kind,
    icon: str,
    rows: Callable[[Actor], QuerySet[Any]],
    task: Callable[[Any], Task],
    due: str,
    *related: str,
    whose: Whose = whose.nobody,
) -> Source:
    shape, label = ICONS[icon]
    return Source(name, kind, shape, label, rows, task, due, whose, related)


CUSTOMER = "claim__customer"
ACTION = "action__claim__customer"

SOURCES: tuple[Source, ...] = (
    _source(
        "intake",
        Kind.CLAIMS,
        "report",
        sources.unassigned_claims,
        sources.intake_task,
        "step_due_at",
        "customer",
        "received_by",
    ),
    _source(
        "moves",
        Kind.CLAIMS,
        "claim",
        sources.claims_to_move,
        sources.claim_task,
        "step_due_at",
        "customer",
        whose=whose.claim,
    ),
    _source(
        "acknowledgements",
        Kind.REPLIES,
        "reply",
        sources.acknowledgements_due,
        sources.acknowledgement_task,
        "due_at",
        CUSTOMER,
        whose=whose.claim_owner,
    ),
    _source(
        "interim",
        Kind.REPLIES,
        "reply",
        sources.interim_replies_due,
        sources.interim_task,
        "response_due_at",
        "customer",
        whose=whose.claim,
    ),
    _source(
        "sending",
        Kind.REPLIES,
        "reply",
        sources.letters_to_send,
        sources.sending_task,
        "claim__response_due_at",
        CUSTOMER,
        whose=whose.claim_owner,
    ),
    _source(
        "notices",
        Kind.NOTICES,
        "notice",
        sources.notices_to_confirm,
        sources.notice_task,
        "due_at",
        CUSTOMER,
        "order__lot",
        "order__line",
        "order__shipment",
        "event",
        whose=whose.recipient,
    ),
    _source(
        "mails",
        Kind.NOTICES,
        "mail",
        sources.mails_that_died,
        sources.mail_task,
        "claim__step_due_at",
        CUSTOMER,
        "user",
        whose=whose.claim_owner,
    ),
    _source(
        "wishes",
        Kind.CONTAINMENT,
        "containment",
        sources.wishes_to_answer,
        sources.wish_task,
        "claim__step_due_at",
        CUSTOMER,
    ),
    _source(
        "orders",
        Kind.CONTAINMENT,
        "containment",
        sources.orders_for,
        sources.order_task,
        "due_at",
        CUSTOMER,
        "lot",
        "line",
        "shipment",
        whose=whose.executor,
    ),
    _source(
        "actions",
        Kind.ACTIONS,
        "action",
        sources.own_actions,
        sources.action_task,
        "due_at",
        CUSTOMER,
        whose=whose.owner,
    ),
    _source(
        "checks",
        Kind.ACTIONS,
        "action",
        sources.checks_to_make,
        sources.check_task,
        "due_at",
        ACTION,
        whose=whose.manager_of_action,
    ),
    _source(
        "letters",
        Kind.APPROVALS,
        "approval",
        sources.letters_waiting,
        sources.letter_task,
        "claim__response_due_at",
        CUSTOMER,
        "claim__decision",
        "author",
        whose=whose.signer,
    ),
    _source(
        "extensions",
        Kind.APPROVALS,
        "approval",
        sources.extensions_to_decide,
        sources.extension_task,
        "from_due",
        ACTION,
        whose=whose.manager_of_action,
    ),
    _source(
        "cancellations",
        Kind.APPROVALS,
        "approval",
        sources.cancellations_to_decide,
        sources.cancellation_task,
        "action__due_at",
        ACTION,
        whose=whose.manager_of_action,
    ),
    _source(
        "no_actions",
        Kind.APPROVALS,
        "approval",
        sources.no_actions_to_decide,
        sources.no_action_task,
        "claim__step_due_at",
        CUSTOMER,
        "cause",
        whose=whose.manager,
    ),
    _source(
        "payments",
        Kind.PAYMENTS,
        "payment",
        sources.payments_to_settle,
        sources.payment_task,
        "due_at",
        CUSTOMER,
    ),
)
