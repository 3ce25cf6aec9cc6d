#!/usr/bin/env python
"""The register's command line. It also chooses the mode: a deployment unless the command says otherwise."""

import os
import sys

# Commands that never touch a deployment's data, and the mode whose settings they can run with.
MODE_OF_COMMAND = {"demo": "demo", "build_frontend": "test", "makemigrations": "test", "test": "test"}


def main():
    command = sys.argv[1] if len(sys.argv) > 1 else ""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "localdigital.settings")
    os.environ.setdefault("REGISTER_MODE", MODE_OF_COMMAND.get(command, "production"))

    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
