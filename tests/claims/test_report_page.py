"""Reporting a problem through the page, with and without everything filled in."""

from __future__ import annotations

import uuid
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from claims.models import Claim
from claims.states import FoundWhere
from events.models import Event
from masterdata.commands import block_lot, release_lot
from tests.cast import Cast
from tests.claims.test_files import SVG, photo

pytestmark = pytest.mark.usefixtures("above_met")


def said(**fields) -> dict:
    """What the browser sends; the rest of the form stays empty."""
    empty = dict.fromkeys(
        ("description", "product", "lot", "quantity", "customer", "stop_note"), ""
    )
    return {"form_key": uuid.uuid4(), "found_by": "customer", "stop": "no", **empty, **fields}


def send(client, **fields):
    return client.post("/report/", said(**fields))


def test_the_form_asks_for_the_groups_of_the_catalogue(cast: Cast, browse):
    page = browse(cast.reporter).get("/report/").content.decode()
    assert "Surface and appearance" in page
    assert "Scratches" not in page


def test_a_sentence_is_enough(cast: Cast, browse):
    client = browse(cast.reporter)
    answer = send(client, description="Flash on the rim. It cuts the glove.")
    claim = Claim.objects.get()
    assert answer.headers["Location"] == f"/report/{claim.number}/"
    assert claim.title == "Flash on the rim"
    assert claim.description == "Flash on the rim. It cuts the glove."
    assert not claim.items.exists()
    page = client.get(answer.headers["Location"]).content.decode()
    assert claim.number in page
    assert "Anna Kravtsova" in page


def test_everything_that_was_said_arrives(cast: Cast, browse):
    send(
        browse(cast.reporter),
        defect=cast.defect_group.pk,
        description="Latch breaks",
        product="rk-12",
        lot="l-2291",
        quantity="1 200",
        customer="Kestrel Switchgear",
    )
    claim = Claim.objects.get()
    item = claim.items.get()
    assert claim.customer == cast.customer
    assert (item.product, item.lot, item.lot_code) == (cast.product, cast.lot, "L-2291")
    assert item.quantity_claimed == Decimal(1200)
    assert item.defect == cast.defect_group


def test_what_is_not_known_is_kept_as_said(cast: Cast, browse):
    send(
        browse(cast.reporter),
        description="Wrong colour",
        product="grey cap",
        lot="X-77",
        customer="Some shop",
    )
    claim = Claim.objects.get()
    assert claim.description == "Wrong colour\nProduct as stated: grey cap"
    assert (claim.customer, claim.reporter) == (None, "Some shop")
    assert claim.items.get().lot_code == "X-77"


def test_a_lot_of_another_product_is_kept_as_text(cast: Cast, browse):
    send(browse(cast.reporter), description="x", product="RK-12", lot="L-2309")
    item = Claim.objects.get().items.get()
    assert (item.product, item.lot, item.lot_code) == (cast.product, None, "L-2309")


@pytest.mark.parametrize(
    ("fields", "title"),
    [
        ({"product": "RK-12"}, "RK-12"),
        ({"lot": "L-9"}, "L-9"),
        ({"defect": "group", "product": "RK-12"}, "Material and strength, RK-12"),
    ],
)
def test_a_report_without_a_sentence_names_what_it_has(cast: Cast, browse, fields: dict, title):
    if "defect" in fields:
        fields = {**fields, "defect": cast.defect_group.pk}
    send(browse(cast.reporter), **fields)
    assert Claim.objects.get().title == title


def test_photos_alone_are_a_report(cast: Cast, browse):
    send(browse(cast.reporter), photos=[photo("a.jpg"), photo("b.jpg", colour="blue")])
    claim = Claim.objects.get()
    assert claim.title == "Report with photos"
    assert claim.attachments.count() == 2


def test_nothing_at_all_is_no_report(cast: Cast, browse):
    answer = send(browse(cast.reporter))
    assert answer.status_code == 422
    assert "Say what is wrong, or add a photo of it." in answer.content.decode()
    assert not Claim.objects.exists()


def test_a_wrong_number_keeps_the_text(cast: Cast, browse):
    answer = send(browse(cast.reporter), description="Flash on the rim", quantity="many")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Flash on the rim" in page
    assert 'href="#id_quantity"' in page
    assert 'aria-invalid="true"' in page


def test_a_refused_photo_costs_neither_the_text_nor_the_other_photos(cast: Cast, browse):
    bad = SimpleUploadedFile("logo.svg", SVG, "image/svg+xml")
    client = browse(cast.reporter)
    answer = send(client, description="Flash on the rim", photos=[bad, photo("good.jpg")])
    claim = Claim.objects.get()
    assert claim.description == "Flash on the rim"
    assert [each.name for each in claim.attachments.all()] == ["good.jpg"]
    page = client.get(answer.headers["Location"]).content.decode()
    assert "logo.svg was not kept." in page
    assert 'role="alert"' in page


def test_sent_twice_it_is_one_claim(cast: Cast, browse):
    client = browse(cast.reporter)
    fields = said(description="Flash on the rim")
    first, second = client.post("/report/", fields), client.post("/report/", fields)
    assert first.headers["Location"] == second.headers["Location"]
    assert Claim.objects.count() == 1


def test_what_must_be_stopped_is_told_at_once(cast: Cast, browse):
    client = browse(cast.reporter)
    answer = send(client, description="Sharp edge", stop="yes", stop_note="Line 3")
    claim = Claim.objects.get()
    event = Event.objects.get(claim_id=claim.pk)
    assert (event.data["critical"], event.data["stop_note"]) == (True, "Line 3")
    assert "Line 3" in client.get(answer.headers["Location"]).content.decode()
    assert "Line 3" in browse(cast.handler).get(f"/claims/{claim.number}/").content.decode()


