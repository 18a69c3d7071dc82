"""The product's settings with its side effects kept apart, so that a run disturbs nobody."""

from config.settings import *  # noqa: F403
from config.settings import VAR_DIR

SCRATCH = VAR_DIR / "bench"
BROKER = SCRATCH / "broker"
BROKER.mkdir(parents=True, exist_ok=True)

CLAIMS_DEMO = False
# One client is to be measured, not held back.
API_RATE = 0
MEDIA_ROOT = SCRATCH / "media"
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
CELERY_BROKER_URL = "filesystem://localhost/"
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "data_folder_in": str(BROKER),
    "data_folder_out": str(BROKER),
    "control_folder": str(BROKER),
}
