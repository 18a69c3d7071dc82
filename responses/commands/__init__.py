"""Every write of responses. Pages, API, admin, tasks and handlers call these and nothing else."""

from responses.commands.approving import (
    approve_letter,
    return_letter,
    submit_letter,
    take_back_letter,
    withdraw_response,
)
from responses.commands.deciding import Line, record_decision
from responses.commands.drafting import discard_letter, draft_letter, edit_letter
from responses.commands.listening import (
    add_legal_note,
    answer_survey,
    ask_satisfaction,
    note_legal_reading,
    receive_message,
)
from responses.commands.money import (
    remove_compensation,
    remove_cost,
    save_compensation,
    save_cost,
    settle_compensation,
)
from responses.commands.sending import (
    mark_sent,
    note_handed_over,
    note_not_delivered,
    note_returned,
    send_letter,
)
from responses.commands.settings import save_limit, save_template

__all__ = [
    "Line",
    "add_legal_note",
    "answer_survey",
    "approve_letter",
    "ask_satisfaction",
    "discard_letter",
    "draft_letter",
    "edit_letter",
    "mark_sent",
    "note_handed_over",
    "note_legal_reading",
    "note_not_delivered",
    "note_returned",
    "receive_message",
    "record_decision",
    "remove_compensation",
    "remove_cost",
    "return_letter",
    "save_compensation",
    "save_cost",
    "save_limit",
    "save_template",
    "send_letter",
    "settle_compensation",
    "submit_letter",
    "take_back_letter",
    "withdraw_response",
]
