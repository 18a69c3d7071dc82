"""Signed addresses in e-mails: they confirm a notice without a session.

Whoever holds the mail may confirm as its addressee and nothing else, for `VALID_FOR`. The address
itself changes nothing (mail scanners open every link): confirming is a button behind it.
"""

from __future__ import annotations

from datetime import timedelta

from django.core import signing
from django.urls import reverse

from notifications.models import Notice
from notifications.states import Channel

SALT = "notifications.confirm"
VALID_FOR = timedelta(days=60)


def confirm_path(notice: Notice) -> str:
    """The path under which the addressee of a notice in the product confirms it."""
    return reverse("notifications:confirm_by_link", args=[signing.dumps(notice.pk, salt=SALT)])


def notice_behind(token: str) -> Notice | None:
    """The notice that such an address is about.

    None when the address was altered or has expired, or when the person has left.
    """
    try:
        pk = signing.loads(token, salt=SALT, max_age=VALID_FOR)
    except signing.BadSignature:
        return None
    rows = Notice.objects.select_related("claim__customer", "order", "event", "user")
    return rows.filter(pk=pk, channel=Channel.IN_APP, user__is_active=True).first()