def test_a_stop_without_a_note_takes_the_description(cast: Cast, browse):
    send(browse(cast.reporter), description="Sharp edge", stop="yes")
    assert Event.objects.get().data["stop_note"] == "Sharp edge"


def test_a_stop_without_a_word_asks_for_one(cast: Cast, browse):
    answer = send(browse(cast.reporter), product="RK-12", stop="yes")
    assert answer.status_code == 422
    assert "Say what has to be stopped, and where." in answer.content.decode()
    assert not Claim.objects.exists()


def test_found_in_the_own_plant(cast: Cast, browse):
    send(browse(cast.reporter), description="Short shot", found_by="own")
    assert Claim.objects.get().found_where == FoundWhere.OWN_PLANT


def test_my_reports_are_mine(cast: Cast, browse):
    mine = cast.report(title="Mine of old")
    cast.report(title="Of somebody else", by=cast.employee)
    page = browse(cast.reporter).get("/report/").content.decode()
    assert mine.number in page
    assert "Of somebody else" not in page


def test_more_photos_afterwards(cast: Cast, browse):
    client = browse(cast.reporter)
    address = send(client, description="Flash").headers["Location"]
    number = Claim.objects.get().number
    answer = client.post(
        f"/claims/{number}/files/", {"uploads": [photo()], "next": address}, follow=True
    )
    assert answer.redirect_chain[-1][0] == address
    assert "1 file added" in answer.content.decode()


@pytest.mark.parametrize("person", ["manager", "auditor", "administrator"])
def test_those_who_only_read_are_not_offered_it(cast: Cast, browse, person: str):
    client = browse(cast.people[person])
    assert client.get("/report/").status_code == 403
    assert 'href="/report/"' not in client.get("/claims/").content.decode()


# --- Search boxes -----------------------------------------------------------------------------


def found(client, address: str) -> list[str]:
    return [row["text"] for row in client.get(address).json()["results"]]


def test_search_boxes_find_by_code_name_and_in_any_case(cast: Cast, browse):
    client = browse(cast.reporter)
    assert found(client, "/lookup/products/?q=rk") == ["RK-12 Connector housing"]
    assert found(client, "/lookup/products/?q=cover air") == ["VF-310 Air filter cover"]
    assert found(client, "/lookup/customers/?q=аркона") == ["Аркона Авто"]
    assert found(client, "/lookup/customers/?q=АРКОНА") == ["Аркона Авто"]
    assert found(client, "/lookup/people/?q=kravts") == ["Anna Kravtsova"]
    assert "Crack" in found(client, "/lookup/defects/?q=трещина")


def test_people_at_a_customer_are_found_by_those_who_hold_a_role(cast: Cast, browse):
    client = browse(cast.handler)
    assert found(client, f"/lookup/contacts/?customer={cast.customer.pk}") == ["Priya Nair"]
    assert found(client, "/lookup/contacts/") == []
    assert browse(cast.reporter).get("/lookup/contacts/").status_code == 403


def test_lots_are_searched_within_the_product(cast: Cast, browse):
    client = browse(cast.reporter)
    assert found(client, "/lookup/lots/?q=L-2") == ["L-2309", "L-2291"]
    assert found(client, f"/lookup/lots/?q=L-2&product={cast.product.pk}") == ["L-2291"]
    assert found(client, "/lookup/lots/?lot=L-2&product=RK-12") == ["L-2291"]
    page = client.get("/lookup/lots/?as=options&items-0-lot_code=L-22").content.decode()
    assert page.count("<option") == 1


def test_a_blocked_lot_is_marked_where_it_is_searched_reported_and_listed(cast: Cast, browse):
    block_lot(actor=cast.actor("quality_manager"), lot=cast.lot, reason="26-0001")
    client = browse(cast.reporter)
    hints = {
        each["id"]: each["hint"] for each in client.get("/lookup/lots/?q=L-2").json()["results"]
    }
    assert hints["L-2291"].endswith(", blocked")
    assert "blocked" not in hints["L-2309"]
    assert ", blocked</option>" in client.get("/lookup/lots/?as=options&q=L-2291").text
    assert "blocked since" in client.get("/lookup/lot-facts/?lot=L-2291").text

    claim = cast.report(items=[cast.item()])
    assert "Lot L-2291 is blocked already" in client.get(f"/report/{claim.number}/").text
    handler = browse(cast.handler)
    for page in ("/claims/", "/claims/board/"):
        shown = handler.get(page).text.partition("L-2291")[2][:600]
        assert '<span class="visually-hidden">blocked</span>' in shown, page
    release_lot(actor=cast.actor("quality_manager"), lot=cast.lot, reason="26-0001")
    assert "blocked already" not in client.get(f"/report/{claim.number}/").text


def test_answers_of_search_boxes_are_short(cast: Cast, browse):
    from masterdata.models import Product

    Product.objects.bulk_create(Product(code=f"Z-{n}", name="Part") for n in range(50))
    assert len(found(browse(cast.reporter), "/lookup/products/?q=Z-")) == 20


def test_facts_about_a_typed_lot(cast: Cast, browse):
    client = browse(cast.reporter)
    page = client.get("/lookup/lot-facts/?items-0-lot_code=l-2291").content.decode()
    assert "4,800" in page
    assert "Line 3" in page
    unknown = client.get("/lookup/lot-facts/?items-0-lot_code=L-2219").content.decode()
    assert "it is kept as typed" in unknown
    assert "Did you mean L-2291 (RK-12)?" in unknown
