"""Which files came in, and what in them was not taken as it stood."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock


class ImportRun(models.Model):
    """One run over one file. Counts are rows; `merged` became further items of a claim."""

    profile = models.CharField(_("profile"), max_length=64)
    file_name = models.CharField(_("file"), max_length=255)
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    started_at = models.DateTimeField(_("started"), default=clock.now)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    rows = models.PositiveIntegerField(_("rows"), default=0)
    created = models.PositiveIntegerField(_("claims created"), default=0)
    merged = models.PositiveIntegerField(_("rows merged into a claim"), default=0)
    known = models.PositiveIntegerField(_("rows imported before"), default=0)
    refused = models.PositiveIntegerField(_("rows refused"), default=0)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.file_name


class ImportProblem(models.Model):
    """A row that was refused, or taken without a value that could not be read."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="problems")
    row = models.PositiveIntegerField(_("row in the file"))
    key = models.CharField(_("key"), max_length=128, blank=True)
    column = models.CharField(_("column"), max_length=128, blank=True)
    value = models.CharField(_("value"), max_length=200, blank=True)
    reason = models.TextField(_("reason"))
    is_refusal = models.BooleanField(_("row refused"), default=True)

    class Meta:
        verbose_name = _("problem of an import")
        verbose_name_plural = _("problems of imports")
        ordering = ["row", "id"]

    def __str__(self) -> str:
        return f"{self.row}: {self.reason}"
