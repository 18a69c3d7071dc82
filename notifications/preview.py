"""Who would be told if …: the notification list tried on a claim that is real or imagined."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from claims.clocks import pauses_of
from claims.models import Claim
from core.ui.wording import short_day
from masterdata.models import Site
from notifications.cases import Case, case_of, imagined_case
from notifications.confirming import ConfirmBy
from notifications.models import NotificationRule
from notifications.recipients import Recipient, is_unanswered, told_in, who_would_be_told
from notifications.states import NEVER_SILENT, Channel, Occasion, Reason


@dataclass(frozen=True)
class WouldBeTold:
    """One recipient with how, why, and what is asked of them until when."""

    recipient: Recipient
    confirm_by: datetime | None

    @property
    def channels(self) -> list[str]:
        """By which ways."""
        return list(self.recipient.by())

    @property
    def channel_words(self) -> str:
        """The ways in words."""
        return ", ".join(str(Channel(each).label) for each in self.channels)

    @property
    def needs_confirmation(self) -> bool:
        """Whether they would have to confirm."""
        return self.recipient.needs_confirmation

    @property
    def stands_in_for(self) -> list[str]:
        """The absent in whose place they are told."""
        return list(self.recipient.stands_in_for)

    @property
    def why(self) -> list[str]:
        """The rules that name them, or why they are told without one."""
        if self.recipient.rules:
            return [rule_words(rule) for rule in self.recipient.rules]
        return [str(Reason(self.recipient.reason).label)]

    @property
    def rule_ids(self) -> list[int]:
        """The same as ids."""
        return [rule.pk for rule in self.recipient.rules]

    @property
    def is_absent(self) -> bool:
        """Whether they are away now."""
        return self.recipient.absence is not None

    @property
    def absence_words(self) -> str:
        """Until when they are away, and that nobody stands in if so."""
        absence = self.recipient.absence
        if absence is None:
            return ""
        text = _("away until %(day)s") % {"day": short_day(absence.ends_on)}
        if self.recipient.channels == {Channel.IN_APP.value} and not self.needs_confirmation:
            return _("%(away)s, keeps a copy") % {"away": text}
        return _("%(away)s, nobody stands in") % {"away": text}


@dataclass(frozen=True)
class Preview:
    """The answer: everybody, and whether that is anybody."""

    occasion: Occasion
    severity: str
    site: Site
    told: list[WouldBeTold]
    unanswered: bool
    never_silent: bool

    @property
    def warning(self) -> str:
        """What is wrong with the list in this case, "" when nothing is."""
        if not self.unanswered:
            return ""
        if not self.never_silent:
            return _("No rule names anybody here. Nobody would be told.")
        if not self.told:
            return _(
                "No rule names anybody, and neither the fallback list nor the quality managers of"
                " the site answer. Nobody would be told."
            )
        return _(
            "No rule names a person here. The fallback list would be told, and the quality managers"
            " of the site alarmed."
        )


def preview_claim(claim: Claim, occasion: Occasion) -> Preview:
    """Who would be told of `occasion` on this claim now."""
    told = who_would_be_told(claim, occasion)
    case = case_of(claim)
    return _preview(case, claim.site, occasion, told, pauses_of(claim))


def preview_case(*, site: Site, occasion: Occasion, **conditions: Any) -> Preview:
    """The same for an imagined claim; `conditions` are those of `imagined_case`."""
    case = imagined_case(site_id=site.pk, **conditions)
    return _preview(case, site, occasion, told_in(case, occasion))


def _preview(
    case: Case,
    site: Site,
    occasion: Occasion,
    told: list[Recipient],
    pauses: Iterable[tuple[datetime, datetime]] = (),
) -> Preview:
    due = ConfirmBy(case, site, pauses)
    rows = [WouldBeTold(each, due.of(each)) for each in told]
    never_silent = occasion in NEVER_SILENT
    unanswered = is_unanswered(told) if never_silent else not told
    return Preview(occasion, case.severity, site, rows, unanswered, never_silent)


def rule_words(rule: NotificationRule) -> str:
    """A rule by its event, severity and conditions."""
    conditions = (rule.site, rule.family, rule.defect_group, rule.customer)
    return ", ".join([str(rule), *(str(each) for each in conditions if each is not None)])
