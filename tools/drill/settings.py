"""The product's own settings; only its files stand in the drill's folder."""

from config.settings import *  # noqa: F403
from tools.drill.stage import scratch_folder

SCRATCH = scratch_folder()

CLAIMS_DEMO = False
# The reporter is one busy client.
API_RATE = 0
MEDIA_ROOT = SCRATCH / "media"
CELERY_BEAT_SCHEDULE_FILENAME = str(SCRATCH / "celerybeat-schedule")
