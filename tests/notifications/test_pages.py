"""The pages of step 2 through the browser's eyes: panels, forms, inbox, administration."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags

from claims.commands import move_claim, report_claim
from notifications import commands
from notifications.commands.containment import Execution, Order
from notifications.models import ContainmentOrder, Message, NamedRecipient, Notice, NotificationRule
from tests.core.samples import image

FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def claim(cast):
    return cast.complete_report(severity="critical")


@pytest.fixture
def order(cast, claim, relay):
    made = commands.order_containment(
        actor=cast.actor("handler"),
        claim=claim,
        order=Order("block_lot", cast.warehouse, lot=cast.lot, place="own_stock"),
    )
    relay()
    return made


def page_of(claim, tail=""):
    return f"/claims/{claim.number}/{tail}"


# --- Containment --------------------------------------------------------------------------------


def test_ordering_from_the_claim_page(cast, claim, browse):
    client = browse(cast.handler)
    form = client.get(page_of(claim, "containment/new/")).text
    assert "L-2291" in form
    response = client.post(
        page_of(claim, "containment/new/"),
        {
            "kind": "block_lot",
            "lot": "L-2291",
            "executor": cast.warehouse.pk,
            "place": "own_stock",
            "instruction": "Quarantine K2",
        },
        follow=True,
    )
    assert response.redirect_chain[0][0] == page_of(claim) + "#containment"
    assert "Ordered: Block lot L-2291" in response.text
    (row,) = [line for line in response.text.split("<tr") if 'id="order-' in line]
    for words in ("Block lot L-2291", "own stock, Quarantine K2", "E. Panova", "tomorrow by"):
        assert words in row
    assert "1 in force" in response.text


@pytest.mark.parametrize("headers", [{}, FRAGMENT])
def test_an_incomplete_order_comes_back_with_its_errors(cast, claim, browse, headers):
    response = browse(cast.handler).post(
        page_of(claim, "containment/new/"), {"kind": "stop_line"}, headers=headers
    )
    assert response.status_code == 422
    assert 'aria-invalid="true"' in response.text
    data = {"kind": "stop_line", "executor": cast.warehouse.pk}
    response = browse(cast.handler).post(page_of(claim, "containment/new/"), data, headers=headers)
    assert response.status_code == 422
    assert "Name the line." in response.text


def test_a_delivery_document_must_be_known(cast, claim, browse):
    data = {"kind": "stop_shipment", "executor": cast.warehouse.pk, "shipment": "D-0"}
    response = browse(cast.handler).post(page_of(claim, "containment/new/"), data)
    assert "There is no document D-0." in response.text


def test_a_dialog_loads_the_claim_anew(cast, claim, browse):
    data = {"kind": "sort", "scope": "box 17", "executor": cast.warehouse.pk}
    response = browse(cast.handler).post(page_of(claim, "containment/new/"), data, headers=FRAGMENT)
    assert response.status_code == 204
    assert response.headers["HX-Redirect"] == page_of(claim)


def test_the_executor_reports_counts_and_evidence(cast, claim, browse):
    order = commands.order_containment(
        actor=cast.actor("handler"), claim=claim, order=Order("sort", cast.warehouse)
    )
    client = browse(cast.warehouse)
    assert f"containment/{order.pk}/execute/" in client.get(page_of(claim)).text
    address = page_of(claim, f"containment/{order.pk}/execute/")
    assert "Enter how many were checked" in client.post(address, {}).text
    data = {
        "quantity_checked": "3,562",
        "quantity_bad": "61",
        "evidence": [
            SimpleUploadedFile("sorted.png", image()),
            SimpleUploadedFile("page.html", b"<script>alert(1)</script>"),
        ],
    }
    page = client.post(address, data, follow=True).text
    assert "3,562 checked: 3,501 good, 61 bad" in page
    assert "sorted.png</a>" in page
    assert "page.html was not kept." in page
    kept = ContainmentOrder.objects.get()
    assert [each.name for each in kept.evidence.all()] == ["sorted.png"]
    assert client.post(address, data).status_code == 409


def test_evidence_waits_for_counts_that_are_missing(cast, claim, browse):
    order = commands.order_containment(
        actor=cast.actor("handler"), claim=claim, order=Order("sort", cast.warehouse)
    )
    client, address = browse(cast.warehouse), page_of(claim, f"containment/{order.pk}/execute/")
    page = client.post(address, {"evidence": SimpleUploadedFile("sorted.png", image())}).text
    assert "Kept: sorted.png" in page
    kept = re.findall(r'name="kept-evidence" value="([^"]+)"', page)
    client.post(address, {"quantity_checked": "3", "quantity_bad": "1", "kept-evidence": kept})
    assert [each.name for each in ContainmentOrder.objects.get().evidence.all()] == ["sorted.png"]


def test_lifting_is_offered_to_quality_managers_alone(cast, claim, order, browse):
    address = page_of(claim, f"containment/{order.pk}/lift/")
    for name in ("handler", "warehouse"):
        client = browse(cast.people[name])
        assert address not in client.get(page_of(claim)).text
        assert client.post(address, {"reason": "checked"}).status_code == 403
    client = browse(cast.quality_manager)
    assert address in client.get(page_of(claim)).text
    assert client.post(address, {}).status_code == 422
    page = client.post(address, {"reason": "50 of 50 good"}, follow=True).text
    assert "lifted " in page
    assert "50 of 50 good" in page


def test_orders_of_other_claims_are_not_found_here(cast, order, browse):
    other = cast.complete_report()
    client = browse(cast.handler)
    assert client.get(page_of(other, f"containment/{order.pk}/execute/")).status_code == 404
    assert browse(cast.outsider).get(page_of(order.claim)).status_code == 404


def test_who_may_only_read_gets_no_forms(cast, claim, order, browse):
    for name in ("manager", "auditor"):
        client = browse(cast.people[name])
        page = client.get(page_of(claim)).text
        assert "Block lot L-2291" in strip_tags(page)
        assert "containment/" not in page
        assert client.get(page_of(claim, "containment/new/")).status_code == 403
        assert client.get(page_of(claim, "recipients/new/")).status_code == 403


def test_saying_why_nothing_is_stopped(cast, claim, browse):
    address = page_of(claim, "containment/waive/")
    page = browse(cast.handler).post(address, {"reason": "one sample"}, follow=True).text
    assert "one sample" in page
    assert "No containment needed" in page


def test_a_wish_to_stop_something_is_shown_to_coordinators(cast, browse, relay):
    claim = report_claim(
        actor=cast.actor("reporter"), fields={"title": "Cracks"}, stop_note="Stop line 3 now"
    )
    relay()
    page = browse(cast.handler).get(page_of(claim)).text
    assert "Rustam Agishev wants something stopped:" in page
    assert "Stop line 3 now" in browse(cast.handler).get(page_of(claim, "containment/new/")).text


# --- Notified -----------------------------------------------------------------------------------


def test_before_the_departments_are_notified_the_page_says_who_will_be(cast, rule, browse):
    rule(people=[cast.warehouse], needs_confirmation=True)
    rule(addresses=["desk@outside.example"])
    claim = cast.complete_report()
    page = browse(cast.handler).get(page_of(claim)).text
    assert "Will be told" in page
    for words in ("Warehouse", "E. Panova, must confirm", "desk@outside.example"):
        assert words in page


def test_who_was_told_of_the_report_does_not_hide_who_will_be_told(cast, rule, browse, relay):
    rule(occasion="claim.reported", people=[cast.handler])
    rule(people=[cast.warehouse])
    claim = cast.complete_report()
    relay()
    client = browse(cast.handler)
    client.post(page_of(claim, "recipients/new/"), {"user": cast.laboratory.pk})
    page = client.get(page_of(claim)).text
    for words in ("Will be told", "E. Panova, is informed", "Pavel Melnik, ", "Told of the report"):
        assert words in page
    cast.move(claim, "notify", "handler")
    relay()
    page = client.get(page_of(claim)).text
    assert "Will be told" not in page
    assert "Notified" in page


def test_naming_somebody_and_taking_it_back(cast, claim, browse):
    client = browse(cast.handler)
    address = page_of(claim, "recipients/new/")
    assert "Choose a person, or enter an outside address." in client.post(address, {}).text
    page = client.post(address, {"user": cast.laboratory.pk}, follow=True).text
    assert "Pavel Melnik, " in page
    named = NamedRecipient.objects.get()
    page = client.post(page_of(claim, f"recipients/{named.pk}/remove/"), follow=True).text
    assert "Pavel Melnik, " not in page


def test_confirmations_show_on_the_claim(cast, claim, order, browse):
    assert "0 of 3 confirmed" in browse(cast.handler).get(page_of(claim)).text
    for name in ("second_handler", "quality_manager", "second_quality_manager"):
        notice = Notice.objects.get(
            user=cast.people[name], occasion="claim.notify", channel="in_app"
        )
        commands.confirm_notice(actor=cast.actor(name), notice=notice)
    assert "3 of 3 confirmed in 1 min" in browse(cast.handler).get(page_of(claim)).text


def test_a_mail_that_died_is_sent_again_or_handed_over(cast, claim, order, browse):
    dead = Message.objects.filter(to__startswith="oleg").latest("pk")
    Message.objects.filter(to__startswith="oleg").update(state="dead")
    client = browse(cast.handler)
    assert "the message could not be sent" in client.get(page_of(claim)).text
    client.post(page_of(claim, f"notices/{dead.notice_id}/try-again/"))
    assert Message.objects.get(pk=dead.pk).state == "queued"
    Message.objects.filter(to__startswith="oleg").update(state="dead")
    address = page_of(claim, f"notices/{dead.notice_id}/hand-over/")
    assert client.post(address, {}).status_code == 422
    page = client.post(address, {"note": "called at 14:10"}, follow=True).text
    assert "told another way: called at 14:10 (A. Kravtsova)" in page


def test_who_only_reported_does_not_see_who_was_told(cast, relay, browse):
    claim = cast.report(severity="major")
    move_claim(actor=cast.actor("handler"), claim=claim, transition="notify")
    relay()
    assert 'id="notified"' not in browse(cast.reporter).get(page_of(claim)).text
    assert 'id="notified"' in browse(cast.handler).get(page_of(claim)).text


def test_the_claim_page_costs_the_same_with_many_orders_and_notices(cast, rule, relay, browse):
    rule(people=[cast.warehouse], needs_confirmation=True)
    claim, client = cast.complete_report(), browse(cast.quality_manager)

    def add(people):
        for name in people:
            commands.name_recipient(
                actor=cast.actor("handler"), claim=claim, user=cast.people[name]
            )
            order = Order("block_lot", cast.people[name], lot=cast.lot)
            made = commands.order_containment(actor=cast.actor("handler"), claim=claim, order=order)
            commands.execute_order(actor=cast.actor(name), order=made, result=Execution())
        relay()

    move_claim(actor=cast.actor("handler"), claim=claim, transition="notify")
    add(["laboratory", "investigator"])
    counts = []
    for people in ([], ["employee", "action_owner", "finance", "legal"]):
        add(people)
        client.get(page_of(claim))
        with CaptureQueriesContext(connection) as captured:
            client.get(page_of(claim))
        counts.append(len(captured))
    assert counts[0] == counts[1]


# --- Inbox --------------------------------------------------------------------------------------


def count_in_frame(page: str) -> str:
    """The number beside "Notices" in the menu."""
    (count,) = re.findall(r'id="nav-notices-count"[^>]*>([^<]*)<', page)
    return count


def test_the_inbox_counts_confirms_and_filters(cast, claim, order, browse):
    client = browse(cast.warehouse)
    page = client.get("/notices/").text
    assert count_in_frame(page) == "1"
    assert "1 to confirm" in page
    assert "Containment: Block lot L-2291" in page
    notice = Notice.objects.get(user=cast.warehouse, channel="in_app")
    row = client.post(f"/notices/{notice.pk}/confirm/", headers=FRAGMENT)
    assert row.text.lstrip().startswith("<li")
    assert "confirmed " in row.text
    assert 'id="nav-notices-count" hx-swap-oob="true"' in row.text
    assert count_in_frame(row.text) == ""
    page = client.get("/notices/?show=confirm").text
    assert "Nothing here" in page
    assert "Block lot L-2291" in client.get("/notices/").text


def test_looking_at_a_notice_marks_it_seen_and_confirming_there_keeps_the_comment(
    cast, claim, order, browse
):
    client = browse(cast.warehouse)
    notice = Notice.objects.get(user=cast.warehouse, channel="in_app")
    page = client.get(f"/notices/{notice.pk}/").text
    assert "I have read this" in page
    assert count_in_frame(page) == ""
    page = client.post(
        f"/notices/{notice.pk}/confirm/", {"comment": "on our way"}, follow=True
    ).text
    assert "confirmed " in page
    assert "on our way" in client.get(f"/notices/{notice.pk}/").text


def test_nobody_reads_or_confirms_the_notices_of_others(cast, claim, order, browse):
    notice = Notice.objects.get(user=cast.warehouse, channel="in_app")
    for name in ("handler", "quality_manager", "administrator", "outsider"):
        client = browse(cast.people[name])
        assert client.get(f"/notices/{notice.pk}/").status_code == 404
        assert client.post(f"/notices/{notice.pk}/confirm/").status_code == 404
    assert Notice.objects.get(pk=notice.pk).confirmed_at is None


def test_marking_all_as_seen_leaves_what_must_be_confirmed(cast, claim, order, browse):
    client = browse(cast.quality_manager)
    before = Notice.objects.filter(user=cast.quality_manager, channel="in_app", seen_at=None)
    assert before.count() == 2
    client.post("/notices/seen/")
    assert [each.needs_confirmation for each in before.all()] == [True]


def test_an_empty_inbox_says_what_it_is_for(cast, browse):
    assert "No notices yet" in browse(cast.employee).get("/notices/").text


def test_a_guest_is_led_to_the_sign_in(client, order):
    for address in ("/notices/", "/notices/1/", page_of(order.claim, "containment/new/")):
        assert client.get(address).url.startswith("/account/login/")


def test_the_inbox_costs_the_same_with_many_notices(cast, claim, order, browse, relay):
    client = browse(cast.quality_manager)

    def queries():
        client.get("/notices/")
        with CaptureQueriesContext(connection) as captured:
            client.get("/notices/")
        return len(captured)

    before = queries()
    for _ in range(5):
        cast.complete_report(severity="critical")
    relay()
    assert queries() == before


# --- Administration -----------------------------------------------------------------------------


@pytest.fixture
def admin(cast, browse):
    cast.quality_manager.is_staff = True
    cast.quality_manager.save()
    return browse(cast.quality_manager)


RULES = "/admin/notifications/notificationrule/"


def test_a_quality_manager_edits_the_list_in_the_administration(cast, admin):
    assert "heads of departments" in admin.get(RULES).text
    data = {
        "occasion": "claim.notify",
        "severity": "major",
        "roles": ["handler"],
        "people": [cast.warehouse.pk],
        "addresses": "Desk@outside.example\n\n",
        "channels": ["in_app", "email"],
        "needs_confirmation": "on",
        "is_active": "on",
    }
    response = admin.post(f"{RULES}add/", data)
    assert response.status_code == 302
    made = NotificationRule.objects.latest("pk")
    assert (made.roles, made.addresses) == (["handler"], ["desk@outside.example"])
    assert list(made.people.all()) == [cast.warehouse]
    response = admin.post(f"{RULES}{made.pk}/change/", data | {"severity": "", "people": []})
    assert response.status_code == 302
    changed = NotificationRule.objects.get(pk=made.pk)
    assert (changed.severity, changed.version, list(changed.people.all())) == ("", 2, [])


def test_the_commands_objections_stand_in_the_form(admin):
    before = NotificationRule.objects.count()
    page = admin.post(f"{RULES}add/", {"occasion": "claim.notify", "channels": ["in_app"]}).text
    assert "Say who is told: roles, departments, people, addresses or chat rooms." in page
    assert NotificationRule.objects.count() == before


def test_handlers_and_deletion_are_kept_out_of_the_list(cast, admin, browse):
    rule = NotificationRule.objects.latest("pk")
    assert admin.post(f"{RULES}{rule.pk}/delete/").status_code == 403
    cast.handler.is_staff = True
    cast.handler.save()
    assert browse(cast.handler).get(RULES).status_code == 403
