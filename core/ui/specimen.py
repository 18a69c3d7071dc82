"""Content of the style guide: one of everything, with invented things to show."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest

from core import clock
from core.ui.conflicts import Conflict, FieldConflict
from core.ui.controls import DateInput, FilesField, QuantityField

SEVERITIES = [
    ("critical", "Safety, customer line down or legal breach"),
    ("major", "Part does not work or cannot be assembled"),
    ("minor", "Appearance, packaging, papers"),
]


STEP_TIMES = {"d": "8 Jun, 09:14", "n": "today by 18:00"}


class SpecimenForm(forms.Form):
    """Every kind of field."""

    customer = forms.ChoiceField(
        choices=[("", "---------"), ("1", "Kestrel Switchgear"), ("2", "Arkona Auto")],
        widget=forms.Select(attrs={"data-select": ""}),
        help_text="Quality agreement Q-17: final answer in 10 working days",
    )
    team = forms.MultipleChoiceField(
        choices=[("1", "S. Gulyaev"), ("2", "N. Zhdanov"), ("3", "P. Melnik")],
        widget=forms.SelectMultiple(attrs={"data-select": ""}),
        required=False,
    )
    reference = forms.CharField(label="Customer reference", required=False)
    received = forms.DateField(widget=DateInput())
    defective = QuantityField(label="Defective, pcs", min_value=1)
    description = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}))
    severity = forms.ChoiceField(choices=SEVERITIES, widget=forms.RadioSelect)
    line_down = forms.ChoiceField(
        label="Is the line down?",
        choices=[("no", "no"), ("yes", "yes, call me")],
        widget=forms.RadioSelect,
        initial="no",
    )
    defect = forms.ChoiceField(
        choices=[("crack", "Crack"), ("flash", "Flash"), ("warpage", "Warpage")],
        widget=forms.RadioSelect,
    )
    sources = forms.MultipleChoiceField(
        choices=[("shop", "Shop floor"), ("lab", "Laboratory")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    block = forms.BooleanField(label="Block the rest of lot L-2309 in stock", required=False)
    reason = forms.CharField(label="Why it is blocked", required=False)
    photos = FilesField(label="Photos and documents", required=False)


class FilterForm(forms.Form):
    """Filters of a list."""

    owner = forms.ChoiceField(
        choices=[("", "Anybody"), ("ak", "A. Kravtsova")], widget=forms.RadioSelect
    )
    step = forms.MultipleChoiceField(
        choices=[("1", "Received"), ("2", "Notified")], widget=forms.CheckboxSelectMultiple
    )


class ItemForm(forms.Form):
    """A row of the formset specimen."""

    product = forms.CharField()
    lot = forms.CharField(required=False)


def context(request: HttpRequest) -> dict[str, Any]:
    """Everything the style guide shows."""
    now = clock.now()
    items = forms.formset_factory(ItemForm, extra=1, can_delete=True)
    wrong = SpecimenForm({"customer": "", "defective": "0", "team": []}, prefix="bad")
    return {
        "severities": ["critical", "major", "minor"],
        "late_5": now - timedelta(days=4, hours=17),
        "late_h": now - timedelta(hours=17, minutes=5),
        "soon": now + timedelta(minutes=10),
        "tomorrow": now + timedelta(days=1),
        "ahead": now + timedelta(days=5),
        "states": ["new", "work", "wait", "done", "risk", "late", "off", "stop"],
        "kinds": ["", "act", "risk", "late", "done"],
        "number": Decimal("4800.5"),
        "sum": Decimal(312400),
        "now": now,
        "form": SpecimenForm(),
        "filters": FilterForm({"filter-owner": "ak"}, prefix="filter"),
        "wrong": wrong,
        "items": items(prefix="items"),
        "steps": _steps(),
        "answers": _answers(),
        "tabs": _tabs(),
        "layouts": [
            {"label": "List", "url": "#list", "current": True, "icon": "layout-list"},
            {"label": "Board", "url": "#board", "icon": "layout-kanban"},
        ],
        "rows": _rows(now),
        "conflict": _conflict(),
        "person": "Anna Kravtsova",
    }


def _steps() -> list[dict[str, Any]]:
    names = [
        "Received",
        "Notified",
        "Registered",
        "Initial investigation",
        "Full investigation",
        "Analysis & actions",
        "Customer response",
        "Action monitoring",
    ]
    kinds = ["d", "d", "d", "d", "n", "s", "f", "f"]
    return [
        {
            "number": i,
            "name": name,
            "kind": kind,
            "url": "#steps" if kind == "d" else "",
            "when": STEP_TIMES.get(kind, "by 22 Jun"),
            "who": "A. Kravtsova" if kind in "dn" else "",
        }
        for i, (name, kind) in enumerate(zip(names, kinds, strict=True), 1)
    ]


def _answers() -> list[dict[str, Any]]:
    return [
        {"met": True, "sentence": "Team named, 5 people"},
        {
            "met": False,
            "sentence": "2 hypotheses undecided",
            "url": "#gate",
            "detail": "Measurement: weekly moisture check; Environment: customer storage",
        },
        {
            "met": False,
            "waiting": True,
            "sentence": "Sign-off by process engineer",
            "detail": "S. Gulyaev · asked 16 Jun",
        },
        {"met": True, "sentence": "Lots checked, 3 of 3"},
    ]


def _tabs() -> list[dict[str, Any]]:
    return [
        {"label": "My open", "url": "#a", "current": True, "count": 27},
        {"label": "Late", "url": "#b", "count": 3, "late": True},
        {"label": "Closed", "url": "#c", "count": 412},
        {"label": "History", "url": "#d"},
    ]


def _rows(now: Any) -> list[dict[str, Any]]:
    return [
        {
            "number": "26-0098",
            "due": now - timedelta(days=5),
            "severity": "major",
            "step": 8,
            "customer": "Delmar Appliances",
            "late": True,
        },
        {
            "number": "26-0147",
            "due": now + timedelta(days=2),
            "severity": "critical",
            "step": 5,
            "customer": "Kestrel Switchgear",
            "late": False,
        },
    ]


def _conflict() -> Conflict:
    differences = [
        FieldConflict("severity", "Severity", "theirs", "Major", "Critical", "Major", "c", "m"),
        FieldConflict(
            "due", "Step 5 due", "mine", "17 Jun 18:00", "17 Jun 18:00", "19 Jun 12:00", "a", "b"
        ),
        FieldConflict(
            "description",
            "Description",
            "both",
            "The latch cracks on insertion",
            "The latch cracks at its base when inserted into the header",
            "The latch cracks on insertion, at normal force",
            "x",
            "y",
        ),
    ]
    return Conflict(41, "S. Gulyaev", "#conflict", differences)
