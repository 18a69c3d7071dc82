"""Models of step 2; import them from here."""

from notifications.models.containment import ContainmentOrder, ContainmentRequest
from notifications.models.reminders import Reminder
from notifications.models.rooms import ChatRoom
from notifications.models.rules import FallbackList, NamedRecipient, NotificationRule
from notifications.models.telling import Message, Notice

__all__ = [
    "ChatRoom",
    "ContainmentOrder",
    "ContainmentRequest",
    "FallbackList",
    "Message",
    "NamedRecipient",
    "Notice",
    "NotificationRule",
    "Reminder",
]
