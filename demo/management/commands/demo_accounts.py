from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from accounts.models import Role
from accounts.selectors import list_people
from demo.company import PASSWORD, login_of

# One person for each role; an employee without a role comes last.
PEOPLE = {
    "kravtsova": Role.HANDLER,
    "tarasov": Role.QUALITY_MANAGER,
    "arbatov": Role.LEGAL,
    "fomina": Role.FINANCE,
    "safonova": Role.MANAGER,
    "lisina": Role.AUDITOR,
    "adamov": Role.ADMINISTRATOR,
    "gulyaev": None,
    "agishev": None,
}


class Command(BaseCommand):
    help = "Show who may sign in to the demo company; nothing where there is none."

    def handle(self, *args: Any, **options: Any) -> None:
        known = {each.email: each for each in list_people()}
        people = {login_of(key): role for key, role in PEOPLE.items() if login_of(key) in known}
        if not people:
            return
        width = max(map(len, people))
        self.stdout.write(_("Demo accounts, password %(password)s:") % {"password": PASSWORD})
        for email, role in people.items():
            user = known[email]
            duty = role.label if role is not None else user.position
            self.stdout.write(f"  {email:<{width}}  {duty}, {user}")
