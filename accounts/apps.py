from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("People")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts import commands, events, signals  # noqa: F401
        from core import navigation, preferences

        preferences.register(commands.set_preferences)
        navigation.register_shortcut("profile", "accounts:profile")
