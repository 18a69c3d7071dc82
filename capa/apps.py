from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CapaConfig(AppConfig):
    name = "capa"
    verbose_name = _("Actions")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from capa import events, lacks, requirements, sections  # noqa: F401
