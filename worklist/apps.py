from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorklistConfig(AppConfig):
    name = "worklist"
    verbose_name = _("My work")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from worklist import sections  # noqa: F401
