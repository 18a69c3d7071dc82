"""The investigation tab and its dialogs, as a person with a browser meets them."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from claims.states import Step
from events.relay import run_pending
from investigations.models import AffectedLot, Cause, Fact, Source, TeamMember, Why
from tests.investigations.conftest import Inquiry, inquiry_in

pytestmark = pytest.mark.django_db

HTMX = {"HTTP_HX_REQUEST": "true"}


def url(inquiry: Inquiry, name: str = "tab", *args: object) -> str:
    return reverse(f"investigations:{name}", args=[inquiry.claim.number, *args])


def text_of(response) -> str:
    body = re.sub(r"<(svg|script|style)\b.*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


@pytest.fixture
def page(browse, cast) -> Client:
    return browse(cast.handler)


@pytest.fixture
def full(inquiry) -> Inquiry:
    """Step 5 with something in every part of the page."""
    run_pending()
    fact = inquiry.fact("Moisture 0.3 %", source="lab report LK-611")
    inquiry.team()
    inquiry.do("answer_traceability", question="other_lots", answer=True, fact=fact, text="L-2288")
    lot = inquiry.do("name_lot", lot=inquiry.cast.lot, suspicion="claimed")
    inquiry.do("judge_lot", affected=lot, status="confirmed", facts=[fact])
    inquiry.cause("Moisture checked once a week", category="measurement")
    root = inquiry.confirmed("No hold point")
    chain = inquiry.do("open_chain", type="occurrence")
    inquiry.do("answer_why", chain=chain, question="Why?", answer="It was dry", facts=[fact])
    inquiry.do("conclude_chain", chain=chain, cause=root)
    inquiry.do(
        "save_comparison", values={"dimension": "what", "is_text": "RK-12", "is_not_text": "RK-10"}
    )
    return inquiry


def test_the_tab_shows_everything_that_is_known(page, full):
    shown = text_of(page.get(url(full)))
    for text in (
        "Moisture 0.3 %", "lab report LK-611", "Sergey Gulyaev", "L-2288", "defective",
        "Moisture checked once a week", "no facts", "root cause", "It was dry", "RK-10",
        "0 of 9 checked", "Production records",
    ):  # fmt: skip
        assert text in shown


def test_the_diagram_has_a_list_as_its_twin(page, full):
    body = page.get(url(full)).content.decode()
    diagram, twin = body.index('class="fb"'), body.index('class="fb-list"')
    assert body.index("Moisture checked", diagram) < twin < body.index("Moisture checked", twin)
    assert "style=" not in body


def test_the_summary_leads_to_what_is_missing(page, full):
    shown = text_of(page.get(url(full)))
    assert "1 of 2 met" in shown
    assert "Check “Production records”" in shown


def test_step_4_asks_whether_the_first_answer_can_be_the_last(page, initial):
    fact = initial.fact("Run-out 0.06 mm, limit 0.08 mm")
    for question in ("other_customers", "other_lots"):
        initial.do("answer_traceability", question=question, answer=False, fact=fact)
    shown = text_of(page.get(url(initial)))
    assert "Can the first answer be the last?" in shown
    assert "State the cause, or that the claim is unfounded, with a fact." in shown


@pytest.mark.parametrize("step", [Step.REGISTRATION, Step.CLOSED])
def test_the_tab_opens_in_every_step(page, cast, step):
    inquiry = inquiry_in(cast, step)
    assert page.get(url(inquiry)).status_code == 200


def test_nobody_reads_what_is_not_theirs(browse, full, cast):
    assert browse(cast.outsider).get(url(full)).status_code == 404
    assert browse(cast.employee).get(url(full)).status_code == 404
    assert browse(cast.laboratory).get(url(full)).status_code == 200


def test_readers_see_no_buttons(browse, full, cast):
    shown = browse(cast.auditor).get(url(full)).content.decode()
    dialogs = re.findall(r'href="([^"]+)" data-modal', shown)
    assert [address for address in dialogs if "/deadlines/" not in address] == []
    assert "Moisture 0.3 %" in shown


GET_ONLY_FOR_WRITERS = ("fact_new", "source_new", "cause_new", "lot_new", "comparison_new")


@pytest.mark.parametrize("name", [*GET_ONLY_FOR_WRITERS, "finding_state", "no_escape"])
def test_dialogs_are_refused_to_readers(browse, full, cast, name):
    assert browse(cast.auditor).get(url(full, name)).status_code == 403
    assert browse(cast.outsider).get(url(full, name)).status_code == 404


def test_every_dialog_opens_as_page_and_as_fragment(page, full):
    cause = Cause.objects.filter(status="hypothesis").get()
    confirmed = Cause.objects.filter(status="confirmed").get()
    source, lot, why = Source.objects.earliest("id"), AffectedLot.objects.get(), Why.objects.get()
    member = TeamMember.objects.earliest("id")
    addresses = [
        *(url(full, name) for name in (*GET_ONLY_FOR_WRITERS, "finding_state", "no_escape")),
        url(full, "fact_new") + f"?cause={cause.pk}",
        url(full, "fact_supersede", 1),
        url(full, "source_check", source.pk),
        url(full, "source_reopen", source.pk),
        url(full, "member_new"),
        url(full, "member_role", member.pk),
        url(full, "cause_edit", cause.pk),
        url(full, "cause_support", cause.pk),
        url(full, "cause_decide", cause.pk),
        url(full, "cause_code", confirmed.pk),
        url(full, "cause_reconsider", confirmed.pk),
        url(full, "why_new", why.chain_id),
        url(full, "why_edit", why.pk),
        url(full, "chain_conclude", why.chain_id),
        url(full, "answer", "other_customers"),
        url(full, "lot_judge", lot.pk),
        url(full, "lot_count", lot.pk),
    ]
    for address in addresses:
        whole = page.get(address)
        assert whole.status_code == 200, address
        assert "<h1>" in whole.content.decode()
        part = page.get(address, **HTMX)
        assert 'id="modal-title"' in part.content.decode()
        assert "<html" not in part.content.decode()


def test_a_fact_is_stated_without_javascript(page, full):
    upload = SimpleUploadedFile("log.txt", b"stopped 03:40")
    response = page.post(
        url(full, "fact_new"), {"text": "Chamber stopped 03:40", "uploads": upload}
    )
    assert response["Location"] == url(full) + "#facts"
    fact = Fact.objects.get(text="Chamber stopped 03:40")
    assert fact.evidence.get().name == "log.txt"


def test_evidence_waits_for_a_fact_that_says_nothing(page, full):
    upload = SimpleUploadedFile("log.txt", b"stopped 03:40")
    back = page.post(url(full, "fact_new"), {"text": "", "uploads": upload}, **HTMX)
    assert back.status_code == 422
    kept = re.findall(r'name="kept-uploads" value="([^"]+)"', back.content.decode())
    page.post(url(full, "fact_new"), {"text": "Chamber stopped", "kept-uploads": kept}, **HTMX)
    assert Fact.objects.get(text="Chamber stopped").evidence.get().name == "log.txt"


def test_with_htmx_the_changed_parts_come_back(page, full):
    cause = Cause.objects.filter(status="hypothesis").get()
    response = page.post(
        url(full, "fact_new") + f"?cause={cause.pk}", {"text": "Weekly card"}, **HTMX
    )
    body = response.content.decode()
    assert (response["HX-Retarget"], response["HX-Reswap"]) == ("#facts", "outerHTML")
    assert '"dialogClose"' in response["HX-Trigger"]
    assert body.startswith('<section class="c-panel" id="facts"')
    for part in ("causes", "hypotheses", "whys", "sources", "summary"):
        assert re.search(rf'id="{part}"[^>]* hx-swap-oob="true"', body), part
    assert "3 facts</span>" in body
    assert cause.facts.get().text == "Weekly card"


def test_the_first_fact_finds_a_place_for_its_number(page, initial):
    place = re.compile(
        r'aria-current="page"[^>]*>(?:(?!</a>).)*<span class="n"></span></a>', re.DOTALL
    )
    tabs = page.get(url(initial)).text.partition('class="c-tabs')[2]
    assert place.search(tabs.partition("</nav>")[0])
    response = page.post(url(initial, "fact_new"), {"text": "Moisture 0.3 %"}, **HTMX)
    assert '<span hx-swap-oob="innerHTML:.cl-tabs [aria-current] .n">1 fact</span>' in response.text


def test_an_empty_fact_comes_back_with_its_error(page, full):
    response = page.post(url(full, "fact_new"), {"text": " "}, **HTMX)
    assert response.status_code == 422
    assert 'aria-invalid="true"' in response.content.decode()
    assert Fact.objects.count() == 2


def test_a_command_objects_at_its_field(page, full):
    cause = Cause.objects.filter(status="hypothesis").get()
    response = page.post(
        url(full, "cause_decide", cause.pk),
        {"decision": "confirmed", "proof": "observation", "version": cause.version},
        **HTMX,
    )
    assert response.status_code == 422
    assert "Link a fact first: facts decide." in text_of(response)


def test_a_decision_goes_through_the_page(page, full):
    cause = Cause.objects.filter(status="hypothesis").get()
    page.post(
        url(full, "cause_decide", cause.pk),
        {
            "decision": "ruled_out",
            "facts": [Fact.objects.earliest("id").pk],
            "version": cause.version,
        },
    )
    assert Cause.objects.get(pk=cause.pk).status == "ruled_out"


def test_a_stale_form_says_so_and_can_be_sent_again(page, full):
    cause = Cause.objects.filter(status="hypothesis").get()
    full.do("edit_cause", cause=cause, values={"text": "Checked weekly"})
    values = {"text": "mine", "category": "measurement", "type": "occurrence", "version": 1}
    stale = page.post(url(full, "cause_edit", cause.pk), values, **HTMX)
    assert stale.status_code == 409
    assert "Somebody changed this meanwhile" in text_of(stale)
    assert 'name="version" value="2"' in stale.content.decode()


def test_rows_of_another_claim_are_not_found(page, full, cast):
    other = inquiry_in(cast, Step.FULL_INVESTIGATION)
    cause = Cause.objects.filter(status="hypothesis").get()
    source = Source.objects.earliest("id")
    assert page.get(url(other, "cause_decide", cause.pk)).status_code == 404
    assert page.get(url(other, "source_check", source.pk)).status_code == 404
    assert page.get(url(other, "fact_supersede", 1)).status_code == 404


def test_buttons_without_a_question_need_a_post(page, full):
    assert page.get(url(full, "plan_begin")).status_code == 405
    assert page.get(url(full, "lots_refresh")).status_code == 405


def test_the_team_is_named_on_the_page(page, full, cast):
    page.post(url(full, "member_new"), {"role": "member", "user": cast.warehouse.pk})
    member = TeamMember.objects.get(user=cast.warehouse)
    page.post(url(full, "member_role", member.pk), {"role": "leader", "version": member.version})
    assert TeamMember.objects.get(role="leader") == member
    page.post(url(full, "member_remove", member.pk))
    assert not TeamMember.objects.filter(pk=member.pk).exists()


def test_sources_are_checked_off_on_the_page(page, full):
    source = Source.objects.get(kind="transport")
    page.post(
        url(full, "source_check", source.pk),
        {"outcome": "nothing", "remark": "no shocks above 5 g"},
    )
    assert "nothing found: no shocks above 5 g" in text_of(page.get(url(full)))
    page.post(url(full, "source_reopen", source.pk), {"reason": "second truck"})
    assert not Source.objects.get(pk=source.pk).is_checked


def test_lots_to_look_at_are_offered_and_suspected(page, full):
    address = url(full, "lots_to_look_at")
    assert f'hx-get="{address}"' in page.get(url(full)).content.decode()
    assert "<h1>Lots to look at</h1>" in page.get(address).content.decode()
    part = page.get(address, **HTMX).content.decode()
    assert part.startswith('<footer id="candidates">')
    assert "lot=L-2309&amp;why=raw_lot" in part
    page.post(url(full, "lot_new"), {"lot_code": "L-2309", "suspicion": "raw_lot"})
    lot = AffectedLot.objects.get(lot_code="L-2309")
    page.post(
        url(full, "lot_count", lot.pk),
        {"produced": "3,200", "in_stock": "3,000", "scrapped": "150", "version": lot.version},
    )
    assert "unaccounted for 50" in text_of(page.get(url(full)))


def test_a_finished_claim_is_read_only(page, cast):
    inquiry = inquiry_in(cast, Step.FULL_INVESTIGATION)
    inquiry.fact()
    inquiry.moved("cancel", "quality_manager", remark="not ours", cancel_reason="no_claim")
    assert "data-modal" not in page.get(url(inquiry)).content.decode().split('id="claim-body"')[1]
    assert page.get(url(inquiry, "fact_new")).status_code == 409


def test_the_overview_names_team_and_lots(page, full):
    shown = text_of(page.get(reverse("claims:detail", args=[full.claim.number])))
    assert "What is affected 1 lot" in shown
    assert "Sergey Gulyaev moulding process engineer" in shown


def test_the_page_asks_equally_often_for_more_rows(page, full):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as before:
        page.get(url(full))
    for number in range(4):
        full.confirmed(f"Cause {number}")
        full.do("name_lot", lot_code=f"X-{number}")
        full.do("add_source", name=f"Source {number}")
        chain = full.do("open_chain", type="escape")
        full.do("answer_why", chain=chain, question="Why?", answer="So", facts=[full.fact()])
    with CaptureQueriesContext(connection) as after:
        page.get(url(full))
    assert len(after) == len(before)
