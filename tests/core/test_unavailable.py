"""The database is away: people read what to do, in their language, and nobody asks it for that."""

from __future__ import annotations

import uuid
from unittest.mock import patch

import pytest
from django.db import InterfaceError, OperationalError, connection
from django.test import Client

from claims.models import Claim
from tests.cast import Cast
from tests.claims.test_files import photo


def away(*_arguments, **_named):
    raise OperationalError("could not connect to server: Connection refused")


@pytest.fixture
def guest() -> Client:
    """A browser with the cookie of a session that nobody can look up."""
    client = Client(raise_request_exception=False)
    client.cookies["sessionid"] = "a" * 32
    return client


@pytest.fixture
def _nobody_answers(monkeypatch) -> None:
    monkeypatch.setattr(connection, "ensure_connection", away)
    monkeypatch.setattr(connection, "cursor", away)


@pytest.mark.usefixtures("_nobody_answers")
@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en-GB,en;q=0.8", "The database does not answer"),
        ("ru,en;q=0.8", "База данных не отвечает"),
    ],
)
def test_without_a_database_each_page_says_so_and_when_to_come_back(guest, language, words):
    for path in ("/", "/claims/", "/report/"):
        answer = guest.get(path, headers={"Accept-Language": language})
        assert answer.status_code == 503
        assert words in answer.content.decode()
        assert int(answer.headers["Retry-After"]) > 0
        assert answer.headers["Cache-Control"] == "no-store"


def test_nobody_waits_for_the_database_twice(guest, monkeypatch):
    """Asking takes ten seconds when it does not even refuse."""
    asked = []

    def slow(*arguments, **named):
        asked.append(1)
        away()

    monkeypatch.setattr(connection, "ensure_connection", slow)
    monkeypatch.setattr(connection, "cursor", slow)
    assert guest.get("/claims/").status_code == 503
    assert len(asked) == 1


@pytest.mark.usefixtures("_nobody_answers")
def test_the_language_of_the_cookie_counts_more_than_the_browsers(guest):
    guest.cookies["django_language"] = "ru"
    answer = guest.get("/claims/", headers={"Accept-Language": "en"})
    assert "База данных не отвечает" in answer.content.decode()


@pytest.mark.usefixtures("_nobody_answers")
def test_the_api_answers_a_problem_when_not_even_the_session_can_be_read(guest):
    answer = guest.get("/api/v1/claims/")
    assert answer.status_code == 503
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["type"] == "urn:claims:problem:unavailable"
    assert answer.headers["Retry-After"] == "5"


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_what_was_sent_is_said_not_to_be_saved_and_how_to_keep_it(cast: Cast, browse, error):
    client = browse(cast.reporter)
    client.raise_request_exception = False
    with patch("claims.views.report.report_claim", side_effect=error("closed")):
        answer = client.post("/report/", {"description": "Flash"})
    page = answer.content.decode()
    assert answer.status_code == 503
    assert "What you sent was not saved." in page
    assert "Go back" in page
    reading = client.get("/report/")
    assert "What you sent" not in reading.content.decode()


def test_a_report_that_is_saved_is_not_said_to_be_lost(cast: Cast, browse):
    """The database goes away between the claim and its photos, and before the key of the form."""
    client = browse(cast.reporter)
    fields = {"description": "Flash", "photos": photo("rim.jpg"), "form_key": uuid.uuid4()}
    with (
        patch("claims.views.parts.attach_file", side_effect=OperationalError("closed")),
        patch("integrations.form_keys._keep", side_effect=OperationalError("closed")),
    ):
        answer = client.post("/report/", fields)
    claim = Claim.objects.get()
    assert answer.headers["Location"] == f"/report/{claim.number}/"
    page = client.get(answer.headers["Location"]).content.decode()
    assert "rim.jpg was not kept. The database did not answer. Add the file once more." in page


def test_a_person_reads_it_in_the_language_they_chose(cast: Cast, browse):
    cast.reporter.language = "ru"
    cast.reporter.save()
    client = browse(cast.reporter)
    client.raise_request_exception = False
    with patch("claims.views.report.list_reports_of", side_effect=OperationalError("closed")):
        answer = client.get("/report/", headers={"Accept-Language": "en"})
    assert "База данных не отвечает" in answer.content.decode()


def test_other_faults_are_still_server_errors(cast: Cast, browse):
    client = browse(cast.reporter)
    client.raise_request_exception = False
    with patch("claims.views.report.list_reports_of", side_effect=RuntimeError):
        assert client.get("/report/").status_code == 500
