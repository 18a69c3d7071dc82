"""What notifications hang into the frame and the claim page."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from claims.history import Group, register_group, register_look, register_sentence
from claims.models import Claim
from claims.pages import MenuLink, Panel, register_menu_link, register_panel
from claims.states import Step
from core import navigation
from core.actors import Actor
from core.ui.due import span
from notifications import policies, selectors
from notifications.containment import list_standings
from notifications.events import REMINDED
from notifications.models import Notice
from notifications.recipients import who_would_be_told
from notifications.reminders import history_line
from notifications.states import HOLDING, Occasion


def render_containment(request: HttpRequest, claim: Claim) -> str:
    """Orders, the wishes behind them, and the ways to order, execute and lift."""
    actor = Actor.of_request(request)
    orders = list_standings(actor, claim)
    may_order = policies.can_order_containment(actor, claim)
    wishes = selectors.open_requests_of(claim) if may_order else []
    if not (orders or wishes or claim.containment_waiver or may_order):
        return ""
    in_force = [each for each in orders if each.order.kind in HOLDING and not each.order.lifted_at]
    context = {
        "claim": claim,
        "orders": orders,
        "wishes": wishes,
        "in_force": len(in_force),
        "may_order": may_order,
    }
    return render_to_string("notifications/containment.html", context, request)


def render_notified(request: HttpRequest, claim: Claim) -> str:
    """Who was told and has confirmed; until the departments are told, who will be.

    Some are told of the report itself, so both may be shown at once.
    """
    actor = Actor.of_request(request)
    if not policies.can_see_notices(actor, claim):
        return ""
    told = selectors.told_of(selectors.list_notices(claim))
    waits = claim.step == Step.RECEIPT
    planned = who_would_be_told(claim, Occasion.NOTIFY) if waits else []
    summary = selectors.summary_of(told)
    context = {
        "claim": claim,
        "told": told,
        "waits": waits,
        "planned": planned,
        "summary": summary,
        "took": span(summary.took) if summary.took is not None else "",
        "named": list(selectors.list_named(claim)) if waits else [],
        "may_name": policies.can_name_recipients(actor, claim),
    }
    return render_to_string("notifications/notified.html", context, request)


def _preview_url(actor: Actor, claim: Claim) -> str:
    """The question who would be told now, asked of this claim; "" for who may not read the list."""
    if not policies.can_see_rules(actor):
        return ""
    query = urlencode({"occasion": Occasion.NOTIFY.value, "number": claim.number})
    return f"{reverse('notifications:rules_preview')}?{query}"


def _unseen(request: HttpRequest) -> list[QuerySet[Notice]]:
    return [selectors.unseen_in_app(request.user)]  # type: ignore[arg-type]


register_group(Group("containment", _("Notices and containment"), 12))
register_look("notice.", "bell", "containment")
register_look("notice.failed", "mail-off", "containment")
register_look("reminder.", "alarm", "containment")
register_sentence(REMINDED, history_line)
register_look("chat_room.", "messages")
register_look("containment.", "hand-stop", "containment")
register_look("containment.lifted", "lock-open", "containment")
register_panel(Panel("containment", "main", 10, render_containment))
register_menu_link(
    MenuLink("would_be_told", _("Who would be told?"), "user-question", 60, _preview_url)
)
register_panel(Panel("notified", "main", 30, render_notified))
navigation.register(
    navigation.NavItem(
        "notices",
        _("Notices"),
        "notifications:inbox",
        "bell",
        15,
        rows=_unseen,
        count_words=_("not looked at"),
        live="notifications:count",
        key="n",
    )
)
navigation.register(
    navigation.NavItem(
        "rules",
        _("Notification rules"),
        "notifications:rules",
        "adjustments",
        210,
        visible=lambda user: policies.can_see_rules(Actor(user=user)),
    )
)
navigation.register(
    navigation.NavItem(
        "rooms",
        _("Chat rooms"),
        "notifications:rooms",
        "messages",
        215,
        visible=lambda user: policies.can_administer_rooms(Actor(user=user)),
    )
)
