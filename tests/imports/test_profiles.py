"""Which column means what: shipped profiles, and a company's own."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from claims.models import Claim
from core.errors import InvalidInput
from imports.profiles import list_profiles, load_profile

OWN = """
source = "sap"
key = "{Meldung}"
date_format = "DD/MM/YYYY"

[claim]
title = "{Teil} {Fehler}: {Kurztext}"
received_at = "{Datum|Eingang}"
customer = "{Kunde}"
channel = { from = "{Art}", default = "phone", map = { "Mail" = "email" } }
is_safety = { from = "{Sicherheit}", map = { "ja" = "yes" } }
kind = "quality"

[item]
product_code = "{Teil}"
quantity_claimed = "{Menge}"
"""


@pytest.fixture
def own(tmp_path: Path) -> str:
    path = tmp_path / "sap.toml"
    path.write_text(OWN, encoding="utf-8")
    return str(path)


def test_a_profile_of_ones_own(cast, take, own):
    text = (
        "Meldung;Teil;Fehler;Kurztext;Eingang;Kunde;Art;Sicherheit;Menge\n"
        "7001;RK-12;Riss;;03/04/2026;C-001;mail;JA;4\n"
        "7002;RK-12;Grat;am Rand;05/06/2026;C-002;Brief;nein;1,5\n"
    )

    run = take(text, profile=own)

    first, second = Claim.objects.order_by("source_reference")
    assert (run.profile, run.created) == ("sap", 2)
    assert (first.title, second.title) == ("RK-12 Riss", "RK-12 Grat: am Rand")
    assert (first.channel, second.channel) == ("email", "phone")
    assert (first.is_safety, second.is_safety) == (True, False)
    assert (first.received_at.month, second.received_at.month) == (4, 6)
    assert (first.customer, second.customer) == (cast.customer, cast.other_customer)
    assert first.source_client == "import:sap"
    assert second.items.get().quantity_claimed == Decimal("1.5")


def test_the_russian_heads_of_the_standard_profile(cast, take):
    text = (
        "Номер претензии;Тема;Описание;Дата получения;Дата обнаружения;Код клиента;Клиент;"
        "Номер клиента;Заказ;Накладная;Значимость;Канал;Код изделия;Изделие;Партия;"
        "Заводской номер;Поставлено;Количество;Код дефекта\n"
        "П-1;Трещины;Трещины у основания;02.03.2026;27.02.2026;C-002;Аркона Авто;А-55;З-7;Н-12;"
        "Значительная;Телефон;RK-12;Корпус;L-2291;SN 7;3 600;38,5;MAT-CRACK\n"
    )

    take(text, encoding="cp1251")

    claim = Claim.objects.get()
    item = claim.items.get()
    assert claim.customer == cast.other_customer
    assert (claim.customer_claim_no, claim.order_no) == ("А-55", "З-7")
    assert claim.delivery_note_no == "Н-12"
    assert (claim.severity, claim.channel) == ("major", "phone")
    assert (item.product, item.lot, item.serial_no) == (cast.product, cast.lot, "SN 7")
    assert (item.quantity_delivered, item.quantity_claimed) == (Decimal(3600), Decimal("38.5"))
    assert item.defect == cast.defect


@pytest.mark.parametrize("name", ["cfpb", "nhtsa", "standard"])
def test_the_shipped_profiles_can_be_read(name):
    assert name in list_profiles()
    assert load_profile(name).source


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("source = ", "cannot be read"),
        ('source = "x"\nkey = "{No}"\n', "cannot be read"),
        ('source = "x"\nkey = "{No}"\n[claim]\ntitle = "{T}"\n', "received_at"),
        (
            'source = "x"\nkey = "{No}"\ndate_format = "whenever"\n[claim]\nreceived_at = "{D}"\n',
            "whenever",
        ),
        ('source = "x"\nkey = "{No}"\n[claim]\nreceived_at = "{D}"\ncolour = "{C}"\n', "colour"),
        (
            'source = "x"\nkey = "{No}"\n[claim]\nreceived_at = "{D}"\n[item]\nstep = "{S}"\n',
            "step",
        ),
    ],
)
def test_a_broken_profile_is_refused_with_what_is_wrong(tmp_path, content, said):
    path = tmp_path / "broken.toml"
    path.write_text(content, encoding="utf-8")

    with pytest.raises(InvalidInput) as refusal:
        load_profile(str(path))

    assert said in str(refusal.value)
    assert "broken" in str(refusal.value)


def test_an_unknown_profile_is_refused_with_those_that_exist():
    with pytest.raises(InvalidInput, match="cfpb, nhtsa, standard"):
        load_profile("jira")


def test_no_profile_sets_what_only_commands_may_set(tmp_path):
    path = tmp_path / "clever.toml"
    path.write_text(
        'source = "x"\nkey = "{No}"\n[claim]\nreceived_at = "{D}"\nstep = "closed"\n',
        encoding="utf-8",
    )

    with pytest.raises(InvalidInput, match="step"):
        load_profile(str(path))
