"""What people were reminded of since the last deed, at the moments when it was due."""

from __future__ import annotations

from core import clock
from demo.teller import Teller
from notifications.commands import plan_reminders, send_due_messages, send_due_reminders
from notifications.levels import ReminderState
from notifications.models import Reminder


def remind(teller: Teller) -> None:
    """Send the reminders of what the claim was left waiting for, up to the present."""
    with clock.moved_to(teller.now):
        plan_reminders()
    planned = Reminder.objects.filter(claim=teller.claim.pk, state=ReminderState.PLANNED)
    passed = planned.filter(next_at__lte=teller.until).order_by("next_at")
    for moment in passed.values_list("next_at", flat=True).distinct():
        teller.now = max(teller.now, moment)
        with clock.moved_to(teller.now):
            send_due_reminders()
            send_due_messages()
        teller.relay()
