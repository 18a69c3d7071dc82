"""Pages of mail in: who sees them, setting a mailbox up, a mail and what is done about it."""

from __future__ import annotations

import pytest

from core.sealing import unseal
from events.models import Event
from mailboxes import commands
from mailboxes.commands import processing
from mailboxes.models import InboundMail, Mailbox
from mailboxes.states import SEALED_FOR
from tests.mailboxes.conftest import PASSWORD
from tests.mailboxes.samples import letter

STRANGER = "Kim Lee <kim@unknown.example>"
READERS = {"administrator", "auditor"}


def values(mailbox: Mailbox, **changes) -> dict[str, str]:
    """The form as the browser sends it."""
    names = ("name", "host", "security", "port", "username", "folder", "move_to", "channel")
    shown = {name: str(getattr(mailbox, name)) for name in names}
    more = {"starts_on": mailbox.starts_on.isoformat(), "site": mailbox.site_id, "is_active": "on"}
    return {**shown, **more, "hourly_limit": "20", "version": mailbox.version, **changes}


@pytest.mark.parametrize(
    "person", ["administrator", "auditor", "quality_manager", "handler", "manager", "reporter"]
)
def test_who_sees_the_mails(cast, browse, receive, person):
    mail = receive(letter(sender=STRANGER, headers=("Precedence: bulk",)))
    browser = browse(cast.people[person])
    sees = person in READERS
    assert browser.get("/mail/").status_code == (200 if sees else 403)
    assert browser.get(f"/mail/{mail.pk}/").status_code == (200 if sees else 404)
    assert browser.get(f"/mail/{mail.pk}/raw/").status_code == (200 if sees else 404)
    box = browser.get(f"/mail/boxes/{mail.mailbox_id}/")
    assert box.status_code == (200 if sees else 404)
    assert (b"/mail/" in browser.get("/account/profile/").content) is sees


@pytest.mark.parametrize(
    "path", ["/mail/{mail}/again/", "/mail/{mail}/claim/", "/mail/boxes/{box}/try/",
             "/mail/boxes/{box}/pause/", "/mail/boxes/{box}/resume/", "/mail/boxes/{box}/",
             "/mail/boxes/new/"]
)  # fmt: skip
def test_auditors_only_look(cast, browse, receive, path):
    mail = receive(letter(sender=STRANGER, headers=("Precedence: bulk",)))
    address = path.format(mail=mail.pk, box=mail.mailbox_id)
    assert browse(cast.auditor).post(address, {"reason": "x"}).status_code == 403
    assert browse(cast.handler).post(address, {"reason": "x"}).status_code in (403, 404)
    assert InboundMail.objects.get().state == "ignored"


def test_an_administrator_sets_a_mailbox_up_and_tests_it(cast, browse, folder):
    browser = browse(cast.administrator)
    empty = browser.get("/mail/")
    assert "Add a mailbox" in empty.content.decode()
    assert browser.get("/mail/boxes/new/").status_code == 200
    new = Mailbox(
        name="Claims", host="127.0.0.1", port=folder.port, security="none",
        username=folder.user, folder=folder.name, site=cast.site, version="",
    )  # fmt: skip
    answer = browser.post("/mail/boxes/new/", values(new, password=PASSWORD), follow=True)
    assert "The mailbox is kept" in answer.content.decode()
    kept = Mailbox.objects.get()
    answer = browser.post(f"/mail/boxes/{kept.pk}/try/", follow=True)
    assert "The connection works: 0 mails" in answer.content.decode()
    Mailbox.objects.update(folder="gone")
    answer = browser.post(f"/mail/boxes/{kept.pk}/try/", follow=True)
    assert "The folder is not there" in answer.content.decode()


def test_the_password_is_sealed_and_shown_nowhere(cast, browse, mailbox):
    assert PASSWORD not in mailbox.sealed_password
    assert unseal(mailbox.sealed_password, SEALED_FOR) == PASSWORD
    browser = browse(cast.administrator)
    for address in ("/mail/", f"/mail/boxes/{mailbox.pk}/"):
        page = browser.get(address).content.decode()
        assert PASSWORD not in page
        assert mailbox.sealed_password not in page
    answer = browser.post(f"/mail/boxes/{mailbox.pk}/", values(mailbox, name="", password="new"))
    assert answer.status_code == 422
    assert 'value="new"' not in answer.content.decode()
    assert not [event for event in Event.objects.all() if PASSWORD in str(event.data)]


def test_a_password_sealed_with_a_lost_key_is_asked_for_again(cast, mailbox, settings):
    settings.SECRET_KEY = "another-key-0123456789-0123456789-0123456789-0123456789"
    commands.fetch_due_mailboxes()
    assert Mailbox.objects.get().trouble == "password"
    settings.SECRET_KEY_FALLBACKS = ["tests-only-secret-key-0123456789-0123456789-0123456789"]
    commands.fetch_due_mailboxes(even_if_not_due=True)
    assert Mailbox.objects.get().trouble == ""


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"host": "mail.elsewhere.example"}, "Enter the password again"),
        ({"host": "mail.elsewhere.example", "password": "x"}, "Without encryption only"),
        ({"move_to": "SAME"}, "Choose another folder"),
        ({"hourly_limit": "0"}, "greater than or equal to 1"),
        ({"host": ""}, "This field is required"),
    ],
)
def test_impossible_settings_are_refused_with_a_reason(cast, browse, mailbox, changes, words):
    changes = {name: v.replace("SAME", mailbox.folder) for name, v in changes.items()}
    answer = browse(cast.administrator).post(
        f"/mail/boxes/{mailbox.pk}/", values(mailbox, **changes)
    )
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert Mailbox.objects.get().host == "127.0.0.1"


