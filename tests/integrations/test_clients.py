"""API clients and their tokens: made, shown once, revoked; by console and administration."""

from __future__ import annotations

import re
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from core.errors import InvalidInput, NotPermitted
from events.models import Event
from integrations.commands import create_client, issue_token, revoke_token
from integrations.models import ApiClient, ApiToken
from tests.api.caller import Caller
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def call(*arguments: str) -> str:
    out = StringIO()
    call_command("create_api_client", *arguments, stdout=out)
    return out.getvalue().strip()


def test_the_console_prints_a_token_that_works(cast: Cast) -> None:
    secret = call("ERP", "--role", "handler", "--site", "MAIN", "--scopes", "claims:read")

    erp = Caller(HTTP_AUTHORIZATION=f"Bearer {secret}")
    assert erp.get("/claims/").status_code == 200
    assert erp.post("/claims/", {"title": "Cracked"}).status_code == 403
    user = User.objects.get(api_client__name="ERP")
    assert user.is_service
    assert not user.has_usable_password()
    assert user.roles == {"handler": frozenset({cast.site.pk})}


def test_the_console_gives_a_known_client_a_further_token(cast: Cast) -> None:
    assert call("ERP") != call("ERP")
    assert ApiClient.objects.count() == 1
    assert ApiToken.objects.count() == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ("ERP", "--role", "king"),
        ("ERP", "--scopes", "all"),
        ("ERP", "--site", "MOON"),
        ("ERP", "--days", "0"),
        (" ",),
        ("ERP", "--role", "auditor", "handler"),
    ],
)
def test_the_console_refuses_what_makes_no_sense(cast: Cast, arguments: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        call(*arguments)
    assert not ApiToken.objects.exists()


def test_only_the_hash_is_kept(cast: Cast) -> None:
    secret = call("ERP")
    token = ApiToken.objects.get()

    assert secret.startswith("claims_")
    assert secret not in str(token.__dict__)
    assert not Event.objects.filter(data__icontains=secret).exists()


def test_the_day_of_the_last_use_is_kept(cast: Cast) -> None:
    erp = Caller(HTTP_AUTHORIZATION=f"Bearer {call('ERP')}")
    assert ApiToken.objects.get().last_used_on is None
    erp.get("/claims/")
    assert ApiToken.objects.get().last_used_on is not None


def test_only_administrators_let_programs_in(cast: Cast) -> None:
    for name in ("handler", "quality_manager", "auditor"):
        with pytest.raises(NotPermitted):
            create_client(actor=cast.actor(name), name="ERP")
    admin = cast.actor("administrator")
    client = create_client(actor=admin, name="ERP")
    token, _secret = issue_token(actor=admin, client=client, name="night", scopes=["claims:read"])
    with pytest.raises(NotPermitted):
        revoke_token(actor=cast.actor("quality_manager"), token=token)
    revoke_token(actor=admin, token=token)
    kinds = Event.objects.filter(kind__startswith="integration.").values_list("kind", flat=True)
    assert list(kinds) == [
        "integration.client_created", "integration.token_issued", "integration.token_revoked",
    ]  # fmt: skip


def test_names_are_unique_and_lifetimes_bounded(cast: Cast) -> None:
    admin = cast.actor("administrator")
    client = create_client(actor=admin, name="ERP")
    with pytest.raises(InvalidInput):
        create_client(actor=admin, name="ERP ")
    with pytest.raises(InvalidInput):
        issue_token(
            actor=admin,
            client=client,
            name="night",
            scopes=["claims:read"],
            lifetime=timedelta(days=4000),
        )


def test_the_administration_shows_a_token_once(cast: Cast, browse) -> None:
    cast.administrator.is_staff = True
    cast.administrator.save()
    page = browse(cast.administrator)

    page.post("/admin/integrations/apiclient/add/", {"name": "ERP", "description": "1C"})
    client = ApiClient.objects.get()
    answer = page.post(
        "/admin/integrations/apitoken/add/",
        {"client": client.pk, "name": "night", "scopes": ["claims:read"], "days": "30"},
    )
    (secret,) = re.findall(r'value="(claims_\w+)"', answer.content.decode())
    assert "no-store" in answer["Cache-Control"]
    erp = Caller(HTTP_AUTHORIZATION=f"Bearer {secret}")
    assert erp.get("/claims/").status_code == 200

    listed = page.get("/admin/integrations/apitoken/").content.decode()
    assert secret not in listed
    token = ApiToken.objects.get()
    assert (
        secret not in page.get(f"/admin/integrations/apitoken/{token.pk}/change/").content.decode()
    )
    page.post("/admin/integrations/apitoken/", {"action": "revoke", "_selected_action": [token.pk]})
    assert erp.get("/claims/").status_code == 401


def test_the_administration_deactivates_a_client(cast: Cast, browse) -> None:
    cast.administrator.is_staff = True
    cast.administrator.save()
    erp = Caller(HTTP_AUTHORIZATION=f"Bearer {call('ERP')}")
    client = ApiClient.objects.get()

    browse(cast.administrator).post(
        f"/admin/integrations/apiclient/{client.pk}/change/", {"description": "old"}
    )
    assert erp.get("/claims/").status_code == 401


def test_others_do_not_see_the_pages(cast: Cast, browse) -> None:
    cast.handler.is_staff = True
    cast.handler.save()
    assert browse(cast.handler).get("/admin/integrations/apitoken/").status_code == 403
