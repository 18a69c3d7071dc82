"""The registration form: filling it in, what it objects to, two people in it at once."""

from __future__ import annotations

import re
from decimal import Decimal
from html.parser import HTMLParser

import pytest
from django.utils import timezone

from claims.commands import edit_claim, remove_item, save_item, set_severity
from claims.models import Claim
from tests.cast import Cast

pytestmark = pytest.mark.usefixtures("above_met")


class Fields(HTMLParser):
    """What a browser would send of the first form that has a field of a name."""

    def __init__(self, page: str, having: str) -> None:
        super().__init__()
        self.forms: list[dict[str, list[str]]] = []
        self.select = self.text = ""
        self.first = False
        self.skip = 0
        self.feed(page)
        self.found = next(form for form in self.forms if having in form)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag in ("template", "noscript"):
            self.skip += 1
        if tag == "form":
            self.forms.append({})
        if not self.forms or self.skip:
            return
        name = given.get("name") or ""
        if tag == "input" and name and given.get("type") not in ("submit", "file"):
            if given.get("type") in ("radio", "checkbox") and "checked" not in given:
                return
            self.forms[-1].setdefault(name, []).append(given.get("value") or "")
        elif tag == "select":
            self.select, self.first = name, "multiple" not in given
        elif tag == "option" and self.select:
            self.handle_option(given)
        elif tag == "textarea":
            self.text = name
            self.forms[-1][name] = [""]

    def handle_option(self, given):
        """The selected option, or the first of a plain select, as browsers do."""
        chosen = self.forms[-1].setdefault(self.select, [])
        if "selected" in given:
            self.forms[-1][self.select] = [] if self.first else chosen
            self.first = False
        elif not self.first or chosen:
            return
        self.forms[-1][self.select].append(given.get("value") or "")

    def handle_endtag(self, tag):
        if tag in ("template", "noscript"):
            self.skip -= 1
        if tag == "select":
            self.select = ""
        if tag == "textarea":
            self.text = ""

    def handle_data(self, data):
        if self.text and not self.skip:
            self.forms[-1][self.text] = [data.removeprefix("\n")]


def filled_form(client, address: str, having: str = "title") -> dict[str, list[str]]:
    """The form of a page as a browser would send it back untouched."""
    return Fields(client.get(address).content.decode(), having).found


def edit_form(client, claim) -> dict[str, list[str]]:
    return filled_form(client, f"/claims/{claim.number}/edit/")


def send(client, claim, form: dict, **changed):
    return client.post(f"/claims/{claim.number}/edit/", {**form, **changed})


def test_sent_back_untouched_it_changes_nothing(cast: Cast, browse):
    claim = cast.complete_report(demands=["replace", "information"], demand_amount=Decimal(100))
    client = browse(cast.handler)
    answer = send(client, claim, edit_form(client, claim))
    assert answer.status_code == 302, answer.content.decode()
    assert cast.read(claim).version == claim.version


def test_filling_it_in(cast: Cast, browse):
    claim = cast.report(items=[{"lot_code": "L-2291"}])
    client = browse(cast.handler)
    answer = send(
        client,
        claim,
        edit_form(client, claim),
        customer=cast.customer.pk,
        contact=cast.contact.pk,
        customer_claim_no="NCR-88412",
        description="The latch cracks at its base",
        severity="major",
        owner=cast.handler.pk,
        demands=["information", "replace"],
        is_safety="on",
        **{
            "items-0-product": cast.product.pk,
            "items-0-quantity_claimed": "1,038",
            "items-0-defect": cast.defect.pk,
            "items-0-other_defects": [cast.other_defect.pk],
        },
    )
    assert answer.headers["Location"] == f"/claims/{claim.number}/"
    saved = cast.read(claim)
    assert (saved.customer, saved.contact, saved.owner) == (
        cast.customer,
        cast.contact,
        cast.handler,
    )
    assert (saved.severity, saved.is_safety, saved.demands) == (
        "major",
        True,
        ["replace", "information"],
    )
    item = saved.items.get()
    assert (item.product, item.lot) == (cast.product, cast.lot)
    assert item.quantity_claimed == 1038
    assert (item.line, item.defect) == (cast.line, cast.defect)
    assert list(item.other_defects.all()) == [cast.other_defect]


def test_rows_are_added_and_removed(cast: Cast, browse):
    claim = cast.complete_report()
    client = browse(cast.handler)
    form = edit_form(client, claim)
    form["items-TOTAL_FORMS"] = ["3"]
    send(
        client,
        claim,
        form,
        **{
            "items-0-DELETE": "on",
            "items-1-product": cast.other_product.pk,
            "items-1-lot_code": "NEW-1",
            "items-1-unit": "pcs",
            "items-2-unit": "pcs",
        },
    )
    item = claim.items.get()
    assert (item.product, item.lot, item.lot_code) == (cast.other_product, None, "NEW-1")