def test_saving_what_somebody_else_changed_meanwhile(cast, browse, mailbox):
    browser = browse(cast.administrator)
    old = values(mailbox, name="Quality")
    commands.change_mailbox(
        actor=cast.actor("administrator"), mailbox=mailbox, values={"hourly_limit": 5}
    )
    answer = browser.post(f"/mail/boxes/{mailbox.pk}/", old)
    assert answer.status_code == 409
    assert 'value="Quality"' in answer.content.decode()
    assert Mailbox.objects.get().name == "Claims"


def test_pausing_and_reading_again(cast, browse, mailbox):
    browser = browse(cast.administrator)
    page = browser.post(
        f"/mail/boxes/{mailbox.pk}/pause/", {"reason": "server moves"}, follow=True
    ).content.decode()
    assert "server moves" in page
    assert "Read it again" in page
    browser.post(f"/mail/boxes/{mailbox.pk}/resume/")
    assert Mailbox.objects.get().paused_at is None
    kinds = Event.objects.filter(subject_type="mailboxes.mailbox").values_list("kind", flat=True)
    assert list(kinds) == ["mailbox.created", "mailbox.paused", "mailbox.resumed"]


def test_a_mail_left_alone_can_be_made_a_claim(cast, browse, receive):
    mail = receive(letter(sender=STRANGER, headers=("Precedence: bulk",)))
    browser = browse(cast.administrator)
    page = browser.get(f"/mail/{mail.pk}/").content.decode()
    assert "Left alone: mass or automatic mail" in page
    assert "The latch cracks at its base." in page
    answer = browser.post(f"/mail/{mail.pk}/claim/", follow=True)
    assert "within a minute" in answer.content.decode()
    commands.process_due_mails()
    mail.refresh_from_db()
    assert (mail.state, mail.result) == ("done", "claim")
    assert browser.post(f"/mail/{mail.pk}/claim/").status_code == 422
    assert Event.objects.get(kind="mail.retried").actor == cast.administrator


def test_a_mail_that_could_not_be_read_is_shown_and_tried_again(cast, browse, receive):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(processing, "parse", lambda data: 1 / 0)
        patch.setattr(processing, "MOST_ATTEMPTS", 1)
        mail = receive(letter())
    assert mail.state == "dead"
    browser = browse(cast.administrator)
    assert ">1</span>" in browser.get("/mail/").content.decode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("mailboxes.views.mails.parse", lambda data: 1 / 0)
        page = browser.get(f"/mail/{mail.pk}/").content.decode()
    assert "The raw mail is kept" in page
    assert "ZeroDivisionError" in page
    browser.post(f"/mail/{mail.pk}/again/")
    commands.process_due_mails()
    mail.refresh_from_db()
    assert mail.state == "done"


def test_the_raw_mail_is_saved_never_shown_and_history_knows(cast, browse, receive):
    sent = letter("<script>alert(1)</script>")
    mail = receive(sent)
    answer = browse(cast.auditor).get(f"/mail/{mail.pk}/raw/")
    assert answer.getvalue() == sent
    assert answer.headers["Content-Type"] == "text/plain"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert Event.objects.get(kind="mail.read").actor == cast.auditor


def test_markup_in_a_mail_stays_text(cast, browse, receive):
    mail = receive(
        letter("<script>alert(1)</script>", subject="<b>x</b>", sender='"<i>" <k@unknown.example>')
    )
    for address in ("/mail/", f"/mail/{mail.pk}/"):
        page = browse(cast.administrator).get(address).content.decode()
        assert "<script>alert" not in page
        assert "<b>x</b>" not in page


def test_coordinators_read_the_whole_mail_from_its_claim(cast, browse, receive):
    claim = cast.complete_report()
    quoted = "38 pieces.\n\nOn 25 Nov 2026, Claims wrote:\n> how many?"
    mail = receive(letter(quoted, subject=claim.number))
    browser = browse(cast.handler)
    address = f"/claims/{claim.number}/mails/"
    assert address in browser.get(f"/claims/{claim.number}/").content.decode()
    listed = browser.get(address).content.decode()
    assert f"/mail/{mail.pk}/" in listed
    assert "how many?" in browser.get(f"/mail/{mail.pk}/").content.decode()
    assert browser.get(f"/mail/{mail.pk}/raw/").status_code == 403
    for stranger in (cast.outsider, cast.reporter):
        assert browse(stranger).get(f"/mail/{mail.pk}/").status_code == 404
        assert browse(stranger).get(address).status_code == 404


def test_the_list_is_narrowed(cast, browse, receive):
    bulk = ("Precedence: bulk",)
    receive(
        letter(sender=STRANGER, subject="Rusty bolts", message_id="<a@x>"),
        letter(sender=STRANGER, subject="Newsletter", message_id="<b@x>", headers=bulk),
    )
    browser = browse(cast.administrator)

    def shown(query: str) -> list[str]:
        page = browser.get(f"/mail/{query}").content.decode()
        return [each for each in ("Rusty bolts", "Newsletter") if each in page]

    assert shown("") == ["Rusty bolts", "Newsletter"]
    assert shown("?show=ignored") == ["Newsletter"]
    assert shown("?q=rusty") == ["Rusty bolts"]
    assert shown("?q=none") == []
    assert shown("?show=dead") == []
