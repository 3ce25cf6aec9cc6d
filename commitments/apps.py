from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CommitmentsConfig(AppConfig):
    """What they promised and how it goes."""

    name = "commitments"

    def ready(self):
        from commitments.search_index import make_search_index

        post_migrate.connect(make_search_index, sender=self)
