"""What the pages of claims share: short forms that are a page or a dialog, and kept uploads."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from claims.commands import attach_file
from claims.models import Claim
from claims.requirements import Answer
from core import pages
from core.actors import Actor
from core.api.errors import DATABASE_AWAY
from core.errors import InvalidInput, TransitionRefused

MOST_FILES = 20


@dataclass
class ShortForm:
    """A question about one claim: its form, its button, and what the answer does.

    `run` calls the command; `done` is said afterwards. The answer leads to `back`, by default to
    the overview.
    """

    title: Any
    submit: Any
    form: forms.Form
    run: Callable[[dict[str, Any]], Any]
    done: Any = ""
    intro: Any = ""
    danger: bool = False
    back: str = ""
    points: list[Answer] = field(default_factory=list)
    blocked: bool = False

    @property
    def first_open(self) -> Answer | None:
        """What to do first when something is missing."""
        return next((each for each in self.points if not each.met and each.url), None)

    @property
    def first_label(self) -> str:
        """The same as the words of a button."""
        return self.first_open.detail.rstrip(".") if self.first_open else ""


def answer_short_form(request: HttpRequest, claim: Claim, short: ShortForm) -> HttpResponse:
    """Show the question, or do what the answer says and go back to the claim."""
    back = short.back or reverse("claims:detail", args=[claim.number])
    status, refusal = 200, ""
    if request.method == "POST":
        status, refusal = _try(short)
        if status == 200:
            return pages.done(request, back, short.done)
    context = {"claim": claim, "short": short, "form": short.form, "back": back}
    context |= {"action": request.path, "refusal": refusal}
    fragment = "claims/short_form_body.html"
    response = pages.form_page(request, "claims/short_form.html", context, fragment=fragment)
    response.status_code = status
    return response


def _try(short: ShortForm) -> tuple[int, str]:
    """As `pages.attempt`; what is missing stands in the points of the form, not in a sentence."""
    stale = _("Somebody changed the claim meanwhile. Look at it, then send this again.")
    try:
        return pages.attempt(short.form, short.run, stale)
    except TransitionRefused as error:
        return 409, error.message if error.code == "wrong_step" else ""


class VersionForm(forms.Form):
    """A form that stands on the version of the claim, or of its row, that it was shown with."""

    version = forms.IntegerField(widget=forms.HiddenInput)


@dataclass(frozen=True)
class Refused:
    """A file that was not kept, and why."""

    name: str
    reason: str


def keep_uploads(
    actor: Actor, claim: Claim, uploads: Iterable[UploadedFile[bytes]], description: str = ""
) -> list[Refused]:
    """Attach every upload that is let in; those that are not are named with the reason."""
    refused = []
    for number, upload in enumerate(uploads):
        name = upload.name or _("file")
        if number >= MOST_FILES:
            reason = _("At most %(n)s files at once. Add it by itself.") % {"n": MOST_FILES}
            refused.append(Refused(name, reason))
            continue
        try:
            attach_file(actor=actor, claim=claim, upload=upload, description=description)
        except InvalidInput as error:
            refused.append(Refused(name, str(error)))
        except DATABASE_AWAY:
            # What the files belong to is saved already: saying that nothing is would double it.
            refused.append(Refused(name, _("The database did not answer. Add the file once more.")))
    return refused
