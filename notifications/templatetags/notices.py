"""Notices in templates."""

from django import template

from notifications import reminders, wording
from notifications.models import Notice
from notifications.reminders import Reminded

register = template.Library()
register.filter("headline", wording.headline)
register.filter("notice_icon", wording.icon_of)


@register.filter
def reminded(notice: Notice) -> Reminded:
    """What a reminder is about."""
    return reminders.reminded(notice.event.data)


@register.filter
def task_url(notice: Notice) -> str:
    """The page on which its reader does what a reminder is about."""
    return reminders.url_of(notice.event.data, notice.claim.number, notice.user_id)
