"""A limit on requests, so that one client cannot take the service from the others."""

from __future__ import annotations

import math
import threading
import time
from typing import Any

from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle


class ClientThrottle(BaseThrottle):
    """A bucket of tokens for each client or person, filled evenly; setting API_RATE a minute.

    It lives in the memory of each server process: a limit for all of them together would cost a
    round trip with every request, and the aim is fairness, not accounting.
    """

    _buckets: dict[Any, tuple[float, float]] = {}
    _lock = threading.Lock()
    _MOST = 10_000

    def allow_request(self, request: Request, view: Any) -> bool:
        rate = settings.API_RATE
        if not rate:
            return True
        key, now = request.user.pk, time.monotonic()
        with self._lock:
            if len(self._buckets) > self._MOST:
                self._buckets.clear()
            left, at = self._buckets.get(key, (float(rate), now))
            left = min(float(rate), left + (now - at) * rate / 60)
            allowed = left >= 1
            self._buckets[key] = (left - 1 if allowed else left, now)
        self._wait = math.ceil((1 - left) * 60 / rate)
        return allowed

    def wait(self) -> float:
        return max(1, self._wait)
