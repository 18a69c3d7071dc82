"""Files of a claim: list, upload, download, previews. Nothing is ever deleted."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from claims import pages as claim_pages
from claims.forms.upload import UploadForm
from claims.models import Attachment, Claim
from claims.policies import can_attach_file, require
from claims.selectors import list_files
from claims.views.parts import keep_uploads
from claims.views.report import say_refused
from core import pages
from core.actors import Actor
from core.files import download_headers, make_thumbnail
from core.kept_files import files_of

PREVIEW_EDGE = 1600
KINDS = {"photos": True, "documents": False}  # whether they are images


@login_required
def files(request: HttpRequest, number: str) -> HttpResponse:
    """The files tab; posted, it keeps what was uploaded."""
    claim = claim_pages.claim_of(request, number)
    form = UploadForm(request.POST or None, files_of(request))
    if request.method == "POST":
        actor = Actor.of_request(request)
        require(can_attach_file(actor, claim))
        if form.is_valid():
            return _keep(request, actor, claim, form)
    context = claim_pages.claim_context(request, claim, "files") | _shelf(request, claim)
    context["form"] = form
    return pages.form_page(request, "claims/files.html", context, invalid=form.is_bound)


def _keep(request: HttpRequest, actor: Actor, claim: Claim, form: UploadForm) -> HttpResponse:
    uploads = form.cleaned_data["uploads"]
    refused = keep_uploads(actor, claim, uploads, form.cleaned_data["description"])
    say_refused(request, refused)
    kept = len(uploads) - len(refused)
    text = ngettext("%(n)s file added", "%(n)s files added", kept) % {"n": kept} if kept else ""
    return pages.done(request, pages.next_url(request, request.path), text)


def _shelf(request: HttpRequest, claim: Claim) -> dict[str, Any]:
    """The files of the chosen kind and the switch between kinds."""
    kind = request.GET.get("kind", "")
    rows = list_files(claim)
    if kind in KINDS:
        rows = [each for each in rows if each.is_image == KINDS[kind]]
    labels = (("", _("All")), ("photos", _("Photos")), ("documents", _("Documents")))
    switch = [
        {"label": label, "url": f"?kind={name}" if name else "?", "current": name == kind}
        for name, label in labels
    ]
    return {"attachments": rows, "switch": switch}


def _attachment(request: HttpRequest, number: str, pk: int) -> Attachment:
    return claim_pages.claim_of(request, number).attachments.get(pk=pk)


@login_required
@require_GET
def download(request: HttpRequest, number: str, pk: int) -> FileResponse:
    """The file as it came: saved by the browser, never shown or run."""
    attachment = _attachment(request, number, pk)
    response = FileResponse(attachment.file.open("rb"))
    for name, value in download_headers(attachment.name, attachment.media_type).items():
        response.headers[name] = value
    return response


def _image(content: Any) -> HttpResponse:
    """A picture that we drew ourselves; it may be shown, and nothing else."""
    response = HttpResponse(content, content_type="image/jpeg")
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, max-age=86400, immutable"
    return response


@login_required
@require_GET
def thumbnail(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """The small preview, drawn anew when the file was added."""
    attachment = _attachment(request, number, pk)
    if not attachment.is_image:
        raise Attachment.DoesNotExist
    with attachment.thumbnail.open("rb") as stored:
        return _image(stored.read())


@login_required
@require_GET
def preview(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """The large preview, drawn anew from the pixels alone."""
    attachment = _attachment(request, number, pk)
    if not attachment.is_image:
        raise Attachment.DoesNotExist
    with attachment.file.open("rb") as stored:
        return _image(make_thumbnail(stored, PREVIEW_EDGE))


@login_required
@require_GET
def viewer(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """One photo large, with the way to its neighbours."""
    attachment = _attachment(request, number, pk)
    photos = [each for each in reversed(list_files(attachment.claim)) if each.is_image]
    place = next((i for i, each in enumerate(photos) if each.pk == attachment.pk), None)
    if place is None:
        raise Attachment.DoesNotExist
    context = {
        "claim": attachment.claim,
        "photo": attachment,
        "number": place + 1,
        "total": len(photos),
        "previous": photos[place - 1] if place else None,
        "next": photos[place + 1] if place + 1 < len(photos) else None,
        "back": reverse("claims:files", args=[number]),
    }
    return render(request, "claims/photo.html", context)
