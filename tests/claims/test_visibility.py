"""Who sees which claim. What one may not see answers like what does not exist."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser

from claims.commands import (
    add_comment,
    add_participant,
    locked_claim,
    note_facts,
    set_watching,
)
from claims.policies import (
    can_attach_file,
    can_comment,
    can_see_comments,
    can_see_history,
    visible_claims,
)
from claims.states import Outcome, ParticipantRole, Step
from core.actors import SYSTEM, Actor, Via
from core.errors import NotPermitted
from tests.cast import Cast

pytestmark = pytest.mark.usefixtures("above_met")

PAGES = (
    "", "edit/", "similar/", "deadlines/", "moves/notify/", "moves/cancel/", "owner/", "severity/",
    "pause/", "resume/", "no-acknowledgement/", "samples/", "comments/", "files/", "history/",
)  # fmt: skip


def sees(cast: Cast, person: str, claim) -> bool:
    return visible_claims(cast.actor(person)).filter(pk=claim.pk).exists()


@pytest.mark.parametrize(
    ("person", "seen"),
    [
        ("handler", True),
        ("second_handler", True),
        ("quality_manager", True),
        ("manager", True),
        ("auditor", True),
        ("reporter", True),
        ("administrator", False),
        ("employee", False),
        ("investigator", False),
        ("action_owner", False),
        ("legal", False),
        ("finance", False),
        ("outsider", False),
    ],
)
def test_who_sees_a_new_claim(cast: Cast, person: str, seen: bool):
    assert sees(cast, person, cast.report()) is seen


def test_a_part_in_the_claim_opens_it(cast: Cast):
    claim = cast.report()
    add_comment(actor=cast.actor("handler"), claim=claim, text="Look", mentions=[cast.investigator])
    assert sees(cast, "investigator", claim)
    with locked_claim(claim) as locked:
        add_participant(claim=locked, user=cast.action_owner, role=ParticipantRole.ACTION_OWNER)
    assert sees(cast, "action_owner", claim)


def test_legal_sees_what_is_under_review_and_finance_what_is_to_be_paid(cast: Cast):
    claim = cast.report()
    with locked_claim(claim) as locked:
        note_facts(claim=locked, in_legal_review=True)
    assert sees(cast, "legal", claim)
    assert not sees(cast, "finance", claim)
    with locked_claim(claim) as locked:
        note_facts(claim=locked, in_legal_review=False, outcome=Outcome.ACCEPTED)
    assert not sees(cast, "legal", claim)
    assert sees(cast, "finance", claim)
    with locked_claim(claim) as locked:
        note_facts(claim=locked, outcome=Outcome.REJECTED)
    assert not sees(cast, "finance", claim)


def test_watching_a_claim_keeps_nobody_inside(cast: Cast):
    claim = cast.report()
    with locked_claim(claim) as locked:
        note_facts(claim=locked, in_legal_review=True)
    set_watching(actor=cast.actor("legal"), claim=claim, watching=True)
    with locked_claim(claim) as locked:
        note_facts(claim=locked, in_legal_review=False)
    assert not sees(cast, "legal", claim)


def test_reporters_see_their_claim_but_not_the_talk_about_it(cast: Cast):
    claim = cast.report()
    reporter = cast.actor("reporter")
    set_watching(actor=reporter, claim=claim, watching=True)
    assert not can_comment(reporter, claim)
    assert not can_see_comments(reporter, claim)
    assert not can_see_history(reporter, claim)
    assert can_attach_file(reporter, claim)
    for name in ("notify", "register"):
        claim = cast.move(claim, name, "handler")
    assert claim.step == Step.REGISTRATION
    assert not can_attach_file(reporter, claim)
    with pytest.raises(NotPermitted):
        add_comment(actor=reporter, claim=claim, text="What do they say?")


@pytest.mark.parametrize(
    ("person", "comments", "history"),
    [
        ("handler", True, True),
        ("quality_manager", True, True),
        ("auditor", True, True),
        ("manager", False, False),
        ("action_owner", True, False),
        ("investigator", True, True),
    ],
)
def test_who_reads_comments_and_the_whole_history(
    cast: Cast, person: str, comments: bool, history: bool
):
    claim = cast.report()
    with locked_claim(claim) as locked:
        add_participant(claim=locked, user=cast.action_owner, role=ParticipantRole.ACTION_OWNER)
        add_participant(claim=locked, user=cast.investigator, role=ParticipantRole.MEMBER)
    actor = cast.actor(person)
    assert (can_see_comments(actor, claim), can_see_history(actor, claim)) == (comments, history)


def test_an_integration_client_reads_neither(cast: Cast):
    claim = cast.report()
    erp = Actor(user=cast.handler, via=Via.API, client="erp")
    assert not can_see_comments(erp, claim)
    assert not can_comment(erp, claim)
    assert not can_see_history(erp, claim)


def test_the_system_sees_everything_and_nobody_nothing(cast: Cast):
    claim = cast.report()
    assert claim in visible_claims(SYSTEM)
    assert not visible_claims(Actor(user=AnonymousUser())).exists()


@pytest.mark.parametrize("person", ["outsider", "employee", "administrator"])
def test_what_one_may_not_see_answers_like_what_does_not_exist(cast: Cast, browse, person: str):
    claim = cast.report()
    client = browse(cast.people[person])
    for page in PAGES:
        hidden = client.get(f"/claims/{claim.number}/{page}")
        missing = client.get(f"/claims/99-9999/{page}")
        assert (page, hidden.status_code, missing.status_code) == (page, 404, 404)
        assert claim.title.encode() not in hidden.content


def test_nor_can_it_be_written_to(cast: Cast, browse):
    claim = cast.report()
    client = browse(cast.outsider)
    for page in ("watch/", "duplicates/", "comments/", "files/", "moves/notify/", "edit/"):
        answer = client.post(f"/claims/{claim.number}/{page}", {"text": "x"})
        assert (page, answer.status_code) == (page, 404)
    assert cast.read(claim).version == claim.version


def test_guests_are_asked_to_sign_in(cast: Cast, client):
    claim = cast.report()
    for address in (f"/claims/{claim.number}/", "/report/", "/claims/new/"):
        answer = client.get(address)
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/account/login/")
    assert client.get("/lookup/products/?q=r").status_code == 401
