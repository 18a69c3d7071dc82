"""The facts that investigations record. Names are part of the outer contract and never change."""

from django.utils.translation import gettext_lazy as _

from events.registry import kind

BEGUN = kind("investigation.begun", _("began the investigation"))
TEAM_MEMBER_ADDED = kind("team.member_added", _("added a team member"))
TEAM_ROLE_CHANGED = kind("team.role_changed", _("changed a part in the team"))
TEAM_MEMBER_REMOVED = kind("team.member_removed", _("removed a team member"))
SOURCE_ADDED = kind("source.added", _("added a source to the plan"))
SOURCE_CHECKED = kind("source.checked", _("checked a source"))
SOURCE_REOPENED = kind("source.reopened", _("reopened a source"))
FACT_STATED = kind("fact.stated", _("stated a fact"))
FACT_SUPERSEDED = kind("fact.superseded", _("superseded a fact"))
TRACEABILITY_ANSWERED = kind("traceability.answered", _("answered a traceability question"))
LOT_NAMED = kind("affected_lot.named", _("named a lot that may be affected"))
LOT_JUDGED = kind("affected_lot.judged", _("judged a lot that may be affected"))
LOT_COUNTED = kind("affected_lot.counted", _("accounted for the pieces of a lot"))
COMPARED = kind("is_is_not.changed", _("changed the is / is-not comparison"))
CAUSE_PROPOSED = kind("cause.proposed", _("proposed a cause"))
CAUSE_CHANGED = kind("cause.changed", _("changed a hypothesis"))
CAUSE_SUPPORTED = kind("cause.facts_linked", _("linked facts to a cause"))
CAUSE_CONFIRMED = kind("cause.confirmed", _("confirmed a cause"))
CAUSE_RULED_OUT = kind("cause.ruled_out", _("ruled out a cause"))
CAUSE_RECONSIDERED = kind("cause.reconsidered", _("made a cause a hypothesis again"))
ESCAPE_EXCLUDED = kind("cause.escape_excluded", _("stated why there is no escape cause"))
CHAIN_OPENED = kind("why_chain.opened", _("opened a chain of whys"))
CHAIN_CONCLUDED = kind("why_chain.concluded", _("led a chain of whys to its cause"))
WHY_ANSWERED = kind("why.answered", _("answered a why"))
WHY_CHANGED = kind("why.changed", _("changed the answer to a why"))
WHY_REMOVED = kind("why.removed", _("removed a why"))
FINDING_STATED = kind("finding.stated", _("stated the finding"))
