from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DialogueConfig(AppConfig):
    name = "dialogue"
    verbose_name = _("Dialogue")

    def ready(self) -> None:
        from dialogue.actions import unquoting, words  # noqa: F401  (they tell the record where the words of messages stand)
