"""Language and theme, the pages for what went wrong, and the style guide of a debug start."""

from __future__ import annotations

import sys
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.utils.translation import get_language_from_request, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import kept_files, pages, preferences, suggestions
from core.api.errors import AWAY, CONTENT_TYPE, DATABASE_AWAY, RETRY_SECONDS, problem
from core.context import THEME_COOKIE, THEMES

YEAR = 365 * 24 * 3600
API_PREFIX = "/api/"
CODES = {400: "malformed", 403: "permission_denied", 404: "not_found", 500: "server_error"}


def _keep_cookie(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(
        name, value, max_age=YEAR, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Read on in another language, now and next time."""
    response = HttpResponseRedirect(pages.next_url(request))
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES):
        _keep_cookie(response, settings.LANGUAGE_COOKIE_NAME, language)
        preferences.keep(request, language=language)
    return response


@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Light or dark; "auto" follows the system again."""
    response = HttpResponseRedirect(pages.next_url(request))
    theme = request.POST.get("theme", "")
    if theme in THEMES:
        _keep_cookie(response, THEME_COOKIE, theme)
    elif theme == "auto":
        response.delete_cookie(THEME_COOKIE)
    else:
        return response
    preferences.keep(request, theme=theme)
    return response


def _problem(
    request: HttpRequest, status: int, title: str, template: str, **context: Any
) -> HttpResponse:
    if request.path.startswith(API_PREFIX):
        body = problem(status, CODES.get(status, "error"), title)
        return JsonResponse(body, status=status, content_type=CONTENT_TYPE)
    return render(request, f"errors/{template}.html", context, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the request itself makes no sense."""
    return _problem(request, 400, _("Bad request"), "400")


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: seen, but not allowed."""
    return _problem(request, 403, _("Forbidden"), "403")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: no such page, or nothing that this reader may see."""
    guesses = suggestions.for_request(request)
    return _problem(request, 404, _("Not found"), "404", suggestions=guesses)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: rendered without asking the database or the session for anything."""
    if isinstance(sys.exc_info()[1], DATABASE_AWAY):
        return unavailable(request)
    if request.path.startswith(API_PREFIX):
        return _problem(request, 500, _("Server error"), "500")
    body = get_template("errors/500.html").render()
    return HttpResponse(body, status=500)


def unavailable(request: HttpRequest) -> HttpResponse:
    """503: the database does not answer. Whose page it is nobody can ask it either."""
    language = getattr(request, "LANGUAGE_CODE", "") or get_language_from_request(request)
    with override(language):
        if request.path.startswith(API_PREFIX):
            body = problem(503, "unavailable", AWAY)
            response: HttpResponse = JsonResponse(body, status=503, content_type=CONTENT_TYPE)
        else:
            context = {
                "sent": request.method not in ("GET", "HEAD"),
                "theme": request.COOKIES.get(THEME_COOKIE, ""),
            }
            page = get_template("errors/503.html").render(context)
            response = HttpResponse(page, status=503)
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    response.headers["Cache-Control"] = "no-store"
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form was too old or cookies are switched off.

    What came from a page of ours, says the browser, can be sent again by a press of a button; what
    another site made somebody send cannot.
    """
    own = request.headers.get("Origin", "") == f"{request.scheme}://{request.get_host()}"
    sent = _sent_again(request) if own and request.user.is_authenticated else {}
    return _problem(request, 403, _("Forbidden"), "csrf", **sent)


def _sent_again(request: HttpRequest) -> dict[str, Any]:
    """The fields and files of a form for a form that holds the same."""
    files = kept_files.files_of(request)
    groups = [(name, *files.keep(name)) for name in files or ()] if files is not None else []
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name != "csrfmiddlewaretoken" and not name.startswith(("kept-", "drop-"))
    ]
    secret = any("password" in name for name, _value in fields)
    return {} if secret else {"fields": fields, "file_groups": groups, "may_send_again": True}


def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component on one page (debug only)."""
    from core.ui.specimen import context

    data: dict[str, Any] = context(request)
    return render(request, "core/styleguide.html", data)
