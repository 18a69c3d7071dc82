"""Letter templates and limits in the administration, saved through commands; the outbox to look at.

What people decide and write about claims has its pages and is not administered.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import Role
from claims.admin import Untouched
from core.actors import Actor
from core.administration import PolicyAdmin
from core.errors import InvalidInput
from responses.commands import save_limit, save_template
from responses.commands.settings import check_placeholders
from responses.filling import VALUES
from responses.models import LegalLimit, LetterTemplate, OutgoingMail
from responses.policies import can_edit_templates
from responses.states import FINAL_TEXTS


class _Settings(PolicyAdmin):
    """Kept by quality managers; used ones are switched off, not deleted."""

    policy = staticmethod(can_edit_templates)

    def save_model(
        self, request: HttpRequest, obj: Model, form: ModelForm[Any], change: bool
    ) -> None:
        """Hand the form's values to the command, and show the stored row."""
        stored = type(obj)._default_manager.get(pk=obj.pk) if change else None
        saved = self.store(Actor.of_request(request), stored, dict(form.cleaned_data))
        obj.pk = saved.pk

    def store(self, actor: Actor, stored: Any, values: dict[str, Any]) -> Model:
        """Call the command."""
        raise NotImplementedError


class TemplateForm(ModelForm):  # type: ignore[type-arg]
    """Texts with placeholders that exist."""

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        try:
            check_placeholders(self.cleaned_data)
        except InvalidInput as error:
            for name, texts in error.fields.items():
                self.add_error(name, [str(text) for text in texts])
        return cleaned


@admin.register(LetterTemplate)
class LetterTemplateAdmin(_Settings):
    """What letters begin with, in each language."""

    form = TemplateForm
    list_display = ("name", "kind", "language", "is_active")
    list_filter = ("kind", "language", "is_active")
    fields = ("kind", "language", "name", "is_active", "subject", *FINAL_TEXTS)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """The texts say which placeholders there are."""
        names = ", ".join(f"{{{name}}}" for name in VALUES)
        kwargs["help_texts"] = {"body": _("Placeholders: %(names)s") % {"names": names}}
        return super().get_form(request, obj, change, **kwargs)

    def store(self, actor: Actor, stored: Any, values: dict[str, Any]) -> Model:
        return save_template(actor=actor, template=stored, values=values)


@admin.register(LegalLimit)
class LegalLimitAdmin(_Settings):
    """From which amount the legal reviewer signs, per currency."""

    list_display = ("currency", "amount")
    fields = ("currency", "amount")

    def store(self, actor: Actor, stored: Any, values: dict[str, Any]) -> Model:
        return save_limit(actor=actor, limit=stored, values=values)


@admin.register(OutgoingMail)
class OutgoingMailAdmin(Untouched, admin.ModelAdmin):  # type: ignore[type-arg]
    """How far letters have come, for whoever looks after the mail; never what they say."""

    list_display = ("id", "to_email", "state", "attempts", "next_at", "finished_at", "error")
    list_filter = ("state",)
    fields = (
        "to_email", "state", "message_id", "attempts", "next_at", "finished_at", "error",
    )  # fmt: skip

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        user: Any = request.user
        return bool(user.is_superuser or user.has_role(Role.ADMINISTRATOR))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)
