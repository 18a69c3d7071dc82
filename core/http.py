"""What page views share: running a command behind a form, answering htmx and plain requests alike."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeVar

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from core.errors import InvalidInput, NotPermitted, Stale, TransitionRefused

Result = TypeVar("Result")


def is_htmx(request: HttpRequest) -> bool:
    """A partial update is asked for (not a boosted or restored whole page)."""
    htmx = getattr(request, "htmx", None)
    return bool(htmx) and not htmx.history_restore_request and not htmx.boosted


def run(form: BaseForm, command: Callable[..., Result], **arguments: Any) -> Result | None:
    """Call `command`; put what it finds invalid on `form` and return None then.

    A field the form does not have becomes a sentence above it. Other refusals pass through to the
    middleware, which answers them with their page.
    """
    try:
        return command(**arguments)
    except InvalidInput as error:
        add_errors(form, error)
        return None


def add_errors(form: BaseForm, error: InvalidInput) -> None:
    """Show a command's refusal at the fields it names."""
    for name, sentences in error.fields.items():
        for sentence in sentences:
            form.add_error(name if name in form.fields else None, str(sentence))


def done(request: HttpRequest, url: str, message: Any = "") -> HttpResponse:
    """After a write: go to `url`, with a toast there. htmx follows with a full navigation."""
    if message:
        messages.success(request, str(message))
    if is_htmx(request):
        response = HttpResponse(status=204)
        response["HX-Redirect"] = url
        return response
    return HttpResponseRedirect(url)


def toast(response: HttpResponse, message: Any) -> HttpResponse:
    """Send a toast along with a fragment."""
    response["HX-Trigger"] = json.dumps({"toast": {"text": str(message)}}, ensure_ascii=True)
    return response


class DomainErrors:
    """Middleware: refusals of commands become pages (or fragments) with the right status.

    404 also stands for what the person may not see: it looks as if it did not exist.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer a domain error; anything else stays an error 500."""
        if isinstance(error, ObjectDoesNotExist):
            raise Http404 from error
        if isinstance(error, NotPermitted):
            return render(request, "errors/403.html", {"message": error.message}, status=403)
        if isinstance(error, TransitionRefused | Stale):
            return render(request, "errors/409.html", {"error": error}, status=409)
        if isinstance(error, InvalidInput):
            return render(request, "errors/400.html", {"error": error}, status=400)
        return None
