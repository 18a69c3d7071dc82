"""What the system checks of a letter before people sign it, and again before it goes out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from capa.models import Action
from capa.states import ActionState
from claims.models import Claim
from core.errors import MissingRequirement
from core.ui.wording import day
from investigations.models import Cause, Fact, Finding
from investigations.states import CauseStatus
from masterdata.models import CustomerContact
from responses.agreement import Case, case_of
from responses.dates import dates_in
from responses.models import Compensation, Decision, Letter
from responses.models.letters import label_of
from responses.states import LetterKind
from responses.wordcheck import full_text, internal_words, unfilled

OK, NO, WARN = "ok", "no", "warn"
CYRILLIC = re.compile(r"[а-яё]", re.IGNORECASE)
LETTERS = re.compile(r"[^\W\d_]")
# Names and codes of the other alphabet are usual in a letter; more than this is the other language.
FOREIGN_SHARE = 0.4


@dataclass(frozen=True)
class Check:
    """One thing checked: `kind` is ok, no (the letter cannot go on) or warn (look at it)."""

    name: str
    kind: str
    sentence: str
    detail: str = ""
    url: str = ""

    @property
    def is_open(self) -> bool:
        """It stops the letter."""
        return self.kind == NO


def checks_of(letter: Letter, case: Case | None = None) -> list[Check]:
    """Everything that is checked of this letter, in the order in which it is shown."""
    checks = [_text(letter), _words(letter), _language(letter), _recipient(letter)]
    if letter.kind != LetterKind.FINAL:
        return checks
    claim = letter.claim
    case = case or case_of(claim)
    first = [_decided(claim, case.decision), _compensated(claim, case.decision), _causes(claim)]
    checks = [*first, *checks, *_dates(letter)]
    if case.legal_reason:
        sentence = _("%(reason)s: the legal reviewer must approve too")
        sentence %= {"reason": case.legal_reason}
        checks.append(Check("legal", WARN, sentence, _("added by the system")))
    return checks


def missing_of(letter: Letter) -> list[MissingRequirement]:
    """What stops the letter, as a refusal names it."""
    return [
        MissingRequirement(each.name, each.detail or each.sentence, each.url)
        for each in checks_of(letter)
        if each.is_open
    ]


def _check(name: str, sentence: str, detail: str, url: str) -> Check:
    return Check(name, NO if detail else OK, sentence, detail, url if detail else "")


def _letter_url(letter: Letter) -> str:
    if letter.kind == LetterKind.FINAL:
        return reverse("responses:tab", args=[letter.claim.number])
    return reverse("responses:letter", args=[letter.claim.number, letter.pk])


def _decided(claim: Claim, decision: Decision | None) -> Check:
    detail = "" if decision else _("Record the decision.")
    url = reverse("responses:tab", args=[claim.number]) + "#decision"
    return _check("decision_recorded", _("Decision recorded"), detail, url)


def _compensated(claim: Claim, decision: Decision | None) -> Check:
    url = reverse("responses:tab", args=[claim.number]) + "#compensation"
    detail = compensation_missing(claim, decision)
    return _check("compensation_decided", _("Compensation decided"), detail, url)


def compensation_missing(claim: Claim, decision: Decision | None) -> str:
    """What is left to say about compensation; "" when nothing is."""
    if decision is None or not decision.accepts or decision.no_compensation:
        return ""
    if Compensation.objects.filter(claim=claim).exists():
        return ""
    return _("Say what the customer gets, or that there is no compensation.")


def _causes(claim: Claim) -> Check:
    """What the letter says of causes rests on facts that hold."""
    live = Fact.objects.filter(superseded_by=None)
    confirmed = Cause.objects.filter(claim=claim, status=CauseStatus.CONFIRMED)
    unsupported = confirmed.exclude(Exists(live.filter(causes=OuterRef("pk"))))
    finding = Finding.objects.filter(Exists(live.filter(findings=OuterRef("pk"))), claim=claim)
    detail = ""
    if unsupported.exists():
        named = ", ".join(_("“%(name)s”") % {"name": cause} for cause in unsupported)
        detail = _("%(causes)s: link a fact that was not superseded.") % {"causes": named}
    elif not confirmed.exists() and not finding.exists():
        detail = _("State a cause or a finding that rests on facts.")
    url = reverse("investigations:tab", args=[claim.number])
    return _check("causes_backed", _("Causes in the letter are backed by facts"), detail, url)


def _text(letter: Letter) -> Check:
    needed = ["subject", "body"]
    if letter.kind == LetterKind.FINAL:
        needed.append("settlement")
    empty = [label_of(name) for name in needed if not getattr(letter, name)]
    left = unfilled(letter)
    detail = ""
    if empty:
        detail = _("Write: %(fields)s.") % {"fields": ", ".join(empty)}
    elif left:
        detail = _("Fill in: %(places)s.") % {"places": ", ".join(left)}
    return _check("text_complete", _("Text complete"), detail, _letter_url(letter))


def _words(letter: Letter) -> Check:
    found = internal_words(letter)
    detail = ""
    if found:
        detail = _("The letter names what is internal: %(words)s.") % {"words": ", ".join(found)}
    return _check(
        "no_internal_words", _("No names or internal numbers"), detail, _letter_url(letter)
    )


def _language(letter: Letter) -> Check:
    name = letter.get_language_display()
    customer = letter.claim.customer
    detail = ""
    if customer is not None and letter.language != customer.language:
        detail = _("The customer reads %(language)s.") % {
            "language": customer.get_language_display()
        }
    elif _is_foreign(full_text(letter), letter.language):
        detail = _("The text is not written in this language: %(language)s.") % {"language": name}
    sentence = _("Customer language: %(language)s") % {"language": name}
    return _check("customer_language", sentence, detail, _letter_url(letter))


def _is_foreign(text: str, language: str) -> bool:
    letters = len(LETTERS.findall(text))
    if letters == 0:
        return False
    cyrillic = len(CYRILLIC.findall(text)) / letters
    return (1 - cyrillic if language == "ru" else cyrillic) > FOREIGN_SHARE


def _recipient(letter: Letter) -> Check:
    sentence = _("Recipient belongs to the customer")
    return _check("recipient_known", sentence, _recipient_detail(letter), _letter_url(letter))


def _recipient_detail(letter: Letter) -> str:
    claim = letter.claim
    if claim.customer is None:
        return _("Choose the customer of the claim.") if letter.needs_approval else ""
    if letter.contact is not None and letter.contact.customer_id != claim.customer_id:
        return _("%(person)s is no contact of %(customer)s.") % {
            "person": letter.contact,
            "customer": claim.customer,
        }
    if not letter.recipient_email:
        return "" if letter.recipient_name else _("Choose the recipient.")
    contacts = CustomerContact.objects.filter(customer=claim.customer_id).exclude(email="")
    known = {email.lower() for email in contacts.values_list("email", flat=True)}
    address = letter.recipient_email.lower()
    if known and address not in known and _domain(address) not in map(_domain, known):
        return _("%(address)s is not known at %(customer)s.") % {
            "address": letter.recipient_email,
            "customer": claim.customer,
        }
    return ""


def _domain(address: str) -> str:
    return address.rpartition("@")[2]


def _dates(letter: Letter) -> Iterator[Check]:
    """Dates promised in "What we will do" are dates of the plan."""
    promised = dates_in(letter.planned)
    if not promised:
        return
    planned = _planned_days(letter.claim)
    strange = [each for each in promised if each not in planned]
    if not strange:
        yield Check("dates_planned", OK, _("Action dates match the plan"))
        return
    detail = _("No action is due on %(days)s.") % {"days": ", ".join(map(day, strange))}
    yield Check("dates_planned", WARN, _("Action dates match the plan"), detail)


def _planned_days(claim: Claim) -> set[date]:
    zone = ZoneInfo(claim.site.time_zone)
    rows = Action.objects.filter(claims=claim).exclude(state=ActionState.CANCELLED)
    instants = [each for pair in rows.values_list("due_at", "done_at") for each in pair]
    return {each.astimezone(zone).date() for each in instants if each is not None}
