from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ClaimsConfig(AppConfig):
    name = "claims"
    verbose_name = _("Claims")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from claims import checks, events, handlers, lacks, requirements, sections, sight  # noqa: F401
        from claims.starters import install_deadlines

        post_migrate.connect(install_deadlines, sender=self)
