"""The probes that load balancers and people ask."""

from datetime import timedelta

import pytest
from django.db import DatabaseError

from config import health
from core import clock
from events.relay import run_pending
from mailboxes.models import Mailbox
from masterdata.models import Site, WorkCalendar
from notifications.commands import send_due_messages


def test_live_answers_without_a_database(client):
    assert client.get("/health/live").json() == {"status": "ok"}


@pytest.mark.django_db
def test_ready_names_every_part(client):
    answer = client.get("/health/ready")
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ok",
        "database": "ok",
        "storage": "ok",
        "broker": "ok",
        "relay": "ok",
        "mail": "ok",
        "mailboxes": "ok",
        "relay_lag_seconds": 0.0,
    }


@pytest.mark.django_db
def test_a_dead_broker_keeps_the_site_in_service(client, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    answer = client.get("/health/ready")
    assert answer.status_code == 200
    assert (answer.json()["status"], answer.json()["broker"]) == ("degraded", "failed")


def test_a_dead_database_takes_the_site_out_of_service_without_telling_why(client, monkeypatch):
    def fail() -> None:
        raise DatabaseError("password authentication failed for user claims")

    monkeypatch.setattr(health, "check_database", fail)
    monkeypatch.setattr(health, "relay_lag_seconds", fail)
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["status"] == "unavailable"
    assert b"password" not in answer.content


@pytest.mark.django_db
def test_a_relay_that_stands_still_is_shown(client, monkeypatch):
    monkeypatch.setattr(health, "relay_lag_seconds", lambda: 500.04)
    answer = client.get("/health/ready")
    assert answer.status_code == 200
    assert answer.json()["status"] == "degraded"
    assert (answer.json()["relay"], answer.json()["relay_lag_seconds"]) == ("failed", 500.0)


@pytest.mark.django_db
def test_emails_that_nobody_takes_are_shown(client, cast, settings):
    cast.report()
    run_pending()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    send_due_messages()
    assert client.get("/health/ready").json()["mail"] == "ok"
    with clock.moved_to(clock.now() + timedelta(minutes=6)):
        answer = client.get("/health/ready")
    assert answer.status_code == 200
    assert (answer.json()["status"], answer.json()["mail"]) == ("degraded", "failed")


@pytest.mark.django_db
def test_a_mailbox_that_cannot_be_read_is_shown(client):
    site = Site.objects.create(
        code="X", name="X", calendar=WorkCalendar.objects.create(name="any", country="")
    )
    Mailbox.objects.create(name="Claims", host="127.0.0.1", username="x", site=site)
    assert client.get("/health/ready").json()["mailboxes"] == "ok"
    Mailbox.objects.update(failures=3)
    answer = client.get("/health/ready")
    assert answer.status_code == 200
    assert (answer.json()["status"], answer.json()["mailboxes"]) == ("degraded", "failed")
    Mailbox.objects.update(paused_at=clock.now())
    assert client.get("/health/ready").json()["mailboxes"] == "ok"
    nobody_rings = clock.now() - timedelta(hours=1)
    Mailbox.objects.update(paused_at=None, failures=0, next_poll_at=nobody_rings)
    assert client.get("/health/ready").json()["mailboxes"] == "failed"


@pytest.mark.django_db
def test_storage_that_cannot_be_written_takes_the_site_out_of_service(client, settings, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    settings.MEDIA_ROOT = blocked / "media"
    assert client.get("/health/ready").json()["storage"] == "failed"
