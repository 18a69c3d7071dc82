"""The notification list: which rules match a claim, and whom they mean."""

from __future__ import annotations

import pytest

from accounts.models import Role
from accounts.selectors import list_with_role
from core.errors import InvalidInput, NotPermitted, Stale
from events.models import Event
from masterdata.models import DefectCode, ProductFamily
from notifications.commands import RuleTargets, save_rule
from notifications.models import NotificationRule
from notifications.recipients import who_would_be_told
from notifications.states import Occasion

TARGET = {"addresses": ["desk@outside.example"]}


def told(claim, occasion=Occasion.NOTIFY):
    return [each.label for each in who_would_be_told(claim, occasion)]


# Condition of the rule → whether it holds for the claim of the test: major, site MAIN, product of
# the family F-CON (below F-ALL), defect MAT-CRACK of the group MAT, customer C-001.
MATCHES = [
    ({}, True),
    ({"severity": "major"}, True),
    ({"severity": "critical"}, False),
    ({"site": "site"}, True),
    ({"site": "other_site"}, False),
    ({"customer": "customer"}, True),
    ({"customer": "other_customer"}, False),
    ({"family": "family"}, True),
    ({"family": "upper_family"}, True),
    ({"family": "other_family"}, False),
    ({"defect_group": "group"}, True),
    ({"defect_group": "other_group"}, False),
    ({"severity": "major", "site": "site", "customer": "customer", "family": "family"}, True),
    ({"severity": "major", "site": "site", "customer": "other_customer"}, False),
    ({"occasion": "claim.reported"}, False),
    ({"is_active": False}, False),
]


@pytest.mark.parametrize(("conditions", "holds"), MATCHES, ids=[str(c) for c, _ in MATCHES])
def test_rule_matches_by_its_conditions(cast, rule, conditions, holds):
    things = {
        **vars(cast),
        "upper_family": ProductFamily.objects.create(code="F-ALL", name="All"),
        "other_family": ProductFamily.objects.create(code="F-X", name="X"),
        "group": cast.defect.group,
        "other_group": DefectCode.objects.get(code="GEO"),
    }
    cast.family.parent = things["upper_family"]
    cast.family.save()
    values = {
        name: things[value] if name not in ("severity", "occasion", "is_active") else value
        for name, value in conditions.items()
    }
    rule(**TARGET, **values)
    rule(roles=["legal"])
    claim = cast.complete_report()
    assert ("desk@outside.example" in told(claim)) is holds


def test_a_claim_nobody_judged_is_treated_as_major(cast, rule):
    rule(severity="major", **TARGET)
    rule(roles=["legal"])
    assert told(cast.report()) == ["Lev Arbatov", "desk@outside.example"]


def test_an_outside_address_alone_answers_nothing(cast, rule):
    rule(**TARGET)
    assert told(cast.report()) == ["Nina Gordeeva", "Oleg Tarasov", "desk@outside.example"]


def test_roles_hold_at_the_site_of_the_claim(cast, rule):
    rule(roles=["handler"])
    assert told(cast.report(site=cast.site)) == ["Anna Kravtsova", "Irina Sokolova"]
    assert told(cast.report(site=cast.other_site)) == ["Denis Chuzhov"]


def test_departments_mean_their_head_or_everybody(cast, rule):
    quality, production = cast.departments["QA"], cast.departments["PRD"]
    quality.head = cast.quality_manager
    quality.save()
    rule(departments=[quality, production])
    assert told(cast.report()) == ["Oleg Tarasov"]
    NotificationRule.objects.update(whole_departments=True)
    assert told(cast.report()) == [
        "Anna Kravtsova",
        "Irina Sokolova",
        "Nina Gordeeva",
        "Oleg Tarasov",
        "Rustam Agishev",
    ]


def test_heads_of_all_departments_are_those_of_the_site(cast, rule):
    for code, person in (("PRD", "reporter"), ("WHS", "warehouse"), ("EAST", "outsider")):
        cast.departments[code].head = cast.people[person]
        cast.departments[code].save()
    rule(to_heads=True)
    assert told(cast.report()) == ["Elena Panova", "Rustam Agishev"]


