from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MailboxesConfig(AppConfig):
    name = "mailboxes"
    verbose_name = _("Mail in")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from mailboxes import events, sections  # noqa: F401
