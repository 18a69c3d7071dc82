"""The shapes of an investigation in the API."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.models import User
from core.api.serializers import (
    CodeField,
    Input,
    LongText,
    MomentField,
    Output,
    PersonOut,
    QuantityField,
    ShortText,
    VersionedInput,
)
from investigations.api.fields import (
    CauseField,
    EvidenceField,
    FactField,
    Linked,
    fact_numbers,
    facts_field,
)
from investigations.states import (
    CauseStatus,
    CauseType,
    Dimension,
    FindingKind,
    LotStatus,
    Proof,
    Question,
    SourceKind,
    SourceOutcome,
    Suspicion,
    TeamRole,
)
from masterdata.models import CauseCategory, CauseCode, CustomerContact, Lot


class FactIn(Input):
    """A fact to be stated."""

    text = LongText()
    observed_at = MomentField(required=False)
    source = ShortText(300)  # type: ignore[assignment]
    evidence = serializers.ListField(child=EvidenceField(), max_length=50, required=False)


class SupersedeIn(FactIn):
    """A fact that takes the place of another, and why."""

    reason = serializers.CharField(max_length=500)


class FactOut(Output):
    """A fact."""

    number = serializers.IntegerField()
    text = serializers.CharField()
    observed_at = serializers.DateTimeField()
    source = serializers.CharField()  # type: ignore[assignment]
    by = serializers.CharField(source="by_label")
    evidence: Any = Linked("pk")
    superseded_by = serializers.IntegerField(
        source="superseded_by.number", allow_null=True, default=None
    )
    superseded_reason = serializers.CharField()


class CauseIn(Input):
    """A hypothesis."""

    category = serializers.ChoiceField(CauseCategory.choices)
    type = serializers.ChoiceField(CauseType.choices, default=CauseType.OCCURRENCE)
    text = serializers.CharField(max_length=300)
    parent = CauseField(required=False, allow_null=True)  # type: ignore[assignment]
    code = CodeField(CauseCode.objects.all(), required=False, allow_null=True)
    facts = facts_field(required=False)


class ConfirmIn(VersionedInput):
    """What confirms a cause."""

    proof = serializers.ChoiceField(Proof.choices)
    facts = facts_field(required=False)
    code = CodeField(CauseCode.objects.all(), required=False)
    parameter_fact = FactField(
        required=False, help_text="For people: the fact that shows which parameter was left."
    )
    is_root = serializers.BooleanField(required=False)
    remark = ShortText(500)


class RuleOutIn(VersionedInput):
    """What rules a cause out."""

    facts = facts_field(required=False)
    remark = ShortText(500)


class FactsIn(Input):
    """Facts to be linked."""

    facts = facts_field()


class InvestigationReasonIn(Input):
    """A reason."""

    reason = serializers.CharField(max_length=500)


class CauseOut(Output):
    """A cause with the facts it rests on."""

    id = serializers.IntegerField()
    category = serializers.ChoiceField(CauseCategory.choices)
    type = serializers.ChoiceField(CauseType.choices)
    text = serializers.CharField()
    status = serializers.ChoiceField(CauseStatus.choices)
    is_root = serializers.BooleanField()
    parent = serializers.IntegerField(  # type: ignore[assignment]
        source="parent_id", allow_null=True
    )
    code = serializers.CharField(source="code.code", allow_null=True, default=None)
    facts = fact_numbers()
    proof = serializers.CharField()
    remark = serializers.CharField()
    decided_by = PersonOut(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField()


class ChainIn(Input):
    """A chain of whys to be opened."""

    type = serializers.ChoiceField(CauseType.choices)


class WhyIn(Input):
    """A question and its answer."""

    question = serializers.CharField(max_length=300)
    answer = serializers.CharField(max_length=500)
    facts = facts_field(required=False)


class ConcludeIn(Input):
    """The cause that the chain reached; null opens it again."""

    cause = CauseField(allow_null=True)


class WhyOut(Output):
    """One why."""

    id = serializers.IntegerField()
    position = serializers.IntegerField()
    question = serializers.CharField()
    answer = serializers.CharField()
    facts = fact_numbers()


class ChainOut(Output):
    """A chain of whys."""

    id = serializers.IntegerField()
    type = serializers.ChoiceField(CauseType.choices)
    cause = serializers.IntegerField(source="cause_id", allow_null=True)
    whys = WhyOut(many=True)
    version = serializers.IntegerField()


class MemberIn(Input):
    """Somebody for the team: a person, or a contact of the customer."""

    person = CodeField(
        User.objects.filter(is_active=True), slug_field="email", source="user", required=False
    )
    contact = serializers.PrimaryKeyRelatedField(
        queryset=CustomerContact.objects.all(), required=False
    )
    role = serializers.ChoiceField(TeamRole.choices, default=TeamRole.MEMBER)


class MemberRoleIn(VersionedInput):
    """Another part in the team."""

    role = serializers.ChoiceField(TeamRole.choices)


class MemberOut(Output):
    """A member of the team."""

    id = serializers.IntegerField()
    name = serializers.CharField(source="__str__")
    person = PersonOut(source="user", allow_null=True)
    department = serializers.CharField(source="department.code", allow_null=True, default=None)
    role = serializers.ChoiceField(TeamRole.choices)
    version = serializers.IntegerField()


class SourceIn(Input):
    """A further source for the plan."""

    name = serializers.CharField(max_length=200)


class CheckIn(Input):
    """What looking at a source gave."""

    outcome = serializers.ChoiceField(SourceOutcome.choices)
    facts = facts_field(required=False)
    remark = ShortText(500)


class SourceOut(Output):
    """A source of the plan."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(SourceKind.choices)
    name = serializers.CharField(source="__str__")
    outcome = serializers.CharField(help_text="Empty while nobody has looked.")
    remark = serializers.CharField()
    facts = fact_numbers()
    checked_by = PersonOut(allow_null=True)
    checked_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField()


