"""The team: one leader, and a part in the claim for everybody in it."""

import pytest

from claims.models import Participant
from claims.policies import visible_claims
from core.errors import InvalidInput, NotPermitted
from investigations.models import TeamMember
from masterdata.models import CustomerContact
from tests.cast import actor_of

pytestmark = pytest.mark.django_db


def sees(user, claim) -> bool:
    return visible_claims(actor_of(user)).filter(pk=claim.pk).exists()


def parts(claim, user) -> set[str]:
    return set(Participant.objects.filter(claim=claim, user=user).values_list("role", flat=True))


def test_a_member_sees_the_claim_as_long_as_they_are_in_the_team(inquiry, cast):
    assert not sees(cast.laboratory, inquiry.claim)
    member = inquiry.do("add_member", user=cast.laboratory)
    assert sees(cast.laboratory, inquiry.claim)
    assert member.department == cast.departments["LAB"]
    inquiry.do("remove_member", member=member)
    assert not sees(cast.laboratory, inquiry.claim)


def test_a_new_leader_takes_over(inquiry, cast):
    inquiry.do("add_member", user=cast.investigator, role="leader")
    inquiry.do("add_member", user=cast.laboratory, role="leader")
    roles = dict(TeamMember.objects.values_list("user__last_name", "role"))
    assert roles == {"Gulyaev": "member", "Melnik": "leader"}
    assert parts(inquiry.claim, cast.investigator) == {"member"}
    assert parts(inquiry.claim, cast.laboratory) == {"leader"}


def test_leading_can_be_handed_over(inquiry, cast):
    inquiry.team()
    member = TeamMember.objects.get(user=cast.laboratory)
    inquiry.do("set_member_role", member=member, role="leader")
    assert parts(inquiry.claim, cast.investigator) == {"member"}
    assert TeamMember.objects.filter(role="leader").get().user == cast.laboratory


def test_nobody_is_in_the_team_twice(inquiry, cast):
    inquiry.team()
    with pytest.raises(InvalidInput):
        inquiry.do("add_member", user=cast.laboratory)


def test_a_contact_of_the_customer_may_take_part(inquiry, cast):
    member = inquiry.do("add_member", contact=cast.contact, role="contact")
    assert str(member) == "Priya Nair"
    with pytest.raises(InvalidInput):
        inquiry.do("set_member_role", member=member, role="leader")


def test_a_contact_of_another_customer_may_not(inquiry, cast):
    foreign = CustomerContact.objects.create(customer=cast.other_customer, name="X")
    with pytest.raises(InvalidInput):
        inquiry.do("add_member", contact=foreign, role="contact")


@pytest.mark.parametrize("person", ["investigator", "employee", "auditor", "outsider"])
def test_only_coordinators_name_the_team(inquiry, cast, person):
    inquiry.team()
    with pytest.raises(NotPermitted):
        inquiry.do("add_member", by=cast.people[person], user=cast.employee)
