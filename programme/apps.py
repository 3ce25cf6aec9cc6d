from django.apps import AppConfig


class ProgrammeConfig(AppConfig):
    """What the programme offers around the register: fund, case studies, reuse, events, support, following."""

    name = "programme"
