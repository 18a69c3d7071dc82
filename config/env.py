"""Reads the environment. A wrong value stops the start with one sentence that names it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"
LOCAL_HOSTS = {"localhost", "127.0.0.1", "[::1]", "testserver"}
MIN_KEY_LENGTH = 50

reader = environ.Env()
if (VAR_DIR / "env").is_file():
    # Real environment variables win over the generated file.
    reader.read_env(str(VAR_DIR / "env"), overwrite=False)


def text(name: str, default: str = "") -> str:
    """The variable as it stands."""
    return str(reader.str(name, default))


def words(name: str, default: list[str]) -> list[str]:
    """A comma-separated list."""
    return [part.strip() for part in text(name).split(",") if part.strip()] or default


def read(kind: Callable[..., Any], name: str, default: Any, expected: str) -> Any:
    """The variable `name` read by `kind`; `expected` ends the sentence if that is impossible."""
    try:
        return kind(name, default=default)
    except (ValueError, TypeError, KeyError, ImproperlyConfigured):
        raise ImproperlyConfigured(
            f"{name}={text(name)!r} cannot be used: expected {expected}."
        ) from None


def flag(name: str, default: bool) -> bool:
    """A yes/no variable; anything but the usual words is refused rather than taken for no."""
    raw = text(name).strip().lower()
    if raw in ("1", "true", "yes", "on"):
        return True
    if raw in ("0", "false", "no", "off"):
        return False
    if raw:
        raise ImproperlyConfigured(f"{name}={raw!r} cannot be used: expected true or false.")
    return default


def number(name: str, default: int, *, low: int, high: int) -> int:
    """A whole number from `low` to `high`."""
    expected = f"a whole number from {low} to {high}"
    value = int(read(reader.int, name, default, expected))
    if not low <= value <= high:
        raise ImproperlyConfigured(f"{name}={value} cannot be used: expected {expected}.")
    return value


def choice(name: str, default: str, options: tuple[str, ...]) -> str:
    """One of a few words."""
    value = text(name, default)
    if value not in options:
        raise ImproperlyConfigured(
            f"{name}={value!r} cannot be used: expected one of {', '.join(options)}."
        )
    return value


def key(name: str, *, debug: bool) -> str:
    """A secret key, long and own; only a debug start may go without."""
    value = text(name)
    if not value and debug:
        return f"debug-only-{name.lower()}-that-never-signs-anything-real"
    if not value:
        raise ImproperlyConfigured(
            f"{name} is not set: start with ./run, which makes one in var/env, or set your own."
        )
    if len(value) < MIN_KEY_LENGTH or value.startswith(("debug-only", "django-insecure")):
        raise ImproperlyConfigured(
            f"{name} is a placeholder or too short: set {MIN_KEY_LENGTH} or more random characters."
        )
    return value


def time_zone(name: str, default: str) -> str:
    """A name of the IANA time zone database."""
    from zoneinfo import ZoneInfo

    value = text(name, default)
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        raise ImproperlyConfigured(
            f"{name}={value!r} cannot be used: expected a time zone such as Europe/Moscow."
        ) from None
    return value


def url(name: str, schemes: tuple[str, ...]) -> str:
    """An address with one of `schemes`, or "" when the variable is not set."""
    value = text(name)
    if value and value.partition("://")[0] not in schemes:
        raise ImproperlyConfigured(
            f"{name} cannot be used: expected an address that begins with "
            f"{' or '.join(scheme + '://' for scheme in schemes)}."
        )
    return value


def database() -> dict[str, Any]:
    """The default database: SQLite under var/ unless DATABASE_URL names another."""
    url("DATABASE_URL", ("sqlite", "postgres", "postgresql"))
    config: dict[str, Any] = read(
        reader.db,
        "DATABASE_URL",
        f"sqlite:///{VAR_DIR / 'db.sqlite3'}",
        "sqlite:////path/to/file or postgres://user:password@host:port/name",
    )
    if "sqlite" in config["ENGINE"]:
        return config | {"OPTIONS": sqlite_options()}
    size = number("DATABASE_POOL", 8, low=0, high=200)
    pool = {"min_size": 1, "max_size": size, "timeout": 10} if size else False
    # A pool keeps connections itself, so Django must hand each one back after the request. Asked
    # before each use, those that a restart of the server cut are replaced instead of failing.
    return config | {
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": config.get("OPTIONS", {}) | {"pool": pool},
    }


def sqlite_options() -> dict[str, Any]:
    """Writers queue (IMMEDIATE, 20 s) instead of failing on a lock upgrade; readers never wait."""
    return {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
    }


def email() -> dict[str, Any]:
    """Settings for outgoing mail: the server in EMAIL_URL, else files under var/mail."""
    schemes = ("smtp", "smtps", "smtp+tls", "smtp+ssl", "consolemail", "dummymail")
    if not url("EMAIL_URL", schemes):
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "EMAIL_FILE_PATH": VAR_DIR / "mail",
        }
    server: dict[str, Any] = read(
        reader.email_url, "EMAIL_URL", None, "smtp+tls://user:password@host:port"
    )
    return server | {"EMAIL_TIMEOUT": 15}


def refuse_unsafe_production(*, debug: bool, hosts: list[str], sqlite: bool) -> None:
    """Settings that would start but break a promise in production."""
    if debug:
        return
    if "*" in hosts:
        raise ImproperlyConfigured("CLAIMS_HOSTS=* cannot be used: name the hosts of this site.")
    public = [host for host in hosts if host not in LOCAL_HOSTS]
    if sqlite and len(public) > 1:
        raise ImproperlyConfigured(
            "SQLite serves one host only: set DATABASE_URL to PostgreSQL, or one name in "
            "CLAIMS_HOSTS."
        )


def broker_options(redis_url: str) -> dict[str, Any]:
    """Transport options of the broker: Redis with short timeouts, else folders under var/."""
    if redis_url:
        return {
            "visibility_timeout": 300,
            "unacked_restore_interval": 5,
            "unacked_restore_throttle": 1,
            "socket_timeout": 3,
            "socket_connect_timeout": 2,
        }
    queue, control = VAR_DIR / "broker" / "queue", VAR_DIR / "broker" / "control"
    for folder in (queue, control):
        folder.mkdir(parents=True, exist_ok=True)
    return {
        "data_folder_in": str(queue),
        "data_folder_out": str(queue),
        "control_folder": str(control),
        "polling_interval": 0.2,
    }


def importable(*paths: str) -> list[str]:
    """Those of the dotted `paths` whose module exists."""
    from importlib.util import find_spec

    def exists(module: str) -> bool:
        try:
            return find_spec(module) is not None
        except ModuleNotFoundError:
            return False

    return [path for path in paths if exists(path.rpartition(".")[0])]
