"""What the company shows besides its claims: who is away now, and a chat room to be switched on."""

from __future__ import annotations

from datetime import date, timedelta

from accounts.commands import enter_absence
from accounts.models import Absence
from core.actors import SYSTEM
from demo.company import MAIN, Company
from notifications.commands import add_room
from notifications.models import ChatRoom

# Who is away, and who stands in.
AWAY = (("lapteva", "gulyaev"), ("panova", "agishev"))
SINCE, UNTIL = timedelta(days=2), timedelta(days=9)
# Nobody answers there, and a room that is switched off is sent nothing.
ROOM = "Качество, основная площадка"
ADDRESS = "mmosts://claims@chat.example.invalid/3ccdd113474722377935511fc85d3dd4"


def create_room(company: Company) -> None:
    """A room as administrators would enter it, off until it leads somewhere."""
    if not ChatRoom.objects.filter(name=ROOM).exists():
        add_room(
            actor=SYSTEM,
            address=ADDRESS,
            name=ROOM,
            language="ru",
            site=company.sites[MAIN],
            is_active=False,
        )


def enter_absences(company: Company, today: date) -> None:
    """Two people on holiday, entered by themselves; what waits for them stands with others."""
    if Absence.objects.exists():
        return
    for away, standing_in in AWAY:
        person = company.people[away]
        enter_absence(
            actor=company.actor(person),
            user=person,
            substitute=company.people[standing_in],
            starts_on=today - SINCE,
            ends_on=today + UNTIL,
            note="Отпуск",
        )
