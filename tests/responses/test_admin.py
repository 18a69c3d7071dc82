"""Letter templates, limits and the outbox in the administration."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.models import Membership, Role, User
from core.errors import InvalidInput, NotPermitted
from events.models import Event
from responses import commands
from responses.models import LegalLimit, LetterTemplate
from tests.cast import Cast, actor_of


@pytest.fixture
def desk(cast: Cast, browse):
    """A quality manager, of all sites, who may open the administration."""
    user = cast.quality_manager
    Membership.objects.filter(user=user).update(site=None)
    User.objects.filter(pk=user.pk).update(is_staff=True)
    return browse(User.objects.get(pk=user.pk))


def form_of(template: LetterTemplate, **changes: object) -> dict[str, object]:
    names = (
        "kind", "language", "name", "subject", "greeting", "body", "findings", "done", "planned",
        "settlement", "closing",
    )  # fmt: skip
    return {"is_active": "on", **{name: getattr(template, name) for name in names}, **changes}


def test_a_template_is_changed_through_its_command(desk):
    template = LetterTemplate.objects.get(name="Claim received")
    url = reverse("admin:responses_lettertemplate_change", args=[template.pk])
    assert "{their_number}" in desk.get(url).content.decode()
    saved = desk.post(url, form_of(template, closing="Yours."))
    assert saved.status_code == 302
    assert LetterTemplate.objects.get(pk=template.pk).closing == "Yours."
    assert Event.objects.get(kind="letter_template.changed").data["changes"]["closing"]


def test_an_unknown_placeholder_is_refused(desk):
    template = LetterTemplate.objects.get(name="Claim received")
    url = reverse("admin:responses_lettertemplate_change", args=[template.pk])
    refused = desk.post(url, form_of(template, body="Dear {nobody}"))
    assert "There is no placeholder {nobody}." in refused.content.decode()
    with pytest.raises(InvalidInput):
        commands.save_template(
            actor=actor_of(User.objects.get(last_name="Tarasov")),
            template=template,
            values={"body": "{x}"},
        )


def test_limits_are_kept_by_quality_managers(desk, cast):
    limit = LegalLimit.objects.get(currency="RUB")
    url = reverse("admin:responses_legallimit_change", args=[limit.pk])
    assert desk.post(url, {"currency": "RUB", "amount": "250000"}).status_code == 302
    assert LegalLimit.objects.get(currency="RUB").amount == 250000
    for person in ("handler", "administrator", "legal"):
        with pytest.raises(NotPermitted):
            commands.save_limit(
                actor=cast.actor(person), limit=limit, values={"amount": Decimal(1)}
            )


def test_administrators_see_the_outbox_and_not_the_letters(cast, browse):
    user = cast.administrator
    assert user.has_role(Role.ADMINISTRATOR)
    User.objects.filter(pk=user.pk).update(is_staff=True)
    client = browse(User.objects.get(pk=user.pk))
    assert client.get(reverse("admin:responses_outgoingmail_changelist")).status_code == 200
    assert client.get(reverse("admin:responses_lettertemplate_changelist")).status_code == 403
