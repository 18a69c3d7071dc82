"""The facts that step 2 records. Names are part of the outer contract and never change."""

from django.utils.translation import gettext_lazy as _

from events.registry import kind

TOLD = kind("notice.created", _("told the people concerned"))
CONFIRMED = kind("notice.confirmed", _("confirmed having read a notice"))
NOT_SENT = kind("notice.failed", _("could not send a notice"))
HANDED_OVER = kind("notice.handed_over", _("told somebody another way"))
TRIED_AGAIN = kind("notice.tried_again", _("had a notice sent again"))
RECIPIENT_NAMED = kind("notice.recipient_named", _("named somebody to be told"))
RECIPIENT_REMOVED = kind("notice.recipient_removed", _("took somebody off those to be told"))
REMINDED = kind("reminder.sent", _("reminded"))
REQUESTED = kind("containment.requested", _("asked to stop something"))
ORDERED = kind("containment.ordered", _("ordered containment"))
EXECUTED = kind("containment.executed", _("executed a containment order"))
LIFTED = kind("containment.lifted", _("lifted a containment order"))
RULE_CHANGED = kind("notification_rule.changed", _("changed the notification list"), public=False)
FALLBACK_CHANGED = kind(
    "notification_list.fallback_changed", _("changed the fallback list"), public=False
)
ROOM_ADDED = kind("chat_room.added", _("added a chat room"), public=False)
ROOM_CHANGED = kind("chat_room.changed", _("changed a chat room"), public=False)
UNANSWERED = kind(
    "notification_list.unanswered", _("found nobody to tell in the notification list")
)
