"""What people do around signing in stands in history."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.urls import reverse

from events.chain import find_breaks
from events.models import Event
from tests.cast import PASSWORD


def test_a_changed_password_is_recorded(client, cast):
    EmailAddress.objects.get_or_create(user=cast.handler, email=cast.handler.email)
    client.force_login(cast.handler)
    new = "another-latch-cracks"
    response = client.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": new, "password2": new},
    )
    assert response.status_code == 302, response.content.decode()
    event = Event.objects.get(kind="user.password_changed")
    assert event.subject_id == str(cast.handler.pk)
    assert event.actor == cast.handler
    assert new not in str(event.data)
    assert list(find_breaks()) == []
