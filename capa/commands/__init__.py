"""Every write to actions. Pages and API call these and nothing else."""

from capa.commands.carrying import (
    complete_action,
    mark_document,
    report_progress,
    return_action,
    start_action,
    verify_action,
)
from capa.commands.planning import edit_action, link_action, plan_action
from capa.commands.requests import (
    ask_cancellation,
    ask_extension,
    decide_cancellation,
    decide_extension,
    decide_no_action,
    give_no_action_reason,
)

__all__ = [
    "ask_cancellation",
    "ask_extension",
    "complete_action",
    "decide_cancellation",
    "decide_extension",
    "decide_no_action",
    "edit_action",
    "give_no_action_reason",
    "link_action",
    "mark_document",
    "plan_action",
    "report_progress",
    "return_action",
    "start_action",
    "verify_action",
]
