"""A wrong environment stops the start with one sentence that names the variable."""

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from config import env

GOOD_KEY = "k" * env.MIN_KEY_LENGTH


def start(**variables: str) -> subprocess.CompletedProcess[str]:
    """`manage.py check` as an operator would see it with these variables."""
    keys = {"SECRET_KEY": GOOD_KEY, "HISTORY_KEY": GOOD_KEY}
    cleared = {"DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE"}
    inherited = {name: value for name, value in os.environ.items() if name not in cleared}
    return subprocess.run(
        [sys.executable, "manage.py", "diffsettings"],
        cwd=settings.BASE_DIR,
        env=inherited | keys | variables,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_wrong_value_ends_the_start_with_one_sentence_and_no_traceback():
    done = start(TIME_ZONE="Moscow")
    assert done.returncode == 1
    assert done.stderr == (
        "Settings: TIME_ZONE='Moscow' cannot be used: expected a time zone such as Europe/Moscow.\n"
    )


def test_production_refuses_a_placeholder_key():
    done = start(SECRET_KEY="django-insecure-" + GOOD_KEY)
    assert done.stderr.startswith("Settings: SECRET_KEY is a placeholder or too short")
    assert len(done.stderr.splitlines()) == 1


def test_a_public_name_switches_https_protection_on():
    shown = start(CLAIMS_HOSTS="claims.example.com").stdout
    for line in (
        "SECURE_SSL_REDIRECT = True",
        "SESSION_COOKIE_SECURE = True",
        "CSRF_COOKIE_SECURE = True",
        "SECURE_HSTS_SECONDS = 31536000",
        "CLAIMS_DEMO = False",
    ):
        assert line in shown


def test_nobody_needs_redis_to_sign_in():
    """The limits of sign-in are counted in the cache."""
    shown = start(REDIS_URL="redis://127.0.0.1:1/0").stdout
    caches = next(line for line in shown.splitlines() if line.startswith("CACHES = "))
    assert "redis" not in caches.lower()


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (lambda: env.flag("X", False), "maybe"),
        (lambda: env.number("X", 1, low=0, high=10), "eleven"),
        (lambda: env.number("X", 1, low=0, high=10), "11"),
        (lambda: env.choice("X", "ru", ("ru", "en")), "de"),
        (lambda: env.time_zone("X", "UTC"), "../etc/passwd"),
        (lambda: env.url("X", ("redis", "rediss")), "http://localhost"),
        (lambda: env.key("X", debug=False), ""),
        (lambda: env.key("X", debug=False), "short"),
    ],
)
def test_every_reader_names_the_variable_it_refuses(monkeypatch, read, value):
    monkeypatch.setenv("X", value)
    with pytest.raises(ImproperlyConfigured, match=r"^X[ =].*\.$"):
        read()


@pytest.mark.parametrize(
    ("hosts", "sqlite", "refused"),
    [
        (["localhost", "127.0.0.1"], True, False),
        (["claims.example.com"], True, False),
        (["a.example.com", "b.example.com"], True, True),
        (["a.example.com", "b.example.com"], False, False),
        (["*"], False, True),
    ],
)
def test_production_refuses_sqlite_on_several_hosts_and_hosts_without_a_name(
    hosts, sqlite, refused
):
    def check() -> None:
        env.refuse_unsafe_production(debug=False, hosts=hosts, sqlite=sqlite)

    if refused:
        with pytest.raises(ImproperlyConfigured):
            check()
    else:
        check()


def test_an_address_of_a_secret_is_not_repeated_in_the_message(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "mysql://user:secret@localhost/claims")
    with pytest.raises(ImproperlyConfigured) as caught:
        env.database()
    assert "secret" not in str(caught.value)


def test_behind_the_proxy_of_a_public_site_people_are_told_apart():
    public = start(CLAIMS_HOSTS="claims.example.com")
    assert "ALLAUTH_TRUSTED_PROXY_COUNT = 1 " in public.stdout
    assert "ALLAUTH_TRUSTED_PROXY_COUNT = 0 " in start(CLAIMS_HOSTS="localhost").stdout
