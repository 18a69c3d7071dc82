"""A claim's way through its steps by API: transitions, judgements, pauses, history."""

from __future__ import annotations

import pytest

from claims.states import Step
from events.models import Event
from tests.api.caller import Caller, in_session, program
from tests.cast import Cast, upper_requirements_met

pytestmark = pytest.mark.django_db


def test_transitions_say_what_is_missing(handler: Caller, cast: Cast) -> None:
    with upper_requirements_met():
        number = cast.claim_in(Step.REGISTRATION, owner=None).number
        rows = handler.get(f"/claims/{number}/transitions/").json()["results"]

    by_name = {row["name"]: row for row in rows}
    assert list(by_name) == ["investigate", "cancel"]
    investigate = by_name["investigate"]
    assert investigate["leads_to"] == "initial_investigation"
    assert (investigate["permitted"], investigate["allowed"]) == (True, False)
    (missing,) = investigate["missing"]
    assert missing["requirement"] == "owner_named"
    assert missing["link"].startswith("http://testserver/claims/")
    assert by_name["cancel"]["permitted"] is False


def test_a_refused_transition_lists_what_is_missing(handler: Caller, cast: Cast) -> None:
    with upper_requirements_met():
        number = cast.claim_in(Step.REGISTRATION, owner=None).number
        answer = handler.post(f"/claims/{number}/transitions/investigate/")

    assert answer.status_code == 409
    problem = answer.json()
    assert problem["type"] == "urn:claims:problem:requirements_missing"
    assert problem["step"] == "registration"
    assert [row["requirement"] for row in problem["missing"]] == ["owner_named"]


def test_a_transition_moves_the_claim_as_the_page_does(handler: Caller, cast: Cast) -> None:
    claim = cast.complete_report()
    path = f"/claims/{claim.number}/transitions/notify/"
    with upper_requirements_met():
        answer = handler.post(path, {"remark": "By list A"}, if_match='"1"')
        again = handler.post(path, {})

    assert answer.status_code == 200
    assert answer.json()["step"] == "notification"
    assert answer["ETag"] == f'"{answer.json()["version"]}"'
    assert again.status_code == 409
    assert again.json()["type"] == "urn:claims:problem:wrong_step"
    event = Event.objects.get(kind="claim.moved")
    assert (event.actor_label, event.via) == ("QMS", "api")
    assert event.data["remark"] == "By list A"


def test_a_stale_transition_is_refused(handler: Caller, cast: Cast) -> None:
    claim = cast.complete_report()
    path = f"/claims/{claim.number}/transitions/notify/"
    with upper_requirements_met():
        assert handler.post(path, {"version": 99}).status_code == 409
        assert handler.post(path, {}, if_match='"99"').status_code == 412


def test_closing_needs_the_scope_for_approvals(cast: Cast) -> None:
    number = cast.claim_in(Step.MONITORING).number
    scopes = ["claims:read", "claims:write"]
    writer = program("W", roles=["quality_manager"], scopes=scopes)
    approver = program("A", roles=["quality_manager"], scopes=[*scopes, "claims:approve"])
    with upper_requirements_met():
        path = f"/claims/{number}/transitions/close/"
        assert writer.post(path).status_code == 403
        assert approver.post(path).json()["step"] == "closed"


def test_cancelling_names_the_reason_and_the_duplicate(manager: Caller, cast: Cast) -> None:
    first, second = cast.complete_report(), cast.complete_report()
    path = f"/claims/{second.number}/transitions/cancel/"

    assert manager.post(path).json()["errors"][0]["pointer"] == "/remark"
    body = {"remark": "Sent twice", "cancel_reason": "duplicate"}
    assert manager.post(path, body).json()["errors"][0]["pointer"] == "/duplicate_of"
    answer = manager.post(path, {**body, "duplicate_of": first.number})
    assert answer.json()["duplicate_of"] == first.number


def test_an_unknown_transition_is_not_there(handler: Caller, cast: Cast) -> None:
    number = cast.complete_report().number
    assert handler.post(f"/claims/{number}/transitions/explode/").status_code == 404


def test_an_integration_client_moves_nothing(erp: Caller, cast: Cast) -> None:
    number = cast.complete_report().number
    with upper_requirements_met():
        assert erp.post(f"/claims/{number}/transitions/notify/").status_code == 403


def test_severity_owner_and_waivers_are_commands(handler: Caller, cast: Cast) -> None:
    number = cast.report(by=cast.handler).number
    path = f"/claims/{number}"

    assert handler.post(f"{path}/severity/", {"severity": "major"}).json()["severity"] == "major"
    lowered = handler.post(f"{path}/severity/", {"severity": "minor", "reason": "Cosmetic"})
    assert lowered.status_code == 403
    owned = handler.post(f"{path}/owner/", {"owner": cast.handler.email}).json()
    assert owned["owner"]["name"] == "Anna Kravtsova"
    refused = handler.post(f"{path}/owner/", {"owner": cast.employee.email})
    assert refused.json()["errors"][0]["pointer"] == "/owner"
    waived = handler.post(f"{path}/acknowledgement-waiver/", {"reason": "Told by phone"}).json()
    assert waived["acknowledgement_waiver"] == "Told by phone"
    waived = handler.post(f"{path}/containment-waiver/", {"reason": "Nothing left"}).json()
    assert waived["containment_waiver"] == "Nothing left"
    stale = handler.post(f"{path}/containment-waiver/", {"reason": "x", "version": 1})
    assert stale.status_code == 409


def test_the_duplicate_question_is_answered(handler: Caller, cast: Cast) -> None:
    first, second = cast.complete_report(), cast.complete_report()
    path = f"/claims/{second.number}/duplicates/"

    answer = handler.post(path, {"answer": "repeat", "other": first.number})
    assert answer.json()["repeat_of"] == first.number
    unknown = handler.post(path, {"answer": "repeat", "other": "26-9999"})
    assert unknown.json()["errors"][0]["pointer"] == "/other"


def test_pauses_stop_and_go(handler: Caller, cast: Cast) -> None:
    number = cast.complete_report().number
    path = f"/claims/{number}"

    assert handler.post(f"{path}/resume/").status_code == 400
    pause = handler.post(f"{path}/pauses/", {"reason": "Samples are on their way"})
    assert pause.status_code == 201
    assert handler.post(f"{path}/resume/").status_code == 200
    (row,) = handler.get(f"{path}/pauses/").json()["results"]
    assert row["ended_at"] is not None


def test_clocks_show_every_deadline(erp: Caller, cast: Cast) -> None:
    number = cast.complete_report().number
    rows = erp.get(f"/claims/{number}/clocks/").json()["results"]

    kinds = {row["kind"] for row in rows}
    assert {"notification", "acknowledgement", "final_response", "legal"} <= kinds


def test_history_is_paged_and_keeps_comments_inside(erp: Caller, cast: Cast) -> None:
    claim = cast.complete_report()
    people = in_session(cast.handler)
    people.post(f"/claims/{claim.number}/comments/", {"text": "Not for the customer"})
    people.patch(f"/claims/{claim.number}/", {"order_no": "45"})

    def kinds(caller: Caller) -> list[str]:
        rows = caller.get(f"/claims/{claim.number}/events/").json()["results"]
        return [row["kind"] for row in rows]

    assert kinds(people) == ["claim.changed", "claim.commented", "claim.reported"]
    assert kinds(erp) == ["claim.changed", "claim.reported"]
    page = people.get(f"/claims/{claim.number}/events/", {"page_size": "2"}).json()
    assert len(people.get(page["next"]).json()["results"]) == 1
