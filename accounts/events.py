"""The facts that people administration records; not for the integration feed."""

from django.utils.translation import gettext_lazy as _

from events.registry import kind

USER_CREATED = kind("user.created", _("created the account"), public=False)
USER_CHANGED = kind("user.changed", _("changed the account"), public=False)
ROLE_GRANTED = kind("user.role_granted", _("granted a role"), public=False)
ROLE_REVOKED = kind("user.role_revoked", _("revoked a role"), public=False)
PASSWORD_CHANGED = kind("user.password_changed", _("changed the password"), public=False)
SECOND_FACTOR_ADDED = kind("user.second_factor_added", _("set up a second factor"), public=False)
SECOND_FACTOR_REMOVED = kind(
    "user.second_factor_removed", _("removed a second factor"), public=False
)
DEPARTMENT_CHANGED = kind("department.changed", _("changed the department"), public=False)
ABSENCE_ENTERED = kind("user.absence_entered", _("entered an absence"), public=False)
ABSENCE_CHANGED = kind("user.absence_changed", _("changed an absence"), public=False)
ABSENCE_CANCELLED = kind("user.absence_cancelled", _("cancelled an absence"), public=False)
