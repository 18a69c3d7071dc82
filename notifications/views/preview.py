"""Who would be told if …: a page that asks and changes nothing."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from claims.models import Claim
from claims.selectors import get_claim
from core import pages
from core.actors import Actor
from masterdata.selectors import default_site
from notifications.policies import can_edit_rules, can_see_rules, require
from notifications.preview import Preview, preview_case, preview_claim
from notifications.rule_forms import PreviewForm
from notifications.states import Occasion


@login_required
@require_GET
def preview(request: HttpRequest) -> HttpResponse:
    """The question, and the answer once it is asked."""
    actor = Actor.of_request(request)
    require(can_see_rules(actor))
    asked = "occasion" in request.GET
    form = PreviewForm(request.GET if asked else None, initial={"site": default_site()})
    found = _answer(actor, form) if form.is_valid() else None
    context = {"form": form, "preview": found, "editable": can_edit_rules(actor)}
    return pages.form_page(
        request,
        "notifications/preview.html",
        context,
        fragment="notifications/preview_part.html",
        invalid=asked and found is None,
    )


def _answer(actor: Actor, form: PreviewForm) -> Preview | None:
    data: dict[str, Any] = dict(form.cleaned_data)
    occasion, number = Occasion(data.pop("occasion")), data.pop("number").strip()
    if number:
        try:
            return preview_claim(get_claim(actor, number), occasion)
        except Claim.DoesNotExist:
            form.add_error("number", _("There is no claim of this number that you may see."))
            return None
    customer = data.pop("customer")
    return preview_case(
        site=data.pop("site") or default_site(),
        occasion=occasion,
        customer_id=customer.pk if customer else None,
        **data,
    )
