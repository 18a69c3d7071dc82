"""The administration shows investigations and actions, and lets nobody write them."""

import pytest
from django.urls import reverse

from investigations.commands import add_member, add_source, answer_traceability, name_lot

pytestmark = pytest.mark.django_db

SHOWN = (
    "investigations_fact", "investigations_cause", "investigations_teammember",
    "investigations_source", "investigations_affectedlot", "investigations_traceabilityanswer",
    "investigations_finding", "investigations_whychain", "capa_action", "capa_noactionreason",
)  # fmt: skip


@pytest.fixture
def filled(plan, cast):
    """Something of every kind."""
    actor = cast.actor("handler")
    cause = plan.cause()
    plan.done(plan.action(cause=cause, documents=[]))
    plan.do("give_no_action_reason", claim=plan.claim, cause=cause, reason="x")
    add_member(actor=actor, claim=plan.claim, user=cast.laboratory)
    add_source(actor=actor, claim=plan.claim, name="Chamber log")
    name_lot(actor=actor, claim=plan.claim, lot=cast.lot)
    fact = cause.facts.get()
    answer_traceability(
        actor=actor, claim=plan.claim, question="other_lots", answer=False, fact=fact
    )
    return plan


def staff(browse, user):
    user.is_staff = True
    user.save(update_fields=["is_staff"])
    return browse(user)


@pytest.mark.parametrize("name", SHOWN)
def test_lists_are_shown_and_nothing_is_added(filled, browse, cast, name):
    reader = staff(browse, cast.quality_manager)
    assert reader.get(reverse(f"admin:{name}_changelist")).status_code == 200
    assert reader.get(reverse(f"admin:{name}_add")).status_code == 403


def test_an_action_is_shown_but_not_changed(filled, browse, cast):
    from capa.models import Action

    reader = staff(browse, cast.quality_manager)
    address = reverse("admin:capa_action_change", args=[Action.objects.get().pk])
    body = reader.get(address).content.decode()
    assert "audit of 10 lots" in body
    assert 'name="_save"' not in body
    assert reader.post(address, {"text": "x"}).status_code == 403


def test_strangers_see_no_rows(filled, browse, cast):
    reader = staff(browse, cast.outsider)
    body = reader.get(reverse("admin:capa_action_changelist")).content.decode()
    assert "48 h complete" not in body
