"""Pages of actions, as people with a browser meet them."""

import io
import re
from datetime import timedelta

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from capa.models import Action, NoActionReason
from claims.states import Step
from core import clock
from tests.capa.conftest import day, plan_in

pytestmark = pytest.mark.django_db

HTMX = {"HTTP_HX_REQUEST": "true"}
KEPT = re.compile(r'name="kept-uploads" value="([^"]+)"')


def text_of(response) -> str:
    body = re.sub(r"<(svg|script|style)\b.*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def tab(plan, name="tab", *args) -> str:
    return reverse(f"capa:{name}", args=[plan.claim.number, *args])


def page(action, name="action", *args) -> str:
    return reverse(f"capa:{name}", args=[action.number, *args])


@pytest.fixture
def handler(browse, cast):
    return browse(cast.handler)


@pytest.fixture
def manager(browse, cast):
    return browse(cast.quality_manager)


@pytest.fixture
def owner(browse, cast):
    return browse(cast.action_owner)


# --- The tab of the claim ---------------------------------------------------------------------


def test_the_tab_shows_actions_by_kind_with_their_facts(plan, handler):
    plan.action(cause=plan.cause())
    plan.action("Sort 3,562 pcs", kind="correction")
    shown = text_of(handler.get(tab(plan)))
    for text in ("Corrections 1", "Corrective actions 1", "fact F1 audit of 10 lots", "V. Belykh"):
        assert text in shown
    assert "Preventive actions" not in shown


def test_an_action_is_planned_from_the_tab(plan, handler, cast):
    cause = plan.cause()
    address = tab(plan, "plan") + f"?cause={cause.pk}"
    assert f'value="{cause.pk}" selected' in handler.get(address).content.decode()
    response = handler.post(
        tab(plan, "plan"),
        {
            "kind": "corrective",
            "text": "Hold point in the card",
            "cause": cause.pk,
            "owner": cast.action_owner.pk,
            "due": day(10),
            "documents": ["fmea", "training"],
        },
    )
    assert response["Location"] == tab(plan) + "#actions"
    action = Action.objects.get()
    assert (action.owner, action.cause) == (cast.action_owner, cause)
    assert action.documents.count() == 2


def test_with_htmx_the_tab_and_the_gate_come_back(plan, handler):
    response = handler.post(tab(plan, "plan"), {"kind": "correction", "text": "Sort"}, **HTMX)
    body = response.content.decode()
    assert response["HX-Retarget"] == "#actions"
    assert 'id="gate"' in body
    assert 'hx-swap-oob="true"' in body
    assert ">1</span>" in body


def test_a_due_date_in_the_past_comes_back_with_its_error(plan, handler):
    values = {"kind": "correction", "text": "Sort", "due": "2020-01-01"}
    response = handler.post(tab(plan, "plan"), values, **HTMX)
    assert response.status_code == 422
    assert "The due date lies in the past." in text_of(response)


def test_a_reason_for_no_action_is_given_and_decided_by_another(plan, handler, manager):
    cause = plan.cause()
    handler.post(tab(plan, "no_action", cause.pk), {"reason": "the product ends in May"})
    given = NoActionReason.objects.get()
    decide = tab(plan, "no_action_decide", given.pk)
    assert handler.get(decide).status_code == 403
    assert "Decide" in text_of(manager.get(tab(plan)))
    manager.post(decide, {"granted": "yes", "reply": ""})
    assert "no action, agreed by O. Tarasov" in text_of(handler.get(tab(plan)))


def test_readers_plan_nothing(plan, browse, cast):
    auditor = browse(cast.auditor)
    assert "data-modal" not in auditor.get(tab(plan)).content.decode().split('id="actions"')[1]
    assert auditor.get(tab(plan, "plan")).status_code == 403
    assert browse(cast.outsider).get(tab(plan)).status_code == 404


# --- The action -------------------------------------------------------------------------------


def test_the_owner_is_led_through_the_work(plan, owner):
    action = plan.action(documents={"fmea": "rev. 4"})
    assert "You carry this action out." in text_of(owner.get(page(action)))
    owner.post(page(action, "start"))
    owner.post(
        page(action, "progress"),
        {"text": "card is drawn", "uploads": SimpleUploadedFile("card.txt", b"rev. E")},
    )
    refused = owner.post(page(action, "complete"), {"done_note": "released", "version": 99}, **HTMX)
    assert refused.status_code == 409
    version = Action.objects.get(pk=action.pk).version
    blocked = owner.post(
        page(action, "complete"), {"done_note": "released", "version": version}, **HTMX
    )
    assert "Update first: FMEA." in text_of(blocked)
    owner.post(page(action, "document", action.documents.get().pk), {"updated": "yes"})
    owner.post(page(action, "complete"), {"done_note": "released", "version": version})
    shown = text_of(owner.get(page(action)))
    for text in ("to be verified", "released", "card.txt", "Check due", "completed an action"):
        assert text in shown
    assert "You carry this action out." not in shown


def test_evidence_waits_for_a_form_that_comes_back(plan, owner):
    action = plan.action()
    upload = SimpleUploadedFile("card.txt", b"rev. E")
    values = {"done_note": "released", "version": action.version, "uploads": upload}
    back = owner.post(page(action, "complete"), {**values, "clean_lot": "L-1"}, **HTMX)
    assert back.status_code == 422
    kept = KEPT.findall(back.content.decode())
    assert "card.txt" in text_of(back)
    # Refused once more, this time by the command: a file that must not come in is beside it.
    bad = SimpleUploadedFile("page.html", b"<html><script>1</script></html>")
    values |= {"uploads": bad, "kept-uploads": kept}
    back = owner.post(page(action, "complete"), values, **HTMX)
    assert back.status_code == 422
    assert "page.html was not kept." in text_of(back)
    kept = KEPT.findall(back.content.decode())
    values = {"done_note": "released", "version": action.version, "kept-uploads": kept}
    owner.post(page(action, "complete"), values)
    assert Action.objects.get(pk=action.pk).state == "done"
    assert [each.name for each in action.claim.attachments.all()] == ["card.txt"]


def test_the_first_clean_lot_is_named_by_its_code(plan, owner, cast):
    action = plan.action()
    values = {"done_note": "released", "version": action.version}
    unknown = owner.post(page(action, "complete"), {**values, "clean_lot": "L-1"}, **HTMX)
    assert "This lot is not known." in text_of(unknown)
    owner.post(page(action, "complete"), {**values, "clean_lot": "L-2291"})
    assert Action.objects.get(pk=action.pk).clean_lot == cast.lot


def test_a_quality_manager_verifies_on_the_page(plan, manager, owner):
    action = plan.done()
    assert owner.get(page(action, "verify")).status_code == 403
    values = {"effective": "yes", "result": "20 lots without cracks", "version": action.version}
    early = manager.post(page(action, "verify"), values, **HTMX)
    assert early.status_code == 422
    assert "The time to watch is not over." in text_of(early)
    manager.post(page(action, "verify"), {**values, "early_reason": "20 lots were made"})
    shown = text_of(manager.get(page(action)))
    assert "effective" in shown
    assert "20 lots were made" in shown


def test_the_owner_who_is_quality_manager_sees_no_way_to_verify(plan, cast, manager):
    action = plan.action(owner=cast.quality_manager)
    plan.do("complete_action", by="quality_manager", action=action, done_note="done")
    assert "Did it work?" not in text_of(manager.get(page(action)))
    assert manager.get(page(action, "verify")).status_code == 403


def test_more_time_is_asked_for_and_granted(plan, owner, manager):
    action = plan.action()
    owner.post(
        page(action, "extension"),
        {"due": day(20), "reason": "insert is at the welder", "meanwhile": "20 parts an hour"},
    )
    shown = text_of(manager.get(reverse("capa:list") + "?state=asked"))
    assert "insert is at the welder" in shown
    assert "20 parts an hour" in shown
    extension = action.extensions.get()
    decide = page(action, "extension_decide", extension.pk)
    assert owner.post(decide, {"granted": "yes"}).status_code == 403
    back = reverse("capa:list") + "?state=asked"
    response = manager.post(decide, {"granted": "yes", "reply": "agreed", "next": back})
    assert response["Location"] == back
    moved = Action.objects.get(pk=action.pk)
    assert (moved.moved_times, moved.due_at) == (1, extension.to_due)
    assert "the due date was moved once" in text_of(owner.get(page(action)))


def test_cancelling_is_asked_for_and_agreed(plan, handler, manager):
    action = plan.action()
    handler.post(page(action, "cancellation"), {"reason": "the mould is scrapped"})
    request = action.cancellations.get()
    assert handler.get(page(action, "cancellation_decide", request.pk)).status_code == 403
    manager.post(page(action, "cancellation_decide", request.pk), {"granted": "yes"})
    assert Action.objects.get(pk=action.pk).state == "cancelled"


def test_what_is_not_done_goes_back(plan, manager, owner):
    action = plan.done()
    manager.post(page(action, "give_back"), {"reason": "card is not on the line"})
    assert "You carry this action out." in text_of(owner.get(page(action)))


def test_the_plan_is_changed_on_the_page(plan, handler, cast):
    action = plan.action()
    edit = handler.get(page(action, "edit"))
    assert f'value="{action.due_day}"' in edit.content.decode()
    handler.post(
        page(action, "edit"),
        {
            "kind": "preventive",
            "text": "Hold points in all cards",
            "owner": cast.laboratory.pk,
            "due": action.due_day,
            "version": action.version,
        },
    )
    changed = Action.objects.get(pk=action.pk)
    assert (changed.kind, changed.owner) == ("preventive", cast.laboratory)


def test_another_claim_is_linked_by_its_number(plan, handler, cast):
    action = plan.action()
    other = plan_in(cast, Step.ANALYSIS)
    assert handler.post(page(action, "link"), {"number": "99-0001"}).status_code == 404
    handler.post(page(action, "link"), {"number": other.claim.number})
    assert action.claims.count() == 2
    assert action.number in text_of(handler.get(tab(other)))


@pytest.mark.parametrize("number", ["A-999", "A-x", "B-001", "001", "A-" + "9" * 30])
def test_an_unknown_number_is_not_found(handler, number):
    assert handler.get(reverse("capa:action", args=[number])).status_code == 404


def test_what_one_may_not_see_looks_the_same(plan, browse, cast):
    action = plan.action()
    assert browse(cast.outsider).get(page(action)).status_code == 404
    assert browse(cast.laboratory).get(page(action)).status_code == 404
    assert browse(cast.auditor).get(page(action)).status_code == 200


@pytest.mark.parametrize(
    "name", ["edit", "link", "progress", "complete", "extension", "verify", "give_back"]
)
def test_dialogs_are_refused_to_readers(plan, browse, cast, name):
    assert browse(cast.auditor).get(page(plan.action(), name)).status_code == 403


def test_claims_with_the_same_cause_since_show_that_it_came_again(plan, handler, cast):
    from masterdata.models import CauseCode

    code = CauseCode.objects.get(code="MTD-CONTROL")
    action = plan.done(cause=plan.cause(code=code))
    assert "too early to say" in text_of(handler.get(page(action)))
    with clock.moved_to(clock.now() + timedelta(days=100)):
        assert "no such claim since" in text_of(handler.get(page(action)))
        made = (clock.now() - timedelta(days=5)).date()
        again = plan_in(
            cast, Step.ANALYSIS, items=[cast.item(lot=None, lot_code="X-1", produced_on=made)]
        )
        again.cause(code=code)
        shown = text_of(handler.get(page(action)))
    assert "the problem came again" in shown
    assert again.claim.number in shown


# --- The list ---------------------------------------------------------------------------------


def rows(response) -> list[str]:
    return re.findall(r"<b>(A-\d+)</b>", response.content.decode())


def test_the_list_opens_with_what_is_open_the_most_urgent_first(plan, handler):
    later, undated, sooner = plan.action(due=day(20)), plan.action(due=None), plan.action()
    plan.effective(plan.action())
    response = handler.get(reverse("capa:list"))
    assert rows(response) == [sooner.number, later.number, undated.number]
    assert "All claims. 3 open, 0 late, 0 waiting" in text_of(response)


def test_views_and_filters_stand_in_the_address(plan, handler, cast):
    late, mine = plan.action(), plan.action(owner=cast.handler, kind="preventive", due=day(20))
    done, failed = plan.done(plan.action()), plan.judged(plan.done(), False)
    expected = {
        "?state=done": [done],
        "?state=ineffective": [failed],
        "?state=settled": [failed],
        "?owner=me": [mine],
        "?owner=viktor.belykh@tarvina.example&state=planned": [late],
        "?kind=preventive": [mine],
        "?department=QA": [mine],
        f"?claim={plan.claim.number}&kind=preventive": [mine],
        "?q=hold point&owner=me": [mine],
        f"?q={late.number}": [late],
        f"?due_from={day(15)}": [mine],
        "?owner=none": [],
    }
    for query, actions in expected.items():
        found = rows(handler.get(reverse("capa:list") + query))
        assert found == [each.number for each in actions], query
    with clock.moved_to(clock.now() + timedelta(days=15)):
        response = handler.get(reverse("capa:list") + "?state=late")
        assert rows(response) == [late.number]
        assert "days late" in text_of(response)


def test_everybody_sees_their_own_actions_only(plan, owner, browse, cast):
    mine, other = plan.action(), plan_in(cast, Step.ANALYSIS)
    other.action(owner=cast.laboratory)
    assert rows(owner.get(reverse("capa:list"))) == [mine.number]
    assert rows(browse(cast.outsider).get(reverse("capa:list"))) == []
    assert "nav-actions-count" in owner.get(reverse("capa:list")).content.decode()


def test_an_empty_result_offers_to_clear_the_filters(plan, handler):
    assert "No action fits" in text_of(handler.get(reverse("capa:list") + "?q=zzz"))
    assert "No open actions" in text_of(handler.get(reverse("capa:list")))


def test_pages_follow_each_other_without_gaps(plan, handler):
    actions = [plan.action(due=None if n % 3 == 0 else day(10 + n)) for n in range(30)]
    seen: list[str] = []
    query = ""
    for _page in range(2):
        response = handler.get(reverse("capa:list") + query)
        seen += rows(response)
        following = re.search(r'rel="next" href="([^"]+)"', response.content.decode())
        query = following[1].replace("&amp;", "&") if following else ""
    assert not query
    assert sorted(seen) == sorted(each.number for each in actions)


def test_htmx_gets_the_table_alone(plan, handler):
    plan.action()
    body = handler.get(reverse("capa:list"), **HTMX).content.decode()
    assert body.lstrip().startswith('<div id="actions">')
    assert "<html" not in body


def test_the_list_asks_equally_often_for_more_rows(plan, handler, cast):
    plan.action(cause=plan.cause())
    with CaptureQueriesContext(connection) as few:
        handler.get(reverse("capa:list"))
    for number in range(5):
        other = plan_in(cast, Step.ANALYSIS)
        other.action(f"action {number}", cause=other.cause())
    with CaptureQueriesContext(connection) as many:
        handler.get(reverse("capa:list"))
    assert len(many) == len(few)


def test_the_tab_asks_equally_often_for_more_rows(plan, handler):
    plan.action(cause=plan.cause())
    with CaptureQueriesContext(connection) as few:
        handler.get(tab(plan))
    for number in range(5):
        plan.action(f"action {number}", cause=plan.cause(f"cause {number}"))
    with CaptureQueriesContext(connection) as many:
        handler.get(tab(plan))
    assert len(many) == len(few)


def test_coordinators_export_what_they_filtered(plan, handler, owner):
    action = plan.action("=HYPERLINK()")
    response = handler.get(reverse("capa:export") + "?state=open")
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    cells = [[cell.value for cell in row] for row in book.worksheets[0].rows]
    assert cells[1][0] == action.number
    assert cells[1][1] == "'=HYPERLINK()"
    assert owner.get(reverse("capa:export")).status_code == 403
