"""Starting up: the ground app, and the admin site that asks for a second factor."""

from importlib import import_module

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.db.models.signals import post_migrate


class GroundConfig(AppConfig):
    name = "localdigital"
    verbose_name = "Register"

    def ready(self):
        from localdigital.constraints import make_triggers
        from localdigital.roles import make_roles, say_who_has_none

        # Changing a table through Django drops its triggers on SQLite, so they are made again after every migrate.
        post_migrate.connect(make_triggers, sender=self)
        post_migrate.connect(make_roles, sender=self)
        post_migrate.connect(say_who_has_none, sender=self)


class RegisterAdminConfig(AdminConfig):
    default_site = "localdigital.admin.RegisterAdminSite"

    def ready(self):
        super().ready()
        # After every app has brought its pages: the team's own users, and how they sign in
        import_module("localdigital.team_admin")
        import_module("localdigital.own_sign_in")
