"""The emails about what is offered to everybody, on the page that shows every email with an example."""

from commitments.admin.example_letters import DELETED_ON, GROUPS, NOTE, Kind
from commitments.admin.invented import NOW
from programme import emails
from programme.follow.digests import Group
from programme.follow.subjects import EVERYTHING, Subject
from programme.models import Follower
from programme.news import Entry

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
        "event-cancelled",
        "When the delivery team cancels a public event",
        WHO,
        lambda made: emails.cancelled(made.event, "The hall is flooded."),
    ),
    Kind(
        "offered-will-be-deleted",
        "14 days before what was begun and not sent in is deleted",
        WHO,
        lambda made: emails.will_be_deleted(made.case_study, DELETED_ON),
    ),
]


def _digest(made):
    page = made.commitment.get_absolute_url()
    title = f"Progress update: {made.commitment.title} (delivered)"
    news = [Entry("example/1", "Progress update", NOW, title, "We made the form.", page)]
    signed = "Camberwick Green Parish Council signed the Local Digital Declaration"
    more = [Entry("example/2", "Signature", NOW, signed, "", made.signature.get_absolute_url())]
    groups = [Group(Subject(organisation=made.trumpton), news, False), Group(EVERYTHING, more, False)]
    return emails.digest(Follower(email="reader@example.gov.uk"), groups)


GROUPS["Following by email"] = [
    Kind(
        "follow-confirm",
        "At once, when somebody asks to follow something by email",
        "The address that they gave",
        lambda made: emails.confirm_following(
            Follower(email="reader@example.gov.uk"), Subject(organisation=made.trumpton)
        ),
    ),
    Kind(
        "follow-digest",
        "Once a week at the most, when there is something new",
        "Each reader who confirmed that they follow it",
        _digest,
    ),
]
