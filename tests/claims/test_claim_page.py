"""The claim page: header, gate, moves, comments, what is new."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from claims.commands import (
    add_comment,
    add_participant,
    edit_claim,
    locked_claim,
    pause_claim,
    request_sample,
)
from claims.models import Comment, Participant, Visit
from claims.states import ParticipantRole, Step
from core import clock
from tests.cast import Cast, upper_requirements_met

pytestmark = pytest.mark.usefixtures("above_met")

HTMX = {"HX-Request": "true"}


def page_of(client, claim, tail: str = "", **query) -> str:
    answer = client.get(f"/claims/{claim.number}/{tail}", query)
    assert answer.status_code == 200
    return answer.content.decode()


def gate_in(page: str) -> str:
    return page[page.index('id="gate"') : page.index("</section>", page.index('id="gate"'))]


def test_the_header_says_what_and_how_far(cast: Cast, browse):
    claim = cast.claim_in(Step.FULL_INVESTIGATION)
    page = page_of(browse(cast.handler), claim)
    head = page[page.index("cl-head") : page.index("claim-body")]
    for words in (claim.number, claim.title, "Major", "Kestrel Switchgear", "RK-12", "L-2291"):
        assert words in head
    assert head.count("<li class=") == 8
    assert head.count('<li class="is-d">') == 4
    assert head.count('aria-current="step"') == 1
    assert "step 5 of 8" in head


def test_skipped_steps_stay_visible(cast: Cast, browse):
    claim = cast.claim_in(Step.INITIAL_INVESTIGATION)
    cast.move(claim, "answer_directly", "handler", remark="label mixed up")
    page = page_of(browse(cast.handler), cast.read(claim))
    assert page.count('<li class="is-s">') == 2
    assert page.count("<small>skipped</small>") == 2


def test_a_blocked_lot_shows(cast: Cast, browse):
    claim = cast.complete_report()
    cast.lot.blocked_at = clock.now()
    cast.lot.save_changes("blocked_at")
    assert "lot L-2291 blocked" in page_of(browse(cast.handler), claim)


def test_the_gate_leads_to_the_first_open_point(cast: Cast, browse):
    claim = cast.report(items=[{}])
    for name in ("notify", "register"):
        claim = cast.move(claim, name, "handler")
    gate = gate_in(page_of(browse(cast.handler), claim))
    assert "Step 3 → 4 Initial investigation" in gate
    assert "<b>2</b> of 10" in gate
    assert gate.count("btn-primary") == 1
    assert f'btn-block" href="/claims/{claim.number}/edit/#customer">Choose the customer<' in gate
    assert gate.index("Customer known") < gate.index("Similar claims looked at")


def test_the_gate_offers_the_move_when_all_is_there(cast: Cast, browse):
    claim = cast.claim_in(Step.REGISTRATION)
    gate = gate_in(page_of(browse(cast.handler), claim))
    assert gate.count("btn-primary") == 1
    assert f'href="/claims/{claim.number}/moves/investigate/"' in gate
    assert "Register the claim" in gate


def test_the_gate_names_who_else_may(cast: Cast, browse):
    claim = cast.claim_in(Step.MONITORING)
    gate = gate_in(page_of(browse(cast.handler), claim))
    assert "btn-primary" not in gate
    assert "“Close the claim” is for: quality manager." in gate
    assert "btn-primary" in gate_in(page_of(browse(cast.quality_manager), claim))


def test_reporters_see_what_is_missing_but_no_way_there(cast: Cast, browse):
    claim = cast.report()
    for name in ("notify", "register"):
        cast.move(claim, name, "handler")
    gate = gate_in(page_of(browse(cast.reporter), claim))
    assert "Choose the customer." in gate
    assert "<a " not in gate


def test_a_finished_claim_has_no_gate(cast: Cast, browse):
    page = page_of(browse(cast.quality_manager), cast.claim_in(Step.CLOSED))
    assert 'id="gate"' not in page
    assert "/moves/reopen/" in page


@pytest.mark.parametrize(
    ("person", "offered"),
    [
        ("handler", {"answer_directly"}),
        ("second_handler", set()),
        ("quality_manager", {"answer_directly", "cancel"}),
        ("auditor", set()),
    ],
)
def test_the_menu_offers_the_other_moves_one_may_do(cast: Cast, browse, person: str, offered: set):
    claim = cast.claim_in(Step.INITIAL_INVESTIGATION)
    page = page_of(browse(cast.people[person]), claim)
    menu = page[: page.index("cl-meta")]
    found = {name for name in ("answer_directly", "cancel") if f"/moves/{name}/" in menu}
    assert found == offered


def test_readers_are_offered_nothing_they_may_not_do(cast: Cast, browse):
    claim = cast.complete_report()
    page = page_of(browse(cast.auditor), claim)
    for address in ("edit/", "owner/", "severity/", "pause/", "samples/"):
        assert f'"/claims/{claim.number}/{address}"' not in page
    assert 'name="text"' not in page


# --- Moves ------------------------------------------------------------------------------------


def move(client, claim, name: str, **fields):
    fields = {"version": claim.version, "remark": "", **fields}
    return client.post(f"/claims/{claim.number}/moves/{name}/", fields)


def test_a_move_as_a_page(cast: Cast, browse):
    claim = cast.complete_report()
    client = browse(cast.handler)
    page = page_of(client, claim, "moves/notify/")
    assert "goes from “Receipt” to “Notification”" in page
    assert f'name="version" value="{claim.version}"' in page
    answer = move(client, claim, "notify", remark="Told by phone, too")
    assert answer.headers["Location"] == f"/claims/{claim.number}/"
    assert cast.read(claim).step == Step.NOTIFICATION


def test_a_move_as_a_dialog(cast: Cast, browse):
    claim = cast.complete_report()
    client = browse(cast.handler)
    address = f"/claims/{claim.number}/moves/notify/"
    fragment = client.get(address, headers=HTMX).content.decode()
    assert fragment.startswith("<form")
    assert 'id="modal-title"' in fragment
    answer = client.post(address, {"version": claim.version}, headers=HTMX)
    assert answer.status_code == 204
    assert answer.headers["HX-Redirect"] == f"/claims/{claim.number}/"


def test_what_is_missing_stands_in_place_of_the_button(cast: Cast, browse):
    claim = cast.report(items=[{}])
    for name in ("notify", "register"):
        claim = cast.move(claim, name, "handler")
    client = browse(cast.handler)
    page = page_of(client, claim, "moves/investigate/")
    assert "This is still missing:" in page
    assert f'href="/claims/{claim.number}/edit/#owner"' in page
    assert "<button class=" not in page[page.index("This is still missing") :].split("</form>")[0]
    refused = move(client, claim, "investigate")
    assert refused.status_code == 409
    assert "Name the owner of the claim." in refused.content.decode()
    assert cast.read(claim).step == Step.REGISTRATION


def test_a_missing_reason_stands_at_its_field(cast: Cast, browse):
    claim = cast.claim_in(Step.ANALYSIS)
    answer = move(browse(cast.handler), claim, "return_to_investigation")
    assert answer.status_code == 422
    assert 'href="#id_remark"' in answer.content.decode()


def test_a_move_over_somebody_elses_change_asks_again(cast: Cast, browse):
    claim = cast.complete_report()
    client = browse(cast.handler)
    edit_claim(actor=cast.actor("second_handler"), claim=claim, values={"title": "Theirs"})
    answer = move(client, claim, "notify", remark="My words")
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Somebody changed the claim meanwhile." in page
    assert "My words" in page
    fresh = cast.read(claim)
    assert f'name="version" value="{fresh.version}"' in page
    assert move(client, fresh, "notify", remark="My words").status_code == 302


def test_a_move_that_is_not_possible_any_more_says_so(cast: Cast, browse):
    claim = cast.claim_in(Step.REGISTRATION)
    answer = move(browse(cast.handler), claim, "notify")
    assert answer.status_code == 409
    assert "is not possible from the step “Registration”" in answer.content.decode()


def test_cancelling_needs_the_number_typed(cast: Cast, browse):
    claim, original = cast.complete_report(), cast.complete_report()
    client = browse(cast.quality_manager)
    fields = {"cancel_reason": "duplicate", "remark": "came twice", "number": "26-9999"}
    answer = move(client, claim, "cancel", **fields)
    assert answer.status_code == 422
    assert "This is not the number of this claim." in answer.content.decode()
    fields["number"] = claim.number
    assert "Name the claim of which" in move(client, claim, "cancel", **fields).content.decode()
    answer = move(client, claim, "cancel", duplicate_of="26-9999", **fields)
    assert "There is no claim 26-9999." in answer.content.decode()
    answer = move(client, claim, "cancel", duplicate_of=original.number, **fields)
    assert answer.status_code == 302
    assert cast.read(claim).duplicate_of == original


def test_moves_one_may_not_do_and_moves_that_do_not_exist(cast: Cast, browse):
    claim = cast.report()
    assert move(browse(cast.reporter), claim, "notify").status_code == 403
    assert move(browse(cast.handler), claim, "skip").status_code == 404
    assert cast.read(claim).step == Step.RECEIPT


# --- Along the way ----------------------------------------------------------------------------


def test_owner_severity_pause_waiver_and_sample(cast: Cast, browse):
    claim = cast.complete_report(owner=None, severity="minor")
    client = browse(cast.handler)

    def post(tail: str, **fields):
        version = cast.read(claim).version
        answer = client.post(f"/claims/{claim.number}/{tail}", {"version": version, **fields})
        assert answer.status_code == 302, answer.content.decode()

    post("owner/", owner=cast.second_handler.pk)
    post("severity/", severity="critical")
    post("pause/", reason="samples are on their way")
    post("no-acknowledgement/", reason="told by phone")
    post("samples/", quantity="5", number="S-1")
    sample = claim.samples.get()
    post(f"samples/{sample.pk}/", version=sample.version, number="S-1", stored_where="Rack 4")
    saved = cast.read(claim)
    assert (saved.owner, saved.severity) == (cast.second_handler, "critical")
    page = page_of(client, saved)
    for words in ("paused", "samples are on their way", "told by phone", "S-1", "Rack 4"):
        assert words in page
    post("resume/")
    assert not claim.pauses.filter(ended_at=None).exists()


def test_an_employee_is_no_owner(cast: Cast, browse):
    claim = cast.complete_report()
    answer = browse(cast.handler).post(
        f"/claims/{claim.number}/owner/", {"version": claim.version, "owner": cast.employee.pk}
    )
    assert answer.status_code == 422


def test_a_deadline_tells_why(cast: Cast, browse):
    claim = cast.complete_report()
    clock_row = claim.clocks.get(kind="final_response")
    page = page_of(browse(cast.handler), claim, f"deadlines/{clock_row.pk}/")
    assert "10 working days" in page
    assert "counted" in page
    legal = page_of(browse(cast.handler), claim, f"deadlines/{claim.clocks.get(kind='legal').pk}/")
    assert "pauses do not stop it" in legal


def test_watching_is_a_button_that_turns(cast: Cast, browse):
    claim = cast.complete_report()
    client = browse(cast.auditor)
    address = f"/claims/{claim.number}/watch/"
    assert 'aria-pressed="true"' in client.post(address, headers=HTMX).content.decode()
    assert Participant.objects.filter(user=cast.auditor, role="watcher").exists()
    assert client.post(address).status_code == 302
    assert not Participant.objects.filter(user=cast.auditor).exists()


# --- Comments ---------------------------------------------------------------------------------


def test_a_comment_reaches_whom_it_names(cast: Cast, browse):
    claim = cast.complete_report()
    fields = {"text": "Was K-2 checked?", "mentions": [cast.investigator.pk]}
    answer = browse(cast.handler).post(f"/claims/{claim.number}/comments/", fields)
    comment = Comment.objects.get()
    assert answer.headers["Location"].endswith(f"#comment-{comment.pk}")
    assert list(comment.mentions.all()) == [cast.investigator]
    assert "Was K-2 checked?" in page_of(browse(cast.investigator), claim)


def test_a_comment_as_a_fragment_and_an_empty_one(cast: Cast, browse):
    claim = cast.complete_report()
    client = browse(cast.handler)
    address = f"/claims/{claim.number}/comments/"
    fragment = client.post(address, {"text": "First"}, headers=HTMX)
    assert fragment.status_code == 200
    assert fragment.content.decode().startswith('<section class="c-panel" id="comments"')
    empty = client.post(address, {"text": "  "}, headers=HTMX)
    assert empty.status_code == 422
    assert 'href="#id_text"' in empty.content.decode()
    assert Comment.objects.count() == 1


def test_comments_are_text_and_nothing_else(cast: Cast, browse):
    claim = cast.complete_report()
    add_comment(actor=cast.actor("handler"), claim=claim, text="<script>alert(1)</script>")
    page = page_of(browse(cast.handler), claim)
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_comments_are_not_for_reporters_and_managers(cast: Cast, browse):
    claim = cast.report()
    add_comment(actor=cast.actor("handler"), claim=claim, text="Between us")
    for person in (cast.reporter, cast.manager):
        client = browse(person)
        assert "Between us" not in page_of(client, claim)
        assert "Between us" not in page_of(client, claim, "history/")
        assert client.get(f"/claims/{claim.number}/comments/").status_code == 403
        assert client.post(f"/claims/{claim.number}/comments/", {"text": "x"}).status_code == 403


# --- What is new ------------------------------------------------------------------------------


def test_since_your_last_visit(cast: Cast, browse):
    claim = cast.complete_report()
    client = browse(cast.handler)
    assert "Since your last visit" not in page_of(client, claim)
    add_comment(actor=cast.actor("second_handler"), claim=claim, text="News")
    add_comment(actor=cast.actor("handler"), claim=claim, text="Mine")
    page = page_of(client, claim)
    news = page[page.index("Since your last visit") :].split("</div>")[0]
    assert "Irina Sokolova commented" in news
    assert "Anna Kravtsova" not in news
    assert "Since your last visit" not in page_of(client, claim)
    assert Visit.objects.filter(claim=claim, user=cast.handler).count() == 1


def test_reporters_hear_nothing_of_the_talk(cast: Cast, browse):
    claim = cast.report()
    client = browse(cast.reporter)
    page_of(client, claim)
    add_comment(actor=cast.actor("handler"), claim=claim, text="Between us")
    assert "Since your last visit" not in page_of(client, claim)


# --- Cost -------------------------------------------------------------------------------------


def test_the_number_of_queries_does_not_grow_with_the_claim(
    cast: Cast, browse, django_assert_max_num_queries
):
    claim = cast.complete_report(items=[cast.item() for _ in range(12)])
    handler = cast.actor("handler")
    with locked_claim(claim) as locked:
        for person in cast.people.values():
            add_participant(claim=locked, user=person, role=ParticipantRole.MEMBER)
    for n in range(12):
        add_comment(actor=handler, claim=claim, text=f"No. {n}", mentions=[cast.laboratory])
        request_sample(actor=handler, claim=claim, quantity=Decimal(1))
    pause_claim(actor=handler, claim=claim, reason="x")
    client = browse(cast.handler)
    page_of(client, claim)
    with upper_requirements_met(), django_assert_max_num_queries(40):
        page_of(client, claim)
    with django_assert_max_num_queries(32):
        page_of(client, claim, "history/")
    with django_assert_max_num_queries(32):
        page_of(client, claim, "files/")


def test_late_is_said_in_words(cast: Cast, browse):
    claim = cast.complete_report(received_at=clock.now() - timedelta(days=60))
    assert "days late" in page_of(browse(cast.handler), claim)
