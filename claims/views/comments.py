"""Internal comments on a claim."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from claims import pages as claim_pages
from claims.commands import add_comment
from claims.forms.comment import CommentForm
from claims.models import Claim
from claims.policies import can_comment, can_see_comments, require
from claims.selectors import list_comments
from core import pages
from core.actors import Actor


def comments_context(actor: Actor, claim: Claim, form: CommentForm | None = None) -> dict[str, Any]:
    """What `claims/comments.html` needs; no comments for who may not read them."""
    if not can_see_comments(actor, claim):
        return {"can_see_comments": False}
    return {
        "can_see_comments": True,
        "comments": list_comments(claim),
        "comment_form": (form or CommentForm()) if can_comment(actor, claim) else None,
    }


@login_required
def comments(request: HttpRequest, number: str) -> HttpResponse:
    """The comments by themselves; posted, one more."""
    claim = claim_pages.claim_of(request, number)
    actor = Actor.of_request(request)
    require(can_see_comments(actor, claim))
    form = CommentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        added = pages.run(form, add_comment, actor=actor, claim=claim, **form.cleaned_data)
        if added is not None and not pages.is_fragment(request):
            url = reverse("claims:detail", args=[number])
            return pages.done(request, f"{url}#comment-{added.pk}", _("Comment added"))
        if added is not None:
            form = CommentForm()
    context = {"claim": claim, **comments_context(actor, claim, form)}
    if not pages.is_fragment(request):
        context |= claim_pages.claim_context(request, claim, "overview")
    return pages.form_page(
        request,
        "claims/comments_page.html",
        context,
        fragment="claims/comments.html",
        invalid=form.is_bound,
    )
