"""The facts that actions record. Names are part of the outer contract and never change."""

from django.utils.translation import gettext_lazy as _

from events.registry import kind

PLANNED = kind("action.planned", _("planned an action"))
CHANGED = kind("action.changed", _("changed an action"))
OWNER_CHANGED = kind("action.owner_changed", _("named the owner of an action"))
LINKED = kind("action.linked", _("let an action serve this claim too"))
STARTED = kind("action.started", _("started an action"))
PROGRESSED = kind("action.progressed", _("reported progress of an action"))
DOCUMENT_UPDATED = kind("action.document_updated", _("updated a document of an action"))
COMPLETED = kind("action.completed", _("completed an action"))
RETURNED = kind("action.returned", _("returned an action to its owner"))
EFFECTIVE = kind("action.effective", _("verified an action as effective"))
INEFFECTIVE = kind("action.ineffective", _("found an action not effective"))
EXTENSION_ASKED = kind("action.extension_asked", _("asked for more time for an action"))
EXTENSION_GRANTED = kind("action.extension_granted", _("moved the due date of an action"))
EXTENSION_DECLINED = kind("action.extension_declined", _("declined more time for an action"))
CANCELLATION_ASKED = kind("action.cancellation_asked", _("asked to cancel an action"))
CANCELLED = kind("action.cancelled", _("cancelled an action"))
CANCELLATION_DECLINED = kind("action.cancellation_declined", _("kept an action"))
NO_ACTION_ASKED = kind("no_action.asked", _("gave a reason for no action against a cause"))
NO_ACTION_GRANTED = kind("no_action.granted", _("agreed to no action against a cause"))
NO_ACTION_DECLINED = kind("no_action.declined", _("asked for an action against a cause"))
