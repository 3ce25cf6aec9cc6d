"""The emails about what is offered to everybody, on the page that shows every email with an example."""

from commitments.admin.example_letters import DELETED_ON, GROUPS, NOTE, Kind
from programme import emails

WHO = "The officer who wrote it"

GROUPS["Case studies, outputs and events"] = [
    Kind(
        "offered-published",
        "When the delivery team publishes what was sent in",
        WHO,
        lambda made: emails.published(made.case_study),
    ),
    Kind(
        "offered-returned",
        "When the delivery team returns it for changes",
        WHO,
        lambda made: emails.returned(made.case_study, NOTE),
    ),
    Kind(
        "offered-removed",
        "When the delivery team removes what is public",
        WHO,
        lambda made: emails.removed(made.case_study, "The council asked us to."),
    ),
    Kind(
        "offered-will-be-deleted",
        "14 days before what was begun and not sent in is deleted",
        WHO,
        lambda made: emails.will_be_deleted(made.case_study, DELETED_ON),
    ),
]
