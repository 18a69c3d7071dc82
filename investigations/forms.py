"""Shapes of input on the pages of investigations."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.selectors import list_people
from claims.forms.fields import AnyFiles, SearchField, text_area
from claims.models import Claim
from claims.views.parts import VersionForm
from core.ui.controls import DateTimeInput, QuantityField
from investigations import selectors
from investigations.models import Cause, Fact, Source
from investigations.states import (
    CauseStatus,
    CauseType,
    Dimension,
    FindingKind,
    LotStatus,
    Proof,
    SourceOutcome,
    Suspicion,
    TeamRole,
)
from masterdata.models import CauseCategory, CauseCode, CustomerContact

YES_NO = [("yes", _("Yes")), ("no", _("No"))]


class FactsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Facts of the claim; `on(claim)` says which."""

    def __init__(self, **options: Any) -> None:
        widget = forms.SelectMultiple(attrs={"data-select": "", "size": 4})
        super().__init__(Fact.objects.none(), widget=widget, **options)


class FactField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One fact of the claim."""

    def __init__(self, **options: Any) -> None:
        widget = forms.Select(attrs={"data-select": ""})
        super().__init__(Fact.objects.none(), widget=widget, empty_label="—", **options)


class OnClaim(forms.Form):
    """A form whose facts are those of one claim."""

    def __init__(self, *args: Any, claim: Claim, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, FactsField | FactField):
                field.queryset = selectors.live_facts(claim)


class VersionedOnClaim(VersionForm, OnClaim):
    """The same, standing on the version of the row."""


class FactForm(forms.Form):
    """A statement that can be checked, and where it comes from."""

    text = forms.CharField(
        label=_("What is established"),
        max_length=5000,
        widget=text_area(3),
        help_text=_(
            "A statement that can be checked: a number, a date, a document. Not an opinion."
        ),
    )
    source = forms.CharField(
        label=_("Where it comes from"),
        required=False,
        max_length=300,
        help_text=_("A report, photo, log or record."),
    )
    observed_at = forms.DateTimeField(label=_("Observed"), required=False, widget=DateTimeInput())
    uploads = AnyFiles(label=_("Evidence"))


class SupersedeForm(FactForm):
    """A better fact, and why the old one does not hold."""

    reason = forms.CharField(
        label=_("Why the old one does not hold"), max_length=500, widget=text_area(2)
    )


class MemberForm(forms.Form):
    """A person of ours, or a contact at the customer."""

    role = forms.ChoiceField(
        label=_("Part in the team"), choices=TeamRole.choices, initial=TeamRole.MEMBER
    )
    user = SearchField(
        list_people(),
        url_name="claims:lookup_people",
        key="email",
        label=_("Person"),
        required=False,
    )
    contact = forms.ModelChoiceField(
        CustomerContact.objects.none(),
        label=_("Customer contact"),
        required=False,
        empty_label="—",
        help_text=_("Only for the part of the customer contact."),
    )

    def __init__(self, *args: Any, claim: Claim, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        contacts = CustomerContact.objects.filter(customer=claim.customer_id or 0)
        self.fields["contact"].queryset = contacts  # type: ignore[attr-defined]
        if not contacts:
            del self.fields["contact"]
            roles = [choice for choice in TeamRole.choices if choice[0] != TeamRole.CONTACT]
            self.fields["role"].choices = roles  # type: ignore[attr-defined]


class RoleForm(VersionForm):
    """Another part for a member."""

    role = forms.ChoiceField(
        label=_("Part in the team"),
        choices=[choice for choice in TeamRole.choices if choice[0] != TeamRole.CONTACT],
        widget=forms.RadioSelect,
    )


class SourceForm(forms.Form):
    """A source of one's own."""

    name = forms.CharField(label=_("Source"), max_length=200)


class CheckForm(OnClaim):
    """What looking into a source brought."""

    outcome = forms.ChoiceField(
        label=_("Outcome"), choices=SourceOutcome.choices, widget=forms.RadioSelect
    )
    facts = FactsField(label=_("Facts from this source"), required=False)
    remark = forms.CharField(
        label=_("What was looked at"), required=False, max_length=500, widget=text_area(2)
    )

    def __init__(self, *args: Any, source: Source, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = selectors.facts_behind(source)
        outcome = source.outcome or (SourceOutcome.FACTS if known else SourceOutcome.NOTHING)
        self.initial = {"facts": known, "outcome": outcome, "remark": source.remark}


class ReasonForm(forms.Form):
    """One sentence why."""

    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=text_area(3))


class AnswerForm(OnClaim):
    """Yes or no, with the fact that shows it."""

    answer = forms.ChoiceField(label=_("Answer"), choices=YES_NO, widget=forms.RadioSelect)
    fact = FactField(label=_("Fact that shows it"))
    text = forms.CharField(
        label=_("In words"), required=False, max_length=2000, widget=text_area(2)
    )

    def clean_answer(self) -> bool:
        """As the command wants it."""
        return bool(self.cleaned_data["answer"] == "yes")


class LotForm(forms.Form):
    """A lot that may have the defect."""

    lot_code = forms.CharField(label=_("Lot"), max_length=64)
    suspicion = forms.ChoiceField(label=_("Why suspected"), choices=Suspicion.choices)
    note = forms.CharField(label=_("Note"), required=False, max_length=300)


