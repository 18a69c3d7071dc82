"""People change their own settings; each page around signing in is in the product's look."""

from datetime import time

import pytest
from django.core import mail
from django.test import Client

from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db
SETTINGS = {
    "first_name": "Anna",
    "last_name": "Kravtsova-Orlova",
    "language": "ru",
    "theme": "dark",
    "time_zone": "Asia/Yekaterinburg",
}


def test_the_profile_changes_name_language_theme_and_keys(cast, browse):
    browser = browse(cast.handler)
    answer = browser.post("/account/profile/", SETTINGS, follow=True)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert '<html lang="ru" data-bs-theme="dark">' in page
    assert "Kravtsova-Orlova" in page
    assert 'data-keys="off"' in page


def test_a_wrong_time_zone_comes_back_with_the_field_named(cast, browse):
    answer = browse(cast.handler).post("/account/profile/", SETTINGS | {"time_zone": "Mars/Base"})
    assert answer.status_code == 422
    assert 'href="#id_time_zone"' in answer.content.decode()


def test_guests_are_asked_to_sign_in():
    assert Client().get("/account/profile/")["Location"].startswith("/account/login/")


def test_signing_in_leads_on_and_says_nothing_of_success(cast):
    browser = Client()
    answer = browser.post(
        "/account/login/?next=/account/profile/",
        {"login": cast.handler.email.upper(), "password": PASSWORD},
    )
    assert answer["Location"] == "/account/profile/"
    assert "uccess" not in browser.get("/account/profile/").content.decode()


def test_a_wrong_password_is_said_in_the_summary(cast):
    page = Client().post("/account/login/", {"login": cast.handler.email, "password": "wrong"})
    assert "data-error-summary" in page.content.decode()


def test_a_forgotten_password_is_answered_alike_for_known_and_unknown(cast):
    known = Client().post("/account/password/reset/", {"email": cast.handler.email}, follow=True)
    unknown = Client().post("/account/password/reset/", {"email": "x@nowhere.example"}, follow=True)
    assert "Look into your mail" in known.content.decode()
    assert "Look into your mail" in unknown.content.decode()
    letter = mail.outbox[0].body
    assert "Somebody asked for a new password" in letter
    assert "/account/password/reset/key/" in letter


def test_nobody_opens_an_account_or_changes_the_address_alone(cast, browse):
    assert (
        "Accounts are made by an administrator" in Client().get("/account/signup/").content.decode()
    )
    assert browse(cast.handler).get("/account/email/")["Location"] == "/account/profile/"


@pytest.mark.parametrize(
    "address",
    [
        "/account/login/",
        "/account/password/reset/",
        "/account/password/reset/done/",
        "/account/password/reset/key/1-wrong/",
        "/account/password/reset/key/done/",
        "/account/inactive/",
        "/account/signup/",
    ],
)
def test_pages_before_signing_in(address):
    page = Client().get(address, follow=True).content.decode()
    assert page.count("<h1") == 1
    assert "css/tokens.css" in page


@pytest.mark.parametrize(
    "address",
    [
        "/account/profile/",
        "/account/password/change/",
        "/account/logout/",
        "/account/reauthenticate/",
        "/account/2fa/",
    ],
)
def test_pages_of_a_signed_in_person(cast, browse, address):
    page = browse(cast.handler).get(address, follow=True).content.decode()
    assert page.count("<h1") == 1
    assert "css/tokens.css" in page


def test_two_step_sign_in_from_the_picture_to_the_codes(cast):
    from allauth.mfa.totp.internal.auth import (
        format_hotp_value,
        hotp_value,
        yield_hotp_counters_from_time,
    )

    def code(secret: str) -> str:
        return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))

    browser = Client()
    browser.post("/account/login/", {"login": cast.handler.email, "password": PASSWORD})
    asked = browser.get("/account/2fa/totp/activate/", follow=True)
    assert "Confirm that it is you" in asked.content.decode()
    setup = browser.post(asked.redirect_chain[-1][0], {"password": PASSWORD}, follow=True)
    secret = setup.context["form"].secret
    assert "Scan this picture" in setup.content.decode()
    made = browser.post("/account/2fa/totp/activate/", {"code": code(secret)}, follow=True)
    assert made.status_code == 200

    codes = browser.get("/account/2fa/recovery-codes/")
    first = codes.context["unused_codes"][0]
    assert first in codes.content.decode()
    assert "switched on" in browser.get("/account/2fa/").content.decode()
    assert (
        "Switch off the authenticator app?"
        in browser.get("/account/2fa/totp/deactivate/").content.decode()
    )

    again = Client()
    second = again.post(
        "/account/login/", {"login": cast.handler.email, "password": PASSWORD}, follow=True
    )
    assert "Second step" in second.content.decode()
    again.post("/account/2fa/authenticate/", {"code": first})
    assert again.get("/account/profile/").status_code == 200


def test_summary_and_quiet_hours_are_kept(cast, browse):
    browser = browse(cast.handler)
    browser.post("/account/profile/", SETTINGS | {"quiet_from": "20:00", "quiet_to": "07:30"})
    cast.handler.refresh_from_db()
    assert cast.handler.digest_enabled is False
    assert (cast.handler.quiet_from, cast.handler.quiet_to) == (time(20), time(7, 30))
    page = browser.get("/account/profile/").content.decode()
    assert 'value="20:00"' in page
    assert 'value="07:30"' in page


@pytest.mark.parametrize(
    ("begins", "ends", "named"),
    [("20:00", "", "quiet_to"), ("", "07:30", "quiet_from"), ("07:30", "07:30", "quiet_to")],
)
def test_quiet_hours_have_two_ends(cast, browse, begins, ends, named):
    hours = {"quiet_from": begins, "quiet_to": ends}
    answer = browse(cast.handler).post("/account/profile/", SETTINGS | hours)
    assert answer.status_code == 422
    assert f'href="#id_{named}"' in answer.content.decode()
    cast.handler.refresh_from_db()
    assert cast.handler.quiet_from is None
