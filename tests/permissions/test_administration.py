"""The administration × every principal, as `administration.txt` has it by model."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

import pytest
from django.contrib import admin
from django.contrib.admin import AdminSite
from django.db import transaction
from django.test import Client
from django.urls import reverse

import config.urls  # noqa: F401 - takes the pages that libraries bring out of the administration
from tests.permissions.calls import SIGN_IN_PAGES, without_pages
from tests.permissions.tables import read_models
from tests.permissions.world import World, build_world

pytestmark = pytest.mark.django_db

WHO, MODELS = read_models()
REGISTERED = {model._meta.label_lower: model for model in admin.site._registry}


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Built once; every call is undone."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build_world()
        transaction.set_rollback(True)


def test_every_model_of_the_administration_stands_in_the_table() -> None:
    assert set(MODELS) == set(REGISTERED)


def test_every_page_of_the_administration_is_one_that_the_table_knows() -> None:
    """List, add, change, delete and history of the models, and what Django adds for all."""
    known = {"changelist", "add", "change", "delete", "history"}
    for model in REGISTERED.values():
        own = {pattern.name for pattern in admin.site._registry[model].urls if pattern.name}
        prefix = f"{model._meta.app_label}_{model._meta.model_name}_"
        assert {name.removeprefix(prefix) for name in own} == known


@pytest.mark.parametrize("model", sorted(MODELS))
def test_each_may_do_in_the_administration_what_the_table_says(world: World, model: str) -> None:
    assert REGISTERED[model]._base_manager.exists(), "nothing to look at"
    with without_pages(), patch.object(AdminSite, "get_app_list", return_value=[]):
        found = {name: letters(world.callers[name], model) for name in WHO}
    assert found == MODELS[model]


def letters(client: Client, label: str) -> str:
    """L list, A add, V view or C change one, D delete it; `-` nothing, `in` asked to sign in."""
    model = REGISTERED[label]
    key = getattr(model._base_manager.order_by("pk").first(), "pk", 0)
    listed = _status(client, "get", label, "changelist")
    if listed == "in":
        return "in"
    found = "L" if listed == "200" else ""
    found += "A" if _status(client, "post", label, "add") == "200" else ""
    if _status(client, "get", label, "change", key) == "200":
        found += "V" if _status(client, "post", label, "change", key) == "403" else "C"
    found += "D" if _status(client, "get", label, "delete", key) == "200" else ""
    return found or "-"


def _status(client: Client, method: str, label: str, page: str, *key: Any) -> str:
    url = reverse(f"admin:{label.replace('.', '_')}_{page}", args=key)
    with transaction.atomic():
        answer = getattr(client, method)(url)
        transaction.set_rollback(True)
    if answer.headers.get("Location", "").startswith(SIGN_IN_PAGES):
        return "in"
    assert answer.status_code < 500
    return str(answer.status_code)


@pytest.mark.parametrize("page", ["index", "jsi18n", "autocomplete"])
def test_who_may_not_open_the_administration_finds_no_other_way_in(world: World, page: str) -> None:
    for name in ("AN", "EM", "ERP"):
        answer = world.callers[name].get(reverse(f"admin:{page}"))
        assert answer.headers.get("Location", "").startswith(SIGN_IN_PAGES), name
