"""A comment."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.selectors import list_people
from claims.forms.fields import text_area
from core.ui.controls import RemoteSelectMultiple


class CommentForm(forms.Form):
    """A text, and whom it should reach: people named see the claim from then on."""

    text = forms.CharField(label=_("Comment"), max_length=10_000, widget=text_area(3))
    mentions = forms.ModelMultipleChoiceField(
        User.objects.none(),
        label=_("Tell"),
        required=False,
        widget=RemoteSelectMultiple("claims:lookup_people"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mentions"].queryset = list_people()  # type: ignore[attr-defined]

    def clean_mentions(self) -> list[User]:
        return list(self.cleaned_data["mentions"])
