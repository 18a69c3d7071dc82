"""Confirming from the e-mail, by people without a session: what the address can do and cannot."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from claims.commands import move_claim
from core import clock
from events.models import Event
from notifications.links import VALID_FOR, confirm_path
from notifications.models import Notice


@pytest.fixture
def notice(cast, rule, relay) -> Notice:
    """The head of the warehouse has to confirm that a claim came in."""
    rule(people=[cast.warehouse], needs_confirmation=True)
    claim = cast.complete_report()
    move_claim(actor=cast.actor("handler"), claim=claim, transition="notify")
    relay()
    return Notice.objects.get(user=cast.warehouse, channel="in_app")


def test_opening_the_address_changes_nothing_and_its_button_confirms(notice, client):
    address = confirm_path(notice)
    page = client.get(address)
    assert page.status_code == 200
    assert notice.claim.number in page.text
    assert "I have read this" in page.text
    assert "no-store" in page["Cache-Control"]
    assert Notice.objects.get(pk=notice.pk).confirmed_at is None

    after = client.post(address, {"comment": "Lot is in quarantine"}, follow=True)
    assert "You confirmed this" in after.text
    assert "I have read this" not in after.text
    kept = Notice.objects.get(pk=notice.pk)
    assert (kept.confirmed_at is not None, kept.comment) == (True, "Lot is in quarantine")
    told = Event.objects.get(kind="notice.confirmed")
    assert (told.actor, told.via) == (notice.user, "e-mail")

    client.post(address, {"comment": "again"})
    assert Notice.objects.get(pk=notice.pk).comment == "Lot is in quarantine"
    assert Event.objects.filter(kind="notice.confirmed").count() == 1


def test_it_speaks_the_language_of_its_addressee(notice, client):
    notice.user.language = "ru"
    notice.user.save()
    page = client.get(confirm_path(notice), headers={"Accept-Language": "en"}).text
    assert "Ознакомлен" in page
    assert '<html lang="ru"' in page


def test_it_opens_nothing_else(notice, client):
    client.post(confirm_path(notice))
    assert client.get("/notices/").status_code == 302
    assert client.get(f"/claims/{notice.claim.number}/").status_code == 302


def test_an_altered_address_confirms_nothing(notice, client):
    address = confirm_path(notice)
    altered = address.replace("/by-link/", "/by-link/x")
    for method in (client.get, client.post):
        answer = method(altered)
        assert answer.status_code == 404
        assert "This link does not work any more" in answer.text
    assert Notice.objects.get(pk=notice.pk).confirmed_at is None


def test_an_old_address_and_one_of_somebody_who_left(notice, client):
    address = confirm_path(notice)
    with time_machine.travel(clock.now() + VALID_FOR + timedelta(days=1), tick=False):
        assert client.post(address).status_code == 404
    notice.user.is_active = False
    notice.user.save()
    assert client.post(address).status_code == 404
    assert Notice.objects.get(pk=notice.pk).confirmed_at is None


def test_what_was_told_another_way_waits_no_more(notice, client, cast):
    from notifications.commands import hand_over

    hand_over(actor=cast.actor("handler"), notice=notice, note="Called")
    page = client.get(confirm_path(notice)).text
    assert "Nobody waits for a confirmation any more" in page
