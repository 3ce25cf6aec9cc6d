from django.apps import AppConfig


class CommitmentsConfig(AppConfig):
    """What they promised and how it goes."""

    name = "commitments"
