"""The same request sent twice: one effect, one answer."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, OperationalError, connection, transaction

from claims.models import Attachment, Claim
from claims.selectors import with_items
from core import clock
from core.api.views import ApiView
from integrations.idempotency import KEPT_FOR, TAKEN_OVER_AFTER, forget_old
from integrations.models import IdempotencyRecord
from integrations.tasks import forget_keys
from tests.api.caller import Caller, program
from tests.cast import Cast

pytestmark = pytest.mark.django_db
BODY = {"title": "Cracked latches"}


def test_the_first_answer_comes_again(erp: Caller) -> None:
    first = erp.post("/claims/", BODY, idempotency_key="a")
    second = erp.post("/claims/", BODY, idempotency_key="a")

    assert (first.status_code, second.status_code) == (201, 201)
    assert second.content == first.content
    assert second["Content-Type"] == "application/json"
    for name in ("ETag", "Location"):
        assert second[name] == first[name]
    assert second["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first
    assert Claim.objects.count() == 1


def test_without_a_key_every_request_counts(erp: Caller) -> None:
    erp.post("/claims/", BODY)
    erp.post("/claims/", BODY)

    assert Claim.objects.count() == 2


def test_a_key_serves_one_body_at_one_address(erp: Caller) -> None:
    erp.post("/claims/", BODY, idempotency_key="a")
    other_body = erp.post("/claims/", {"title": "Dents"}, idempotency_key="a")
    other_place = erp.post("/claims/similar/", {"items": [{}]}, idempotency_key="a")

    assert (other_body.status_code, other_place.status_code) == (422, 422)
    assert other_body.json()["type"] == "urn:claims:problem:key_reused"
    assert Claim.objects.count() == 1


def test_keys_of_two_clients_do_not_meet(erp: Caller) -> None:
    erp.post("/claims/", BODY, idempotency_key="a")

    assert program("MES").post("/claims/", BODY, idempotency_key="a").status_code == 201
    assert Claim.objects.count() == 2


def test_a_refusal_is_an_answer_too(erp: Caller) -> None:
    body = {"title": "Cracked", "customer": "C-777"}
    first = erp.post("/claims/", body, idempotency_key="a")
    second = erp.post("/claims/", body, idempotency_key="a")

    assert (first.status_code, second.status_code) == (400, 400)
    assert second["Content-Type"] == "application/problem+json"
    assert second.json() == first.json()


@pytest.mark.parametrize("key", ["", "x" * 256, "ключ", "a\tb"])
def test_a_key_is_printable_and_short(erp: Caller, key: str) -> None:
    header = key.encode().decode("latin-1")
    assert erp.post("/claims/", BODY, idempotency_key=header).status_code == 400


def test_a_running_request_is_not_run_again(erp: Caller) -> None:
    erp.post("/claims/", BODY, idempotency_key="a")
    IdempotencyRecord.objects.update(status=None, body="", started_at=clock.now())

    answer = erp.post("/claims/", BODY, idempotency_key="a")
    assert answer.status_code == 409
    assert answer.json()["type"] == "urn:claims:problem:key_running"


def test_after_a_crash_the_repetition_runs(erp: Caller) -> None:
    erp.post("/claims/", BODY, idempotency_key="a")
    started = clock.now() - TAKEN_OVER_AFTER - timedelta(seconds=1)
    IdempotencyRecord.objects.update(status=None, body="", started_at=started)

    assert erp.post("/claims/", BODY, idempotency_key="a").status_code == 201
    assert IdempotencyRecord.objects.get().status == 201


def test_a_failure_leaves_neither_effect_nor_record(erp: Caller, monkeypatch) -> None:
    real = Claim.objects.get_queryset

    def stored_and_failed(*args: Any, **kwargs: Any) -> Any:
        raise OperationalError("the server closed the connection")

    monkeypatch.setattr("claims.api.views.claims.with_items", stored_and_failed)
    answer = erp.post("/claims/", BODY, idempotency_key="a")
    assert answer.status_code == 503
    assert not real().exists()
    monkeypatch.undo()
    assert erp.post("/claims/", BODY, idempotency_key="a").status_code == 201


def test_an_unexpected_error_frees_the_key(erp: Caller, monkeypatch) -> None:
    def broken(*args: Any, **kwargs: Any) -> Any:
        raise RuntimeError("a defect")

    monkeypatch.setattr("claims.api.views.claims.with_items", broken)
    with pytest.raises(RuntimeError):
        erp.post("/claims/", BODY, idempotency_key="a")
    assert not Claim.objects.exists()
    assert not IdempotencyRecord.objects.exists()


def test_a_key_that_the_failed_database_held_is_freed_with_the_next_request(
    erp: Caller, monkeypatch
) -> None:
    """It fails under the request, and is away still when the key should be freed."""

    def gone(*args: Any, **kwargs: Any) -> Any:
        raise OperationalError("the server closed the connection")

    with monkeypatch.context() as patched:
        patched.setattr("claims.api.views.claims.with_items", gone)
        patched.setattr("django.db.models.query.QuerySet.delete", gone)
        assert erp.post("/claims/", BODY, idempotency_key="a").status_code == 503
        assert erp.post("/claims/", BODY, idempotency_key="a").status_code == 409
    assert erp.post("/claims/", BODY, idempotency_key="a").status_code == 201
    assert Claim.objects.count() == 1


def test_what_took_effect_is_not_run_again_because_its_answer_was_lost(
    erp: Caller, monkeypatch
) -> None:
    """The connection breaks after the server has committed and before we hear of it."""
    real = transaction.Atomic.__exit__

    def committed_but_broken(self: Any, kind: Any, *rest: Any) -> Any:
        done = real(self, kind, *rest)
        if kind is None and IdempotencyRecord.objects.filter(status=201).exists():
            monkeypatch.undo()
            raise OperationalError("the server closed the connection")
        return done

    monkeypatch.setattr(transaction.Atomic, "__exit__", committed_but_broken)
    assert erp.post("/claims/", BODY, idempotency_key="a").status_code == 503
    answer = erp.post("/claims/", BODY, idempotency_key="a")
    assert (answer.status_code, answer["Idempotent-Replayed"]) == (201, "true")
    assert Claim.objects.count() == 1


def test_a_key_that_has_just_become_free_is_taken(erp: Caller, monkeypatch) -> None:
    """The other request failed between our attempt to take the key and our look at its row."""
    real, calls = IdempotencyRecord.save, []

    def taken_once(self: IdempotencyRecord, **options: Any) -> None:
        calls.append(self)
        if len(calls) == 1:
            raise IntegrityError("taken")
        real(self, **options)

    monkeypatch.setattr(IdempotencyRecord, "save", taken_once)
    assert erp.post("/claims/", BODY, idempotency_key="a").status_code == 201


def test_whoever_was_taken_over_loses(erp: Caller, monkeypatch) -> None:
    """A slow request whose repetition has taken the key must not take effect as well."""

    def slow(claim: Claim) -> Claim:
        IdempotencyRecord.objects.update(started_at=clock.now() + timedelta(minutes=5))
        return with_items(claim)

    monkeypatch.setattr("claims.api.views.claims.with_items", slow)
    answer = erp.post("/claims/", BODY, idempotency_key="a")

    assert answer.status_code == 409
    assert not Claim.objects.exists()


def test_a_refusal_that_was_taken_over_is_not_kept(erp: Caller, monkeypatch) -> None:
    real = ApiView.handle_exception

    def slow(view: ApiView, error: Exception) -> Any:
        IdempotencyRecord.objects.update(started_at=clock.now() + timedelta(minutes=5))
        return real(view, error)

    monkeypatch.setattr(ApiView, "handle_exception", slow)
    answer = erp.post("/claims/", {"title": ""}, idempotency_key="a")

    assert answer.status_code == 409
    assert IdempotencyRecord.objects.get().status is None


def test_files_belong_to_what_makes_a_request_the_same(erp: Caller) -> None:
    number = erp.post("/claims/", BODY).json()["number"]
    path = f"/claims/{number}/attachments/"

    def send(text: bytes, key: str) -> Any:
        return erp.upload(path, {"file": SimpleUploadedFile("a.txt", text)}, idempotency_key=key)

    assert send(b"Measured: 12.1 mm", "a").status_code == 201
    assert send(b"Measured: 12.1 mm", "a").status_code == 201
    assert send(b"Measured: 12.2 mm", "a").status_code == 422
    assert Attachment.objects.count() == 1


def test_keys_are_forgotten_after_a_week(erp: Caller) -> None:
    erp.post("/claims/", BODY, idempotency_key="a")
    forget_keys()
    assert IdempotencyRecord.objects.exists()
    with clock.moved_to(clock.now() + KEPT_FOR + timedelta(hours=1)):
        assert forget_old() == 1
    assert not IdempotencyRecord.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_many_equal_requests_one_takes_effect(cast: Cast) -> None:
    token = program("ERP")
    barrier, answers = threading.Barrier(6), []

    def send() -> None:
        barrier.wait()
        answers.append(token.post("/claims/", BODY, idempotency_key="a"))
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert Claim.objects.count() == 1
    assert {each.status_code for each in answers} <= {201, 409}
    assert len({each.content for each in answers if each.status_code == 201}) == 1