def test_without_scripts_a_code_is_typed(cast: Cast, browse):
    claim = cast.report()
    client = browse(cast.handler)
    form = edit_form(client, claim)
    answer = send(client, claim, form, **{"customer-typed": "c-001", "items-0-product-typed": "X"})
    assert answer.status_code == 422
    assert "There is no X. Check the code." in answer.content.decode()
    send(client, claim, form, **{"customer-typed": "c-001"})
    assert cast.read(claim).customer == cast.customer


def test_all_objections_come_at_once_and_nothing_typed_is_lost(cast: Cast, browse):
    claim = cast.complete_report()
    client = browse(cast.handler)
    answer = send(
        client,
        claim,
        edit_form(client, claim),
        title="",
        description="Typed with care",
        received_at="2199-01-01T10:00",
        **{"items-0-quantity_claimed": "many"},
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Not saved: correct 3 fields" in page
    for field in ("id_title", "id_received_at", "id_items-0-quantity_claimed"):
        assert f'href="#{field}"' in page
        control = re.search(rf'<(?:input|select|textarea)[^>]*id="{field}"[^>]*>', page)
        assert control is not None
        assert 'aria-invalid="true"' in control[0]
        assert f"{field}-error" in control[0]
    assert "Typed with care" in page
    assert cast.read(claim).version == claim.version


def test_what_only_the_command_knows_stands_at_its_field(cast: Cast, browse):
    claim = cast.complete_report()
    client = browse(cast.handler)
    answer = send(
        client, claim, edit_form(client, claim), **{"items-0-lot_code": cast.other_lot.code}
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'href="#id_items-0-lot_code"' in page
    assert "Lot L-2309 belongs to VF-310" in page


def test_only_a_quality_manager_is_offered_lower_severities(cast: Cast, browse):
    claim = cast.complete_report(severity="major")
    offered = re.compile(r'<input[^>]*name="severity"[^>]*value="minor"')
    page = browse(cast.handler).get(f"/claims/{claim.number}/edit/").content.decode()
    assert not offered.search(page)
    client = browse(cast.quality_manager)
    assert offered.search(client.get(f"/claims/{claim.number}/edit/").content.decode())
    form = edit_form(client, claim)
    refused = send(client, claim, form, severity="minor")
    assert refused.status_code == 422
    assert 'href="#id_severity_reason"' in refused.content.decode()
    send(client, claim, form, severity="minor", severity_reason="papers only")
    assert cast.read(claim).severity == "minor"


def test_reporters_fill_in_what_they_know_and_judge_nothing(cast: Cast, browse):
    claim = cast.report()
    client = browse(cast.reporter)
    page = client.get(f"/claims/{claim.number}/edit/").content.decode()
    assert 'name="severity"' not in page
    assert 'name="owner"' not in page
    send(client, claim, edit_form(client, claim), severity="critical", description="More of it")
    assert (cast.read(claim).severity, cast.read(claim).description) == ("", "More of it")


def test_saving_can_lead_on_to_the_next_move(cast: Cast, browse):
    claim = cast.complete_report()
    client = browse(cast.handler)
    answer = send(client, claim, edit_form(client, claim), then="notify")
    assert answer.headers["Location"] == f"/claims/{claim.number}/moves/notify/"


def test_a_new_claim_needs_a_title_and_may_have_everything(cast: Cast, browse):
    client = browse(cast.handler)
    form = filled_form(client, "/claims/new/")
    assert client.post("/claims/new/", form).status_code == 422
    answer = client.post(
        "/claims/new/",
        {
            **form,
            "title": "Wrong label",
            "channel": "phone",
            "severity": "minor",
            "owner": cast.second_handler.pk,
            "customer": cast.customer.pk,
            "items-0-product": cast.product.pk,
            "items-0-lot_code": "L-2291",
        },
    )
    claim = Claim.objects.get()
    assert answer.headers["Location"] == f"/claims/{claim.number}/"
    assert (claim.title, claim.channel, claim.severity) == ("Wrong label", "phone", "minor")
    assert (claim.owner, claim.site, claim.received_by) == (
        cast.second_handler,
        cast.site,
        cast.handler,
    )
    assert claim.items.get().lot == cast.lot
    assert claim.received_at <= timezone.now()


@pytest.mark.parametrize("person", ["reporter", "manager", "auditor", "legal", "administrator"])
def test_only_coordinators_open_claims_like_that(cast: Cast, browse, person: str):
    assert browse(cast.people[person]).get("/claims/new/").status_code == 403


# --- Two people at once -----------------------------------------------------------------------


def chosen(page: str) -> dict[str, list[str]]:
    """What the conflict panel sends when nothing more is chosen."""
    return Fields(page, "version").found


def test_what_only_one_side_changed_is_merged_what_both_changed_is_asked(cast: Cast, browse):
    claim = cast.complete_report(severity="major")
    client = browse(cast.handler)
    form = edit_form(client, claim)
    other = cast.actor("second_handler")
    edit_claim(actor=other, claim=claim, values={"title": "Theirs", "description": "Their words"})
    save_item(
        actor=other,
        claim=claim,
        item=claim.items.get(),
        values={"quantity_claimed": Decimal(40)},
    )
    answer = send(
        client,
        claim,
        form,
        description="My words",
        requirement="My requirement",
        severity="critical",
    )
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Irina Sokolova" in page
    assert "My words" in page
    assert "Their words" in page
    sent = chosen(page)
    assert "description" not in sent
    assert (sent["title"], sent["requirement"], sent["severity"]) == (
        ["Theirs"],
        ["My requirement"],
        ["critical"],
    )
    assert sent["items-0-quantity_claimed"] == ["40"]
    assert cast.read(claim).requirement == claim.requirement
    saved = send(client, claim, sent, description="My words")
    assert saved.status_code == 302, saved.content.decode()
    merged = cast.read(claim)
    assert (merged.title, merged.description, merged.requirement, merged.severity) == (
        "Theirs",
        "My words",
        "My requirement",
        "critical",
    )
    assert merged.items.get().quantity_claimed == 40


def test_a_row_that_somebody_removed_meanwhile_is_kept_as_typed(cast: Cast, browse):
    claim = cast.complete_report()
    client = browse(cast.handler)
    form = edit_form(client, claim)
    remove_item(actor=cast.actor("second_handler"), claim=claim, item=claim.items.get())
    answer = send(client, claim, form, **{"items-0-quantity_claimed": "77"})
    assert answer.status_code == 409
    send(client, claim, chosen(answer.content.decode()))
    assert claim.items.get().quantity_claimed == 77


def test_the_conflict_names_choices_by_their_words(cast: Cast, browse):
    claim = cast.complete_report(severity="")
    client = browse(cast.handler)
    form = edit_form(client, claim)
    set_severity(actor=cast.actor("second_handler"), claim=claim, severity="major")
    save_item(
        actor=cast.actor("second_handler"),
        claim=claim,
        item=claim.items.get(),
        values={"defect": cast.other_defect},
    )
    page = send(client, claim, form, title="Mine").content.decode()
    assert "Major" in page
    assert "Part does not work" not in page
    assert "Item 1: Defect" in page
    assert "Flash" in page


# --- Help while filling in --------------------------------------------------------------------


def test_similar_claims_for_what_is_typed_but_not_saved(cast: Cast, browse):
    past = cast.complete_report(title="Latch of last year")
    client = browse(cast.handler)
    typed = {
        "items-TOTAL_FORMS": 1,
        "items-0-product": cast.product.pk,
        "items-0-defect": cast.defect.pk,
        "items-0-lot_code": "",
    }
    page = client.get("/claims/similar/", typed).content.decode()
    assert past.number in page
    assert f"Looks like a repeat of {past.number}." in page
    assert past.number not in client.get("/claims/similar/", {**typed, "items-0-product": ""})


def test_answering_the_question_of_similar_claims(cast: Cast, browse):
    past, claim = cast.complete_report(), cast.complete_report()
    client = browse(cast.handler)
    answer = client.post(
        f"/claims/{claim.number}/duplicates/", {"answer": "repeat", "other": past.number}
    )
    assert answer.headers["Location"] == f"/claims/{claim.number}/edit/#similar"
    assert cast.read(claim).repeat_of == past
    fragment = client.post(
        f"/claims/{claim.number}/duplicates/", {"answer": "none"}, headers={"HX-Request": "true"}
    )
    assert fragment.status_code == 200
    assert 'id="similar"' in fragment.content.decode()
    assert cast.read(claim).repeat_of is None


def test_deadlines_follow_what_is_chosen(cast: Cast, browse):
    claim = cast.complete_report(severity="minor")
    client = browse(cast.handler)
    address = f"/claims/{claim.number}/deadlines/"
    minor = client.get(address, {"severity": "minor"}).content.decode()
    critical = client.get(address, {"severity": "critical"}).content.decode()
    assert "Final response" in minor
    assert minor != critical


def test_contacts_follow_the_customer(cast: Cast, browse):
    client = browse(cast.handler)
    page = client.get("/claims/contact-field/", {"customer": cast.customer.pk}).content.decode()
    assert "Priya Nair" in page
    other = client.get("/claims/contact-field/", {"customer": cast.other_customer.pk})
    assert "Priya Nair" not in other.content.decode()


def test_the_number_of_queries_does_not_grow_with_the_similar_claims(
    cast: Cast, browse, django_assert_max_num_queries
):
    claim = cast.complete_report()
    client = browse(cast.handler)
    address = f"/claims/{claim.number}/similar/"
    typed = {"items-TOTAL_FORMS": 1, "items-0-lot_code": "L-2291"}
    for _ in range(5):
        cast.complete_report(received_at=claim.received_at.replace(year=2025))
    with django_assert_max_num_queries(14):
        assert client.get(address, typed).content.decode().count("<details") == 5
