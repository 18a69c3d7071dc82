"""The page of the notification list: reading, editing cells, exceptions, fallback, history."""

from __future__ import annotations

import re

import pytest

from events.models import Event
from notifications.models import FallbackList, NotificationRule
from notifications.recipients import who_would_be_told
from notifications.states import Occasion

URL = "/notification-rules/"
FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def cells(cast, rule, browse):
    """A manager's browser on an empty list: `cells.value(cell)`, `cells.save(cell, …)`."""
    return Cells(browse(cast.quality_manager))


class Cells:
    def __init__(self, client):
        self.client = client

    def page(self, **query):
        return self.client.get(URL, query).text

    def value(self, cell, **query):
        """none, info or ack, and the words of the link."""
        found = re.search(
            r'<a class="nm-cell[^>]*data-v="(\w+)" href="([^"]*)"[^>]*aria-label="([^"]*)"',
            self._link(cell, **query),
        )
        assert found is not None
        return found[1], found[3].rpartition(": ")[2]

    def _link(self, cell, **query):
        page = self.client.get(URL, {**query, "cell": cell}).text
        return next(each for each in page.split("<td>") if 'aria-current="true"' in each[:300])

    def seen(self, cell, **query):
        page = self.client.get(URL, {**query, "cell": cell}).text
        found = re.search(r'name="seen"(?: value="([^"]*)")?', page)
        assert found is not None
        return found[1] or ""

    def save(self, cell, what, headers=None, seen=None, query=None, **more):
        query = query or {}
        data = {"what": what, "channels": ["in_app", "email"], **more}
        data["seen"] = self.seen(cell, **query) if seen is None else seen
        address = f"{URL}?" + "&".join(
            f"{key}={value}" for key, value in {**query, "cell": cell}.items()
        )
        return self.client.post(address, data, headers=headers or {})


def told(claim):
    return [each.label for each in who_would_be_told(claim, Occasion.NOTIFY)]


def test_a_cell_goes_from_nothing_to_a_demand_and_back(cast, cells):
    cast.departments["WHS"].head = cast.warehouse
    cast.departments["WHS"].save()
    cell = f"claim.notify|critical|department:{cast.departments['WHS'].pk}"
    assert cells.value(cell) == ("none", "not told")
    saved = cells.save(cell, "ack", hours="2")
    assert saved.status_code == 302
    assert cells.value(cell) == ("ack", "must confirm within 2 h")
    assert told(cast.report(severity="critical")) == ["Elena Panova"]
    assert "Elena Panova" not in told(cast.report(severity="major"))

    cells.save(cell, "info", hours="2")
    assert cells.value(cell) == ("info", "informed")
    cells.save(cell, "none")
    (left,) = NotificationRule.objects.all()
    assert (left.is_active, left.version) == (False, 3)
    cells.save(cell, "ack")
    assert cells.value(cell) == ("ack", "must confirm within 4 h")
    assert NotificationRule.objects.get().pk == left.pk


def test_one_of_several_recipients_of_a_rule_gets_its_own(cast, rule, cells):
    shared = rule(roles=["handler", "quality_manager"], channels=["in_app"])
    assert cells.value("claim.notify||role:handler") == ("info", "informed")
    cells.save("claim.notify||role:handler", "ack", hours="3")
    assert cells.value("claim.notify||role:handler") == ("ack", "must confirm within 3 h")
    assert cells.value("claim.notify||role:quality_manager") == ("info", "informed")
    shared.refresh_from_db()
    assert (shared.roles, shared.channels) == (["quality_manager"], ["in_app"])
    asked = {
        each.label: each.needs_confirmation
        for each in who_would_be_told(cast.report(), Occasion.NOTIFY)
    }
    assert asked == {
        "Anna Kravtsova": True,
        "Irina Sokolova": True,
        "Nina Gordeeva": False,
        "Oleg Tarasov": False,
    }


def test_the_strictest_of_overlapping_rules_is_shown(rule, cells):
    rule(roles=["handler"])
    rule(roles=["handler"], needs_confirmation=True, confirm_within=8)
    rule(roles=["handler"], needs_confirmation=True, confirm_within=3)
    assert cells.value("claim.notify||role:handler") == ("ack", "must confirm within 3 h")
    cells.save("claim.notify||role:handler", "none")
    assert cells.value("claim.notify||role:handler") == ("none", "not told")
    assert not NotificationRule.objects.filter(is_active=True).exists()


