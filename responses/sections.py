"""What responses hang into the claim page and its history."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from claims import history
from claims.models import Claim
from claims.pages import Panel, Tab, register_panel, register_tab
from claims.selectors import list_clocks
from core.actors import Actor
from responses import policies, selectors
from responses.thread import list_stages


def _word_count(claim: Claim) -> str:
    count = selectors.count_words(claim)
    return str(count) if count else ""


def _sees_response(actor: Actor, claim: Claim) -> bool:
    return policies.can_read_letters(actor, claim) or policies.can_see_money(actor, claim)


def render_sent(request: HttpRequest, claim: Claim) -> str:
    """What the customer was told, and what is due."""
    actor = Actor.of_request(request)
    if not policies.can_read_letters(actor, claim):
        return ""
    letter = selectors.latest_final(claim) if policies.can_see_drafts(actor, claim) else None
    stages = list_stages(claim, letter, list_clocks(claim))
    return render_to_string("responses/rail_sent.html", {"stages": stages, "claim": claim}, request)


def render_costs(request: HttpRequest, claim: Claim) -> str:
    """What the claim cost so far, by kind; only for who may see sums."""
    actor = Actor.of_request(request)
    costs = selectors.list_costs(actor, claim)
    may_enter = policies.can_enter_costs(actor, claim)
    if not costs and not may_enter:
        return ""
    context = {
        "claim": claim,
        "rows": selectors.by_kind(costs),
        "totals": selectors.totals_of(costs),
        "may_enter": may_enter,
    }
    return render_to_string("responses/rail_costs.html", context, request)


register_tab(
    Tab(
        "correspondence",
        _("Correspondence"),
        "responses:correspondence",
        50,
        count=_word_count,
        visible=policies.can_read_letters,
    )
)
register_tab(Tab("response", _("Response"), "responses:tab", 60, visible=_sees_response))
register_panel(Panel("sent", "rail", 40, render_sent))
register_panel(Panel("costs", "rail", 50, render_costs))

history.register_group(history.Group("words", _("Customer"), 25))
for _prefix, _icon, _name in (
    ("letter.", "mail", "words"),
    ("letter.signed", "signature", "decisions"),
    ("letter.approved", "signature", "decisions"),
    ("letter.approvals_voided", "signature-off", "decisions"),
    ("letter.returned", "arrow-back-up", "decisions"),
    ("letter.sent", "send", "words"),
    ("letter.failed", "mail-off", "words"),
    ("decision.", "gavel", "decisions"),
    ("compensation.", "cash", "decisions"),
    ("cost.", "coin", ""),
    ("legal.", "scale", "decisions"),
    ("correspondence.", "mail", "words"),
    ("survey.", "mood-smile", "words"),
):
    history.register_look(_prefix, _icon, _name)
