"""People, roles and departments through commands. Nobody raises their own rights."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.commands import (
    change_user,
    create_user,
    grant_role,
    revoke_role,
    save_department,
    set_preferences,
)
from accounts.models import Department, Membership, Role, User
from accounts.policies import conflicting_role
from accounts.selectors import list_people, list_with_role, search_people
from core.actors import SYSTEM, Actor, Via
from core.errors import InvalidInput, NotPermitted
from events.models import Event
from tests.cast import actor_of

NOT_ADMINISTRATORS = [
    "handler", "quality_manager", "legal", "finance", "manager", "auditor", "reporter",
]  # fmt: skip


@pytest.fixture
def admin(cast) -> Actor:
    return cast.actor("administrator")


def roles_of(user: User) -> set[str]:
    return set(Membership.objects.filter(user=user).values_list("role", flat=True))


# --- Accounts ----------------------------------------------------------------------------------


def test_a_new_person_is_recorded_and_signs_in_by_address_in_any_case(cast, admin, client):
    user = create_user(
        actor=admin, email=" Nina.Petrova@Tarvina.Example ", password="a-long-enough-one",
        first_name="Nina", last_name="Petrova",
    )  # fmt: skip

    assert user.email == "nina.petrova@tarvina.example"
    event = Event.objects.get(kind="user.created")
    assert event.data == {"email": "nina.petrova@tarvina.example"}
    assert "a-long-enough-one" not in str(event.data)
    typed = {"login": "NINA.petrova@tarvina.example", "password": "a-long-enough-one"}
    signed_in = client.post("/account/login/", typed)
    assert signed_in.status_code == 302


def test_without_a_password_nobody_can_sign_in_yet(admin):
    user = create_user(actor=admin, email="nina@tarvina.example")

    assert not user.has_usable_password()


def test_an_address_is_taken_in_any_case(cast, admin):
    with pytest.raises(InvalidInput) as refusal:
        create_user(actor=admin, email=cast.handler.email.upper())
    assert set(refusal.value.fields) == {"email"}


def test_a_changed_address_is_kept_in_lower_case_and_is_taken_by_nobody_else(cast, admin):
    change_user(actor=admin, user=cast.handler, values={"email": "Anna.K@Tarvina.Example"})
    assert User.objects.get(pk=cast.handler.pk).email == "anna.k@tarvina.example"

    with pytest.raises(InvalidInput) as refusal:
        change_user(
            actor=admin, user=cast.second_handler, values={"email": "ANNA.K@tarvina.example"}
        )
    assert set(refusal.value.fields) == {"email"}


def test_a_change_is_recorded_and_the_unchanged_is_not(cast, admin):
    values = {"position": "lead specialist", "language": "en"}

    change_user(actor=admin, user=cast.handler, values=values)
    change_user(actor=admin, user=cast.handler, values=values)

    event = Event.objects.get(kind="user.changed")
    assert event.data["changes"] == {"position": ["quality specialist", "lead specialist"]}
    assert event.actor == admin.user


def test_who_is_switched_off_cannot_sign_in_and_stands_in_no_list(cast, admin, browse):
    browser = browse(cast.handler)
    assert browser.get("/account/profile/").status_code == 200

    change_user(actor=admin, user=cast.handler, values={"is_active": False})

    assert browser.get("/account/profile/").status_code == 302
    assert cast.handler not in list_people()
    assert cast.handler not in list_with_role(Role.HANDLER)


@pytest.mark.parametrize("field", ["is_superuser", "password", "is_service", "theme"])
def test_what_has_a_command_of_its_own_or_none_is_not_changed(cast, admin, field):
    with pytest.raises(InvalidInput) as refusal:
        change_user(actor=admin, user=cast.handler, values={field: True})
    assert set(refusal.value.fields) == {field}


@pytest.mark.parametrize("who", NOT_ADMINISTRATORS)
def test_others_administer_nobody(cast, who):
    actor = cast.actor(who)
    membership = Membership.objects.get(user=cast.second_handler)
    attempts = [
        lambda: create_user(actor=actor, email="x@tarvina.example"),
        lambda: change_user(actor=actor, user=cast.handler, values={"position": "x"}),
        lambda: grant_role(actor=actor, user=cast.employee, role=Role.HANDLER, site=cast.site),
        lambda: revoke_role(actor=actor, membership=membership),
        lambda: save_department(actor=actor, department=None, values={"code": "X", "name": "X"}),
    ]
    for attempt in attempts:
        with pytest.raises(NotPermitted):
            attempt()
    assert not Event.objects.exists()


def test_a_program_administers_nobody_even_as_an_administrator(cast):
    actor = Actor(
        user=cast.administrator, via=Via.API, client="erp", scopes=frozenset({"masterdata:write"})
    )
    with pytest.raises(NotPermitted):
        create_user(actor=actor, email="x@tarvina.example")
    with pytest.raises(NotPermitted):
        grant_role(actor=actor, user=cast.employee, role=Role.HANDLER)


def test_people_set_their_own_preferences_and_nobody_elses(cast):
    set_preferences(actor=cast.actor("handler"), user=cast.handler, theme="dark")
    assert User.objects.get(pk=cast.handler.pk).theme == "dark"

    with pytest.raises(NotPermitted):
        set_preferences(actor=cast.actor("administrator"), user=cast.handler, theme="light")
    with pytest.raises(InvalidInput):
        set_preferences(actor=cast.actor("handler"), user=cast.handler, is_staff=True)


# --- Roles -------------------------------------------------------------------------------------


def test_a_granted_role_holds_at_its_site_only_and_is_recorded(cast, admin):
    grant_role(actor=admin, user=cast.employee, role=Role.HANDLER, site=cast.other_site)

    user = User.objects.get(pk=cast.employee.pk)
    assert user.has_role(Role.HANDLER, site_id=cast.other_site.pk)
    assert not user.has_role(Role.HANDLER, site_id=cast.site.pk)
    event = Event.objects.get(kind="user.role_granted")
    assert event.data == {"role": "handler", "site": "EAST"}
    assert event.subject_id == str(cast.employee.pk)


def test_granting_again_records_nothing(cast, admin):
    for _ in range(2):
        grant_role(actor=admin, user=cast.employee, role=Role.LEGAL, site=None)

    assert Membership.objects.filter(user=cast.employee).count() == 1
    assert Event.objects.filter(kind="user.role_granted").count() == 1


def test_a_role_everywhere_holds_at_every_site(cast, admin):
    grant_role(actor=admin, user=cast.employee, role=Role.HANDLER)

    user = User.objects.get(pk=cast.employee.pk)
    assert user.has_role(Role.HANDLER, site_id=cast.site.pk)
    assert user.has_role(Role.HANDLER, site_id=cast.other_site.pk)


@pytest.mark.parametrize("role", Role.values)
def test_nobody_grants_a_role_to_themselves(cast, admin, role):
    with pytest.raises(NotPermitted):
        grant_role(actor=admin, user=cast.administrator, role=role, site=cast.site)
    assert roles_of(cast.administrator) == {"administrator"}


def test_nobody_takes_a_role_from_themselves(cast, admin):
    with pytest.raises(NotPermitted):
        revoke_role(actor=admin, membership=Membership.objects.get(user=cast.administrator))
    assert roles_of(cast.administrator) == {"administrator"}


@pytest.mark.parametrize(
    ("held", "wanted"),
    [
        ("quality_manager", Role.ADMINISTRATOR),
        ("auditor", Role.HANDLER),
        ("auditor", Role.QUALITY_MANAGER),
        ("auditor", Role.LEGAL),
        ("auditor", Role.FINANCE),
        ("auditor", Role.ADMINISTRATOR),
        ("handler", Role.AUDITOR),
        ("legal", Role.AUDITOR),
        ("quality_manager", Role.AUDITOR),
    ],
)
def test_roles_that_watch_each_other_are_never_one_person(cast, admin, held, wanted):
    with pytest.raises(InvalidInput) as refusal:
        grant_role(actor=admin, user=cast.people[held], role=wanted, site=cast.site)
    assert set(refusal.value.fields) == {"role"}
    assert roles_of(cast.people[held]) == {held}


@pytest.mark.parametrize(
    ("held", "wanted"),
    [("handler", Role.QUALITY_MANAGER), ("manager", Role.AUDITOR), ("legal", Role.FINANCE)],
)
def test_other_roles_may_meet(cast, admin, held, wanted):
    grant_role(actor=admin, user=cast.people[held], role=wanted, site=cast.site)
    assert roles_of(cast.people[held]) == {held, wanted}


def test_conflicts_hold_both_ways():
    for first in Role.values:
        for second in Role.values:
            assert bool(conflicting_role({first}, second)) == bool(
                conflicting_role({second}, first)
            ), (first, second)


def test_a_role_that_does_not_exist_is_refused(cast, admin):
    with pytest.raises(InvalidInput) as refusal:
        grant_role(actor=admin, user=cast.employee, role="boss")
    assert set(refusal.value.fields) == {"role"}


def test_a_revoked_role_is_gone_at_once_and_recorded(cast, admin, browse):
    claim = cast.complete_report()
    page = reverse("claims:detail", args=[claim.number])
    browser = browse(cast.second_handler)
    assert browser.get(page).status_code == 200

    revoke_role(actor=admin, membership=Membership.objects.get(user=cast.second_handler))

    assert browser.get(page).status_code == 404
    event = Event.objects.get(kind="user.role_revoked")
    assert event.data == {"role": "handler", "site": "MAIN"}
    assert event.actor == admin.user


# --- Lists of people ---------------------------------------------------------------------------


@pytest.fixture
def service(cast) -> User:
    """The account of an integration client; it holds a role like a person."""
    user = create_user(
        actor=SYSTEM, email="erp@service.invalid", first_name="Anna", last_name="ERP",
        is_service=True,
    )  # fmt: skip
    grant_role(actor=SYSTEM, user=user, role=Role.HANDLER, site=cast.site)
    return user


def test_service_accounts_stand_in_no_list_of_people(cast, service):
    assert service not in list_people()
    assert service not in list_with_role(Role.HANDLER, site_id=cast.site.pk)
    assert service not in search_people("Anna")
    assert cast.handler in list_people()
    assert cast.handler in list_with_role(Role.HANDLER, site_id=cast.site.pk)


def test_service_accounts_are_not_offered_on_pages(cast, service, browse):
    found = browse(cast.handler).get(reverse("claims:lookup_people"), {"q": "anna"}).json()
    offered = [each["text"] for each in found["results"]]
    assert any("Kravtsova" in text for text in offered)
    assert not any("ERP" in text for text in offered)


@pytest.mark.parametrize("words", ["kravtsova", "KRAV", "anna krav", "anna.kravtsova@"])
def test_people_are_found_by_parts_of_their_names(cast, words):
    assert list(search_people(words)) == [cast.handler]


def test_cyrillic_names_are_found_in_any_case(cast, admin):
    person = create_user(
        actor=admin, email="o@tarvina.example", first_name="Ольга", last_name="Ёлкина"
    )
    for words in ("ёлкина", "Ёлк", "ольга", "ольга ёлк"):
        assert list(search_people(words)) == [person], words


def test_a_role_at_another_site_is_no_role_here(cast):
    assert cast.outsider not in list_with_role(Role.HANDLER, site_id=cast.site.pk)
    assert cast.outsider in list_with_role(Role.HANDLER, site_id=cast.other_site.pk)


# --- Departments -------------------------------------------------------------------------------


def test_a_department_is_created_changed_and_recorded(cast, admin):
    values = {"code": "TOOL", "name": "Tool shop", "site": cast.site}
    department = save_department(actor=admin, department=None, values=values)
    save_department(actor=admin, department=department, values=values | {"head": cast.action_owner})

    assert Department.objects.get(code="TOOL").head == cast.action_owner
    changes = [event.data.get("changes") for event in Event.objects.order_by("id")]
    assert changes == [None, {"head": [None, "Viktor Belykh"]}]


def test_an_unchanged_department_records_nothing(cast, admin):
    department = cast.departments["QA"]

    save_department(actor=admin, department=department, values={"name": department.name})

    assert Department.objects.get(pk=department.pk).version == 1
    assert not Event.objects.exists()


def test_a_person_acts_under_the_name_of_that_time(cast, admin):
    claim = cast.report()
    change_user(actor=admin, user=cast.reporter, values={"last_name": "Agishev-Orlov"})

    event = Event.objects.get(kind="claim.reported", claim_id=claim.pk)
    assert event.actor_label == "Rustam Agishev"
    assert str(actor_of(User.objects.get(pk=cast.reporter.pk)).user) == "Rustam Agishev-Orlov"