class TraceabilityIn(Input):
    """The answer to one of the two questions, with its fact."""

    question = serializers.ChoiceField(Question.choices)
    answer = serializers.BooleanField()
    fact = FactField(allow_null=True)
    text = ShortText(500)


class TraceabilityOut(Output):
    """An answer."""

    question = serializers.ChoiceField(Question.choices)
    answer = serializers.BooleanField()
    fact = serializers.IntegerField(source="fact.number", allow_null=True, default=None)
    text = serializers.CharField()
    version = serializers.IntegerField()


class AffectedLotIn(Input):
    """A lot that may have the defect."""

    lot = CodeField(Lot.objects.all(), required=False)
    lot_code = ShortText(64)
    suspicion = serializers.ChoiceField(Suspicion.choices, default=Suspicion.OTHER)
    note = ShortText(300)


class VerdictIn(Input):
    """Whether a lot has the defect, and what shows it."""

    status = serializers.ChoiceField(LotStatus.choices)
    facts = facts_field(required=False)
    verdict = ShortText(300)


class BalanceIn(VersionedInput):
    """Where the pieces of a lot are."""

    produced = QuantityField(required=False, allow_null=True)
    in_stock = QuantityField(required=False, allow_null=True)
    in_transit = QuantityField(required=False, allow_null=True)
    at_customers = QuantityField(required=False, allow_null=True)
    scrapped = QuantityField(required=False, allow_null=True)


class AffectedLotOut(Output):
    """A lot that may have the defect, with its balance."""

    id = serializers.IntegerField()
    lot = serializers.CharField(source="lot.code", allow_null=True, default=None)
    lot_code = serializers.CharField()
    blocked_at = serializers.DateTimeField(
        source="lot.blocked_at",
        allow_null=True,
        default=None,
        help_text="Set while a containment order holds the lot.",
    )
    suspicion = serializers.ChoiceField(Suspicion.choices)
    status = serializers.ChoiceField(LotStatus.choices)
    verdict = serializers.CharField()
    note = serializers.CharField()
    facts = fact_numbers()
    produced = QuantityField(allow_null=True)
    in_stock = QuantityField(allow_null=True)
    in_transit = QuantityField(allow_null=True)
    at_customers = QuantityField(allow_null=True)
    scrapped = QuantityField(allow_null=True)
    unaccounted = QuantityField(allow_null=True, help_text="Produced less all of these.")
    version = serializers.IntegerField()


class FindingIn(VersionedInput):
    """What the initial investigation came to."""

    kind = serializers.ChoiceField(FindingKind.choices)
    text = LongText()
    facts = facts_field()


class FindingOut(Output):
    """The finding."""

    kind = serializers.ChoiceField(FindingKind.choices)
    text = serializers.CharField()
    facts = fact_numbers()
    by = serializers.CharField(source="by_label")
    version = serializers.IntegerField()


class ComparisonIn(VersionedInput):
    """A row of the is / is-not comparison."""

    dimension = serializers.ChoiceField(Dimension.choices)
    is_text = serializers.CharField(max_length=500)
    is_not_text = ShortText(500)
    distinction = ShortText(500)


class ComparisonOut(Output):
    """A row of the is / is-not comparison."""

    id = serializers.IntegerField()
    dimension = serializers.ChoiceField(Dimension.choices)
    is_text = serializers.CharField()
    is_not_text = serializers.CharField()
    distinction = serializers.CharField()
    version = serializers.IntegerField()
