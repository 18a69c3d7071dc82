"""What claims of step 2 lack to go on, as lists say it."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from claims.lacks import Lack, any_row, flag, named, register, rows
from claims.states import Severity, Step
from notifications.models import ContainmentOrder, ContainmentRequest, Notice
from notifications.selectors import TELLING, open_requests, orders_to_execute
from notifications.states import HOLDING


def _unsent(count: int) -> str:
    return ngettext("%(n)d message not sent", "%(n)d messages not sent", count) % {"n": count}


def _to_execute(count: int) -> str:
    return ngettext("%(n)d order to execute", "%(n)d orders to execute", count) % {"n": count}


def _to_lift(count: int) -> str:
    return ngettext("%(n)d order to lift", "%(n)d orders to lift", count) % {"n": count}


_wanted = any_row(ContainmentRequest.objects.all())
_critical = Q(severity=Severity.CRITICAL) | Q(severity="") & _wanted
_none_ordered = Q(containment_waiver="") & ~any_row(ContainmentOrder.objects.all())
_undecided = any_row(open_requests()) | (_critical & _none_ordered)
_on_the_way = Notice.objects.filter(
    occasion__in=TELLING, sent_at=None, handed_over_at=None, room=None
)
_in_force = ContainmentOrder.objects.filter(
    Q(kind__in=HOLDING) | Q(executed_at=None), lifted_at=None
)

register(
    Lack("containment", (Step.RECEIPT,), 10, flag(_undecided), named(_("decide on containment"))),
    Lack("unsent", (Step.NOTIFICATION,), 0, rows(_on_the_way), _unsent, waits=True),
    Lack("orders", (Step.NOTIFICATION,), 10, rows(orders_to_execute()), _to_execute, waits=True),
    Lack("in_force", (Step.MONITORING,), 50, rows(_in_force), _to_lift),
)
