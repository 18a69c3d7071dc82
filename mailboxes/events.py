"""The facts that the administration of mailboxes records; not for the feed of integrations."""

from django.utils.translation import gettext_lazy as _

from events.registry import kind

MAILBOX_CREATED = kind("mailbox.created", _("added the mailbox"), public=False)
MAILBOX_CHANGED = kind("mailbox.changed", _("changed the mailbox"), public=False)
MAILBOX_PAUSED = kind("mailbox.paused", _("paused the mailbox"), public=False)
MAILBOX_RESUMED = kind("mailbox.resumed", _("resumed the mailbox"), public=False)
MAIL_RETRIED = kind("mail.retried", _("had a mail processed again"), public=False)
MAIL_READ = kind("mail.read", _("downloaded a mail as it came in"), public=False)
