from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from events.chain import find_breaks
from events.seals import find_broken_seals
from events.selectors import count_events


class Command(BaseCommand):
    help = "Check the hash chains and seals of the whole history; fails when anything was changed."

    def handle(self, *args: Any, **options: Any) -> None:
        breaks = list(find_breaks())
        for each in breaks:
            self.stdout.write(f"event {each.event_id} ({each.chain} no. {each.seq}): {each.reason}")
        seals = find_broken_seals()
        for seal in seals:
            self.stdout.write(
                f"seal up to event {seal['upto']}:"
                f" {seal['count']} events sealed, {seal['found']} found"
            )
        if breaks or seals:
            raise CommandError(f"The history was changed in {len(breaks) + len(seals)} places.")
        self.stdout.write(f"{count_events()} events verified, history unchanged.")
