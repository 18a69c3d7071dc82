"""Settings of the test suite: the real ones, with keys of its own and nothing that waits."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("SECRET_KEY", "tests-only-secret-key-0123456789-0123456789")
os.environ.setdefault("HISTORY_KEY", "tests-only-history-key-0123456789-0123456789")
os.environ.setdefault("DATABASE_POOL", "0")

from config.settings import *  # noqa: F403
from config.settings import DATABASES, LOGGING, USES_SQLITE, VAR_DIR

LANGUAGE_CODE = "en"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
MEDIA_ROOT = Path(tempfile.gettempdir()) / f"claims-tests-{os.getuid()}" / "media"
EVENTS_NUDGE = False
CELERY_BROKER_URL = "memory://"
CELERY_BROKER_TRANSPORT_OPTIONS = {}
LOGGING["root"]["level"] = "ERROR"
LOGGING["loggers"] = {}

if USES_SQLITE:
    # A file, because the race tests open connections in several threads; losing it is no loss.
    (VAR_DIR / "tests").mkdir(exist_ok=True)
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / "tests" / "db.sqlite3")}
    DATABASES["default"]["OPTIONS"]["init_command"] = (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA foreign_keys=ON;"
    )
