"""`manage.py create_api_client ERP --role handler --scopes claims:read claims:write`."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import Role
from core.actors import SYSTEM
from core.api.auth import Scope
from core.errors import DomainError
from integrations.commands import LIFETIME, create_client, issue_token
from integrations.models import ApiClient
from integrations.selectors import find_client
from masterdata.models import Site
from masterdata.selectors import records_by_code


class Command(BaseCommand):
    """Creates a client if there is none of that name, and prints a new token of it."""

    help = "Create an API client, or find it by its name, and print a new token once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="as history and claims will show it, e.g. ERP")
        parser.add_argument(
            "--role",
            nargs="+",
            choices=Role.values,
            default=[Role.INTEGRATION.value],
            help="roles of its service account (for a new client)",
        )
        parser.add_argument("--site", help="code of the site that the roles hold for; all if none")
        parser.add_argument(
            "--scopes", nargs="+", choices=Scope.values, default=list(Scope.values), metavar="SCOPE"
        )
        parser.add_argument("--days", type=int, default=LIFETIME.days, help="lifetime of the token")
        parser.add_argument("--token-name", default="console", help="what the token is used for")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            client = self._client(options)
            _token, secret = issue_token(
                actor=SYSTEM,
                client=client,
                name=options["token_name"],
                scopes=options["scopes"],
                lifetime=timedelta(days=options["days"]),
            )
        except DomainError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(secret)

    def _client(self, options: dict[str, Any]) -> ApiClient:
        known = find_client(options["name"])
        if known is not None:
            return known
        site = None
        if options["site"]:
            site = records_by_code(Site, [options["site"]]).get(options["site"])
            if site is None:
                raise CommandError(f"There is no site {options['site']}.")
        return create_client(actor=SYSTEM, name=options["name"], roles=options["role"], site=site)
