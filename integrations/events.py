"""The facts that the administration of clients records; not for the feed they read."""

from django.utils.translation import gettext_lazy as _

from events.registry import kind

CLIENT_CREATED = kind("integration.client_created", _("created the client"), public=False)
CLIENT_CHANGED = kind("integration.client_changed", _("changed the client"), public=False)
TOKEN_ISSUED = kind("integration.token_issued", _("issued a token"), public=False)
TOKEN_REVOKED = kind("integration.token_revoked", _("revoked a token"), public=False)
