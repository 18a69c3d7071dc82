"""Keyset paging over rows with equal and missing values, both ways."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta

import pytest

from claims.models import Claim
from core.paging import Order, get_page, is_cursor


@pytest.fixture
def dated_claims(cast) -> list[Claim]:
    """Eleven claims: four share a due instant, three have none."""
    start = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    hours = [0, 1, 1, 1, 1, 2, 3, 4, None, None, None]
    for hour in hours:
        claim = cast.report()
        due = None if hour is None else start + timedelta(hours=hour)
        Claim.objects.filter(pk=claim.pk).update(step_due_at=due)
    return list(Claim.objects.order_by("pk"))


@pytest.mark.parametrize("descending", [False, True])
def test_pages_forward_and_back_show_every_row_once_and_in_order(dated_claims, descending):
    order = Order("step_due_at", descending)
    pages, cursor = [], ""
    while True:
        page = get_page(Claim.objects.all(), order, size=3, cursor=cursor)
        pages.append([claim.pk for claim in page])
        if not page.next:
            break
        cursor = page.next
    everything = [pk for rows in pages for pk in rows]
    assert sorted(everything) == [claim.pk for claim in dated_claims]
    by_pk = {claim.pk: claim.step_due_at for claim in dated_claims}
    dues = [by_pk[pk] for pk in everything]
    assert dues[-3:] == [None, None, None]
    assert dues[:-3] == sorted(dues[:-3], reverse=descending)

    back = [pages[-1]]
    while page.previous:
        page = get_page(Claim.objects.all(), order, size=3, cursor=page.previous)
        back.insert(0, [claim.pk for claim in page])
    assert back == pages


@pytest.mark.parametrize(
    "made_up",
    [
        "not-a-cursor",
        # A list, no instant, a number beyond any key: in the shape that a cursor has inside.
        *(
            urlsafe_b64encode(text.encode()).decode().rstrip("=")
            for text in ('[["x"],1,false,false]', '["x",1,false,true]', '["x",1e999,false,false]')
        ),
    ],
)
def test_a_damaged_or_made_up_cursor_shows_the_first_page(dated_claims, made_up):
    order = Order("step_due_at")
    first = get_page(Claim.objects.all(), order, size=3)
    damaged = get_page(Claim.objects.all(), order, size=3, cursor=made_up)
    assert [claim.pk for claim in damaged] == [claim.pk for claim in first]


def test_a_cursor_belongs_to_one_order(dated_claims):
    cursor = get_page(Claim.objects.all(), Order("step_due_at"), size=3).next
    other = Order("step_due_at", descending=True)
    assert is_cursor(cursor, Claim.objects.all(), Order("step_due_at"))
    assert not is_cursor(cursor, Claim.objects.all(), other)
    first = get_page(Claim.objects.all(), other, size=3)
    assert list(get_page(Claim.objects.all(), other, size=3, cursor=cursor)) == list(first)
