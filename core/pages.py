"""Answers that pages share: toasts, dialogs that close, forms with errors, refusals."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from core.errors import DomainError, InvalidInput, Stale

Result = TypeVar("Result")


def is_fragment(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of a page; boosted links and the back button want it whole."""
    headers = request.headers
    whole = "HX-Boosted" in headers or "HX-History-Restore-Request" in headers
    return headers.get("HX-Request") == "true" and not whole


def trigger(response: HttpResponse, event: str, detail: Any = True) -> HttpResponse:
    """Add a browser event to a fragment; several events add up."""
    known = json.loads(response.headers.get("HX-Trigger", "{}"))
    known[event] = detail
    response.headers["HX-Trigger"] = json.dumps(known, ensure_ascii=True)
    return response


def toast(response: HttpResponse, text: Any, *, undo: str = "") -> HttpResponse:
    """Show a toast with the fragment; `undo` is an address that takes the deed back by POST."""
    return trigger(response, "toast", {"text": str(text), "undo": undo})


def form_page(
    request: HttpRequest,
    page: str,
    context: dict[str, Any],
    *,
    fragment: str = "",
    invalid: bool = False,
) -> HttpResponse:
    """A form as a page or, for htmx, as its fragment; 422 when it came back with errors."""
    template = fragment if fragment and is_fragment(request) else page
    return render(request, template, context, status=422 if invalid else 200)


def done(request: HttpRequest, url: str, text: Any = "") -> HttpResponse:
    """After success go to `url`, saying `text` there; the same for a plain and an htmx form."""
    if text:
        messages.success(request, str(text))
    if is_fragment(request):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)


def next_url(request: HttpRequest, default: str = "/") -> str:
    """The page to go back to, if it is one of ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure()):
        return wanted
    return default


def run(form: Any, command: Callable[..., Result], **arguments: Any) -> Result | None:
    """Call `command`; None when it finds the input invalid, which then stands on `form`.

    Other refusals pass through to the middleware, which answers them with their page.
    """
    try:
        return command(**arguments)
    except InvalidInput as error:
        add_errors(form, error)
        return None


def attempt(form: Any, act: Callable[[dict[str, Any]], Any], stale: str = "") -> tuple[int, str]:
    """Do what a form asks for: the status of the answer and, for a refusal, its sentence.

    422 leaves the objections on the form. After 409 the form stands on what somebody saved
    meanwhile, to be sent again; `stale` says so in other words than the command's.
    """
    if not form.is_valid():
        return 422, ""
    try:
        act(form.cleaned_data)
    except InvalidInput as error:
        add_errors(form, error)
        return 422, ""
    except Stale as error:
        data = form.data.copy()
        data["version"] = error.current.version
        form.data = data
        return 409, stale or str(error.message)
    return 200, ""


def add_errors(form: Any, error: InvalidInput) -> None:
    """Put a command's objections to the fields they concern, the rest to the whole form."""
    for name, texts in error.fields.items():
        form.add_error(name if name in form.fields else None, [str(text) for text in texts])


def refusal(request: HttpRequest, error: DomainError) -> HttpResponse:
    """A refused command: a page of its own, or for htmx a note on top of the page it came from."""
    status = 422 if isinstance(error, InvalidInput) else error.status
    context = {"error": error, "missing": getattr(error, "missing", [])}
    if not is_fragment(request):
        return render(request, "errors/refused.html", context, status=status)
    response = render(request, "components/refused.html", context, status=status)
    response.headers["HX-Retarget"] = "#notices"
    response.headers["HX-Reswap"] = "innerHTML"
    return response