@pytest.mark.parametrize("headers", [{}, FRAGMENT])
def test_who_saves_on_an_old_state_is_told_and_keeps_the_choice(cells, headers):
    cell = "claim.reported||role:handler"
    seen = cells.seen(cell)
    cells.save(cell, "info")
    late = cells.save(cell, "ack", headers=headers, seen=seen, hours="6")
    assert late.status_code == 409
    assert "Somebody changed this meanwhile" in late.text
    assert 'value="6"' in late.text
    assert cells.value(cell) == ("info", "informed")
    (fresh,) = re.findall(r'name="seen" value="([^"]*)"', late.text)
    assert cells.save(cell, "ack", seen=fresh, hours="6").status_code == 302
    assert cells.value(cell) == ("ack", "must confirm within 6 h")


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"what": "ack", "hours": "0"}, "greater than or equal to 1"),
        ({"what": "ack", "hours": "soon"}, "Enter a whole number."),
        ({"what": "info", "channels": []}, "Choose at least one channel."),
        ({"what": "shout"}, "shout is not one of the available choices"),
    ],
)
def test_what_cannot_be_comes_back_with_its_error(cells, wrong, text):
    wrong = dict(wrong)
    answer = cells.save("claim.reported||role:handler", wrong.pop("what"), **wrong)
    assert answer.status_code == 422
    assert text in answer.text
    assert not NotificationRule.objects.exists()


def test_hours_that_are_not_asked_for_are_not_judged(cells):
    assert cells.save("claim.reported||role:handler", "info", hours="soon").status_code == 302
    assert cells.value("claim.reported||role:handler") == ("info", "informed")


def test_htmx_gets_the_matrix_with_a_toast(cells):
    answer = cells.save("claim.reported||role:handler", "info", headers=FRAGMENT)
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert "Saved" in answer.headers["HX-Trigger"]
    assert 'id="nm"' in answer.text


def test_addresses_that_name_no_cell_show_the_matrix_without_an_editor(cells):
    wrong = ("", "x", "claim.notify||king:1", "claim.notify|loud|heads:", "claim.notify||role:king")
    for cell in (*wrong, "claim.notify||department:x", "claim.mention||role:handler"):
        page = cells.page(cell=cell, customer="x", site="99999999999999999999")
        assert "Choose a cell" in page


def test_a_person_and_an_outside_address_get_columns(cast, cells):
    form = {"occasion": "claim.notify", "severity": "", "what": "ack", "channels": ["in_app"]}
    added = cells.client.post(f"{URL}add/", {**form, "user": cast.laboratory.pk}, follow=True)
    assert "P. Melnik" in added.text
    form |= {"what": "info", "address": "Desk@Outside.example", "channels": ["email"]}
    cells.client.post(f"{URL}add/", form, follow=True)
    assert told(cast.report()) == ["Pavel Melnik", "desk@outside.example"]
    both = cells.client.post(f"{URL}add/", {**form, "user": cast.laboratory.pk})
    assert both.status_code == 422
    assert "Choose one: a person, a role, an outside address or a chat room." in both.text
    form = {**form, "address": "", "role": "finance", "channels": ["in_app"]}
    assert "Finance" in cells.client.post(f"{URL}add/", form, follow=True).text
    assert "Galina Fomina" in told(cast.report())


def test_an_exception_holds_for_its_claims_only(cast, cells):
    asked = {"site": cast.site.pk, "customer": cast.customer.pk, "family": cast.family.pk}
    shown = cells.client.get(f"{URL}exception/", asked, follow=True)
    scope = dict(
        pair.split("=") for pair in shown.redirect_chain[0][0].partition("?")[2].split("&")
    )
    assert scope == {name: str(value) for name, value in asked.items()}
    cells.save("claim.notify||role:legal", "info", query=scope)
    fitting = cast.report(customer=cast.customer, site=cast.site, items=[cast.item()])
    assert told(fitting) == ["Lev Arbatov"]
    assert "Lev Arbatov" not in told(cast.report(site=cast.site, customer=cast.other_customer))
    assert "Tarvina, Connectors, Kestrel Switchgear" in cells.page()
    assert cells.client.get(URL, {"customer": 4711}).status_code == 404


