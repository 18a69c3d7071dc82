"""Forms that make something carry a key, so that a double click makes one thing."""

from __future__ import annotations

import re

from django.conf import settings

FORM = re.compile(r"<form\b(?:\"[^\"]*\"|'[^']*'|\{%.*?%\}|[^>])*>.*?</form>", re.DOTALL)
# Sent again, these set the same thing once more, or are refused by what they have done. Sign-in and
# what guests send has no person whom a key could belong to. A form sent again has its first key.
SAME_TWICE = {
    "account", "mfa",
    "accounts/absence_list.html", "accounts/profile.html", "capa/action.html",
    "claims/list_dialogs.html", "claims/list_part.html", "claims/watch.html",
    "components/language_switch.html", "components/theme_switch.html", "components/user_menu.html",
    "core/styleguide.html", "errors/csrf.html",
    "investigations/panel_comparison.html", "investigations/panel_team.html",
    "investigations/panel_trace.html", "investigations/panel_whys.html",
    "mailboxes/mailbox.html", "masterdata/calendar.html",
    "notifications/confirm_by_link.html", "notifications/failed.html",
    "notifications/fallback.html", "notifications/inbox.html", "notifications/notice.html",
    "notifications/notice_row.html", "notifications/notified.html", "notifications/room.html",
    "notifications/rules_part.html", "worklist/row.html",
}  # fmt: skip


def test_a_form_that_makes_something_has_a_key():
    root = settings.BASE_DIR / "templates"
    bare = set()
    for path in root.rglob("*.html"):
        name = str(path.relative_to(root))
        if name in SAME_TWICE or name.split("/", maxsplit=1)[0] in SAME_TWICE:
            continue
        forms = [each for each in FORM.findall(path.read_text()) if 'method="post"' in each]
        bare |= {name for each in forms if "{% form_key %}" not in each}
    assert not bare
