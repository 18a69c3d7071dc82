"""Numbers, money and dates the way readers of each language write them."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from core.ui import wording
from core.ui.controls import QuantityField, UnitField

MOSCOW = ZoneInfo("Europe/Moscow")


@pytest.mark.parametrize(
    ("value", "english", "russian"),
    [
        (4800, "4,800", "4\xa0800"),
        (Decimal("1234.50"), "1,234.5", "1\xa0234,5"),
        (Decimal(1200000), "1,200,000", "1\xa0200\xa0000"),
        (Decimal("0.30"), "0.3", "0,3"),
        (Decimal("1E+3"), "1,000", "1\xa0000"),
        (-5, "−5", "−5"),
        (0, "0", "0"),
        (None, "", ""),
    ],
)
def test_quantities(value, english, russian):
    with translation.override("en"):
        assert wording.quantity(value) == english
    with translation.override("ru"):
        assert wording.quantity(value) == russian


def test_money_stands_where_its_language_puts_it():
    with translation.override("en"):
        assert wording.money(Decimal("312400.00"), "RUB") == "₽\xa0312,400"
        assert wording.money(Decimal("84.5"), "EUR") == "€\xa084.50"
        assert wording.money(Decimal(5), "TRY") == "TRY\xa05"
    with translation.override("ru"):
        assert wording.money(Decimal("312400.00"), "RUB") == "312\xa0400\xa0₽"


def test_shares_keep_their_sign_on_the_line():
    with translation.override("en"):
        assert wording.percent(Decimal("2.749")) == "2.7\xa0%"
    with translation.override("ru"):
        assert wording.percent(Decimal("0.34")) == "0,3\xa0%"


def test_dates_and_times_are_in_the_readers_zone():
    instant = datetime(2026, 6, 17, 22, 30, tzinfo=ZoneInfo("UTC"))
    with timezone.override(MOSCOW), translation.override("en"):
        assert wording.day(instant) == "18\xa0Jun\xa02026"
        assert wording.moment(instant) == "18\xa0Jun\xa02026, 01:30"
    with timezone.override(MOSCOW), translation.override("ru"):
        assert wording.day(instant) == "18.06.2026"
        assert wording.moment(instant) == "18.06.2026, 01:30"


def test_short_dates_name_the_year_only_when_it_is_another(time_machine):
    time_machine.move_to(datetime(2026, 6, 17, 12, tzinfo=MOSCOW))
    with translation.override("en"):
        assert wording.short_day(date(2026, 6, 3)) == "3\xa0Jun"
        assert wording.short_day(date(2025, 6, 3)) == "3\xa0Jun\xa02025"
    with translation.override("ru"):
        assert wording.short_day(date(2026, 6, 3)) == "03.06"


def test_short_russian_words_stay_with_the_next_one():
    with translation.override("ru"):
        assert wording.bind_short_words("сдать до 18:00 и в срок") == (
            "сдать до\xa018:00 и\xa0в\xa0срок"
        )
    with translation.override("en"):
        assert wording.bind_short_words("и в") == "и в"


@pytest.mark.parametrize(
    ("language", "typed", "meant"),
    [
        ("en", "1,234.5", "1234.5"),
        ("en", "1,234", "1234"),
        ("en", "1,5", "1.5"),
        ("en", "1 234.5", "1234.5"),
        ("ru", "1 234,5", "1234.5"),
        ("ru", "1\xa0234,5", "1234.5"),
        ("ru", "1,234", "1.234"),
        ("ru", "1234.5", "1234.5"),
    ],
)
def test_typed_quantities(language, typed, meant):
    with translation.override(language):
        assert QuantityField().clean(typed) == Decimal(meant)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Анна Кравцова", "изменила меру"),
        ("Дмитрий Соболев", "изменил меру"),
        ("Ирина Вишневская", "изменила меру"),
        ("Виктор Белых", "изменил меру"),
        ("Мария Мельник", "изменила меру"),
        ("Илья Мельник", "изменил(а) меру"),
        ("Ю. Орехова", "изменила меру"),
        ("П. Мельник", "изменил(а) меру"),
        ("Система", "изменила меру"),
        ("Отдел качества", "изменил меру"),
        ("Priya Nair", "изменил(а) меру"),
        ("1C:ERP", "изменил(а) меру"),
        ("", "изменил(а) меру"),
    ],
)
def test_a_russian_verb_takes_the_gender_of_the_name(name, said):
    assert wording.agree("изменил(а) меру", name) == said
    assert wording.agree("changed an action", name) == "changed an action"


@pytest.mark.parametrize(
    ("typed", "bare"),
    [
        ("№ 82667", "82667"),
        ("№82667", "82667"),
        ("No. 17", "17"),
        ("# 5", "5"),
        ("NCR-82457", "NCR-82457"),
        ("Nord 12", "Nord 12"),
        ("", ""),
    ],
)
def test_a_number_loses_the_sign_that_stands_before_it_already(typed, bare):
    assert wording.bare_number(typed) == bare


def test_units_are_written_and_read_in_the_language_of_the_page():
    with translation.override("ru"):
        assert wording.unit("pcs") == "шт."
        assert UnitField().prepare_value("pcs") == "шт."
        assert [UnitField().clean(typed) for typed in ("шт.", "шт", "КГ", "рулон")] == [
            "pcs", "pcs", "kg", "рулон",
        ]  # fmt: skip
    with translation.override("en"):
        assert wording.unit("pcs") == "pcs"
        assert UnitField().clean("pcs") == "pcs"
        assert wording.unit("рулон") == "рулон"


def test_countries_are_named_in_the_language_of_the_page():
    with translation.override("ru"):
        assert wording.country("RU") == "Россия"
    with translation.override("en"):
        assert (wording.country("RU"), wording.country("")) == ("Russia", "")
