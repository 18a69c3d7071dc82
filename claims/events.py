"""The facts that claims record. Names are part of the outer contract and never change."""

from django.utils.translation import gettext_lazy as _

from events.registry import kind

REPORTED = kind("claim.reported", _("reported the problem"))
CHANGED = kind("claim.changed", _("changed the claim"))
OWNER_CHANGED = kind("claim.owner_changed", _("named the owner"))
SEVERITY_CHANGED = kind("claim.severity_changed", _("judged the severity"))
PRIORITY_CHANGED = kind("claim.priority_changed", _("set the priority"))
ITEM_ADDED = kind("claim.item_added", _("added an item"))
ITEM_CHANGED = kind("claim.item_changed", _("changed an item"))
ITEM_REMOVED = kind("claim.item_removed", _("removed an item"))
DUPLICATES_ANSWERED = kind(
    "claim.duplicates_answered", _("answered the question of similar claims")
)
ACKNOWLEDGEMENT_WAIVED = kind("claim.acknowledgement_waived", _("waived the acknowledgement"))
CONTAINMENT_WAIVED = kind("claim.containment_waived", _("stated that no containment is needed"))
MOVED = kind("claim.moved", _("moved the claim"))
DEADLINES_CHANGED = kind("claim.deadlines_changed", _("recomputed the deadlines"))
PAUSED = kind("claim.paused", _("paused the clocks"))
RESUMED = kind("claim.resumed", _("resumed the clocks"))
COMMENTED = kind("claim.commented", _("commented"))
FILE_ADDED = kind("claim.file_added", _("added a file"))
SAMPLE_REQUESTED = kind("claim.sample_requested", _("requested a sample"))
SAMPLE_RECEIVED = kind("claim.sample_received", _("received a sample"))
SAMPLE_CHANGED = kind("claim.sample_changed", _("changed a sample"))
DEADLINE_RULE_CHANGED = kind("deadline.changed", _("changed the rule of a deadline"), public=False)
RECOUNT_ORDERED = kind(
    "deadline.recount_ordered", _("had the next claims counted anew"), public=False
)
REINDEX_ORDERED = kind(
    "search.reindex_ordered", _("had the next claims found by the new name"), public=False
)
MILESTONE_REACHED = kind("claim.milestone_reached", _("reached a milestone"), public=False)
