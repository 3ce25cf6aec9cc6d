"""The delivery team's pages about signatures, organisations and the Declaration. They show and call; they decide
nothing."""

from localdigital import looks, reasons_admin, service_settings, team_notes  # noqa: F401

from . import (  # noqa: F401
    about_organisation,
    access,
    declarations,
    forgetting,
    home,
    log,
    not_signed,
    organisations,
    outbox,
    people,
    reorganising,
    signatures,
    unreachable,
)
