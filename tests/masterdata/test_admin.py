"""Master data in the administration: who gets in, and that every save is a recorded command."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.contrib import admin
from django.db.models import Model
from django.urls import reverse

from accounts.models import User
from events.models import Event
from masterdata.commands import ShippedLine, record_shipments
from masterdata.models import (
    CalendarException,
    Customer,
    CustomerContact,
    DefectCode,
    Lot,
    Product,
    Site,
    WorkCalendar,
)

MODELS = sorted(
    (model for model in admin.site._registry if model._meta.app_label == "masterdata"),
    key=lambda model: model._meta.label,
)
CATALOGUES = {"masterdata.DefectCode", "masterdata.CauseCode"}
# What a browser sends with a product that has none.
NO_PART_NUMBERS = {"part_numbers-TOTAL_FORMS": "0", "part_numbers-INITIAL_FORMS": "0"}


@pytest.fixture
def enter(cast, browse):
    """A browser of one of the cast who may open the administration, and a row of every kind."""
    User.objects.update(is_staff=True)
    line = ShippedLine("DN-1", date(2026, 6, 5), "C-001", 1, "RK-12", Decimal(100), "L-2291")
    record_shipments(actor=cast.actor("administrator"), lines=[line])
    return lambda who: browse(cast.people[who])


def address(model: type[Model], page: str, obj: Model | None = None) -> str:
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}"
    return reverse(name, args=[obj.pk] if obj else [])


def pages_of(model: type[Model]) -> list[str]:
    obj = model._default_manager.first()
    assert obj is not None, model
    return [
        address(model, "changelist"),
        address(model, "add"),
        address(model, "change", obj),
        address(model, "history", obj),
    ]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_an_administrator_opens_every_page(enter, model):
    browser = enter("administrator")
    for page in pages_of(model):
        assert browser.get(page).status_code == 200, page


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_nobody_deletes(enter, model):
    browser = enter("administrator")
    obj = model._default_manager.first()

    assert browser.post(address(model, "delete", obj), {"post": "yes"}).status_code == 403
    listing = browser.get(address(model, "changelist")).content.decode()
    assert "delete_selected" not in listing
    browser.post(
        address(model, "changelist"),
        {"action": "delete_selected", "_selected_action": [obj.pk], "post": "yes"},
    )
    assert model._default_manager.filter(pk=obj.pk).exists()


@pytest.mark.parametrize("who", ["handler", "manager", "auditor", "reporter"])
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_others_open_none(enter, model, who):
    browser = enter(who)
    for page in pages_of(model):
        assert browser.get(page).status_code == 403, page


def test_quality_managers_open_the_catalogues_only(enter):
    browser = enter("quality_manager")
    for model in MODELS:
        expected = 200 if model._meta.label in CATALOGUES else 403
        for page in pages_of(model):
            assert browser.get(page).status_code == expected, page


def test_without_the_right_to_enter_there_is_no_administration(cast, browse):
    page = address(Customer, "changelist")
    for who in ("administrator", "handler"):
        answer = browse(cast.people[who]).get(page)
        assert answer.status_code == 302
        assert "/login/" in answer["Location"]


def test_what_is_added_is_recorded(cast, enter):
    browser = enter("administrator")

    answer = browser.post(
        address(Customer, "add"),
        {"code": "C-9", "name": "Nova Pumps", "language": "en", "is_active": "on"},
    )

    assert answer.status_code == 302
    customer = Customer.objects.get(code="C-9")
    event = Event.objects.get(kind="masterdata.created", subject_id=str(customer.pk))
    assert (event.actor, event.via) == (cast.administrator, "web")


def test_what_is_changed_is_recorded_and_the_code_stays(cast, enter):
    browser = enter("administrator")
    page = address(Product, "change", cast.product)

    answer = browser.post(
        page,
        {
            **NO_PART_NUMBERS,
            "code": "RK-99",
            "name": "Housing, black",
            "family": cast.family.pk,
            "unit": "pcs",
            "is_active": "on",
        },
    )

    assert answer.status_code == 302
    product = Product.objects.get(pk=cast.product.pk)
    assert (product.code, product.name, product.version) == ("RK-12", "Housing, black", 2)
    event = Event.objects.get(kind="masterdata.changed")
    assert event.data["changes"] == {"name": ["Connector housing", "Housing, black"]}


def test_saving_without_a_change_records_nothing(cast, enter):
    browser = enter("administrator")
    before = Event.objects.count()

    browser.post(
        address(Product, "change", cast.product),
        {
            **NO_PART_NUMBERS,
            "name": cast.product.name,
            "family": cast.family.pk,
            "unit": "pcs",
            "is_active": "on",
        },
    )

    assert Event.objects.count() == before
    assert Product.objects.get(pk=cast.product.pk).version == 1


def test_an_impossible_value_comes_back_with_the_form(enter, cast):
    browser = enter("administrator")
    site = address(Site, "change", cast.site)

    answer = browser.post(
        site,
        {
            "name": "Tarvina",
            "time_zone": "Mars/Base",
            "calendar": cast.site.calendar_id,
            "language": "ru",
            "is_active": "on",
        },
    )

    assert answer.status_code == 200
    assert "There is no such time zone" in answer.content.decode()
    assert Site.objects.get(pk=cast.site.pk).time_zone == "Europe/Moscow"


def test_the_block_of_a_lot_is_not_a_field(cast, enter):
    browser = enter("administrator")
    page = browser.get(address(Lot, "change", cast.lot)).content.decode()
    assert 'name="blocked_at' not in page


def test_a_code_with_its_families(cast, enter):
    browser = enter("quality_manager")

    answer = browser.post(
        address(DefectCode, "change", cast.defect),
        {
            "name_ru": "Трещина",
            "name_en": "Crack",
            "group": cast.defect.group_id,
            "families": [cast.family.pk],
            "is_active": "on",
        },
    )

    assert answer.status_code == 302
    assert list(cast.defect.families.all()) == [cast.family]
    event = Event.objects.get(kind="masterdata.changed")
    assert event.data["changes"] == {"families": [[], ["F-CON"]]}
    assert event.actor == cast.quality_manager


def test_a_contact(cast, enter):
    browser = enter("administrator")
    filled = {"customer": cast.customer.pk, "name": "Ravi Rao", "email": "ravi@kestrel.example"}

    browser.post(address(CustomerContact, "add"), filled)
    contact = CustomerContact.objects.get(name="Ravi Rao")
    browser.post(address(CustomerContact, "change", contact), filled | {"position": "buyer"})

    assert CustomerContact.objects.get(pk=contact.pk).position == "buyer"
    kinds = Event.objects.filter(subject_type="masterdata.customercontact")
    assert list(kinds.order_by("id").values_list("kind", flat=True)) == [
        "masterdata.created",
        "masterdata.changed",
    ]


def test_a_calendar_is_saved_with_its_days(cast, enter):
    browser = enter("administrator")
    calendar = WorkCalendar.objects.get(pk=cast.site.calendar_id)
    days = {
        "name": calendar.name,
        "country": "RU",
        "week": "{}",
        "exceptions-TOTAL_FORMS": 1,
        "exceptions-INITIAL_FORMS": 0,
        "exceptions-0-calendar": calendar.pk,
        "exceptions-0-day": "2026-03-20",
        "exceptions-0-kind": "off",
        "exceptions-0-shortened_by": 0,
    }

    assert browser.post(address(WorkCalendar, "change", calendar), days).status_code == 302

    assert CalendarException.objects.get().day == date(2026, 3, 20)
    assert WorkCalendar.objects.get(pk=calendar.pk).version == 2
    event = Event.objects.get(kind="calendar.changed")
    assert event.data["days"] == ["2026-03-20 day off"]

    kept = CalendarException.objects.get()
    gone = days | {
        "exceptions-INITIAL_FORMS": 1,
        "exceptions-0-id": kept.pk,
        "exceptions-0-DELETE": "on",
    }
    assert browser.post(address(WorkCalendar, "change", calendar), gone).status_code == 302
    assert not CalendarException.objects.exists()


def test_a_new_calendar(enter):
    browser = enter("administrator")

    answer = browser.post(
        address(WorkCalendar, "add"),
        {
            "name": "Mornings",
            "country": "",
            "week": '{"0": [["09:00", "13:00"]]}',
            "exceptions-TOTAL_FORMS": 0,
            "exceptions-INITIAL_FORMS": 0,
        },
    )

    assert answer.status_code == 302
    assert WorkCalendar.objects.get(name="Mornings").week == {"0": [["09:00", "13:00"]]}
    assert Event.objects.filter(subject_type="masterdata.workcalendar").count() == 1
