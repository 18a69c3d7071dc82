"""Every write to an investigation. Pages, API and handlers call these and nothing else."""

from investigations.commands.causes import (
    confirm_cause,
    drop_support,
    edit_cause,
    exclude_escape,
    propose_cause,
    reconsider_cause,
    rule_out_cause,
    support_cause,
)
from investigations.commands.conclusions import remove_comparison, save_comparison, state_finding
from investigations.commands.facts import state_fact, supersede_fact
from investigations.commands.plan import add_source, begin_plan, check_source, reopen_source
from investigations.commands.team import add_member, remove_member, set_member_role
from investigations.commands.tracing import (
    answer_traceability,
    count_lot,
    judge_lot,
    name_lot,
    refresh_lots,
)
from investigations.commands.whys import (
    answer_why,
    conclude_chain,
    edit_why,
    open_chain,
    remove_why,
)

__all__ = [
    "add_member",
    "add_source",
    "answer_traceability",
    "answer_why",
    "begin_plan",
    "check_source",
    "conclude_chain",
    "confirm_cause",
    "count_lot",
    "drop_support",
    "edit_cause",
    "edit_why",
    "exclude_escape",
    "judge_lot",
    "name_lot",
    "open_chain",
    "propose_cause",
    "reconsider_cause",
    "refresh_lots",
    "remove_comparison",
    "remove_member",
    "remove_why",
    "reopen_source",
    "rule_out_cause",
    "save_comparison",
    "set_member_role",
    "state_fact",
    "state_finding",
    "supersede_fact",
    "support_cause",
]
