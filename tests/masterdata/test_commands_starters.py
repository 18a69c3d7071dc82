"""What a new installation finds: catalogues of the trade in both languages, a site, a calendar."""

from __future__ import annotations

import re

import pytest
from django.utils import translation

from masterdata.models import CauseCategory, CauseCode, DefectCode, Site
from masterdata.starters import install_masterdata

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("model", [DefectCode, CauseCode])
def test_every_code_is_named_in_both_languages(model):
    entries = list(model.objects.all())
    assert len(entries) >= 20
    for entry in entries:
        assert re.search("[а-яё]", entry.name_ru), entry.code
        assert entry.name_en.isascii(), entry.code
        with translation.override("ru"):
            assert str(entry) == entry.name_ru
        with translation.override("en"):
            assert str(entry) == entry.name_en


@pytest.mark.parametrize("model", [DefectCode, CauseCode])
def test_catalogues_have_two_levels_and_no_empty_group(model):
    groups = model.objects.filter(group=None)
    assert groups
    for group in groups:
        assert group.codes.exists(), group.code
    assert not model.objects.filter(group__group__isnull=False).exists()


def test_causes_cover_the_six_m_and_codes_carry_the_category_of_their_group():
    groups = CauseCode.objects.filter(group=None)
    assert set(groups.values_list("category", flat=True)) == set(CauseCategory.values)
    for group in groups:
        assert set(group.codes.values_list("category", flat=True)) == {group.category}


def test_installing_again_changes_nothing():
    Site.objects.update(name="Our plant")
    DefectCode.objects.filter(code="GEO-FLASH").update(name_en="Flashing")
    before = (Site.objects.count(), DefectCode.objects.count(), CauseCode.objects.count())

    install_masterdata()

    assert (Site.objects.count(), DefectCode.objects.count(), CauseCode.objects.count()) == before
    assert Site.objects.get().name == "Our plant"
    assert DefectCode.objects.get(code="GEO-FLASH").name_en == "Flashing"
