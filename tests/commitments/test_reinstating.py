"""The delivery team undoes the end of a commitment: it stands again as before."""

import pytest

from commitments import publishing, search
from commitments.models import Commitment, ProgressUpdate, SearchText, Stage, Status
from localdigital.models import AuditEvent, QueuedEmail, RegisterVersion
from signatories import moderation
from tests.factories import make_access, make_commitment, make_organisation, make_person, make_signature, make_update
from tests.pages import text_of

pytestmark = pytest.mark.django_db


def fields_of(promise):
    """All that is kept of a commitment but the moment of its last change, and the words that the search finds."""
    row = Commitment.objects.values().get(pk=promise.pk)
    return {name: value for name, value in row.items() if name != "changed_at"}, SearchText.objects.values().get()


def withdrawn(moderator, kind="withdrawal"):
    """A commitment of Trumpton's and Chigley's as it was, and the update that ended it."""
    mine, theirs = make_organisation("Trumpton"), make_organisation("Chigley")
    promise = make_commitment(make_signature(mine, theirs, commitments=0), title="Ring the bells")
    make_access(make_person(), mine)
    make_access(make_person("Lord Belborough", at="chigley.example.gov.uk"), theirs)
    make_update(promise, stage=Stage.IN_PROGRESS)
    search.index([promise])
    before = fields_of(promise)
    update = make_update(
        promise, kind=kind, stage="", done="The money is gone for xylophones.", status=Status.AWAITING_REVIEW
    )
    publishing.publish(update, by=moderator)
    QueuedEmail.objects.all().delete()
    return before, ProgressUpdate.objects.get(pk=update.pk)


def test_a_withdrawn_commitment_stands_again_as_before_and_its_people_read_why(client, admin_client, moderator):
    before, update = withdrawn(moderator)
    review = f"/admin/commitments/progressupdate/{update.pk}"
    assert f"{review}/decide/reinstate/" in admin_client.get(f"{review}/change/").content.decode()
    given = {"note": "It was the wrong commitment", "seen": update.changed_at.isoformat()}
    shown = text_of(admin_client.post(f"{review}/decide/reinstate/", given | {"preview": "1"}))
    version = RegisterVersion.current().number
    answer = admin_client.post(f"{review}/decide/reinstate/", given | {"confirm": "1"}, follow=True)
    assert "Commitment stands again: Ring the bells" in text_of(answer)
    assert fields_of(update.commitment) == before
    assert RegisterVersion.current().number > version
    page = text_of(client.get(update.commitment.get_absolute_url()))
    assert "This commitment was withdrawn" not in page
    assert "xylophones" not in page
    emails = list(QueuedEmail.objects.order_by("to_address"))
    assert [one.to_address for one in emails] == [
        "lord.belborough@chigley.example.gov.uk",
        "pugh.barney@trumpton.example.gov.uk",
    ]
    assert all(" ".join(one.body.split()) in shown for one in emails)
    for kind in ("progress_update.remove", "commitment.reinstate"):
        assert AuditEvent.objects.get(kind=kind).note == "It was the wrong commitment"
    assert admin_client.get(f"{review}/decide/reinstate/").status_code == 409


def test_only_the_end_of_a_commitment_whose_declaration_stands_is_undone(admin_client, moderator):
    _, update = withdrawn(moderator)
    report = update.commitment.updates.get(kind="report")
    reinstate = "/admin/commitments/progressupdate/{}/decide/reinstate/"
    assert admin_client.get(reinstate.format(report.pk)).status_code == 409
    moderation.withdraw(update.commitment.signature, by=moderator, note="They asked")
    assert admin_client.get(reinstate.format(update.pk)).status_code == 409
