"""Every write of step 2. Pages, API, admin, handlers and tasks call these and nothing else."""

from notifications.commands.cells import save_fallback, set_cell
from notifications.commands.containment import (
    execute_order,
    lift_order,
    order_containment,
    pass_on_critical,
    request_containment,
)
from notifications.commands.people import name_recipient, remove_recipient
from notifications.commands.reading import confirm_notice, hand_over, see_all, see_notice
from notifications.commands.reminding import plan_reminders, remind, send_due_reminders
from notifications.commands.rooms import add_room, change_room, try_room
from notifications.commands.rules import RuleTargets, save_rule
from notifications.commands.sending import (
    note_returned,
    send_due_messages,
    try_again,
    try_all_again,
)
from notifications.commands.telling import tell_directly, tell_list, tell_named, tell_of_order

__all__ = [
    "RuleTargets",
    "add_room",
    "change_room",
    "confirm_notice",
    "execute_order",
    "hand_over",
    "lift_order",
    "name_recipient",
    "note_returned",
    "order_containment",
    "pass_on_critical",
    "plan_reminders",
    "remind",
    "remove_recipient",
    "request_containment",
    "save_fallback",
    "save_rule",
    "see_all",
    "see_notice",
    "send_due_messages",
    "send_due_reminders",
    "set_cell",
    "tell_directly",
    "tell_list",
    "tell_named",
    "tell_of_order",
    "try_again",
    "try_all_again",
    "try_room",
]
