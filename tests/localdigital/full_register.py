"""A small register with something of every dataset, for the tests of what programs read."""

from datetime import date

from signatories.models import Succession
from tests.factories import make_commitment, make_organisation, make_principles, make_signature, make_update
from tests.programme.factories import (
    make_case_study,
    make_event,
    make_output,
    make_project,
    make_round,
    make_rule,
    make_topic,
)


def fill_register():
    """Three councils, one of which ended; two documents, and at least one record of every dataset."""
    make_principles()
    trumpton, chigley = make_organisation("Trumpton"), make_organisation("Chigley")
    ended = make_organisation("Old Chigley", ends_on=date(2023, 3, 31))
    Succession.objects.create(predecessor=ended, successor=chigley)
    signature = make_signature("Trumpton", "Chigley", commitments=0, on=date(2018, 11, 9))
    promise = make_commitment(signature, partners=[ended, "Camberwick Chamber of Trade"])
    update = make_update(
        promise,
        delivered=promise.deliverables.all(),
        evidence=[("Notes", "https://example.gov.uk/notes", "user-research")],
    )
    make_signature("Camberwick Green", commitments=2)
    topic = make_topic()
    study = make_case_study("One form for drains", trumpton, commitment=promise, topics=[topic])
    output = make_output("A pattern", chigley, topics=[topic])
    event = make_event("Show and tell", trumpton, topics=[topic])
    round_ = make_round("Round 90", available_gbp=1_000_000, phases=["discovery"])
    make_rule(round_, "lead-signed")
    make_rule(round_, "signed-at-least", number=2)
    project = make_project("One form", round_, lead=trumpton, partners=["Camberwick Chamber of Trade"])
    return {
        "organisations": trumpton.code, "signatures": signature.reference, "commitments": promise.pk,
        "progress": update.pk, "case-studies": study.pk, "outputs": output.pk, "events": event.pk,
        "fund-rounds": round_.slug, "fund-projects": project.slug,
    }  # fmt: skip
