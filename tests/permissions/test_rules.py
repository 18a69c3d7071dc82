"""Rules of rights that no single cell of a table shows."""

from __future__ import annotations

import pytest

from accounts.commands import grant_role
from accounts.models import Membership, Role, User
from capa import commands as capa
from claims.commands import add_comment, add_participant, locked_claim
from claims.policies import can_comment, can_investigate
from claims.sight import of_visible_claims
from claims.states import ParticipantRole, Step
from core.actors import SYSTEM
from core.errors import InvalidInput, NotPermitted
from events.models import Event
from investigations import commands as inquiries
from notifications.commands import order_containment
from notifications.commands.containment import Order
from tests.api.caller import in_session
from tests.cast import Cast, actor_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def analysed(cast: Cast):
    """A claim in step 6, reported by the reporter, with a fact and an action."""
    claim = cast.claim_in(Step.ANALYSIS)
    with locked_claim(claim) as fresh:
        add_participant(claim=fresh, user=cast.reporter, role=ParticipantRole.REPORTER)
    handler = cast.actor("handler")
    inquiries.state_fact(actor=handler, claim=claim, text="Moisture 0.3 %")
    capa.plan_action(actor=handler, claim=claim, kind="correction", text="Sort the stock")
    return claim


def test_who_only_reported_sees_the_claim_but_not_the_work(cast: Cast, browse, analysed) -> None:
    client, api = browse(cast.reporter), in_session(cast.reporter)
    place = f"/claims/{analysed.number}/"
    overview = client.get(place)
    assert overview.status_code == 200
    assert f"{place}investigation/" not in overview.content.decode()
    assert f"{place}actions/" not in overview.content.decode()
    assert client.get(f"{place}investigation/").status_code == 403
    assert client.get(f"{place}actions/").status_code == 403
    assert "Sort the stock" not in client.get("/actions/").content.decode()
    for part in ("facts", "causes", "team", "affected-lots", "actions"):
        assert api.get(f"{place}{part}/").status_code == 403
    assert api.get("/actions/").json()["results"] == []


def test_who_was_given_a_part_sees_the_work(cast: Cast, browse, analysed) -> None:
    with locked_claim(analysed) as fresh:
        add_participant(claim=fresh, user=cast.reporter, role=ParticipantRole.MEMBER)
    client = browse(cast.reporter)
    place = f"/claims/{analysed.number}/"
    assert f"{place}investigation/" in client.get(place).content.decode()
    assert "Moisture 0.3 %" in client.get(f"{place}investigation/").content.decode()
    assert "Sort the stock" in client.get("/actions/").content.decode()


def test_a_role_at_one_site_opens_no_history_of_another(cast: Cast) -> None:
    claim = cast.report(by=cast.outsider, site=cast.site)
    add_comment(actor=cast.actor("handler"), claim=claim, text="Between us")

    def kinds(person: str) -> list[str]:
        seen = of_visible_claims(cast.actor(person), Event.objects.filter(claim_id=claim.pk))
        return sorted(seen.values_list("kind", flat=True))

    assert kinds("outsider") == ["claim.reported"]
    assert kinds("handler") == ["claim.commented", "claim.reported"]


def test_the_superuser_of_the_console_never_decides_on_claims(cast: Cast) -> None:
    root = User.objects.create_superuser("root@tarvina.example", "a password")
    for actor in (actor_of(root), cast.actor("administrator")):
        for role in (Role.QUALITY_MANAGER, Role.AUDITOR):
            with pytest.raises(InvalidInput) as refused:
                grant_role(actor=actor, user=root, role=role)
            assert set(refused.value.fields) == {"role"}
    assert not root.memberships.exists()


def test_an_auditor_is_given_no_part(cast: Cast, analysed) -> None:
    handler = cast.actor("handler")
    with pytest.raises(InvalidInput) as refused:
        inquiries.add_member(actor=handler, claim=analysed, user=cast.auditor)
    assert set(refused.value.fields) == {"user"}
    with pytest.raises(InvalidInput) as refused:
        capa.plan_action(
            actor=handler, claim=analysed, kind="correction", text="Look", owner=cast.auditor
        )
    assert set(refused.value.fields) == {"owner"}
    order = Order(kind="sort", executor=cast.auditor, scope="All boxes")
    with pytest.raises(InvalidInput) as refused:
        order_containment(actor=handler, claim=analysed, order=order)
    assert set(refused.value.fields) == {"executor"}


def test_who_becomes_an_auditor_acts_in_no_part_they_had(cast: Cast, analysed) -> None:
    handler, member = cast.actor("handler"), cast.actor("investigator")
    inquiries.add_member(actor=handler, claim=analysed, user=cast.investigator)
    action = capa.plan_action(
        actor=handler, claim=analysed, kind="correction", text="Look", owner=cast.investigator
    )
    assert can_investigate(member, analysed)
    grant_role(actor=SYSTEM, user=cast.investigator, role=Role.AUDITOR)
    assert not can_investigate(member, analysed)
    assert not can_comment(member, analysed)
    with pytest.raises(NotPermitted):
        inquiries.state_fact(actor=member, claim=analysed, text="One more")
    with pytest.raises(NotPermitted):
        capa.start_action(actor=member, action=action)


def test_an_owner_without_a_role_moves_nothing(cast: Cast, analysed) -> None:
    Membership.objects.filter(user=cast.handler).delete()
    cast.handler.__dict__.pop("roles", None)
    assert cast.read(analysed).owner == cast.handler
    with pytest.raises(NotPermitted):
        cast.move(analysed, "respond", "handler")
    assert cast.read(analysed).step == Step.ANALYSIS


@pytest.mark.parametrize("name", ["manager", "auditor", "administrator"])
def test_who_may_not_report_does_not_report_in_bulk(cast: Cast, name: str) -> None:
    answer = in_session(cast.people[name]).post("/claims/bulk/", {"claims": [{"title": "x"}]})
    assert answer.status_code == 403


def test_handing_over_many_claims_is_judged_claim_by_claim(cast: Cast, browse, analysed) -> None:
    sent = {"owner": cast.second_handler.pk, "claims": [analysed.number]}
    said = browse(cast.reporter).post("/claims/hand-over/", sent, follow=True).content.decode()
    assert f"{analysed.number}: You may not do this." in said
    assert cast.read(analysed).owner == cast.handler
    browse(cast.outsider).post("/claims/hand-over/", sent)
    assert cast.read(analysed).owner == cast.handler
    browse(cast.second_handler).post("/claims/hand-over/", sent)
    assert cast.read(analysed).owner == cast.second_handler
