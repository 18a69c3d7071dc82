"""Probes for load balancers and people: the process is up; what it needs answers.

Only the database and the file storage are vital. Without the broker claims are still taken and
notices wait in their tables, so a dead broker, a slow relay, a mail server that takes nothing or a
mailbox that cannot be read is shown as "degraded" but keeps the site in service.
"""

import logging
import tempfile
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.db import Error, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from events.selectors import relay_lag_seconds
from mailboxes.selectors import failing_mailboxes
from notifications.selectors import overdue_messages
from responses.selectors import overdue_mails

log = logging.getLogger(__name__)

# The sweep comes every minute; twice that and something is stuck.
LAG_LIMIT_SECONDS = 120
# Mail servers are busy at times; as long as that they are away.
MAIL_LIMIT = timedelta(minutes=5)


@require_safe
@never_cache
def live(request: HttpRequest) -> JsonResponse:
    """The process answers; nothing else is asked."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """200 while requests can be served, 503 when database or storage fail; each part by name."""
    lag = measured_lag()
    parts = {
        "database": state_of(check_database),
        "storage": state_of(check_storage),
        "broker": state_of(check_broker),
        "relay": "ok" if lag is not None and lag <= LAG_LIMIT_SECONDS else "failed",
        "mail": state_of(check_mail),
        "mailboxes": state_of(check_mailboxes),
    }
    vital = parts["database"] == parts["storage"] == "ok"
    well = all(state == "ok" for state in parts.values())
    status = "ok" if well else "degraded" if vital else "unavailable"
    answer = {"status": status, **parts, "relay_lag_seconds": lag}
    return JsonResponse(answer, status=200 if vital else 503)


def state_of(check: Callable[[], None]) -> str:
    """ "ok", or "failed" whatever went wrong: causes belong in the log, not on a public address."""
    try:
        check()
    except Exception as error:  # noqa: BLE001 - a probe reports every kind of failure
        log.warning("%s: %s: %s", check.__name__, type(error).__name__, error)
        return "failed"
    return "ok"


def check_database() -> None:
    """A query comes back."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def check_storage() -> None:
    """A file can be written where attachments are kept."""
    settings.MEDIA_ROOT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=settings.MEDIA_ROOT) as file:
        file.write(b"ready?")


def check_broker() -> None:
    """Redis answers a ping, or the folder of the embedded broker takes a file.

    Asked twice, a second each: a busy machine may keep anybody for a moment.
    """
    if settings.REDIS_URL:
        import redis
        from redis.backoff import NoBackoff
        from redis.retry import Retry

        with redis.Redis.from_url(
            settings.REDIS_URL,
            socket_timeout=1,
            socket_connect_timeout=1,
            retry=Retry(NoBackoff(), retries=1),
        ) as client:
            client.ping()
    else:
        with tempfile.TemporaryFile(dir=settings.VAR_DIR / "broker" / "queue"):
            pass


def check_mail() -> None:
    """E-mails, letters to customers among them, go out when they are due."""
    if overdue_messages(MAIL_LIMIT).exists() or overdue_mails(MAIL_LIMIT).exists():
        raise RuntimeError("e-mails wait")


def check_mailboxes() -> None:
    """Every mailbox that should be read is."""
    if failing_mailboxes().exists():
        raise RuntimeError("a mailbox is not read")


def measured_lag() -> float | None:
    """How long the oldest event waits for a handler, in seconds; None when nobody can tell."""
    try:
        return round(relay_lag_seconds(), 1)
    except Error:
        return None
