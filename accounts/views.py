"""A person's own page: name, language, theme, time zone, keys; absences of those in one's care."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import commands, selectors
from accounts.forms import AbsenceForm, ProfileForm
from accounts.models import User
from core import pages
from core.actors import Actor
from core.errors import InvalidInput, Stale


@login_required
@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Show the own settings and change them."""
    user = cast("User", request.user)
    form = ProfileForm(request.POST) if request.method == "POST" else ProfileForm.of(user)
    if form.is_valid():
        try:
            commands.set_preferences(
                actor=Actor.of_request(request), user=user, **form.cleaned_data
            )
        except InvalidInput as error:
            pages.add_errors(form, error)
        else:
            return _saved(request, form.cleaned_data["language"])
    own = selectors.list_own_absences(Actor.of_request(request))
    context = {"form": form, "absences": own}
    return pages.form_page(request, "accounts/profile.html", context, invalid=form.is_bound)


def _saved(request: HttpRequest, language: str) -> HttpResponse:
    """Confirm in the language chosen just now; the cookie keeps it after signing out."""
    with translation.override(language):
        response = pages.done(request, reverse("accounts:profile"), _("Saved"))
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        samesite="Lax",
        secure=settings.LANGUAGE_COOKIE_SECURE,
    )
    return response


def to_profile(request: HttpRequest) -> HttpResponse:
    """Addresses are changed by an administrator, so the sign-in library's own page leads here."""
    return redirect("accounts:profile")


@login_required
@require_http_methods(["GET", "POST"])
def absences(request: HttpRequest) -> HttpResponse:
    """Who of those in one's care is away and who stands in; enter another absence."""
    actor = Actor.of_request(request)
    form = AbsenceForm(request.POST if request.method == "POST" else None, actor=actor)
    if form.is_valid():
        values = dict(form.cleaned_data)
        values.pop("version")
        made = pages.run(form, commands.enter_absence, actor=actor, **values)
        if made is not None:
            text = _("Entered: %(substitute)s stands in for %(person)s")
            words = {"substitute": made.substitute, "person": made.user}
            return pages.done(request, reverse("accounts:absences"), text % words)
    context = {"form": form, "absences": selectors.list_absences(actor), "entered": None}
    return pages.form_page(request, "accounts/absences.html", context, invalid=form.is_bound)


@login_required
@require_http_methods(["GET", "POST"])
def absence(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the days or the substitute."""
    actor = Actor.of_request(request)
    found = selectors.get_absence(actor, pk)
    form = AbsenceForm.of(found, actor, request.POST if request.method == "POST" else None)
    status = 422 if form.is_bound else 200
    if form.is_valid():
        values = dict(form.cleaned_data)
        version = values.pop("version")
        try:
            arguments = {"absence": found, "values": values, "version": version}
            if pages.run(form, commands.change_absence, actor=actor, **arguments) is not None:
                return pages.done(request, reverse("accounts:absences"), _("Saved"))
        except Stale as error:
            # Sent again, the form stands on what the absence is now.
            data = request.POST.copy()
            data["version"] = str(error.current.version)
            form = AbsenceForm.of(error.current, actor, data)
            form.add_error(None, str(error))
            status = 409
    listed = selectors.list_absences(actor)
    context = {"form": form, "absences": listed, "entered": found}
    response = pages.form_page(request, "accounts/absences.html", context)
    response.status_code = status
    return response


@login_required
@require_POST
def cancel_absence(request: HttpRequest, pk: int) -> HttpResponse:
    """The person is there after all."""
    actor = Actor.of_request(request)
    commands.cancel_absence(actor=actor, absence=selectors.get_absence(actor, pk))
    back = pages.next_url(request, reverse("accounts:absences"))
    return pages.done(request, back, _("Cancelled"))
