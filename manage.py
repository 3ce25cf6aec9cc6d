#!/usr/bin/env python
"""The register's command line. It also chooses the mode: a deployment unless the command says otherwise."""

import os
import sys

# Commands that never touch a deployment's data, and the mode whose settings they can run with.
MODE_OF_COMMAND = {"demo": "demo", "build_frontend": "test", "makemigrations": "test", "test": "test"}


def main():
    command = sys.argv[1] if len(sys.argv) > 1 else ""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "localdigital.settings")
    mode_is_given = "REGISTER_MODE" in os.environ
    os.environ.setdefault("REGISTER_MODE", MODE_OF_COMMAND.get(command, "production"))

    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as problem:
        demo = (
            "" if mode_is_given else ". For the demo's database set REGISTER_MODE=demo: without it, it is a deployment"
        )
        sys.exit(f"{problem}{demo}")


if __name__ == "__main__":
    main()
