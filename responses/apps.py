from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ResponsesConfig(AppConfig):
    name = "responses"
    verbose_name = _("Responses")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from responses import events, handlers, lacks, requirements, sections  # noqa: F401
        from responses.starters import install_starters

        post_migrate.connect(install_starters, sender=self)