@pytest.mark.parametrize("name", ["manager", "auditor"])
def test_managers_and_auditors_read_and_do_not_write(cast, browse, name):
    client = browse(cast.people[name])
    page = client.get(URL).text
    assert "must confirm within 4 h" in page
    assert 'class="nm-cell" data-v="ack"' in page
    assert '<a class="nm-cell' not in page
    for tail in ("?cell=claim.notify||role:handler", "add/", "fallback/MAIN/"):
        assert client.post(URL + tail, {"what": "none"}).status_code == 403
    for tail in ("history/", "fallback/", "preview/"):
        assert client.get(URL + tail).status_code == 200


@pytest.mark.parametrize("name", ["handler", "reporter", "outsider"])
def test_others_do_not_see_the_list(cast, browse, name):
    client = browse(cast.people[name])
    for tail in ("", "history/", "fallback/", "preview/"):
        assert client.get(URL + tail).status_code == 403
    assert "Notification rules" not in client.get("/", follow=True).text


def test_history_says_who_changed_what_and_when(cells):
    cells.save("claim.notify|critical|role:handler", "ack", hours="2")
    cells.save("claim.notify|critical|role:handler", "info")
    cells.save("claim.notify|critical|role:handler", "none")
    page = cells.client.get(f"{URL}history/").text
    assert page.count("Oleg Tarasov</b> changed the notification list: departments notified") == 3
    entries = [" ".join(re.sub("<[^>]+>", " ", each).split()) for each in page.split("<li id=")[1:]]
    assert "active: yes no" in entries[0]
    assert "must confirm having read it: yes no" in entries[1]
    assert "roles at the site: — Quality specialist" in entries[2]
    assert "confirm within, working hours: — 2" in entries[2]


def test_the_fallback_list_of_a_site(cast, rule, browse):
    client = browse(cast.quality_manager)
    assert "Nina Gordeeva, Oleg Tarasov" in client.get(f"{URL}fallback/").text
    data = {"people": [cast.warehouse.pk, cast.reporter.pk], "version": 0}
    assert client.post(f"{URL}fallback/MAIN/", data).status_code == 302
    assert told(cast.report(site=cast.site)) == ["Elena Panova", "Rustam Agishev"]
    assert FallbackList.objects.get().version == 1
    stale = client.post(f"{URL}fallback/MAIN/", {**data, "people": [cast.warehouse.pk]})
    assert stale.status_code == 409
    for person in (cast.warehouse, cast.reporter):
        person.is_active = False
        person.save()
    assert told(cast.report(site=cast.site, by=cast.handler)) == ["Nina Gordeeva", "Oleg Tarasov"]
    last = Event.objects.get(kind="notification_list.fallback_changed")
    assert last.data["changes"] == {"people": [[], ["Elena Panova", "Rustam Agishev"]]}


def test_the_pages_in_russian(cast, browse):
    cast.quality_manager.language = "ru"
    cast.quality_manager.save()
    client = browse(cast.quality_manager)
    page = client.get(URL, {"cell": "claim.notify|critical|role:handler"}).text
    for words in ("Правила оповещения", "должен подтвердить", "Что сделать", "4 ч"):
        assert words in page
    assert "Запасной список" in client.get(f"{URL}fallback/").text


def test_the_number_of_queries_does_not_grow_with_the_list(
    cast, rule, browse, django_assert_max_num_queries
):
    client = browse(cast.quality_manager)
    for department in cast.departments.values():
        rule(departments=[department])
        rule(people=[cast.reporter, cast.warehouse], severity="critical")
    client.get(URL)
    with django_assert_max_num_queries(22):
        client.get(URL)


def test_severities_of_which_nothing_is_said_are_left_out_until_asked_for(cast, rule, cells):
    rule(roles=["handler"], severity="critical")
    rows = re.findall(r"<tr(.*?)</tr>", cells.page(), re.DOTALL)
    spare = [row for row in rows if row.lstrip().startswith('class="is-spare"')]
    assert not any(">any severity<" in row for row in spare)
    critical = [row for row in rows if "Departments notified<small>critical" in row]
    assert critical
    assert not set(critical) & set(spare)
    assert [row for row in spare if "Departments notified<small>minor" in row]
