"""The WSGI entry point that gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()

# What Django would load with the first request: here it happens once for all processes (the
# Procfile preloads), and nobody waits for it after a start.
from django.urls import get_resolver  # noqa: E402
from holidays import countries  # noqa: E402, F401

get_resolver().url_patterns  # noqa: B018
