from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = _("Notifications")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from notifications import events, handlers, lacks, requirements, sections  # noqa: F401
        from notifications.starters import install_rules

        post_migrate.connect(install_rules, sender=self)
