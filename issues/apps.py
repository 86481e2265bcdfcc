from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IssuesConfig(AppConfig):
    name = "issues"
    verbose_name = _("Issues")

    def ready(self) -> None:
        from django.db.models.signals import post_migrate

        from issues.reference import load_reference

        post_migrate.connect(load_reference, sender=self)
