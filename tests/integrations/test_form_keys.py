"""A form sent twice: one effect, and the same page after both."""

from __future__ import annotations

import re
import threading
import uuid
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.db import connection
from django.urls import reverse

from claims.commands import report_claim
from claims.models import Claim, Comment
from core import clock
from integrations import form_keys
from integrations.form_keys import FormKeys
from integrations.idempotency import KEPT_FOR, TAKEN_OVER_AFTER, forget_old
from integrations.models import IdempotencyRecord
from tests.cast import Cast, build_cast
from tests.claims.test_files import photo, table
from tests.claims.test_record_page import filled_form

HTMX = {"HTTP_HX_REQUEST": "true"}


def key_in(answer) -> str:
    """The key of the form as it was shown."""
    found = re.findall(r'name="form_key" value="([^"]+)"', answer.content.decode())
    assert found
    return found[-1]


@pytest.mark.usefixtures("cast")
def test_each_showing_of_a_form_has_a_key_of_its_own(cast: Cast, browse):
    client = browse(cast.reporter)
    assert key_in(client.get("/report/")) != key_in(client.get("/report/"))


def test_a_claim_taken_down_twice_is_one(cast: Cast, browse):
    client = browse(cast.handler)
    fields = filled_form(client, "/claims/new/") | {"title": ["Cracked latches"]}
    assert fields["form_key"]
    first, second = (client.post("/claims/new/", fields) for _ in range(2))
    assert first.status_code == 302, first.content.decode()
    assert second.status_code == 302
    assert first.headers["Location"] == second.headers["Location"]
    assert Claim.objects.count() == 1


def test_a_report_with_photos_sent_twice_is_one_with_each_photo_once(cast: Cast, browse):
    client = browse(cast.reporter)
    key = key_in(client.get("/report/"))
    for _ in range(2):
        fields = {"form_key": key, "description": "Flash", "photos": [photo("a.jpg"), table()]}
        answer = client.post("/report/", fields)
    claim = Claim.objects.get()
    assert answer.headers["Location"] == f"/report/{claim.number}/"
    assert claim.attachments.count() == 2


def test_a_comment_sent_twice_by_htmx_shows_it_once(cast: Cast, browse):
    claim, client = cast.report(), browse(cast.handler)
    address = f"/claims/{claim.number}/comments/"
    fields = {"form_key": key_in(client.get(address)), "text": "The box was wet"}
    first, second = (client.post(address, fields, **HTMX) for _ in range(2))
    assert second.content == first.content
    assert second.headers["Content-Type"] == first.headers["Content-Type"]
    assert Comment.objects.filter(text="The box was wet").count() == 1
    client.post(address, {**fields, "form_key": key_in(first)}, **HTMX)
    assert Comment.objects.filter(text="The box was wet").count() == 2


def test_what_was_changed_before_sending_again_is_another_one(cast: Cast, browse):
    claim, client = cast.report(), browse(cast.handler)
    address = f"/claims/{claim.number}/comments/"
    key = key_in(client.get(address))
    for text in ("The box was wet", "The box was torn"):
        client.post(address, {"form_key": key, "text": text})
    assert claim.comments.count() == 2


def test_a_form_that_came_back_with_errors_is_sent_again_with_the_same_key(cast: Cast, browse):
    client, key = browse(cast.reporter), uuid.uuid4()
    fields = {"form_key": key, "stop": "yes"}
    for _ in range(2):
        answer = client.post("/report/", fields)
        assert answer.status_code == 422
        assert "Say what has to be stopped, and where." in answer.content.decode()
    assert not IdempotencyRecord.objects.exists()


def test_a_form_that_failed_is_free_again(cast: Cast, browse):
    client, key = browse(cast.reporter), uuid.uuid4()
    client.raise_request_exception = False
    fields = {"form_key": key, "description": "Flash"}
    with patch("claims.views.report.report_claim", side_effect=RuntimeError):
        assert client.post("/report/", fields).status_code == 500
    assert client.post("/report/", fields).status_code == 302
    assert Claim.objects.count() == 1


def test_keys_of_two_people_do_not_meet(cast: Cast, browse):
    fields = {"form_key": uuid.uuid4(), "description": "Flash"}
    for person in (cast.reporter, cast.employee):
        browse(person).post("/report/", fields)
    assert Claim.objects.count() == 2


@pytest.mark.parametrize("key", ["", "x", "\0", "a" * 300])
def test_without_a_proper_key_each_sending_counts(cast: Cast, browse, key: str):
    client = browse(cast.reporter)
    for _ in range(2):
        client.post("/report/", {"form_key": key, "description": "Flash"})
    assert Claim.objects.count() == 2


def test_no_password_can_be_guessed_from_what_is_kept(cast: Cast, browse):
    fields = {"form_key": uuid.uuid4(), "description": "Flash"}
    with patch.object(form_keys, "salted_hmac", wraps=form_keys.salted_hmac) as keyed:
        browse(cast.reporter).post("/report/", fields)
    assert keyed.called
    assert "Flash" not in IdempotencyRecord.objects.get().key


def test_after_a_crash_the_form_can_be_sent_again(cast: Cast, browse):
    client, fields = browse(cast.reporter), {"form_key": uuid.uuid4(), "description": "Flash"}
    client.post("/report/", fields)
    IdempotencyRecord.objects.update(status=None, started_at=clock.now())
    with patch.object(form_keys, "PATIENCE", 0.2):
        waiting = client.post("/report/", fields)
    assert waiting.status_code == 409
    assert "still being saved" in waiting.content.decode()
    late = clock.now() - TAKEN_OVER_AFTER - timedelta(seconds=1)
    IdempotencyRecord.objects.update(started_at=late)
    assert client.post("/report/", fields).status_code == 302


def test_the_keys_are_forgotten_with_those_of_the_api(cast: Cast, browse):
    browse(cast.reporter).post("/report/", {"form_key": uuid.uuid4(), "description": "Flash"})
    IdempotencyRecord.objects.update(started_at=clock.now() - KEPT_FOR - timedelta(minutes=1))
    assert forget_old() == 1


@pytest.mark.django_db(transaction=True)
def test_a_double_click_leads_both_to_the_one_claim(browse):
    """The second request comes while the first one runs."""
    cast = build_cast()
    fields = {"form_key": uuid.uuid4(), "description": "Flash"}
    clients = [browse(cast.reporter) for _ in range(2)]
    both, answers = threading.Barrier(2, timeout=20), []
    entered = FormKeys.__call__

    def together(self, request):
        both.wait()
        return entered(self, request)

    def slowly(**arguments):
        threading.Event().wait(0.4)
        return report_claim(**arguments)

    def click(client):
        answers.append(client.post(reverse("claims:report"), fields))
        connection.close()

    with (
        patch("integrations.form_keys.FormKeys.__call__", together),
        patch("claims.views.report.report_claim", slowly),
    ):
        threads = [threading.Thread(target=click, args=[client]) for client in clients]
        [each.start() for each in threads]
        [each.join() for each in threads]
    assert [each.status_code for each in answers] == [302, 302]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert Claim.objects.count() == 1