class JudgeForm(OnClaim):
    """What is known of a lot now."""

    status = forms.ChoiceField(
        label=_("Verdict"), choices=LotStatus.choices, widget=forms.RadioSelect
    )
    verdict = forms.CharField(label=_("Based on"), required=False, max_length=300)
    facts = FactsField(label=_("Facts that show it"), required=False)


class CountForm(VersionForm):
    """Where the pieces of a lot are."""

    produced = QuantityField(label=_("Produced"), required=False, min_value=0)
    in_stock = QuantityField(label=_("In stock"), required=False, min_value=0)
    in_transit = QuantityField(label=_("In transit"), required=False, min_value=0)
    at_customers = QuantityField(label=_("At customers"), required=False, min_value=0)
    scrapped = QuantityField(label=_("Scrapped"), required=False, min_value=0)


class ComparisonForm(forms.Form):
    """One row of the is / is-not comparison."""

    dimension = forms.ChoiceField(label=_("Question"), choices=Dimension.choices)
    is_text = forms.CharField(label=_("Is"), max_length=500, widget=text_area(2))
    is_not_text = forms.CharField(
        label=_("Is not, but could be"), required=False, max_length=500, widget=text_area(2)
    )
    distinction = forms.CharField(
        label=_("What distinguishes them"), required=False, max_length=500, widget=text_area(2)
    )


class CauseForm(OnClaim):
    """A hypothesis and its place in the diagram."""

    text = forms.CharField(label=_("What the cause may be"), max_length=300, widget=text_area(2))
    category = forms.ChoiceField(label=_("Category"), choices=CauseCategory.choices)
    type = forms.ChoiceField(label=_("It explains"), choices=CauseType.choices)
    parent = forms.ModelChoiceField(
        Cause.objects.none(), label=_("Belongs to"), required=False, empty_label="—"
    )
    facts = FactsField(label=_("Facts"), required=False)

    def __init__(self, *args: Any, claim: Claim, cause: Cause | None = None, **kwargs: Any) -> None:
        super().__init__(*args, claim=claim, **kwargs)
        others = Cause.objects.filter(claim=claim).exclude(pk=cause.pk if cause else 0)
        self.fields["parent"].queryset = others  # type: ignore[attr-defined]
        if cause is not None:
            del self.fields["facts"]


class CauseEditForm(VersionForm, CauseForm):
    """The same, for one that exists."""


class SupportForm(OnClaim):
    """Facts for a cause."""

    facts = FactsField(label=_("Facts"))


class DecideForm(VersionedOnClaim):
    """Confirm a hypothesis or rule it out, by facts."""

    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=[choice for choice in CauseStatus.choices if choice[0] != CauseStatus.HYPOTHESIS],
        widget=forms.RadioSelect,
    )
    facts = FactsField(label=_("Facts that decide"), required=False)
    proof = forms.ChoiceField(
        label=_("Verified by"),
        required=False,
        choices=[("", "—"), *Proof.choices],
        help_text=_("Needed to confirm."),
    )
    code = forms.ModelChoiceField(
        CauseCode.objects.none(),
        label=_("Cause code"),
        required=False,
        empty_label="—",
        help_text=_("By it, repeats are recognised."),
    )
    parameter_fact = FactField(
        label=_("Fact that shows which parameter was left"),
        required=False,
        help_text=_("Who kept to the parameters of the process is not the cause: the method is."),
    )
    is_root = forms.BooleanField(label=_("This is the root cause"), required=False)
    remark = forms.CharField(label=_("Remark"), required=False, max_length=500)

    def __init__(self, *args: Any, cause: Cause, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].queryset = codes_for(cause)  # type: ignore[attr-defined]
        if cause.category != CauseCategory.PEOPLE:
            del self.fields["parameter_fact"]


class CodeForm(VersionForm):
    """The code of a confirmed cause."""

    code = forms.ModelChoiceField(CauseCode.objects.none(), label=_("Cause code"), empty_label="—")

    def __init__(self, *args: Any, cause: Cause, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].queryset = codes_for(cause)  # type: ignore[attr-defined]


class WhyForm(OnClaim):
    """A question, its answer, and the facts it rests on."""

    question = forms.CharField(label=_("Why?"), max_length=300)
    answer = forms.CharField(label=_("Because"), max_length=500, widget=text_area(2))
    facts = FactsField(label=_("Facts"), required=False)


class WhyEditForm(VersionForm, WhyForm):
    """The same, for one that exists."""


class ConcludeForm(forms.Form):
    """The cause that a chain of whys leads to."""

    cause = forms.ModelChoiceField(Cause.objects.none(), label=_("Cause"), empty_label="—")

    def __init__(self, *args: Any, causes: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cause"].queryset = causes  # type: ignore[attr-defined]


class FindingForm(OnClaim):
    """What the initial investigation came to."""

    kind = forms.ChoiceField(
        label=_("Finding"), choices=FindingKind.choices, widget=forms.RadioSelect
    )
    text = forms.CharField(label=_("In words"), max_length=5000, widget=text_area(4))
    facts = FactsField(label=_("Facts it rests on"))


def codes_for(cause: Cause) -> Any:
    """The cause codes of the cause's category, for the families of the claimed products."""
    families = cause.claim.items.values_list("product__family", flat=True)
    fits = Q(families=None) | Q(families__in=[each for each in families if each is not None])
    codes = CauseCode.objects.filter(category=cause.category, group__isnull=False, is_active=True)
    return codes.filter(fits).distinct()
