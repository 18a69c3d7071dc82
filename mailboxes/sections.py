"""What mail in hangs into the frame and the claim page."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from claims.models import Claim
from claims.pages import MenuLink, register_menu_link
from core import navigation
from core.actors import Actor
from mailboxes.policies import can_see_mail
from mailboxes.selectors import stuck
from responses.policies import can_read_letters


def _looks_after_mail(user: Any) -> bool:
    return can_see_mail(Actor(user=user))


def _stuck(request: HttpRequest) -> list[QuerySet[Any]]:
    return stuck()


def _mails_of(actor: Actor, claim: Claim) -> str:
    # Also while there are none: asking would cost every claim page a query.
    if not can_read_letters(actor, claim):
        return ""
    return reverse("mailboxes:of_claim", args=[claim.number])


register_menu_link(MenuLink("mails", _("E-mails as they came"), "mail-opened", 60, _mails_of))
navigation.register(
    navigation.NavItem(
        "mail",
        _("Mail in"),
        "mailboxes:list",
        "mailbox",
        110,
        rows=_stuck,
        count_words=_("to look after"),
        visible=_looks_after_mail,
    )
)
