"""What the demo company shows besides its claims."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from accounts.models import Absence
from accounts.selectors import absences_at, substitute_in
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
    away_now = absences_at(NOW)
    found = {away: substitute_in(away_now, company.people[away]) for away, _substitute in AWAY}
    assert found == {away: company.people[substitute] for away, substitute in AWAY}
    assert Absence.objects.count() == len(AWAY)
    assert not ChatRoom.objects.get().is_active
    assert not absences_at(NOW + timedelta(days=10))
