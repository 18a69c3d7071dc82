"""What web processes have loaded before the first request."""

from __future__ import annotations

import subprocess
import sys

CODE = """
import sys, config.wsgi
print(all(name in sys.modules for name in ("claims.urls", "claims.api.urls", "holidays.countries")))
"""


def test_pages_and_calendars_are_loaded_before_anybody_asks():
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "True"
