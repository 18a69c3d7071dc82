"""Two people edited the same form: what each changed, and how it is settled."""

from django import forms
from django.template.loader import render_to_string

from core.ui.conflicts import compare


class ClaimForm(forms.Form):
    title = forms.CharField()
    severity = forms.ChoiceField(choices=[("major", "Major"), ("critical", "Critical")])
    due = forms.DateField()
    team = forms.MultipleChoiceField(choices=[("1", "A"), ("2", "B")], required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)


BASE = {"title": "Latch cracks", "severity": "major", "due": "2026-06-17", "team": ["1"]}


def conflict(mine, theirs):
    """`mine` is what the user posted, `theirs` what is stored now."""
    data = {**BASE, **mine, "version": "40"}
    data |= {f"initial-{name}": value for name, value in BASE.items()}
    return compare(
        ClaimForm(data), ClaimForm(initial={**BASE, **theirs}),
        version=41, who="S. Gulyaev", action="/claims/26-0147/edit/",
    )  # fmt: skip


def test_changes_of_one_side_are_settled_and_those_of_both_are_open():
    found = conflict(
        {"due": "2026-06-19", "title": "Latch cracks, normal force"},
        {"severity": "critical", "title": "Latch cracks at its base"},
    )
    assert {item.name: item.changed for item in found.fields} == {
        "title": "both", "severity": "theirs", "due": "mine",
    }  # fmt: skip
    assert found.open == 1
    severity = next(item for item in found.fields if item.name == "severity")
    assert (severity.base, severity.theirs, severity.mine) == ("Major", "Critical", "Major")


def test_agreeing_fields_travel_along():
    found = conflict({"title": "New"}, {"title": "New"})
    assert found.fields == []
    assert {item.name: item.values for item in found.same} == {
        "title": ("New",), "severity": ("major",), "due": ("2026-06-17",), "team": ("1",),
    }  # fmt: skip


def test_several_values_of_the_side_that_changed_win():
    assert dict(_same(conflict({}, {"team": ["1", "2"]})))["team"] == ("1", "2")
    assert dict(_same(conflict({"team": ["1", "2"]}, {})))["team"] == ("1", "2")


def _same(found):
    return ((item.name, item.values) for item in found.same)


def test_the_users_own_text_can_be_copied():
    found = conflict({"title": "Mine", "due": "2026-06-19"}, {"title": "Theirs"})
    assert found.my_text == "Title: Mine\n\nDue: 2026-06-19"


def test_the_panel_posts_the_choice_under_the_new_version():
    found = conflict({"title": "Mine"}, {"title": "Theirs", "severity": "critical"})
    panel = render_to_string("components/conflict.html", {"conflict": found})
    assert 'name="version" value="41"' in panel
    assert 'name="title" value="Theirs" required>' in panel
    assert 'name="title" value="Mine" required>' in panel
    assert 'name="severity" value="critical" required checked>' in panel
    assert "1 field left to choose" in panel
