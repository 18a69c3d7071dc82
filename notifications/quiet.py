"""Quiet hours: reminders by mail wait until they end; in the product they are there at once."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from accounts.models import User


def mail_at(user: User, moment: datetime) -> datetime:
    """The earliest instant from `moment` on that lies outside the person's quiet hours.

    Quiet hours are those of the person's clock, from included, to excluded; they may span midnight.
    """
    begins, ends = user.quiet_from, user.quiet_to
    if begins is None or ends is None or begins == ends:
        return moment
    local = moment.astimezone(user.zone)
    if not _is_between(local.time(), begins, ends):
        return moment
    day = local.date() if local.time() < ends else local.date() + timedelta(days=1)
    return datetime.combine(day, ends, tzinfo=local.tzinfo)


def _is_between(now: time, begins: time, ends: time) -> bool:
    if begins < ends:
        return begins <= now < ends
    return now >= begins or now < ends
