"""What holds at every endpoint: who may come in, problems, languages, conditions, limits."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import OperationalError
from rest_framework.test import APIClient

from core import clock
from integrations.commands import change_client, revoke_token
from tests.api.caller import Caller, in_session, program
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_without_token_nobody_comes_in(cast: Cast) -> None:
    answer = Caller().get("/claims/")

    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Bearer"
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json() == {
        "type": "urn:claims:problem:not_authenticated",
        "title": "Who you are is not known",
        "status": 401,
        "detail": "Authentication credentials were not provided.",
    }


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer x y", "Bearer wrong", "Bearer тест", "Basic YTpi", "Bearer \xff"]
)
def test_a_wrong_token_opens_nothing(cast: Cast, header: str) -> None:
    caller = Caller(HTTP_AUTHORIZATION=header.encode().decode("latin-1"))

    assert caller.get("/claims/").status_code == 401


def test_tokens_end(cast: Cast) -> None:
    revoked, expired, inactive, gone = (program(name) for name in "ABCD")
    revoke_token(actor=cast.actor("administrator"), token=revoked.token)
    change_client(
        actor=cast.actor("administrator"),
        client=inactive.client,
        values={"is_active": False},
    )
    gone.client.user.is_active = False
    gone.client.user.save()

    assert [each.get("/claims/").status_code for each in (revoked, inactive, gone)] == [401] * 3
    with clock.moved_to(clock.now() + timedelta(days=2)):
        assert expired.get("/claims/").status_code == 401


def test_scopes_narrow_what_a_role_allows(cast: Cast) -> None:
    reader = program("R", roles=["handler"], scopes=["claims:read"])
    number = cast.complete_report().number

    assert reader.get(f"/claims/{number}/").status_code == 200
    refused = reader.post("/claims/", {"title": "Cracked"})
    assert refused.status_code == 403
    assert refused.json()["detail"] == "The token lacks the scope for this."
    assert reader.patch(f"/claims/{number}/", {"order_no": "1"}).status_code == 403
    assert reader.get("/customers/").status_code == 403
    assert reader.get("/events/").status_code == 403
    assert reader.post("/claims/similar/", {"items": [{}]}).status_code == 200


def test_a_session_needs_the_csrf_token(cast: Cast) -> None:
    browser = APIClient(enforce_csrf_checks=True)
    browser.force_login(cast.handler)
    answer = browser.post("/api/v1/claims/", {"title": "Cracked"}, format="json")

    assert answer.status_code == 403
    assert answer["Content-Type"] == "application/problem+json"
    assert browser.get("/api/v1/claims/").status_code == 200


def test_the_client_chooses_the_language(erp: Caller) -> None:
    def detail(language: str) -> str:
        return erp.delete("/claims/", accept_language=language).json()["detail"]

    assert detail("en") == 'Method "DELETE" not allowed.'
    assert detail("ru-RU,ru;q=0.9,en;q=0.8") == 'Метод "DELETE" не разрешен.'
    assert detail("de,en;q=0.5") == detail("en")


def test_the_language_of_a_session_is_that_of_the_request(cast: Cast) -> None:
    cast.handler.language = "ru"
    cast.handler.save()
    assert in_session(cast.handler).get("/claims/26-9999/").json()["title"] == "Not found"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[" * 100_000, 400),
        (b"5", 400),
        (b'"text"', 400),
        (b'{"title": NaN}', 400),
        (b'{"title": "\xff"}', 400),
        (b'{"title": ' + b"9" * 5000 + b"}", 400),
        (b'{"title": "a\\u0000b"}', 400),
        (b'{"a\\u0000b": "a"}', 400),
        (b"[]", 400),
    ],
)
def test_a_broken_body_is_refused(erp: Caller, body: bytes, status: int) -> None:
    answer = erp.http.post("/api/v1/claims/", body, content_type="application/json")

    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"


def test_a_body_has_a_limit(erp: Caller, settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100

    assert erp.post("/claims/", {"title": "x" * 200}).status_code == 413


def test_formats_and_methods_have_problems_too(erp: Caller) -> None:
    assert erp.http.post("/api/v1/claims/", b"<a/>", content_type="text/xml").status_code == 415
    assert erp.get("/claims/", accept="application/xml").status_code == 406
    wrong = erp.delete("/claims/")
    assert wrong.status_code == 405
    assert wrong["Content-Type"] == "application/problem+json"
    assert "GET" in wrong["Allow"]
    assert erp.http.options("/api/v1/claims/").status_code == 405
    missing = erp.get("/nowhere/")
    assert (missing.status_code, missing["Content-Type"]) == (404, "application/problem+json")


def test_too_many_requests_are_told_when_to_come_back(erp: Caller, settings) -> None:
    settings.API_RATE = 2
    answers = [erp.get("/claims/") for _ in range(4)]

    assert [each.status_code for each in answers] == [200, 200, 429, 429]
    assert 0 < int(answers[-1]["Retry-After"]) <= 60
    assert program("Other").get("/claims/").status_code == 200


def test_a_database_that_does_not_answer_is_a_503(erp: Caller, monkeypatch) -> None:
    def broken(**arguments: object) -> None:
        raise OperationalError("the server closed the connection")

    monkeypatch.setattr("claims.api.views.claims.commands.report_claims", broken)
    answer = erp.post("/claims/", {"title": "Cracked"})

    assert answer.status_code == 503
    assert answer["Retry-After"]


def test_answers_are_kept_by_no_cache(erp: Caller) -> None:
    assert erp.get("/claims/")["Cache-Control"] == "private, no-store"


def test_moments_carry_their_offset(erp: Caller) -> None:
    body = {"title": "Cracked", "received_at": "2026-06-17T07:24:00Z"}
    claim = erp.post("/claims/", body).json()

    assert claim["received_at"] == "2026-06-17T10:24:00+03:00"
