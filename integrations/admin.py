"""Clients and tokens in the administration: every save goes through the commands."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from core.api.auth import Scope
from integrations import commands
from integrations.models import ApiClient, ApiToken
from integrations.policies import can_administer_clients, can_see_clients


class ClientsAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Administrators change, auditors look, nobody deletes."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return can_see_clients(Actor.of_request(request))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return can_see_clients(Actor.of_request(request))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return can_administer_clients(Actor.of_request(request))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return can_administer_clients(Actor.of_request(request))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Who has acted stays in history: deactivate or revoke instead."""
        return False


@admin.register(ApiClient)
class ApiClientAdmin(ClientsAdmin):
    """Roles of a client are those of its service account, granted where people's are."""

    list_display = ("name", "description", "user", "is_active")
    list_select_related = ("user",)
    search_fields = ("name",)
    fields = ("name", "description", "is_active")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """A new client is active; the name of a known one stands in history."""
        return ("is_active",) if obj is None else ("name",)

    def save_model(
        self, request: HttpRequest, obj: ApiClient, form: forms.ModelForm[Any], change: bool
    ) -> None:
        """Through the commands."""
        actor = Actor.of_request(request)
        values = {name: form.cleaned_data[name] for name in form.changed_data}
        if change:
            commands.change_client(actor=actor, client=obj, values=values)
        else:
            obj.pk = commands.create_client(actor=actor, **values).pk


class TokenForm(forms.ModelForm):  # type: ignore[type-arg]
    """What a new token needs."""

    scopes = forms.MultipleChoiceField(
        label=_("Scopes"), choices=Scope.choices, widget=forms.CheckboxSelectMultiple
    )
    days = forms.IntegerField(
        label=_("Lifetime in days"),
        initial=commands.LIFETIME.days,
        min_value=1,
        max_value=commands.LONGEST_LIFETIME.days,
    )

    class Meta:
        model = ApiToken
        fields = ("client", "name")


@admin.register(ApiToken)
class ApiTokenAdmin(ClientsAdmin):
    """Issued and revoked, never changed; the secret is shown on one page once."""

    list_display = ("client", "name", "token_key", "expiry", "last_used_on", "revoked_at")
    list_filter = ("client",)
    list_select_related = ("client",)
    form = TokenForm
    actions = ("revoke",)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return ("client", "name", "scopes", "days")
        return (*self.list_display[:2], "scopes", *self.list_display[2:])

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return () if obj is None else self.get_fields(request, obj)

    def save_model(
        self, request: HttpRequest, obj: ApiToken, form: forms.ModelForm[Any], change: bool
    ) -> None:
        """Issue; the secret waits on the object for the page that shows it."""
        if change:
            return
        data = form.cleaned_data
        token, secret = commands.issue_token(
            actor=Actor.of_request(request),
            client=data["client"],
            name=data["name"],
            scopes=data["scopes"],
            lifetime=timedelta(days=data["days"]),
        )
        obj.pk, obj.secret = token.pk, secret

    def response_add(
        self, request: HttpRequest, obj: ApiToken, post_url_continue: str | None = None
    ) -> HttpResponse:
        """The page that shows the secret, this once."""
        context = {
            **self.admin_site.each_context(request),
            "title": _("Token"),
            "token": obj,
            "secret": obj.secret,
            "opts": self.opts,
        }
        response = TemplateResponse(request, "integrations/token_issued.html", context)
        response["Cache-Control"] = "no-store"
        return response

    @admin.action(description=_("Revoke the chosen tokens"), permissions=["change"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiToken]) -> None:
        """From now on they open nothing."""
        for token in queryset:
            commands.revoke_token(actor=Actor.of_request(request), token=token)
