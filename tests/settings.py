"""Settings of the test suite: the real ones, with keys of its own and nothing that waits."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("SECRET_KEY", "tests-only-secret-key-0123456789-0123456789-0123456789")
os.environ.setdefault("HISTORY_KEY", "tests-only-history-key-0123456789-0123456789-0123456789")
os.environ.setdefault("DATABASE_POOL", "0")

from config.settings import *  # noqa: F403
from config.settings import DATABASES, LOGGING, REDIS_URL, USES_SQLITE

SCRATCH = Path(tempfile.gettempdir()) / f"claims-tests-{os.getuid()}"
SCRATCH.mkdir(exist_ok=True)
# The same for all workers of one run, another one for a run beside it.
RUN = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))[:12]

LANGUAGE_CODE = "en"
CLAIMS_DEMO = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
MEDIA_ROOT = SCRATCH / "media"
EVENTS_NUDGE = False
API_RATE = 0
STRICT_ICONS = True
# Each test client would list all static files anew; they are looked up when asked for.
WHITENOISE_AUTOREFRESH = True
LOGGING["root"]["level"] = "ERROR"
LOGGING["loggers"] = {}

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
if not REDIS_URL:
    CELERY_BROKER_URL = "memory://"
    CELERY_BROKER_TRANSPORT_OPTIONS = {}

DATABASES["default"]["TEST"] = {"NAME": f"test_claims_{RUN}"}
if USES_SQLITE:
    # A file, because the race tests open connections in several threads; losing it is no loss.
    DATABASES["default"]["TEST"] = {"NAME": str(SCRATCH / f"{RUN}.sqlite3")}
    DATABASES["default"]["OPTIONS"]["init_command"] = (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA foreign_keys=ON;"
    )
