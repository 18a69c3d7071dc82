"""People at customers and their own names of products, as the ERP and administrators give them."""

from __future__ import annotations

import pytest

from events.models import Event
from masterdata.models import CustomerContact, CustomerPartNumber
from tests.api.caller import Caller, program
from tests.cast import Cast


@pytest.fixture
def erp(cast: Cast) -> Caller:
    return program("ERP")


def test_contacts_come_with_their_customer(cast: Cast, erp: Caller):
    body = {
        "name": "Kestrel",
        "contacts": [
            {"name": "Priya Nair-Rao", "email": "Priya.Nair@kestrel.example", "phone": "+91 1"},
            {"name": "Arun Das", "position": "buyer"},
        ],
    }
    first = erp.put("/customers/C-001/", body)
    assert first.status_code == 200
    assert [each["name"] for each in first.json()["contacts"]] == ["Arun Das", "Priya Nair-Rao"]
    priya = CustomerContact.objects.get(pk=cast.contact.pk)
    assert (priya.name, priya.position) == ("Priya Nair-Rao", "incoming inspection")

    again = erp.put("/customers/C-001/", body)
    assert again.json()["version"] == first.json()["version"]
    assert CustomerContact.objects.filter(customer=cast.customer).count() == 2


def test_a_contact_without_a_name_is_pointed_at(cast: Cast, erp: Caller):
    answer = erp.put("/customers/C-001/", {"name": "Kestrel", "contacts": [{"phone": "1"}]})
    assert [each["pointer"] for each in answer.json()["errors"]] == ["/contacts/0/name"]


def test_part_numbers_come_with_their_product(cast: Cast, erp: Caller):
    numbers = [{"customer": "C-001", "part_number": "KS-998"}]
    answer = erp.patch("/products/RK-12/", {"part_numbers": numbers}, if_match='"1"')
    assert answer.status_code == 200
    assert (answer.json()["part_numbers"], answer.json()["version"]) == (numbers, 2)
    changed = Event.objects.filter(subject_label__startswith="RK-12").latest("id")
    assert changed.data["changes"] == {"part_numbers": [[], ["C-001: KS-998"]]}

    assert erp.patch("/products/RK-12/", {"part_numbers": numbers * 2}).status_code == 400
    assert erp.patch("/products/RK-12/", {"part_numbers": []}).json()["part_numbers"] == []


def test_a_product_is_found_by_the_customers_number(cast: Cast, browse):
    CustomerPartNumber.objects.create(
        product=cast.product, customer=cast.customer, part_number="KS-998"
    )
    found = browse(cast.handler).get("/lookup/products/", {"q": "ks-998"})
    assert "RK-12" in found.content.decode()


def test_an_administrator_keeps_part_numbers(cast: Cast, browse):
    url = f"/admin/masterdata/product/{cast.product.pk}/change/"
    client = browse(cast.administrator)
    cast.administrator.__class__.objects.filter(pk=cast.administrator.pk).update(is_staff=True)
    form = {
        "name": "Connector housing",
        "family": cast.family.pk,
        "unit": "pcs",
        "is_active": "on",
        "part_numbers-TOTAL_FORMS": "1",
        "part_numbers-INITIAL_FORMS": "0",
        "part_numbers-0-product": cast.product.pk,
        "part_numbers-0-customer": cast.customer.pk,
        "part_numbers-0-part_number": "KS-998",
    }
    assert client.post(url, form).status_code == 302
    kept = CustomerPartNumber.objects.get()
    assert (kept.customer, kept.part_number) == (cast.customer, "KS-998")

    known = {"part_numbers-INITIAL_FORMS": "1", "part_numbers-0-id": kept.pk}
    assert client.post(url, {**form, **known}).status_code == 302
    assert CustomerPartNumber.objects.get().part_number == "KS-998"
    kept = CustomerPartNumber.objects.get()
    gone = {"part_numbers-0-id": kept.pk, "part_numbers-0-DELETE": "on"}
    assert client.post(url, {**form, **known, **gone}).status_code == 302
    assert not CustomerPartNumber.objects.exists()
