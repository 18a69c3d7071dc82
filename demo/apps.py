from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DemoConfig(AppConfig):
    name = "demo"
    verbose_name = _("Demo company")

    def ready(self) -> None:
        from demo import events  # noqa: F401
