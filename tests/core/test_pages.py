"""Language, theme, refusals and the pages for what went wrong, over HTTP."""

import json
import re

import pytest
from django.db import connection
from django.http import Http404, HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import include, path

from accounts.models import User
from core import navigation, pages, suggestions
from core.errors import InvalidInput, MissingRequirement, NotPermitted, TransitionRefused

pytestmark = pytest.mark.django_db
FRAGMENT = {"HX-Request": "true"}


def refuse(request, kind):
    if kind == "permission":
        raise NotPermitted("Only the quality manager lifts a stop.")
    if kind == "input":
        raise InvalidInput({"": "The date is in the future."})
    if kind == "bug":
        raise RuntimeError
    if kind == "missing":
        raise Http404
    gap = MissingRequirement("facts", "Add a fact", "/claims/1/facts/")
    raise TransitionRefused("The investigation is not finished.", current="5", missing=[gap])


urlpatterns = [
    path("", include("config.urls")),
    path("refuse/<kind>/", refuse),
    path("ok/", lambda request: HttpResponse("fine")),
]
handler400 = "core.views.bad_request"
handler403 = "core.views.forbidden"
handler404 = "core.views.not_found"
handler500 = "core.views.server_error"
own_urls = override_settings(ROOT_URLCONF=__name__)


# --- Language and theme -----------------------------------------------------------------------


def test_a_guest_keeps_language_and_theme_in_cookies():
    guest = Client()
    guest.post("/language/", {"language": "ru", "next": "/account/login/"})
    guest.post("/theme/", {"theme": "dark"})
    page = guest.get("/account/login/").content.decode()
    assert '<html lang="ru" data-bs-theme="dark">' in page


def test_a_person_keeps_language_and_theme_everywhere(cast, browse):
    browse(cast.handler).post("/language/", {"language": "ru"})
    browse(cast.handler).post("/theme/", {"theme": "light"})
    elsewhere = browse(cast.handler).get("/account/profile/").content.decode()
    assert '<html lang="ru" data-bs-theme="light">' in elsewhere


def test_unknown_choices_change_nothing(cast, browse):
    browser = browse(cast.handler)
    browser.post("/language/", {"language": "xx"})
    browser.post("/theme/", {"theme": "<b>"})
    assert '<html lang="en">' in browser.get("/account/profile/").content.decode()


@pytest.mark.parametrize("there", ["https://evil.example/", "//evil.example/", "javascript:x"])
def test_the_way_back_stays_on_this_site(there):
    answer = Client().post("/language/", {"language": "en", "next": there})
    assert answer["Location"] == "/"


def test_the_switches_take_only_posts():
    assert Client().get("/theme/").status_code == 405


# --- What went wrong --------------------------------------------------------------------------


def test_a_missing_page_looks_like_the_product(cast, browse):
    answer = browse(cast.handler).get("/claims-that-never-were/")
    assert answer.status_code == 404
    assert "There is no such page" in answer.content.decode()


def test_a_missing_page_offers_what_may_have_been_meant(cast, browse, monkeypatch):
    guess = suggestions.Suggestion("/claims/26-0147/", "26-0147 Cracked latches", "Kestrel")
    monkeypatch.setattr(suggestions, "_guesses", [lambda request: [guess]])
    assert "26-0147 Cracked latches" in browse(cast.handler).get("/x/").content.decode()
    assert "26-0147" not in Client().get("/x/").content.decode()


def test_an_unknown_api_address_is_answered_as_a_problem():
    answer = Client().get("/api/v1/nothing-here/")
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"
    assert json.loads(answer.content)["status"] == 404


@own_urls
def test_a_broken_page_says_so_without_asking_the_database(django_assert_num_queries):
    browser = Client(raise_request_exception=False)
    with django_assert_num_queries(0):
        answer = browser.get("/refuse/bug/")
    assert answer.status_code == 500
    assert "Something broke" in answer.content.decode()


def test_a_form_from_before_signing_in_is_explained():
    browser = Client(enforce_csrf_checks=True)
    answer = browser.post("/account/login/", {"login": "a@b.example", "password": "x"})
    assert answer.status_code == 403
    assert "The form is too old" in answer.content.decode()


