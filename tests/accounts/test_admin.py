"""People in the administration: administrators only, through commands, nobody deleted."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.models import Group
from django.core import mail
from django.urls import reverse

from accounts.models import Department, Membership, Role, User
from events.models import Event

MODELS = {"user": User, "department": Department, "membership": Membership}


@pytest.fixture
def enter(cast, browse):
    """A browser of one of the cast who may open the administration."""
    User.objects.update(is_staff=True)
    return lambda who: browse(cast.people[who])


def address(model: str, page: str, pk: int | None = None) -> str:
    return reverse(f"admin:accounts_{model}_{page}", args=[pk] if pk else [])


def person(**values: object) -> dict[str, object]:
    return {
        "email": "nina.petrova@tarvina.example",
        "last_name": "Petrova",
        "first_name": "Nina",
        "language": "ru",
        "time_zone": "Europe/Moscow",
        "is_active": "on",
        **values,
    }


@pytest.mark.parametrize("model", MODELS)
def test_an_administrator_opens_every_page(cast, enter, model):
    browser = enter("administrator")
    obj = MODELS[model].objects.exclude(pk=cast.administrator.pk).first()  # type: ignore[attr-defined]
    for page in (
        address(model, "changelist"),
        address(model, "add"),
        address(model, "change", obj.pk),
        address(model, "history", obj.pk),
    ):
        assert browser.get(page).status_code == 200, page


@pytest.mark.parametrize("who", ["handler", "quality_manager", "manager", "auditor", "reporter"])
@pytest.mark.parametrize("model", MODELS)
def test_others_open_none(cast, enter, model, who):
    browser = enter(who)
    obj = MODELS[model].objects.first()  # type: ignore[attr-defined]
    for page in (
        address(model, "changelist"),
        address(model, "add"),
        address(model, "change", obj.pk),
        address(model, "delete", obj.pk),
    ):
        assert browser.get(page).status_code == 403, page


def test_a_new_person_sets_the_password_through_the_reset_link(cast, enter, client):
    answer = enter("administrator").post(address("user", "add"), person())

    assert answer.status_code == 302
    user = User.objects.get(email="nina.petrova@tarvina.example")
    assert not user.has_usable_password()
    assert Event.objects.get(kind="user.created").actor == cast.administrator
    client.post("/account/password/reset/", {"email": user.email})
    assert "/account/password/reset/key/" in mail.outbox[-1].body


def test_an_address_that_is_taken_comes_back_with_the_form(cast, enter):
    answer = enter("administrator").post(address("user", "add"), person(email=cast.handler.email))
    assert answer.status_code == 200
    assert "already exists" in answer.content.decode()


def test_an_address_taken_in_other_letters_is_refused(cast, enter):
    answer = enter("administrator").post(
        address("user", "add"), person(email=cast.handler.email.upper())
    )
    assert answer.status_code in (200, 422)
    assert "already" in answer.content.decode()
    assert User.objects.filter(email__iexact=cast.handler.email).count() == 1


def test_a_changed_person_is_recorded(cast, enter):
    page = address("user", "change", cast.handler.pk)
    values = person(
        email=cast.handler.email,
        last_name="Kravtsova",
        first_name="Anna",
        position="lead specialist",
        department=cast.handler.department_id,
        language="en",
        is_staff="on",
    )

    assert enter("administrator").post(page, values).status_code == 302

    event = Event.objects.get(kind="user.changed")
    assert event.data["changes"] == {"position": ["quality specialist", "lead specialist"]}


def test_neither_people_nor_departments_are_deleted(cast, enter):
    browser = enter("administrator")
    for model, obj in (("user", cast.handler), ("department", cast.departments["QA"])):
        answer = browser.post(address(model, "delete", obj.pk), {"post": "yes"})
        assert answer.status_code == 403
        assert "delete_selected" not in browser.get(address(model, "changelist")).content.decode()
    assert User.objects.filter(pk=cast.handler.pk).exists()


def test_the_form_offers_neither_superuser_nor_password(cast, enter):
    page = enter("administrator").get(address("user", "change", cast.handler.pk)).content.decode()
    for field in ("is_superuser", "password", "user_permissions", "groups", "is_service"):
        assert f'name="{field}"' not in page


def test_a_role_is_granted_and_recorded(cast, enter):
    answer = enter("administrator").post(
        address("membership", "add"),
        {"user": cast.employee.pk, "role": "handler", "site": cast.site.pk},
    )

    assert answer.status_code == 302
    assert User.objects.get(pk=cast.employee.pk).has_role(Role.HANDLER, site_id=cast.site.pk)
    assert Event.objects.get(kind="user.role_granted").actor == cast.administrator


@pytest.mark.parametrize(
    ("whom", "role", "said"),
    [
        ("administrator", "handler", "Nobody grants roles to themselves"),
        ("administrator", "manager", "Nobody grants roles to themselves"),
        ("auditor", "handler", "cannot be one person"),
        ("quality_manager", "administrator", "cannot be one person"),
    ],
)
def test_a_refused_grant_says_why_and_stores_nothing(cast, enter, whom, role, said):
    before = Membership.objects.count()

    answer = enter("administrator").post(
        address("membership", "add"),
        {"user": cast.people[whom].pk, "role": role, "site": cast.site.pk},
    )

    assert answer.status_code in (403, 422)
    assert said in answer.content.decode()
    assert Membership.objects.count() == before
    assert not Event.objects.exists()


def test_a_role_is_revoked_and_recorded(cast, enter):
    membership = Membership.objects.get(user=cast.second_handler)

    answer = enter("administrator").post(
        address("membership", "delete", membership.pk), {"post": "yes"}
    )

    assert answer.status_code == 302
    assert not Membership.objects.filter(pk=membership.pk).exists()
    assert Event.objects.get(kind="user.role_revoked").actor == cast.administrator


def test_several_roles_are_revoked_at_once(cast, enter):
    chosen = Membership.objects.filter(user__in=[cast.second_handler, cast.legal])

    enter("administrator").post(
        address("membership", "changelist"),
        {
            "action": "delete_selected",
            "_selected_action": [each.pk for each in chosen],
            "post": "yes",
        },
    )

    assert not chosen.all().exists()
    assert Event.objects.filter(kind="user.role_revoked").count() == 2


def test_ones_own_role_stays_and_the_page_does_not_claim_otherwise(cast, enter):
    browser = enter("administrator")
    own = Membership.objects.get(user=cast.administrator)

    answer = browser.post(address("membership", "delete", own.pk), {"post": "yes"}, follow=True)
    assert "deleted" not in answer.content.decode()

    both = [own.pk, Membership.objects.get(user=cast.second_handler).pk]
    answer = browser.post(
        address("membership", "changelist"),
        {"action": "delete_selected", "_selected_action": both, "post": "yes"},
        follow=True,
    )
    assert answer.status_code == 403
    assert Membership.objects.filter(pk__in=both).count() == 2


def test_a_role_is_not_changed_into_another(cast, enter):
    membership = Membership.objects.get(user=cast.second_handler)

    answer = enter("administrator").post(
        address("membership", "change", membership.pk),
        {"user": cast.second_handler.pk, "role": "quality_manager", "site": cast.site.pk},
    )

    assert answer.status_code == 403
    assert Membership.objects.get(pk=membership.pk).role == "handler"


def test_a_department_is_saved_through_its_command(cast, enter):
    browser = enter("administrator")
    values = {"code": "TOOL", "name": "Tool shop", "site": cast.site.pk, "is_active": "on"}

    assert browser.post(address("department", "add"), values).status_code == 302
    department = Department.objects.get(code="TOOL")
    page = address("department", "change", department.pk)
    assert browser.post(page, values | {"head": cast.action_owner.pk}).status_code == 302

    assert Department.objects.get(code="TOOL").head == cast.action_owner
    assert Event.objects.filter(kind="department.changed").count() == 2


def test_a_lost_second_factor_is_removed_and_recorded(cast, enter):
    Authenticator.objects.create(user=cast.handler, type="totp", data={"secret": "x"})
    picked = {"action": "remove_second_factors", "_selected_action": [cast.handler.pk]}
    answer = enter("administrator").post(address("user", "changelist"), picked)
    assert answer.status_code == 302
    assert not Authenticator.objects.exists()
    event = Event.objects.get(kind="user.second_factor_removed")
    assert (event.actor, event.subject_id) == (cast.administrator, str(cast.handler.pk))
    assert event.data == {"type": "totp"}


def test_nobody_removes_their_own_second_factor_here(cast, enter):
    Authenticator.objects.create(user=cast.administrator, type="totp", data={"secret": "x"})
    picked = {"action": "remove_second_factors", "_selected_action": [cast.administrator.pk]}
    answer = enter("administrator").post(address("user", "changelist"), picked)
    assert answer.status_code == 403
    assert Authenticator.objects.exists()


def test_nothing_is_written_past_the_commands(cast, client):
    """Pages that libraries bring along are not there, not even for a superuser."""
    root = User.objects.create_superuser("root@tarvina.example", "latch-cracks-at-its-base")
    client.force_login(root)
    assert client.get("/admin/mfa/authenticator/").status_code == 404
    assert client.get("/admin/account/emailaddress/").status_code == 404
    assert not admin.site.is_registered(Group)
