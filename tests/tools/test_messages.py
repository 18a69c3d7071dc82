"""The extractor finds in templates and modules exactly what Django looks up at run time."""

import gettext
import io
import re
from pathlib import Path

import pytest
from babel.messages import Catalog
from babel.messages.mofile import write_mo
from django.template import Context, Template
from django.utils import translation
from django.utils.translation import trans_real

from tools import messages

TEMPLATE = """
{% load i18n %}
  <div class="a">
      <h1>{% translate "Heading" %}</h1>
      {% translate "Month" context "calendar" as month %}{{ month }}
    {% if late %}
        {% blocktranslate trimmed count n=late with name=who %}
            {{ name }} has {{ n }} late action, 5 % of all.
        {% plural %}
            {{ name }} has {{ n }} late actions, 5 % of all.
        {% endblocktranslate %}
    {% endif %}
    {% blocktranslate %}Line one
      and "two"{% endblocktranslate %}
        {{ _("In a variable") }} {% firstof missing _("In a tag") %}
  </div>
"""


@pytest.fixture
def extracted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Catalog:
    """The catalogue of TEMPLATE and one small module."""
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "page.html").write_text(TEMPLATE)
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "views.py").write_text(
        "from django.utils.translation import gettext_lazy as _, npgettext\n"
        "text = _('From Python')\n"
        "both = npgettext('mail', '%(n)d letter', '%(n)d letters', 2)\n"
    )
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "other.py").write_text("_('Never shown')")
    return messages.template_catalogue()


def test_texts_of_python_come_with_plural_and_context(extracted):
    assert extracted.get("From Python") is not None
    assert extracted.get(("%(n)d letter", "%(n)d letters"), context="mail") is not None
    assert extracted.get("Never shown") is None


def test_every_text_of_a_template_is_looked_up_under_the_extracted_key(extracted, monkeypatch):
    """With every extracted text marked by «», no visible word of the page stays unmarked."""
    for message in extracted:
        if message.id:
            marked = tuple(f"«{text}»" for text in messages.as_texts(message.id))
            message.string = marked if message.pluralizable else marked[0]
    compiled = io.BytesIO()
    write_mo(compiled, extracted)
    compiled.seek(0)
    catalogue = trans_real.DjangoTranslation("en", domain="django")
    catalogue.merge(gettext.GNUTranslations(compiled))
    monkeypatch.setitem(vars(trans_real)["_translations"], "en", catalogue)
    with translation.override("en"):
        html = Template(TEMPLATE).render(Context({"late": 2, "who": "Anna"}))
    assert "«Anna has 2 late actions, 5 % of all.»" in html
    unmarked = re.sub(r"«.*?»|<[^>]*>", "", html, flags=re.DOTALL)
    assert not unmarked.strip()


def test_a_catalogue_with_a_hole_or_a_leftover_is_reported(extracted, tmp_path, monkeypatch):
    monkeypatch.setattr(messages, "LOCALE", tmp_path / "locale")
    messages.update()
    catalogue = messages.read_catalogue("ru")
    for message in catalogue:
        message.string = ("а", "б", "в") if message.pluralizable else "перевод"
    catalogue["Heading"].string = ""
    catalogue.add("Gone", "Ушло")
    messages.catalogue_path("ru").write_bytes(messages.rendered(catalogue))
    found = messages.problems()
    assert "ru: not translated: 'Heading'" in found
    assert "ru: no longer used: 'Gone'" in found


def test_a_text_under_a_name_that_is_not_collected_is_reported(extracted, tmp_path, monkeypatch):
    monkeypatch.setattr(messages, "LOCALE", tmp_path / "locale")
    messages.update()
    (tmp_path / "app" / "rules.py").write_text(
        "from django.utils.translation import gettext as now\ntext = now('Never collected')\n"
    )
    assert "app/rules.py: gettext as now is not collected" in messages.problems()


def test_updating_twice_changes_nothing(extracted, tmp_path, monkeypatch):
    monkeypatch.setattr(messages, "LOCALE", tmp_path / "locale")
    messages.update()
    first = messages.catalogue_path("ru").read_bytes()
    messages.update()
    assert messages.catalogue_path("ru").read_bytes() == first
