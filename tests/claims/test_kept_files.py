"""Files that came with a form that is not in order: kept, shown, and attached the next time."""

from __future__ import annotations

import os
import re
import time
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from claims.models import Claim
from core import clock
from core.kept_files import forget_old
from core.tasks import forget_kept_files
from tests.cast import Cast
from tests.claims.test_files import SVG, photo, table
from tests.claims.test_report_page import said

pytestmark = pytest.mark.usefixtures("above_met")

TOKEN = re.compile(r'name="kept-(?P<field>[\w-]+)" value="(?P<token>[^"]+)"')


def tokens_in(answer, field: str = "photos") -> list[str]:
    """What the returned form carries for the files that were kept."""
    found = TOKEN.finditer(answer.content.decode())
    return [each["token"] for each in found if each["field"] == field]


def come_back(client: Client, *files):
    """A report with a wrong number in it."""
    return client.post("/report/", said(description="Flash", quantity="many", photos=files))


def on_disk(settings) -> list[Path]:
    return [each for each in Path(settings.MEDIA_ROOT, "kept").rglob("*") if each.is_file()]


def test_photos_of_a_report_with_a_mistake_are_attached_when_it_is_sent_again(cast: Cast, browse):
    client = browse(cast.reporter)
    answer = come_back(client, photo("rim.jpg"), photo("lid.jpg", colour="blue"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "rim.jpg" in page
    assert "lid.jpg" in page
    sent = said(description="Flash", **{"kept-photos": tokens_in(answer)})
    client.post("/report/", sent)
    assert {each.name for each in Claim.objects.get().attachments.all()} == {"rim.jpg", "lid.jpg"}


def test_the_kept_and_the_newly_chosen_add_up_over_several_tries(cast: Cast, browse):
    client = browse(cast.reporter)
    first = tokens_in(come_back(client, photo("rim.jpg")))
    again = said(quantity="some", photos=[table()], **{"kept-photos": first})
    answer = client.post("/report/", again)
    both = tokens_in(answer)
    assert len(both) == 2
    client.post("/report/", said(**{"kept-photos": both}))
    claim = Claim.objects.get()
    assert {each.name for each in claim.attachments.all()} == {"rim.jpg", "moisture.csv"}
    assert claim.title == "Report with photos"


def test_a_file_that_is_taken_back_is_not_attached(cast: Cast, browse, settings):
    client = browse(cast.reporter)
    both = tokens_in(come_back(client, photo("rim.jpg"), photo("lid.jpg", colour="blue")))
    client.post(
        "/report/", said(description="Flash", **{"kept-photos": both, "drop-photos": both[:1]})
    )
    assert [each.name for each in Claim.objects.get().attachments.all()] == ["lid.jpg"]
    assert not on_disk(settings)


def test_nothing_is_left_behind_once_the_form_has_gone_through(cast: Cast, browse, settings):
    client = browse(cast.reporter)
    kept = tokens_in(come_back(client, photo()))
    assert len(on_disk(settings)) == 1
    client.post("/report/", said(description="Flash", **{"kept-photos": kept}))
    assert not on_disk(settings)


def test_a_refused_file_is_named_and_costs_neither_the_others_nor_the_text(cast: Cast, browse):
    client = browse(cast.reporter)
    bad = SimpleUploadedFile("logo.svg", SVG, "image/svg+xml")
    answer = come_back(client, bad, photo("rim.jpg"))
    page = answer.content.decode()
    assert "logo.svg was not kept." in page
    assert "Flash</textarea>" in page
    assert len(tokens_in(answer)) == 1


def test_a_virus_is_not_kept_either(cast: Cast, browse, settings):
    settings.CLAMD_URL = "tcp://127.0.0.1:1"
    with patch("core.antivirus._ask", return_value="stream: Eicar-Test FOUND"):
        answer = come_back(browse(cast.reporter), photo())
    assert "The virus scanner found Eicar-Test" in answer.content.decode()
    assert not tokens_in(answer)
    assert not on_disk(settings)


def test_nobody_else_can_use_a_kept_file(cast: Cast, browse):
    token = tokens_in(come_back(browse(cast.reporter), photo("rim.jpg")))
    other = browse(cast.employee)
    answer = other.post("/report/", said(description="Mine", **{"kept-photos": token}))
    assert answer.status_code == 422
    assert "Choose it again." in answer.content.decode()
    assert not Claim.objects.exists()


@pytest.mark.parametrize("token", ["", "nonsense", "../../secret", "a:b:c", "\0"])
def test_an_invented_token_is_told_and_harmless(cast: Cast, browse, token: str):
    answer = browse(cast.reporter).post(
        "/report/", said(description="Flash", **{"kept-photos": [token]})
    )
    assert answer.status_code == 422
    assert "Flash</textarea>" in answer.content.decode()


def test_after_a_day_the_form_says_which_file_to_choose_again(cast: Cast, browse):
    client = browse(cast.reporter)
    token = tokens_in(come_back(client, photo("rim.jpg")))
    with time_machine.travel(clock.now() + timedelta(hours=25), tick=False):
        client.force_login(cast.reporter)
        sent = said(description="Flash", **{"kept-photos": token})
        answer = client.post("/report/", sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "rim.jpg is no longer kept. Choose it again." in page
    assert "Flash</textarea>" in page
    assert not tokens_in(answer)


def test_files_of_forms_that_were_given_up_go_after_a_day(cast: Cast, browse, settings):
    client = browse(cast.reporter)
    come_back(client, photo("rim.jpg"))
    old = on_disk(settings)[0]
    come_back(client, photo("lid.jpg"))
    yesterday = time.time() - 25 * 3600
    os.utime(old, (yesterday, yesterday))
    forget_kept_files()
    assert len(on_disk(settings)) == 1
    assert not old.exists()
    with time_machine.travel(clock.now() + timedelta(hours=25)):
        assert forget_old() == 1
    assert not list(Path(settings.MEDIA_ROOT, "kept").iterdir())


def test_one_person_cannot_fill_the_disk(cast: Cast, browse):
    client = browse(cast.reporter)
    with patch("core.kept_files.MOST_BYTES", photo().size + 10):
        first = come_back(client, photo("rim.jpg"))
        second = come_back(client, photo("lid.jpg", colour="blue"))
        other = come_back(browse(cast.employee), photo("lid.jpg", colour="blue"))
    assert len(tokens_in(first)) == 1
    assert not tokens_in(second)
    assert "lid.jpg was not kept." in second.content.decode()
    assert len(tokens_in(other)) == 1


def test_the_files_tab_keeps_what_came_with_too_long_a_line(cast: Cast, browse):
    claim, client = cast.report(), browse(cast.handler)
    address = f"/claims/{claim.number}/files/"
    answer = client.post(address, {"uploads": [table()], "description": "x" * 301})
    assert answer.status_code == 422
    kept = tokens_in(answer, "uploads")
    client.post(address, {"description": "Dryer", "kept-uploads": kept})
    attached = claim.attachments.get()
    assert (attached.name, attached.description) == ("moisture.csv", "Dryer")
