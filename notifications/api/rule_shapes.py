"""The shapes of the notification list in the API."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.models import Department, Role, User
from claims.states import Severity
from core.api.serializers import CodeField, Input, Output, PersonOut, ShortText, VersionedInput
from masterdata.models import Customer, DefectCode, Product, ProductFamily, Site
from notifications.commands.rules import LONGEST_HOURS
from notifications.models import ChatRoom
from notifications.states import LISTED, PERSONAL, PERSONAL_CHOICES, Channel, Reason

LISTED_CHOICES = [(each.value, each.label) for each in LISTED]
MOST_NAMED = 200


def _roles() -> serializers.ListField:
    return serializers.ListField(
        child=serializers.ChoiceField(Role.choices), required=False, max_length=len(Role)
    )


def _addresses() -> serializers.ListField:
    child = serializers.EmailField(max_length=254)
    return serializers.ListField(child=child, required=False, max_length=MOST_NAMED)


class RuleIn(VersionedInput):
    """A line of the list: on which claims, at what, who is told and how. No condition means any."""

    occasion = serializers.ChoiceField(LISTED_CHOICES)
    severity = serializers.ChoiceField(Severity.choices, required=False, allow_blank=True)
    site = CodeField(Site.objects.all(), required=False, allow_null=True)
    family = CodeField(ProductFamily.objects.all(), required=False, allow_null=True)
    defect_group = CodeField(DefectCode.objects.filter(group=None), required=False, allow_null=True)
    customer = CodeField(Customer.objects.all(), required=False, allow_null=True)
    roles = _roles()
    to_heads = serializers.BooleanField(required=False)
    departments = CodeField(Department.objects.all(), many=True, required=False)
    whole_departments = serializers.BooleanField(required=False)
    people = CodeField(
        User.objects.filter(is_active=True), slug_field="email", many=True, required=False
    )
    addresses = _addresses()
    rooms = CodeField(ChatRoom.objects.all(), slug_field="name", many=True, required=False)
    channels = serializers.ListField(
        child=serializers.ChoiceField(PERSONAL_CHOICES), required=False, max_length=len(PERSONAL)
    )
    needs_confirmation = serializers.BooleanField(required=False)
    confirm_within = serializers.IntegerField(
        min_value=1,
        max_value=LONGEST_HOURS,
        required=False,
        allow_null=True,
        help_text="Working hours of the site; without them the deadline of the severity counts.",
    )
    is_active = serializers.BooleanField(required=False)


class RuleOut(Output):
    """A line of the list."""

    id = serializers.IntegerField()
    occasion = serializers.ChoiceField(LISTED_CHOICES)
    severity = serializers.CharField(help_text="Empty: any.")
    site = serializers.CharField(source="site.code", allow_null=True, default=None)
    family = serializers.CharField(source="family.code", allow_null=True, default=None)
    defect_group = serializers.CharField(source="defect_group.code", allow_null=True, default=None)
    customer = serializers.CharField(source="customer.code", allow_null=True, default=None)
    roles = serializers.ListField(child=serializers.CharField())
    to_heads = serializers.BooleanField()
    departments = serializers.ListField(
        child=serializers.CharField(), source="department_codes", help_text="Their codes."
    )
    whole_departments = serializers.BooleanField()
    people = PersonOut(many=True)
    addresses = serializers.ListField(child=serializers.CharField())
    rooms = serializers.ListField(
        child=serializers.CharField(), source="room_names", help_text="Names of chat rooms."
    )
    channels = serializers.ListField(
        child=serializers.ChoiceField(PERSONAL_CHOICES),
        help_text="Of people; an address has only e-mail, a room only chat.",
    )
    needs_confirmation = serializers.BooleanField()
    confirm_within = serializers.IntegerField(allow_null=True)
    is_active = serializers.BooleanField()
    version = serializers.IntegerField()


class PreviewIn(Input):
    """A real claim by its number, or what an imagined one would be."""

    default_error_messages = {
        "both": _("Name a claim, or describe an imagined one, not both."),
    }

    occasion = serializers.ChoiceField(LISTED_CHOICES)
    claim = ShortText(20)
    severity = serializers.ChoiceField(Severity.choices, required=False, allow_blank=True)
    site = CodeField(Site.objects.all(), required=False)
    customer = CodeField(Customer.objects.all(), required=False)
    product = CodeField(Product.objects.all(), required=False)
    family = CodeField(ProductFamily.objects.all(), required=False)
    defect = CodeField(DefectCode.objects.all(), required=False)

    def validate(self, attrs: Any) -> Any:
        if attrs.get("claim") and set(attrs) - {"occasion", "claim"}:
            self.fail("both")
        return attrs


class WouldBeToldOut(Output):
    """Somebody who would be told."""

    person = PersonOut(source="recipient.user", allow_null=True)
    address = serializers.CharField(source="recipient.address")
    room = serializers.CharField(
        source="recipient.room.name", allow_null=True, default=None, help_text="A chat room."
    )
    channels = serializers.ListField(child=serializers.ChoiceField(Channel.choices))
    needs_confirmation = serializers.BooleanField()
    confirm_by = serializers.DateTimeField(allow_null=True)
    reason = serializers.ChoiceField(Reason.choices, source="recipient.reason")
    rules = serializers.ListField(
        child=serializers.IntegerField(), source="rule_ids", help_text="The rules that name them."
    )
    stands_in_for = serializers.ListField(child=serializers.CharField())
    is_absent = serializers.BooleanField()


class PreviewOut(Output):
    """Who would be told, and a warning when no rule answers."""

    occasion = serializers.ChoiceField(LISTED_CHOICES)
    severity = serializers.ChoiceField(Severity.choices)
    unanswered = serializers.BooleanField()
    warning = serializers.CharField()
    told = WouldBeToldOut(many=True)
