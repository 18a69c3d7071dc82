"""What a browser without a session meets at the edges of the site."""

import pytest

from accounts.models import User

POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
}


def test_the_administration_sends_strangers_to_the_one_sign_in(client, db):
    answer = client.get("/admin/", follow=True)
    assert answer.redirect_chain[-1][0].startswith("/account/login/")


def test_every_answer_carries_the_strict_policy(client):
    answer = client.get("/health/live")
    assert set(answer["Content-Security-Policy"].split("; ")) == POLICY
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"


def test_nobody_can_open_an_account_for_themselves(client, db):
    password = "long enough words"
    form = {"email": "a@example.com", "password1": password, "password2": password}
    client.post("/account/signup/", form)
    assert not User.objects.filter(email="a@example.com").exists()


@pytest.mark.parametrize("elsewhere", ["https://evil.example.com/", "//evil.example.com/"])
def test_the_sign_in_never_leads_to_another_site(client, cast, elsewhere):
    password = "long enough words"
    cast.handler.set_password(password)
    cast.handler.save()
    form = {"login": cast.handler.email, "password": password, "next": elsewhere}
    answer = client.post("/account/login/", form)
    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_uploaded_files_have_no_address_of_their_own(client, settings):
    settings.MEDIA_ROOT.mkdir(parents=True)
    (settings.MEDIA_ROOT / "secret.pdf").write_bytes(b"%PDF")
    for address in ("/media/secret.pdf", "/secret.pdf", "/static/../media/secret.pdf"):
        assert client.get(address).status_code == 404
