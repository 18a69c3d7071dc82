"""What the components say to eyes, keyboards and screen readers."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.template import Context, Template
from django.test import override_settings

from core import navigation
from core.paging import Page
from core.ui import icons
from core.ui.controls import FilesField, QuantityField

NOW = datetime(2026, 6, 17, 10, 24, tzinfo=UTC)
ROOT = Path(settings.BASE_DIR)
needs_icons = pytest.mark.skipif(
    not icons.folder().is_dir(), reason="./run setup fetches the icons"
)


def draw(source: str, **context) -> str:
    return Template("{% load ui %}" + source).render(Context(context))


def plain(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


class ClaimForm(forms.Form):
    title = forms.CharField(help_text="What happened, in a few words")
    note = forms.CharField(required=False)
    severity = forms.ChoiceField(
        choices=[("critical", "Safety"), ("minor", "Looks")], widget=forms.RadioSelect
    )
    defective = QuantityField(min_value=1)
    agreed = forms.BooleanField(required=False)


# --- Icons ------------------------------------------------------------------------------------


@needs_icons
def test_an_icon_is_hidden_from_screen_readers():
    drawn = draw('{% icon "clock" 14 cls="push" %}')
    assert 'aria-hidden="true"' in drawn
    assert 'class="i s14 push"' in drawn
    assert "M0 0h24v24H0z" not in drawn


@needs_icons
def test_an_unknown_icon_stops_a_debug_start_and_leaves_production_without_it():
    with override_settings(STRICT_ICONS=True), pytest.raises(icons.UnknownIcon, match="no-such"):
        draw('{% icon "no-such" %}')
    with override_settings(STRICT_ICONS=False):
        assert draw('{% icon "no-such" %}') == ""
        assert draw('{% icon "../../../core/views" %}') == ""


@needs_icons
def test_every_icon_that_templates_name_exists():
    used = {
        (path.relative_to(ROOT).as_posix(), name)
        for path in (ROOT / "templates").rglob("*.html")
        for name in re.findall(r'{% (?:icon|empty_state) "([^"]+)"', path.read_text())
    }
    assert [pair for pair in used if not (icons.folder() / f"{pair[1]}.svg").is_file()] == []


@needs_icons
def test_every_icon_of_the_sidebar_exists():
    names = {item.icon for item in navigation._items.values()}
    assert [name for name in names if not (icons.folder() / f"{name}.svg").is_file()] == []


# --- Marks ------------------------------------------------------------------------------------


def test_severity_is_a_shape_and_a_word():
    assert plain(draw('{% severity "critical" %}')) == "Critical"
    hidden = draw('{% severity "minor" word=False %}')
    assert 'class="visually-hidden">Minor' in hidden
    assert 'title="Minor"' in hidden
    assert plain(draw("{% severity value %}", value="")) == "not judged"


def classes(drawn: str) -> str:
    return " ".join(re.findall(r'<rect class="tk-(\w)"', drawn))


def test_the_track_marks_now_by_height_and_says_it():
    drawn = draw("{% track 5 %}")
    assert classes(drawn) == "d d d d n f f f"
    assert drawn.count('height="12"') == 1
    assert 'aria-label="step 5 of 8"' in drawn


def test_the_track_of_late_skipped_and_closed_claims():
    assert classes(draw("{% track 4 late=True %}")) == "d d d l f f f f"
    assert classes(draw('{% track 7 skipped="5 6" %}')) == "d d d d s s n f"
    closed = draw("{% track 8 closed=True %}")
    assert classes(closed) == "d d d d d d d d"
    assert 'aria-label="closed"' in closed


@needs_icons
def test_a_deadline_in_each_form():
    late = NOW - timedelta(days=5)
    context = {"late": late, "today": NOW + timedelta(minutes=40), "now": NOW}
    assert plain(draw('{% due late mode="words" now=now %}', **context)) == "5 days late"
    tight = draw('{% due late mode="tight" now=now %}', **context)
    assert plain(tight) == "12 Jun −5 d , 5 days late"
    assert 'title="5 days late' in tight
    assert plain(draw('{% due today mode="clock" now=now %}', **context)).endswith("in 40 min")
    assert plain(draw("{% due none %}", none=None)) == "no date"


def test_a_person_is_initials_and_a_short_name(cast):
    drawn = draw('{% person user role="quality specialist" %}', user=cast.handler)
    assert plain(drawn) == "AK A. Kravtsova quality specialist"
    assert plain(draw("{% person nobody %}", nobody=None)) == "nobody yet"


def test_names_are_written_as_text():
    assert "<script>" not in draw("{% person name %}", name="<script>alert(1)</script>")
    assert "&lt;b&gt;" in draw("{% tag text %}", text="<b>")


# --- Forms ------------------------------------------------------------------------------------


@needs_icons
def test_a_field_ties_label_hint_and_message_to_its_control():
    drawn = draw("{% field form.title %}", form=ClaimForm({}))
    assert '<label class="form-label" for="id_title">Title' in drawn
    assert 'aria-describedby="id_title-hint id_title-error"' in drawn
    assert 'id="id_title-hint"' in drawn
    assert 'id="id_title-error"' in drawn
    assert 'aria-invalid="true"' in drawn


def test_only_optional_fields_are_marked():
    form = ClaimForm()
    assert "optional" not in draw("{% field form.title %}", form=form)
    assert "optional" in draw("{% field form.note %}", form=form)
    assert "optional" not in draw("{% field form.note mark=False %}", form=form)
    assert "optional" not in draw("{% field form.agreed %}", form=form)


@needs_icons
def test_a_choice_is_a_group_with_a_legend():
    drawn = draw('{% field form.severity look="severity" %}', form=ClaimForm({}))
    assert drawn.startswith('<fieldset class="fs  is-invalid" id="id_severity" tabindex="-1"')
    assert '<legend class="form-label">Severity' in drawn
    assert plain(drawn).count("Critical") == 1


@needs_icons
def test_the_error_summary_leads_to_each_field():
    drawn = draw("{% form_errors form %}", form=ClaimForm({"note": "x", "defective": "0"}))
    assert "Not saved: correct 3 fields" in drawn
    assert 'role="alert"' in drawn
    assert re.findall(r'href="(#[^"]+)"', drawn) == ["#id_title", "#id_severity", "#id_defective"]


@needs_icons
def test_the_summary_counts_one_field_in_the_singular():
    form = ClaimForm({"title": "x", "severity": "minor", "defective": ""})
    assert "Not saved: correct 1 field<" in draw("{% form_errors form %}", form=form)


def test_no_errors_no_summary():
    assert draw("{% form_errors form %}", form=ClaimForm()).strip() == ""


@needs_icons
def test_rows_come_with_an_empty_one_to_copy():
    rows = forms.formset_factory(ClaimForm, extra=1, can_delete=True)(prefix="items")
    drawn = draw('{% formset rows "Items" add="Add an item" %}', rows=rows)
    assert 'name="items-TOTAL_FORMS"' in drawn
    assert 'name="items-0-title"' in drawn
    assert 'name="items-__prefix__-title"' in drawn
    assert "Add an item" in drawn


def test_too_many_and_too_large_files_are_refused():
    from django.core.files.uploadedfile import SimpleUploadedFile

    field = FilesField(max_files=1, max_size=10)
    small, large = SimpleUploadedFile("a.txt", b"x"), SimpleUploadedFile("b.txt", b"x" * 11)
    assert field.clean([small]) == [small]
    with pytest.raises(forms.ValidationError, match="At most 1 file"):
        field.clean([small, small])
    with pytest.raises(forms.ValidationError, match=r"b\.txt is larger than"):
        field.clean([large])


@needs_icons
@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "Severity Apply"),
        ({"severity": "minor"}, "Severity Looks Apply"),
        ({"sources": ["a", "b"]}, "Sources A +1 Apply"),
    ],
)
def test_a_filter_says_what_it_is_set_to(data, words):
    class Filters(forms.Form):
        severity = forms.ChoiceField(choices=[("", "any"), ("minor", "Looks")])
        sources = forms.MultipleChoiceField(choices=[("a", "A"), ("b", "B")])

    name = "sources" if "sources" in data else "severity"
    drawn = draw("{% filter_field bound %}", bound=Filters(data)[name])
    label = re.sub(r"<(select|fieldset|label).*?</\1>", "", drawn, flags=re.DOTALL)
    assert plain(label) == words


# --- Gate -------------------------------------------------------------------------------------


@needs_icons
def test_the_gate_shows_open_points_first_and_counts_the_met_ones():
    answers = [
        {"met": True, "sentence": "Team named"},
        {"met": False, "sentence": "No fact yet", "detail": "Add one", "url": "/facts"},
    ]
    drawn = draw('{% gate answers sub="Step 5" %}<a href="/x">Go</a>{% endgate %}', answers=answers)
    assert plain(drawn).startswith("What is needed to go on Step 5 1 of 2 No fact yet")
    assert 'href="/facts"' in drawn
    assert drawn.index("No fact yet") < drawn.index("Team named") < drawn.index("Go</a>")


# --- Paging and sorting -----------------------------------------------------------------------


@needs_icons
def test_the_pager_keeps_the_filters_and_offers_only_what_there_is(rf):
    request = rf.get("/claims/?q=latch&cursor=old")
    page = Page(rows=[], next="abc", previous="")
    drawn = draw('{% pager page text="1–50" %}', page=page, request=request)
    assert 'href="?q=latch&amp;cursor=abc"' in drawn
    assert plain(drawn) == "1–50 Next"


@needs_icons
def test_a_second_click_on_a_column_head_turns_the_order_round(rf):
    once = draw('{% sort_head "Due" "due" %}', request=rf.get("/?sort=due&cursor=x"))
    assert 'aria-sort="ascending"' in once
    assert 'href="?sort=-due"' in once
    assert "aria-sort" not in draw('{% sort_head "Due" "due" %}', request=rf.get("/"))
