"""A form is sent after the session has ended, or with an old token: what was typed comes back."""

from __future__ import annotations

import html
import re
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from claims.models import Claim
from tests.cast import PASSWORD, Cast
from tests.core.test_pages import FRAGMENT

HERE = "http://testserver"


def test_who_sends_a_form_too_late_comes_back_to_it_after_signing_in(cast: Cast):
    guest = Client()
    claim = cast.report()
    page = f"/claims/{claim.number}/?from=list"
    answer = guest.post(
        f"/claims/{claim.number}/comments/",
        {"text": "The box was wet"},
        headers={"Referer": HERE + page},
        follow=True,
    )
    shown = answer.content.decode()
    assert "Your session has ended, and what you sent was not saved." in shown
    back = re.search(r'name="next" value="([^"]+)"', shown.split("<main")[1])
    assert back
    assert back[1] == page
    signed_in = guest.post(
        "/account/login/", {"login": cast.handler.email, "password": PASSWORD, "next": page}
    )
    assert signed_in.headers["Location"] == page


def test_a_view_that_only_takes_forms_is_no_dead_end(cast: Cast):
    answer = Client().post("/claims/hand-over/", {}, headers={"Referer": f"{HERE}/claims/"})
    assert answer.headers["Location"] == "/account/login/?next=/claims/"


@pytest.mark.parametrize("referrer", ["", "http://evil.example/claims/", "//evil.example/"])
def test_nobody_is_led_to_another_site(cast: Cast, referrer: str):
    answer = Client().post("/report/", {}, headers={"Referer": referrer} if referrer else {})
    assert answer.headers["Location"] == "/account/login/?next=/report/"


def test_signing_out_and_reading_are_as_before(cast: Cast, browse):
    out = browse(cast.handler).post("/account/logout/", headers={"Referer": f"{HERE}/claims/"})
    assert out.headers["Location"] == "/account/login/"
    guest = Client()
    assert guest.get("/claims/").headers["Location"] == "/account/login/?next=/claims/"
    assert guest.post("/report/", {}, headers=FRAGMENT).status_code == 401


@pytest.fixture
def strict(cast: Cast) -> Client:
    """A browser that is signed in and has the token of before."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.reporter)
    return client


def too_old(client: Client, origin: str = HERE, **more):
    fields = {"description": "Flash & <b>burr</b>", "form_key": uuid.uuid4(), **more}
    return client.post("/report/", fields, headers={"Origin": origin})


def as_form(page: str) -> dict[str, list[str]]:
    """The hidden fields of the form on the page."""
    form = page.split("<main", maxsplit=1)[1].split("</form>", maxsplit=1)[0]
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form):
        found.setdefault(name, []).append(html.unescape(value))
    return found


def test_a_form_with_an_old_token_is_sent_again_with_its_files(strict: Client):
    answer = too_old(strict, photos=SimpleUploadedFile("act.txt", b"three pieces broken"))
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "nothing is lost" in page
    assert "act.txt" in page
    assert not Claim.objects.exists()
    fields = as_form(page)
    answer = strict.post("/report/", fields, headers={"Origin": HERE})
    assert answer.status_code == 302, answer.content.decode()
    claim = Claim.objects.get()
    assert claim.description == "Flash & <b>burr</b>"
    assert [each.name for each in claim.attachments.all()] == ["act.txt"]


def test_what_another_site_sends_is_not_offered_again(strict: Client):
    for origin in ("http://evil.example", "null", ""):
        page = too_old(strict, origin).content.decode()
        assert "The form is too old" in page
        assert "Go back" in page
        assert "burr" not in page


def test_a_password_is_not_written_into_a_page(strict: Client):
    page = too_old(strict, oldpassword="secret").content.decode()
    assert "secret" not in page


def test_the_next_page_knows_that_a_form_has_gone_through(cast: Cast, browse):
    """By this the script knows that the draft may go."""
    client, key = browse(cast.reporter), str(uuid.uuid4())
    assert "form_done" not in client.post("/report/", {"form_key": key}).cookies
    fields = {"form_key": key, "description": "Flash"}
    for _ in range(2):
        answer = client.post("/report/", fields)
        assert answer.cookies["form_done"].value == key
        assert answer.cookies["form_done"]["samesite"] == "Lax"
