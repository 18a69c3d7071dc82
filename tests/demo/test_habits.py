"""What the demo company shows besides its claims."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from accounts.models import Absence
from accounts.selectors import substitute_of
from core import clock
from demo.company import create_company, load_company
from demo.habits import AWAY, create_room, enter_absences
from demo.plan import ZONE
from notifications.models import ChatRoom

NOW = datetime(2026, 11, 24, 12, tzinfo=ZONE)


@pytest.mark.django_db
def test_some_are_away_and_a_room_waits_to_be_switched_on():
    with clock.moved_to(NOW):
        create_company()
        company = load_company()
        for _twice in range(2):
            create_room(company)
            enter_absences(company, date(2026, 11, 24))
        found = {
            away: substitute_of(company.people[away], clock.now()) for away, _substitute in AWAY
        }
    assert found == {away: company.people[substitute] for away, substitute in AWAY}
    assert Absence.objects.count() == len(AWAY)
    assert not ChatRoom.objects.get().is_active
    assert substitute_of(company.people[AWAY[0][0]], NOW + timedelta(days=10)) is None
