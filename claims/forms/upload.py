"""Files for a claim."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from claims.forms.fields import AnyFiles


class UploadForm(forms.Form):
    """One or several files, with a line that says what they show."""

    uploads = AnyFiles(label=_("Files"))
    description = forms.CharField(label=_("What they show"), required=False, max_length=300)

    def clean_uploads(self) -> list[Any]:
        """At least one."""
        files = self.cleaned_data["uploads"]
        if not files:
            raise forms.ValidationError(_("Choose a file."))
        return list(files)
