"""What every page request passes: the reader's language and time zone, fragments, refusals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest, ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from core import kept_files, pages
from core.api.errors import DATABASE_AWAY
from core.errors import DomainError
from core.views import API_PREFIX

Answer = Callable[[HttpRequest], HttpResponse]


class Preferences:
    """Signed-in people read in their own language and time zone, whatever the browser asks for."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = _user_of(request)
        if not user.is_authenticated:
            return self.get_response(request)
        language = getattr(user, "language", "")
        if language in dict(settings.LANGUAGES):
            translation.activate(language)
            request.LANGUAGE_CODE = language
        with timezone.override(_zone(getattr(user, "time_zone", ""))):
            return self.get_response(request)


class PlainAddresses:
    """A NUL character in a query means nothing to anybody, and PostgreSQL takes none: 400.

    The API refuses it by itself and names the parameter.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked = request.META.get("QUERY_STRING", "")
        if "%00" in asked and not request.path.startswith(API_PREFIX):
            raise BadRequest("a NUL character in the query")
        return self.get_response(request)


class Fragments:
    """One address answers page and fragment: caches must tell them apart.

    A fragment asked for after the session has ended gets 401 instead of the sign-in page. Who sends
    a form then is led back to it after signing in, where the draft waits.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        patch_vary_headers(response, ["HX-Request"])
        location = response.headers.get("Location", "")
        if not location.startswith(resolve_url(settings.LOGIN_URL)):
            return response
        if pages.is_fragment(request):
            return HttpResponse(status=401)
        wants_back = request.method == "POST" and "next=" in location
        return _sign_in_again(request) if wants_back else response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Refusals that a view did not turn into something better.

        What does not exist and what a person may not see answer the same 404.
        """
        if isinstance(error, ObjectDoesNotExist):
            raise Http404 from error
        return pages.refusal(request, error) if isinstance(error, DomainError) else None


class KeptFiles:
    """Files that waited for a form are let go once it has gone through."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code < 400:
            kept_files.let_go(request)
        return response


def _user_of(request: HttpRequest) -> Any:
    """Whoever asks. While the database is away that is nobody, so that it is waited for only once:
    the log would ask for the name again."""
    user = request.user
    try:
        user.is_authenticated  # noqa: B018 - this reads the session
    except DATABASE_AWAY:
        request.user = AnonymousUser()
        raise
    return user


def _sign_in_again(request: HttpRequest) -> HttpResponse:
    """To sign-in, and from there to the page with the form: not all that is posted can be read."""
    text = _(
        "Your session has ended, and what you sent was not saved. Sign in: you come back to the "
        "form, and what this device has kept of it is filled in again. Choose files anew."
    )
    messages.error(request, text)
    referrer = urlsplit(request.headers.get("Referer", ""))
    form = urlunsplit(("", "", referrer.path, referrer.query, ""))
    ours = referrer.netloc == request.get_host()
    return redirect_to_login(form if ours else request.get_full_path())


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name or settings.TIME_ZONE)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo(settings.TIME_ZONE)
