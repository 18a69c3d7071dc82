"""Who would be told if …, on the page and through the API; the list in the API."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.commands import enter_absence
from core import clock
from events.models import Event
from notifications.models import Notice, NotificationRule
from tests.api.caller import program

PAGE = "/notification-rules/preview/"
API = "/notification-rules/preview/"


@pytest.fixture
def erp(cast):
    return program(roles=("quality_manager",), site=cast.site)


def names(answer):
    assert answer.status_code == 200, answer.json()
    return [(each["person"] or {"name": each["address"]})["name"] for each in answer.json()["told"]]


def test_an_imagined_claim_meets_the_rules_that_fit(cast, rule, erp):
    rule(people=[cast.warehouse], severity="critical")
    rule(people=[cast.laboratory], defect_group=cast.defect_group)
    rule(people=[cast.reporter], family=cast.family)
    rule(people=[cast.finance], customer=cast.customer)
    rule(people=[cast.legal], site=cast.other_site)
    rule(addresses=["desk@outside.example"])
    body = {"occasion": "claim.notify", "site": "MAIN"}
    cases = {
        (("severity", "critical"),): "Elena Panova",
        (("defect", "MAT-CRACK"),): "Pavel Melnik",
        (("defect", "MAT"),): "Pavel Melnik",
        (("product", "RK-12"),): "Rustam Agishev",
        (("family", "F-CON"),): "Rustam Agishev",
        (("customer", "C-001"),): "Galina Fomina",
        (("site", "EAST"),): "Lev Arbatov",
    }
    for more, name in cases.items():
        assert names(erp.post(API, body | dict(more))) == [name, "desk@outside.example"], more
    assert not Notice.objects.exists()


def test_a_real_claim_is_asked_as_it_is(cast, rule, erp):
    made = rule(people=[cast.warehouse], needs_confirmation=True, customer=cast.customer)
    claim = cast.complete_report(severity="critical")
    answer = erp.post(API, {"occasion": "claim.notify", "claim": claim.number})
    assert names(answer) == ["Elena Panova"]
    (told,) = answer.json()["told"]
    assert told["confirm_by"]
    assert {name: told[name] for name in ("channels", "needs_confirmation", "reason", "rules")} == {
        "channels": ["in_app", "email"],
        "needs_confirmation": True,
        "reason": "rule",
        "rules": [made.pk],
    }
    assert answer.json()["severity"] == "critical"


def test_what_cannot_be_asked_is_refused(cast, erp):
    claim = cast.report(site=cast.other_site, by=cast.outsider)
    body = {"occasion": "claim.notify"}
    assert erp.post(API, {**body, "claim": claim.number}).status_code == 404
    assert erp.post(API, {**body, "claim": "26-0001", "severity": "major"}).status_code == 400
    assert erp.post(API, {"occasion": "claim.owner"}).status_code == 400
    assert erp.post(API, {**body, "product": "NONE"}).status_code == 400
    assert program("Desk", roles=("handler",), site=cast.site).post(API, body).status_code == 403


def test_nobody_answers_is_a_warning(cast, rule, erp, browse):
    rule(people=[cast.warehouse], severity="critical")
    answer = erp.post(API, {"occasion": "claim.notify", "site": "MAIN"})
    assert names(answer) == ["Nina Gordeeva", "Oleg Tarasov"]
    assert answer.json()["unanswered"] is True
    assert "The fallback list would be told" in answer.json()["warning"]
    nobody = erp.post(API, {"occasion": "claim.notify", "site": "EAST"}).json()
    assert (nobody["told"], "Nobody would be told." in nobody["warning"]) == ([], True)
    page = browse(cast.quality_manager).get(
        PAGE, {"occasion": "claim.notify", "site": cast.site.pk}
    )
    assert "The fallback list would be told" in page.text
    silent = erp.post(API, {"occasion": "containment.lifted", "site": "MAIN"}).json()
    assert silent["warning"] == "No rule names anybody here. Nobody would be told."


def test_the_page_says_how_why_until_when_and_for_whom(cast, rule, browse):
    rule(people=[cast.warehouse], needs_confirmation=True, confirm_within=2, customer=cast.customer)
    today = cast.warehouse.local_day(clock.now())
    enter_absence(
        actor=cast.actor("warehouse"),
        user=cast.warehouse,
        starts_on=today,
        ends_on=today + timedelta(days=2),
        substitute=cast.employee,
    )
    client = browse(cast.quality_manager)
    asked = {"occasion": "claim.notify", "customer": cast.customer.pk, "site": cast.site.pk}
    for headers in ({}, {"HX-Request": "true"}):
        page = client.get(PAGE, asked, headers=headers).text
        rows = page.partition("<tbody>")[2].split("<tr>")[1:]
        assert len(rows) == 2
        assert "keeps a copy" in next(
            row for row in rows if "Elena Panova</span>" in row or "Elena Panova<small" in row
        )
        substitute = next(row for row in rows if "for Elena Panova" in row)
        for words in (
            "Yulia Orekhova",
            "in the product, e-mail",
            "until",
            "departments notified, any severity, Kestrel Switchgear",
        ):
            assert words in substitute


def test_the_page_asks_for_a_claim_that_can_be_seen(cast, rule, browse):
    rule(people=[cast.warehouse])
    claim = cast.complete_report()
    client = browse(cast.quality_manager)
    asked = {"occasion": "claim.notify", "number": claim.number}
    link = f"{PAGE}?occasion=claim.notify&amp;number={claim.number}"
    assert link in client.get(f"/claims/{claim.number}/").text
    assert link not in browse(cast.handler).get(f"/claims/{claim.number}/").text
    assert "Elena Panova" in client.get(PAGE, asked).text
    other = cast.report(site=cast.other_site, by=cast.outsider)
    wrong = client.get(PAGE, {**asked, "number": other.number})
    assert wrong.status_code == 422
    assert "There is no claim of this number that you may see." in wrong.text
    assert "Nothing asked yet" in client.get(PAGE).text


def test_the_preview_in_russian(cast, rule, browse):
    rule(people=[cast.warehouse], severity="critical")
    cast.quality_manager.language = "ru"
    cast.quality_manager.save()
    page = browse(cast.quality_manager).get(PAGE, {"occasion": "claim.notify"}).text
    for words in ("Кто узнает?", "запасной список", "подразделения оповещены"):
        assert words in page


# --- The list in the API ------------------------------------------------------------------------


def test_the_list_is_read_and_changed_by_people_and_only_read_by_programs(cast, rule, erp, browse):
    rule(roles=["handler"], site=cast.site)
    (listed,) = erp.get("/notification-rules/").json()["results"]
    assert (listed["roles"], listed["site"], listed["version"]) == (["handler"], "MAIN", 1)
    assert erp.post("/notification-rules/", {"occasion": "claim.notify"}).status_code == 403

    client, address = browse(cast.quality_manager), "/api/v1/notification-rules/"
    body = {
        "occasion": "claim.notify",
        "severity": "critical",
        "departments": ["WHS"],
        "people": [cast.laboratory.email],
        "needs_confirmation": True,
        "confirm_within": 2,
    }
    made = client.post(address, body, content_type="application/json")
    assert made.status_code == 201, made.json()
    assert made.json()["departments"] == ["WHS"]
    one = f"{address}{made.json()['id']}/"
    change = {"is_active": False, "version": 1}
    changed = client.patch(one, change, content_type="application/json")
    assert changed.status_code == 200, changed.json()
    assert (changed.json()["is_active"], changed.json()["people"][0]["name"]) == (
        False,
        "Pavel Melnik",
    )
    assert client.patch(one, change, content_type="application/json").status_code == 409
    kinds = Event.objects.filter(kind="notification_rule.changed", subject_id=made.json()["id"])
    assert kinds.count() == 2
    wrong = client.post(address, {"occasion": "claim.notify"}, content_type="application/json")
    assert wrong.status_code == 400
    assert not NotificationRule.objects.filter(roles=[], people=None, departments=None).exists()


@pytest.mark.parametrize(("name", "status"), [("auditor", 200), ("manager", 200), ("handler", 403)])
def test_who_reads_the_list(cast, browse, name, status):
    assert browse(cast.people[name]).get("/api/v1/notification-rules/").status_code == status
