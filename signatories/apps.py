from django.apps import AppConfig


class SignatoriesConfig(AppConfig):
    """Who signed what."""

    name = "signatories"
