from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class MasterdataConfig(AppConfig):
    name = "masterdata"
    verbose_name = _("Master data")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from masterdata import events, sections  # noqa: F401
        from masterdata.starters import install_masterdata

        post_migrate.connect(install_masterdata, sender=self)
