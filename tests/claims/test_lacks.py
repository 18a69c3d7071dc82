"""What lists say that claims lack: the same as the gate of each claim, for a page in one query."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from claims.commands import pause_claim, save_item
from claims.lacks import Missing, missing_of
from claims.lifecycle import main_transition
from claims.models import Claim
from claims.requirements import answers_for
from claims.states import WORKING_STEPS, Step
from tests.api.caller import Caller
from tests.cast import Cast
from tests.flows.by_api import ByApi
from tests.responses.conftest import analysed

# Point → the requirement that it counts in the database.
POINTS = {
    "customer": "customer_known",
    "product": "product_known",
    "quantity": "quantity_known",
    "lot": "lot_known",
    "defect": "defect_known",
    "description": "description_given",
    "severity": "severity_judged",
    "owner": "owner_named",
    "acknowledged": "acknowledgement_sent",
    "containment": "containment_considered",
    "unsent": "notices_sent",
    "orders": "containment_executed",
    "asked_other_customers": "traceability_answered",
    "asked_other_lots": "traceability_answered",
    "team": "team_named",
    "plan": "sources_checked",
    "sources": "sources_checked",
    "facts": "facts_found",
    "occurrence": "causes_confirmed",
    "escape": "causes_confirmed",
    "bare": "causes_supported",
    "uncoded": "causes_supported",
    "unplanned": "actions_planned",
    "decision": "decision_recorded",
    "compensation": "compensation_decided",
    "letter": "response_sent",
    "approval": "response_sent",
    "sending": "response_sent",
    "outdated": "response_sent",
    "to_do": "actions_verified",
    "to_verify": "actions_verified",
    "to_replace": "actions_verified",
    "in_force": "containment_lifted",
    "unsettled": "compensation_settled",
}
# No query finds these: rules and stems decide, or deliveries that are still under way.
NOT_COUNTED = {"recipients_known", "duplicates_answered", "notices_sent"}


def said_of(claim: Claim) -> Missing | None:
    return missing_of([Claim.objects.get(pk=claim.pk)]).get(claim.pk)


def check(claim: Claim) -> None:
    """The list and the gate name the same points."""
    main = main_transition(claim.step)
    if main is None:
        assert said_of(claim) is None
        return
    said = said_of(claim)
    assert said is not None
    counted = {POINTS[name] for name in said.names if name != "taken"}
    open_points = {each.requirement for each in answers_for(claim, main) if not each.met}
    assert counted <= open_points
    assert open_points - NOT_COUNTED <= counted
    assert said.names or said.text == main.label


class Watched(ByApi):
    """The whole story of a claim, looked at after every deed."""

    def read(self, path: str = "", by: Caller | None = None) -> Any:
        for claim in Claim.objects.filter(number=self.number):
            check(claim)
        return super().read(path, by)

    def post(self, path: str, body: Any = None, *, by: Caller | None = None, **headers: Any) -> Any:
        done = super().post(path, body, by=by, **headers)
        for claim in Claim.objects.filter(number=self.number):
            check(claim)
        return done


@pytest.mark.slow
def test_lists_and_the_gate_agree_after_every_deed_of_a_claim(cast: Cast) -> None:
    cast.complete_report()
    story = Watched(cast)
    story.whole()
    assert Claim.objects.get(number=story.number).step == Step.CLOSED


@pytest.mark.parametrize("step", [*WORKING_STEPS, Step.CLOSED])
def test_lists_and_the_gate_agree_on_bare_claims(cast: Cast, step: Step) -> None:
    check(cast.claim_in(step))


def test_a_record_names_everything_that_it_lacks(cast: Cast) -> None:
    claim = cast.claim_in(Step.REGISTRATION)
    assert said_of(claim) == Missing(
        "lack", "acknowledgement", "Acknowledgement", ("acknowledged",)
    )
    item = claim.items.get()
    empty = {"product": None, "lot": None, "lot_code": "", "quantity_claimed": None}
    save_item(actor=cast.actor("handler"), claim=claim, item=item, values=empty)
    Claim.objects.filter(pk=claim.pk).update(customer=None, description="   ")
    said = said_of(claim)
    assert said is not None
    assert said.text == "customer, product, quantity, lot, description, acknowledgement"


def test_what_others_have_to_do_is_marked_as_waiting(cast: Cast) -> None:
    answer = analysed(cast)
    answer.submitted()
    said = said_of(answer.claim)
    assert said is not None
    assert (said.kind, said.text) == ("wait", "approval of the answer")


def test_a_page_of_claims_takes_one_query(cast: Cast, django_assert_num_queries) -> None:
    claims = [cast.claim_in(step) for step in (*WORKING_STEPS, Step.REGISTRATION, Step.CLOSED)]
    with django_assert_num_queries(1):
        said = missing_of(claims)
    assert set(said) == {claim.pk for claim in claims if claim.is_open}
    with django_assert_num_queries(0):
        assert missing_of(claims[-1:]) == {}


def test_a_paused_claim_shows_as_paused_everywhere_with_since_and_why(cast: Cast, browse) -> None:
    claim = cast.claim_in(Step.FULL_INVESTIGATION)
    pause_claim(actor=cast.actor("handler"), claim=claim, reason="Samples are on their way")
    client = browse(cast.handler)
    for name in ("claims:list", "claims:board", "worklist:home"):
        page = client.get(reverse(name)).text
        assert 'c-lack is-pause" title="Paused since ' in page, name
        assert "Samples are on their way" in page, name
    for name in ("claims:detail", "investigations:tab", "claims:files", "claims:history"):
        page = client.get(reverse(name, args=[claim.number])).text
        head = page.split('id="claim-head"')[1].split("</header>")[0]
        assert "Paused since" in head, name
        assert "Samples are on their way" in head, name
        assert reverse("claims:resume", args=[claim.number]) in head, name
