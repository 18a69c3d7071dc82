"""People in the administration: every save goes through the commands."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import transaction
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import commands
from accounts.models import Absence, Department, Membership, User
from accounts.policies import can_administer_people, can_change_roles_of
from core.actors import Actor
from core.administration import PolicyAdmin


class PeopleAdmin(PolicyAdmin):
    """Administrators only; who has acted stays in history and is deactivated instead."""

    policy = staticmethod(can_administer_people)


@admin.register(User)
class UserAdmin(PeopleAdmin):
    """New people set their password through the reset link that they ask for at sign-in."""

    list_display = ("email", "last_name", "first_name", "department", "is_active", "is_service")
    list_filter = ("is_active", "is_service", "memberships__role")
    list_select_related = ("department",)
    search_fields = ("email", "last_name", "first_name")
    actions = ("remove_second_factors",)
    fields = (
        "email",
        "last_name",
        "first_name",
        "position",
        "department",
        "language",
        "time_zone",
        "is_active",
        "is_staff",
    )

    def save_model(
        self, request: HttpRequest, obj: User, form: ModelForm[Any], change: bool
    ) -> None:
        """Create or change through the commands."""
        actor = Actor.of_request(request)
        values = {name: form.cleaned_data[name] for name in form.changed_data}
        if change:
            commands.change_user(actor=actor, user=obj, values=values)
        else:
            obj.pk = commands.create_user(actor=actor, **values).pk

    @admin.action(description=_("Remove the second factor (phone lost)"))
    def remove_second_factors(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Through the command; nobody's, if one of those picked may not be."""
        with transaction.atomic():
            for user in queryset:
                commands.remove_second_factors(actor=Actor.of_request(request), user=user)
        self.message_user(request, _("They sign in with their password alone now."))


@admin.register(Department)
class DepartmentAdmin(PeopleAdmin):
    list_display = ("code", "name", "site", "head", "is_active")
    list_select_related = ("site", "head")
    search_fields = ("code", "name")
    autocomplete_fields = ("head",)

    def save_model(
        self, request: HttpRequest, obj: Department, form: ModelForm[Any], change: bool
    ) -> None:
        """Through the command."""
        stored = Department.objects.get(pk=obj.pk) if change else None
        saved = commands.save_department(
            actor=Actor.of_request(request), department=stored, values=form.cleaned_data
        )
        obj.pk = saved.pk


@admin.register(Membership)
class MembershipAdmin(PeopleAdmin):
    """Roles are granted and revoked, never changed."""

    list_display = ("user", "role", "site")
    list_filter = ("role", "site")
    list_select_related = ("user", "site")
    autocomplete_fields = ("user",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Grant another, revoke this one."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Revoking is deleting the membership; nobody does it to themselves."""
        if obj is None:
            return self._may(request)
        return can_change_roles_of(Actor.of_request(request), obj.user)

    def save_model(
        self, request: HttpRequest, obj: Membership, form: ModelForm[Any], change: bool
    ) -> None:
        """Grant; a refusal is shown and nothing is stored."""
        granted = commands.grant_role(
            actor=Actor.of_request(request), user=obj.user, role=obj.role, site=obj.site
        )
        obj.pk = granted.pk

    def delete_model(self, request: HttpRequest, obj: Membership) -> None:
        """Revoke."""
        commands.revoke_role(actor=Actor.of_request(request), membership=obj)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        """Revoke several, or none when one may not be."""
        with transaction.atomic():
            for membership in queryset:
                self.delete_model(request, membership)


@admin.register(Absence)
class AbsenceAdmin(PeopleAdmin):
    """Read here; entered, changed and cancelled on the page of absences."""

    list_display = ("user", "starts_on", "ends_on", "substitute", "entered_by", "cancelled_at")
    list_filter = ("starts_on",)
    list_select_related = ("user", "substitute", "entered_by")
    search_fields = ("user__last_name", "substitute__last_name")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """On the page of absences, whose checks name what is wrong at its field."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """On the page of absences."""
        return False
