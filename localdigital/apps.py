"""Starting up: the ground app, and the admin site that asks for a second factor."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.db.models.signals import post_migrate


class GroundConfig(AppConfig):
    name = "localdigital"
    verbose_name = "Register"

    def ready(self):
        from localdigital.constraints import make_triggers

        # Changing a table through Django drops its triggers on SQLite, so they are made again after every migrate.
        post_migrate.connect(make_triggers, sender=self)


class RegisterAdminConfig(AdminConfig):
    default_site = "localdigital.admin.RegisterAdminSite"
