"""The plan of sources: ready when step 5 begins, checked off source by source."""

import pytest

from core.errors import InvalidInput, NotPermitted
from events.relay import run_pending
from investigations.models import Source

pytestmark = pytest.mark.django_db


def test_the_plan_is_there_when_the_full_investigation_begins(inquiry):
    run_pending()
    assert [str(source) for source in Source.objects.order_by("id")] == [
        "Production records",
        "Measurement",
        "Retained sample",
        "Equipment log",
        "Storage",
        "Transport",
        "Supplier lot",
        "Environment",
        "People",
    ]


def test_beginning_twice_makes_one_plan(inquiry):
    run_pending()
    inquiry.do("begin_plan")
    inquiry.fact()
    assert Source.objects.count() == 9


def test_the_initial_investigation_has_no_plan(initial):
    initial.fact()
    assert not Source.objects.exists()


def test_own_sources_join_the_plan(inquiry):
    source = inquiry.do("add_source", name="Chamber K-2 log")
    assert str(source) == "Chamber K-2 log"
    with pytest.raises(InvalidInput):
        inquiry.do("add_source", name="chamber k-2 LOG")


def test_a_source_is_checked_off_with_its_facts(inquiry):
    inquiry.do("begin_plan")
    source = Source.objects.get(kind="equipment")
    with pytest.raises(InvalidInput):
        inquiry.do("check_source", source=source, outcome="facts")
    checked = inquiry.do("check_source", source=source, outcome="facts", facts=[inquiry.fact()])
    assert checked.is_checked
    assert (checked.checked_by, checked.facts.get().number) == (inquiry.by, 1)


def test_nothing_found_needs_what_was_looked_at(inquiry):
    inquiry.do("begin_plan")
    source = Source.objects.get(kind="transport")
    with pytest.raises(InvalidInput) as refused:
        inquiry.do("check_source", source=source, outcome="nothing")
    assert list(refused.value.fields) == ["remark"]
    inquiry.do("check_source", source=source, outcome="nothing", remark="tracker: no shocks")
    assert Source.objects.get(pk=source.pk).outcome == "nothing"


def test_nothing_found_and_a_fact_contradict_each_other(inquiry):
    source = inquiry.do("add_source", name="Chamber K-2 log")
    with pytest.raises(InvalidInput):
        inquiry.do(
            "check_source", source=source, outcome="nothing", remark="x", facts=[inquiry.fact()]
        )


def test_a_source_is_opened_again_with_a_reason(inquiry):
    source = inquiry.do("add_source", name="Chamber K-2 log")
    inquiry.do("check_source", source=source, outcome="nothing", remark="looked through May")
    with pytest.raises(InvalidInput):
        inquiry.do("reopen_source", source=source, reason="")
    assert not inquiry.do("reopen_source", source=source, reason="June is missing").is_checked


def test_what_was_checked_stays_so_in_the_next_round(inquiry):
    source = inquiry.do("add_source", name="Chamber K-2 log")
    inquiry.do("check_source", source=source, outcome="nothing", remark="all of June")
    inquiry.moved("analyse")
    inquiry.moved("return_to_investigation", remark="look at the oven")
    run_pending()
    assert Source.objects.get(pk=source.pk).is_checked
    assert Source.objects.count() == 10


def test_readers_do_not_check_sources(inquiry, cast):
    source = inquiry.do("add_source", name="Chamber K-2 log")
    with pytest.raises(NotPermitted):
        inquiry.do("check_source", by=cast.auditor, source=source, outcome="nothing", remark="x")
