"""The facts that responses record. Names are part of the outer contract and never change.

What a claim costs and what the lawyers say stays out of the feed: few may read it.
"""

from django.utils.translation import gettext_lazy as _

from events.registry import kind

LETTER_DRAFTED = kind("letter.drafted", _("drafted a letter"))
LETTER_CHANGED = kind("letter.changed", _("changed a letter"))
LETTER_DISCARDED = kind("letter.discarded", _("discarded the draft of a letter"))
LETTER_SUBMITTED = kind("letter.submitted", _("sent the response for approval"))
LETTER_SIGNED = kind("letter.signed", _("approved the response"))
LETTER_APPROVED = kind("letter.approved", _("gave the last approval of the response"))
LETTER_RETURNED = kind("letter.returned", _("returned the response"))
LETTER_TAKEN_BACK = kind("letter.taken_back", _("took the letter back to change it"))
APPROVALS_VOIDED = kind("letter.approvals_voided", _("made the approvals void by a change"))
LETTER_QUEUED = kind("letter.queued", _("gave the letter to the mail"))
LETTER_SENT = kind("letter.sent", _("sent the letter to the customer"))
LETTER_FAILED = kind("letter.failed", _("could not send the letter"))
LETTER_CAME_BACK = kind("letter.came_back", _("got the letter back as undeliverable"))
DECISION_RECORDED = kind("decision.recorded", _("recorded the decision"))
DECISION_CHANGED = kind("decision.changed", _("changed the decision"))
COMPENSATION_ADDED = kind("compensation.added", _("added a compensation"), public=False)
COMPENSATION_CHANGED = kind("compensation.changed", _("changed a compensation"), public=False)
COMPENSATION_REMOVED = kind("compensation.removed", _("removed a compensation"), public=False)
COMPENSATION_SETTLED = kind("compensation.settled", _("settled a compensation"), public=False)
COST_ENTERED = kind("cost.entered", _("entered a cost"), public=False)
COST_CHANGED = kind("cost.changed", _("changed a cost"), public=False)
COST_REMOVED = kind("cost.removed", _("removed a cost"), public=False)
LEGAL_NOTE_ADDED = kind("legal.note_added", _("wrote a legal note"), public=False)
LEGAL_NOTES_READ = kind("legal.notes_read", _("read the legal notes"), public=False)
MESSAGE_RECEIVED = kind("correspondence.received", _("noted a message from the customer"))
SURVEY_ASKED = kind("survey.asked", _("opened the question of satisfaction"))
SURVEY_ANSWERED = kind("survey.answered", _("answered the question of satisfaction"))
TEMPLATE_CHANGED = kind("letter_template.changed", _("changed a letter template"), public=False)
LIMIT_CHANGED = kind("legal_limit.changed", _("changed the limit of legal review"), public=False)
