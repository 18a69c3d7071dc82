"""Numbers, money and dates the way readers of each language write them."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from core.ui import wording
from core.ui.controls import QuantityField

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