@own_urls
@pytest.mark.parametrize(
    ("kind", "status", "said"),
    [
        ("permission", 403, "Only the quality manager lifts a stop."),
        ("transition", 409, "The investigation is not finished."),
        ("input", 422, "The date is in the future."),
    ],
)
def test_a_refusal_is_a_page_or_a_note_with_its_status(cast, browse, kind, status, said):
    browser = browse(cast.handler)
    whole, part = browser.get(f"/refuse/{kind}/"), browser.get(f"/refuse/{kind}/", headers=FRAGMENT)
    assert (whole.status_code, part.status_code) == (status, status)
    assert said in whole.content.decode()
    assert said in part.content.decode()
    assert "<html" in whole.content.decode()
    assert "<html" not in part.content.decode()
    assert part["HX-Retarget"] == "#notices"


@own_urls
def test_a_refused_move_names_what_is_missing(cast, browse):
    page = browse(cast.handler).get("/refuse/transition/").content.decode()
    assert '<a href="/claims/1/facts/">Add a fact</a>' in page


# --- Fragments --------------------------------------------------------------------------------


def test_a_fragment_after_the_session_ended_is_401_not_the_sign_in_page():
    assert Client().get("/account/profile/", headers=FRAGMENT).status_code == 401
    assert Client().get("/account/profile/").status_code == 302


@own_urls
def test_caches_tell_page_and_fragment_apart():
    assert "HX-Request" in Client().get("/ok/")["Vary"]


def test_events_of_a_fragment_add_up():
    answer = pages.toast(pages.trigger(HttpResponse(), "dialogClose"), "Сохранено", undo="/undo/")
    assert json.loads(answer["HX-Trigger"]) == {
        "dialogClose": True,
        "toast": {"text": "Сохранено", "undo": "/undo/"},
    }
    assert answer["HX-Trigger"].isascii()


# --- Sidebar ----------------------------------------------------------------------------------


@pytest.fixture
def sidebar(monkeypatch):
    items: dict[str, navigation.NavItem] = {}
    monkeypatch.setattr(navigation, "_items", items)
    return items


def entry(name, order, **more):
    return navigation.NavItem(name, name.title(), "accounts:profile", "inbox", order, **more)


def test_the_sidebar_shows_what_the_reader_may_see_in_order(cast, browse, sidebar):
    for item in (
        entry("second", 120),
        entry("first", 20),
        entry("gone", 10, visible=lambda u: False),
    ):
        navigation.register(item)
    navigation.register(navigation.NavItem("later", "Later", "no:such", "inbox", 5))
    page = browse(cast.handler).get("/account/profile/").content.decode()
    assert (
        page.index('title="First"') < page.index('class="side-sep"') < page.index('title="Second"')
    )
    assert 'title="Gone"' not in page
    assert 'title="Later"' not in page


def people(request):
    return [User.objects.all()]


def test_all_counts_of_the_sidebar_take_one_query_and_say_what_they_count(
    cast, browse, sidebar, django_assert_num_queries
):
    client = browse(cast.handler)
    with CaptureQueriesContext(connection) as bare:
        client.get("/account/profile/")
    for name in ("one", "two"):
        navigation.register(entry(name, 10, phone=True, rows=people, count_words="people"))
    navigation.register(entry("none", 20, rows=lambda request: [User.objects.none()]))
    with django_assert_num_queries(len(bare) + 1):
        page = client.get("/account/profile/").content.decode()
    many = User.objects.count()
    for name in ("one", "two"):
        assert re.search(rf'id="nav-{name}-count" title="people">{many}<span', page)
    assert re.search(r'id="nav-none-count"></span>', page)


def test_a_long_count_stops_at_99(cast, browse, sidebar):
    User.objects.bulk_create(User(email=f"p{n}@tarvina.example") for n in range(120))
    navigation.register(entry("work", 10, rows=people))
    page = browse(cast.handler).get("/account/profile/").content.decode()
    assert 'id="nav-work-count">99+<' in page


def test_a_count_that_the_page_has_is_not_asked_for(cast, sidebar, django_assert_num_queries):
    navigation.register(entry("work", 10, rows=people))
    request = RequestFactory().get("/")
    request.user = cast.handler
    navigation.tell_count(request, "work", 3)
    with django_assert_num_queries(0):
        assert [each.count for each in navigation.entries(request)] == [3]


def test_the_bar_of_phones_has_the_report_in_its_middle(cast, browse):
    page = browse(cast.handler).get("/account/profile/").content.decode()
    bar = page.split('class="tabbar"')[1].split("</nav>")[0]
    assert re.findall(r"<span>(.*?)</span>", bar) == [
        "My work", "Claims", "Report", "Actions", "More",
    ]  # fmt: skip
