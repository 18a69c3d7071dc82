"""Claims in the administration are looked at, never written; rules of deadlines are kept there."""

from __future__ import annotations

import pytest

from claims.models import Claim, DeadlinePolicy
from events.models import Event
from tests.cast import Cast


@pytest.fixture
def staff(cast: Cast, browse):
    """`staff("auditor")`: that person with a way into the administration."""

    def opened(name: str):
        person = cast.people[name]
        person.is_staff = True
        person.save(update_fields=["is_staff"])
        return browse(person)

    return opened


def test_a_claim_can_be_read_and_not_written(cast: Cast, staff):
    claim = cast.claim_in("registration")
    client = staff("auditor")
    address = f"/admin/claims/claim/{claim.pk}/change/"
    page = client.get(address).content.decode()
    assert claim.number in page
    assert "L-2291" in page
    assert claim.tracking_code not in page
    assert 'name="step"' not in page
    assert client.post(address, {"step": "closed", "title": "x"}).status_code == 403
    assert client.get("/admin/claims/claim/add/").status_code == 403
    assert client.post(f"/admin/claims/claim/{claim.pk}/delete/").status_code == 403
    assert cast.read(claim).version == claim.version


@pytest.mark.parametrize(
    ("person", "seen"), [("handler", True), ("administrator", False), ("outsider", False)]
)
def test_the_administration_shows_no_more_than_the_pages(cast: Cast, staff, person, seen):
    claim = cast.complete_report()
    client = staff(person)
    listed = client.get("/admin/claims/claim/").content.decode()
    assert (claim.number in listed) is seen
    opened = client.get(f"/admin/claims/claim/{claim.pk}/change/", follow=True).content.decode()
    assert (claim.title in opened) is seen


def test_the_rule_of_a_deadline_is_changed_through_the_command(cast: Cast, staff):
    rule = DeadlinePolicy.objects.get(clock="registration", severity="major", customer=None)
    client = staff("quality_manager")
    address = f"/admin/claims/deadlinepolicy/{rule.pk}/change/"
    for amount in (0, 100_000):
        refused = client.post(address, {"amount": amount, "unit": "working_hours"})
        assert "The duration is 1 to 999." in refused.content.decode()
    client.post(address, {"amount": 6, "unit": "working_hours"})
    rule = DeadlinePolicy.objects.get(pk=rule.pk)
    assert (rule.amount, rule.clock) == (6, "registration")
    event = Event.objects.latest("id")
    assert (event.kind, event.data["changes"]) == ("deadline.changed", {"amount": [8, 6]})


def test_a_customers_own_rule_is_added_once(cast: Cast, staff):
    client = staff("administrator")
    fields = {
        "clock": "registration",
        "severity": "major",
        "customer": cast.customer.pk,
        "amount": 2,
        "unit": "working_hours",
    }
    assert client.post("/admin/claims/deadlinepolicy/add/", fields).status_code == 302
    assert client.post("/admin/claims/deadlinepolicy/add/", fields).status_code == 200
    assert DeadlinePolicy.objects.filter(customer=cast.customer).count() == 1


def test_others_keep_no_rules(cast: Cast, staff):
    assert staff("handler").get("/admin/claims/deadlinepolicy/").status_code == 403
    assert Claim.objects.count() == 0
