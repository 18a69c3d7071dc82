"""The notification list in the administration: every save goes through the command."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import Role
from accounts.selectors import list_people
from core.actors import Actor
from core.administration import PolicyAdmin
from core.errors import InvalidInput
from masterdata.models import DefectCode
from notifications.commands import RuleTargets, save_rule
from notifications.commands.rules import POINTS
from notifications.models import NotificationRule
from notifications.policies import can_edit_rules
from notifications.rule_forms import ROLES
from notifications.states import PERSONAL_CHOICES


class AddressesField(forms.CharField):
    """E-mail addresses, one in a line; the value is a list."""

    widget = forms.Textarea(attrs={"rows": 3, "cols": 50})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        return [line.strip().lower() for line in (value or "").splitlines() if line.strip()]


class RuleForm(forms.ModelForm):  # type: ignore[type-arg]
    """One rule; saved by `clean`, so that the command's objections stand at their fields."""

    roles = forms.MultipleChoiceField(
        label=_("Roles at the site"),
        choices=ROLES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    channels = forms.MultipleChoiceField(
        label=_("Channels"), choices=PERSONAL_CHOICES, widget=forms.CheckboxSelectMultiple
    )
    addresses = AddressesField(
        label=_("Outside addresses"), required=False, help_text=_("One in a line.")
    )

    actor: Actor

    class Meta:
        model = NotificationRule
        fields = (
            "occasion",
            "severity",
            "site",
            "customer",
            "family",
            "defect_group",
            "roles",
            "to_heads",
            "departments",
            "whole_departments",
            "people",
            "addresses",
            "rooms",
            "channels",
            "needs_confirmation",
            "confirm_within",
            "is_active",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "people" in self.fields:
            self.fields["people"].queryset = list_people()  # type: ignore[attr-defined]
            groups = DefectCode.objects.filter(group=None)
            self.fields["defect_group"].queryset = groups  # type: ignore[attr-defined]

    def _post_clean(self) -> None:
        """In place of setting the instance's fields: the command makes and checks the rule."""
        if self.errors:
            return
        values = dict(self.cleaned_data)
        targets = RuleTargets(*(values.pop(name) for name in POINTS))
        rule = self.instance if self.instance.pk else None
        try:
            self.instance = save_rule(actor=self.actor, rule=rule, values=values, targets=targets)
        except InvalidInput as error:
            for name, texts in error.fields.items():
                self.add_error(name or None, [str(text) for text in texts])


@admin.register(NotificationRule)
class NotificationRuleAdmin(PolicyAdmin):
    """For quality managers and administrators; a rule is switched off, never deleted."""

    policy = staticmethod(can_edit_rules)

    form = RuleForm
    list_display = (
        "occasion",
        "severity",
        "site",
        "customer",
        "family",
        "defect_group",
        "told",
        "needs_confirmation",
        "is_active",
    )
    list_filter = ("occasion", "severity", "is_active")
    list_select_related = ("site", "customer", "family", "defect_group")
    filter_horizontal = ("departments", "people", "rooms")
    raw_id_fields = ("customer",)

    @admin.display(description=_("told"))
    def told(self, rule: NotificationRule) -> str:
        """Who is told, in short."""
        names = [str(Role(role).label) for role in rule.roles]
        if rule.to_heads:
            names.append(str(_("heads of departments")))
        names += [str(each) for each in rule.departments.all()]
        names += [str(each) for each in rule.people.all()]
        return ", ".join([*names, *rule.addresses, *rule.room_names])

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("departments", "people", "rooms")

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """The form acts for the person who sends it."""
        form = super().get_form(request, obj, change, **kwargs)
        form.actor = Actor.of_request(request)  # type: ignore[attr-defined]
        return form

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Done by the form."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Done by the form."""
