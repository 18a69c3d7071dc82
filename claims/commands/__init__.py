"""Every write to a claim. Pages, API, admin, tasks and imports call these and nothing else."""

from claims.commands.base import locked_claim
from claims.commands.course import (
    note_facts,
    reach_milestone,
    request_sample,
    update_sample,
)
from claims.commands.deadlines import pause_claim, resume_claim
from claims.commands.editing import (
    answer_duplicates,
    assign_owner,
    edit_claim,
    remove_item,
    save_item,
    set_priority,
    set_severity,
    waive_acknowledgement,
    waive_containment,
)
from claims.commands.files import attach_file
from claims.commands.moving import move_claim
from claims.commands.people import (
    add_comment,
    add_participant,
    add_participants,
    choose_columns,
    delete_view,
    note_visit,
    remove_participant,
    save_view,
    set_watching,
)
from claims.commands.record import ItemEdit, Judgement, save_record
from claims.commands.reporting import Report, report_claim, report_claims
from claims.commands.rules import remove_deadline, save_deadline

__all__ = [
    "ItemEdit",
    "Judgement",
    "Report",
    "add_comment",
    "add_participant",
    "add_participants",
    "answer_duplicates",
    "assign_owner",
    "attach_file",
    "choose_columns",
    "delete_view",
    "edit_claim",
    "locked_claim",
    "move_claim",
    "note_facts",
    "note_visit",
    "pause_claim",
    "reach_milestone",
    "remove_deadline",
    "remove_item",
    "remove_participant",
    "report_claim",
    "report_claims",
    "request_sample",
    "resume_claim",
    "save_deadline",
    "save_item",
    "save_record",
    "save_view",
    "set_priority",
    "set_severity",
    "set_watching",
    "update_sample",
    "waive_acknowledgement",
    "waive_containment",
]
