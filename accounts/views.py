"""A person's own page: name, language, theme, time zone, keys."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import commands
from accounts.forms import ProfileForm
from accounts.models import User
from core import pages
from core.actors import Actor
from core.errors import InvalidInput


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
    return pages.form_page(request, "accounts/profile.html", {"form": form}, invalid=form.is_bound)


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