def test_each_recipient_stands_once_with_all_channels(cast, rule):
    rule(people=[cast.reporter], channels=["in_app"])
    rule(departments=[cast.departments["PRD"]], whole_departments=True, channels=["email"])
    rule(people=[cast.reporter], channels=["in_app"], needs_confirmation=True)
    (recipient,) = who_would_be_told(cast.report(), Occasion.NOTIFY)
    assert (recipient.label, recipient.by(), recipient.needs_confirmation) == (
        "Rustam Agishev",
        ["in_app", "email"],
        True,
    )


def test_only_the_living_are_told(cast, rule):
    rule(people=[cast.reporter, cast.warehouse])
    cast.reporter.is_active = False
    cast.reporter.save()
    assert told(cast.report(by=cast.handler)) == ["Elena Panova"]


def test_when_no_rule_yields_anybody_the_quality_managers_are_told(cast, rule):
    rule(people=[cast.reporter], severity="critical")
    recipients = who_would_be_told(cast.report(), Occasion.NOTIFY)
    assert [each.label for each in recipients] == ["Nina Gordeeva", "Oleg Tarasov"]
    assert {each.reason for each in recipients} == {"fallback"}
    assert who_would_be_told(cast.report(), Occasion.CONTAINMENT_ORDERED) == []


def test_a_new_installation_tells_handlers_managers_and_for_critical_the_heads(cast, critical):
    assert told(cast.report(), Occasion.REPORTED) == ["Anna Kravtsova", "Irina Sokolova"]
    quality = ["Anna Kravtsova", "Irina Sokolova", "Nina Gordeeva", "Oleg Tarasov"]
    assert told(cast.report()) == quality
    assert told(critical) == sorted([*quality, "Elena Panova", "Rustam Agishev"])


def test_the_number_of_queries_does_not_grow_with_rules_and_people(
    cast, rule, django_assert_num_queries
):
    claim = cast.complete_report()
    rule(roles=["handler"], departments=[cast.departments["QA"]], people=[cast.reporter])
    with django_assert_num_queries(8):
        who_would_be_told(claim, Occasion.NOTIFY)
    for _ in range(5):
        rule(
            roles=["handler", "quality_manager"],
            departments=cast.departments.values(),
            people=cast.people.values(),
        )
    with django_assert_num_queries(8):
        who_would_be_told(claim, Occasion.NOTIFY)


def values(**changed):
    return {"occasion": "claim.notify", "channels": ["in_app"], "roles": ["handler"], **changed}


def test_quality_managers_and_administrators_edit_the_list(cast):
    for name in ("quality_manager", "administrator"):
        made = save_rule(actor=cast.actor(name), rule=None, values=values())
        assert made.pk


@pytest.mark.parametrize("name", ["handler", "reporter", "manager", "auditor", "legal"])
def test_others_do_not_edit_the_list(cast, name):
    with pytest.raises(NotPermitted):
        save_rule(actor=cast.actor(name), rule=None, values=values())


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"roles": []}, "roles"),
        ({"channels": []}, "channels"),
        ({"channels": ["pigeon"]}, "channels"),
        ({"roles": ["king"]}, "roles"),
        ({"addresses": ["no address"]}, "addresses"),
    ],
)
def test_a_rule_that_tells_nobody_or_by_no_way_is_refused(cast, wrong, field):
    before = NotificationRule.objects.count()
    with pytest.raises(InvalidInput) as refusal:
        save_rule(actor=cast.actor("quality_manager"), rule=None, values=values(**wrong))
    assert list(refusal.value.fields) == [field]
    assert NotificationRule.objects.count() == before


def test_changing_a_rule_is_recorded_and_locked(cast):
    actor = cast.actor("quality_manager")
    made = save_rule(actor=actor, rule=None, values=values())
    targets = RuleTargets(people=[cast.warehouse])
    saved = save_rule(
        actor=actor, rule=made, values={"severity": "major"}, targets=targets, version=1
    )
    assert (saved.version, saved.severity) == (2, "major")
    last = Event.objects.filter(kind="notification_rule.changed").latest("id")
    assert last.data["changes"] == {"severity": ["", "major"], "people": [[], ["Elena Panova"]]}
    with pytest.raises(Stale):
        save_rule(actor=actor, rule=made, values={"severity": "minor"}, version=1)


def test_fallback_list_is_everybody_with_the_role(cast):
    assert list_with_role(Role.QUALITY_MANAGER, site_id=cast.site.pk).count() == 2
