"""Recording a signature that exists on paper: typing it in, its commitments, and publishing it."""

import datetime as dt
import html

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commitments.models import Commitment
from localdigital.models import AuditEvent, QueuedEmail, RegisterVersion
from signatories import moderation
from signatories.models import Signature
from signatories.models.signature import Status
from tests.factories import make_declaration, make_organisation, make_principles, make_signature, make_user

pytestmark = pytest.mark.django_db

ADD = "/admin/signatories/signature/add/"
NAMES = {"organisation": "", "signer_name": "Kevin Dicks", "signer_job_title": "Chief Executive"}


def text(response):
    return html.unescape(response.content.decode())


def paper(*parts, initial=0, source_note="Scan sent by the council", **others):
    """What the form sends for these parts (each a dict over NAMES)."""
    data = {
        "declaration": make_declaration().pk,
        "source_note": source_note,
        "signatories-TOTAL_FORMS": len(parts),
        "signatories-INITIAL_FORMS": initial,
    }
    for number, part in enumerate(parts):
        data |= {f"signatories-{number}-{name}": value for name, value in (NAMES | part).items()}
    return data | others


def part(name="Trumpton", precision="day", signed_on="09/11/2018", **others):
    organisation = make_organisation(name)
    return {"organisation": organisation.pk, "signed_on_precision": precision, "signed_on": signed_on, **others}


def commitment_rows(deliverables=(), partners=()):
    data = {
        "deliverables-TOTAL_FORMS": len(deliverables),
        "deliverables-INITIAL_FORMS": 0,
        "partners-TOTAL_FORMS": len(partners),
        "partners-INITIAL_FORMS": 0,
    }
    data |= {f"deliverables-{number}-text": words for number, words in enumerate(deliverables)}
    for number, (name, organisation) in enumerate(partners):
        data |= {f"partners-{number}-name": name, f"partners-{number}-organisation": organisation}
    return data


def draft(*names):
    """A paper draft of those councils."""
    signature = Signature.objects.create(declaration=make_declaration(), source_note="A scan")
    for position, name in enumerate(names or ["Trumpton"], start=1):
        signature.signatories.create(
            organisation=make_organisation(name), declaration=signature.declaration, position=position
        )
    return signature


def change(signature):
    return f"/admin/signatories/signature/{signature.pk}/change/"


def record(client, signature, **others):
    seen = Signature.objects.get(pk=signature.pk).changed_at.isoformat()
    given = {"seen": seen, "note": "", "confirm": "1"} | others
    return client.post(f"/admin/signatories/signature/{signature.pk}/decide/record/", given)


def test_a_paper_declaration_of_two_councils_is_typed_in_and_published(admin_client, moderator):
    principles = make_principles()
    redditch = make_organisation("Felpersham")
    saved = admin_client.post(ADD, paper(part("Trumpton"), part("Camberwick", signer_name="Ruth Bamford")))
    signature = Signature.objects.get()
    assert saved["Location"] == change(signature)
    page = text(admin_client.get(saved["Location"]))
    assert "Add a commitment" in page
    assert "Record as published" in page

    admin_client.post(
        f"/admin/commitments/commitment/add/?signature={signature.pk}",
        {
            "title": "Answer by chat",
            "mission": "Find out what people ask",
            "impact": "",
            "due_on": "09/11/2019",
            "principles": [principles[0].pk, principles[3].pk],
            **commitment_rows(["A framework", "A plan"], [("Felpersham", redditch.pk), ("The parish choir", "")]),
        },
    )
    before = RegisterVersion.current().number
    shown = text(
        admin_client.post(
            f"/admin/signatories/signature/{signature.pk}/decide/record/",
            {
                "seen": Signature.objects.get().changed_at.isoformat(),
                "note": "",
                "preview": "1",
            },
        )
    )
    assert "No email will go" in shown
    assert record(admin_client, signature).status_code == 302

    signature.refresh_from_db()
    assert signature.status == Status.PUBLISHED
    assert signature.preparer is None
    assert RegisterVersion.current().number > before
    assert not QueuedEmail.objects.exists()
    first, second = signature.signatories.all()
    assert (first.signer_name, second.signer_name) == ("Kevin Dicks", "Ruth Bamford")
    assert {first.declaration, second.declaration} == {signature.declaration}
    assert first.live
    assert str(first.signed_date) == "9 November 2018"
    commitment = signature.commitments.get()
    assert [one.text for one in commitment.deliverables.all()] == ["A framework", "A plan"]
    assert [(one.name, one.organisation) for one in commitment.partners.all()] == [
        ("Felpersham", redditch),
        ("The parish choir", None),
    ]
    assert [one.number for one in commitment.principles.all()] == [1, 4]
    event = AuditEvent.objects.about(signature).last()
    assert (event.kind, event.actor_id) == ("signature.record_paper", moderator.pk)
    public = text(admin_client.get(signature.get_absolute_url()))
    assert "Ruth Bamford" in public
    assert "9 November 2018" in public


@pytest.mark.parametrize(
    ("precision", "typed", "stored", "shown"),
    [
        ("day", "09/11/2018", dt.date(2018, 11, 9), "9 November 2018"),
        ("month", "09/11/2018", dt.date(2018, 11, 1), "November 2018"),
        ("year", "09/11/2018", dt.date(2018, 1, 1), "2018"),
        ("unknown", "", None, "date not known"),
    ],
)
def test_a_date_is_kept_as_far_as_the_document_tells_it(admin_client, precision, typed, stored, shown):
    admin_client.post(ADD, paper(part(precision=precision, signed_on=typed)))
    signatory = Signature.objects.get().signatories.get()
    assert signatory.signed_on == stored
    assert str(signatory.signed_date) == shown


@pytest.mark.parametrize(
    ("precision", "typed", "words"),
    [
        ("unknown", "09/11/2018", "Say how much of the date is on the document, or clear the date"),
        ("day", "", "Enter the date on the document, or say that it is not known"),
        ("year", "", "Enter the date on the document, or say that it is not known"),
        ("day", "09/11/2998", "The date on the document must not be in the future"),
        ("day", "31/02/2018", "Enter a valid date."),
    ],
)
def test_a_date_that_does_not_fit_is_explained(admin_client, precision, typed, words):
    answer = admin_client.post(ADD, paper(part(precision=precision, signed_on=typed)))
    assert answer.status_code == 200
    assert words in text(answer)
    assert not Signature.objects.exists()


def test_where_it_comes_from_has_to_be_said(admin_client):
    answer = admin_client.post(ADD, paper(part(), source_note=" "))
    assert "Say where this signature comes from" in text(answer)
    assert not Signature.objects.exists()


def test_it_needs_an_organisation(admin_client):
    answer = admin_client.post(ADD, paper())
    assert answer.status_code == 200
    assert not Signature.objects.exists()


def test_the_same_organisation_twice_is_refused_in_words(admin_client):
    answer = admin_client.post(ADD, paper(part("Trumpton"), part("Trumpton")))
    assert "duplicate" in text(answer)
    assert not Signature.objects.exists()


def test_a_proposed_organisation_is_accepted_first(admin_client):
    make_organisation("Chigley", checked_at=None)
    assert "accept it first" in text(admin_client.post(ADD, paper(part("Chigley"))))


def test_only_published_versions_are_offered(admin_client):
    make_declaration("2018")
    make_declaration("2030", published=False)
    page = text(admin_client.get(ADD))
    assert "Local Digital Declaration 2018" in page
    assert "Local Digital Declaration 2030" not in page


def test_a_form_with_many_organisations_loads_no_list_of_them(admin_client):
    make_declaration()
    for number in range(30):
        make_organisation(f"Council {number}")
    assert "Council 29" not in text(admin_client.get(ADD))


def test_a_draft_can_be_changed_until_it_is_published(admin_client):
    signature = draft("Trumpton")
    row = signature.signatories.get()
    changed = part("Camberwick", precision="year") | {"id": row.pk, "signature": signature.pk}
    other = make_declaration("2030")
    answer = admin_client.post(change(signature), paper(changed, initial=1, declaration=other.pk))
    assert answer.status_code == 302
    row.refresh_from_db()
    assert row.organisation.name == "Camberwick"
    assert row.declaration == other

    record(admin_client, signature)
    again = paper(part("Chigley") | {"id": row.pk, "signature": signature.pk}, initial=1, source_note="Mine")
    admin_client.post(change(signature), again)
    signature.refresh_from_db()
    assert signature.source_note == "Scan sent by the council"
    assert signature.signatories.get().organisation.name == "Camberwick"


def test_a_draft_changed_since_it_was_read_is_not_published(admin_client):
    signature = draft("Trumpton")
    seen = signature.changed_at.isoformat()
    row = signature.signatories.get()
    admin_client.post(change(signature), paper(part("Chigley") | {"id": row.pk, "signature": signature.pk}, initial=1))
    assert record(admin_client, signature, seen=seen).status_code == 409
    signature.refresh_from_db()
    assert signature.status == Status.DRAFT


def test_a_council_that_has_signed_is_named_when_its_paper_one_is_recorded(admin_client):
    live = make_signature("Trumpton")
    signature = draft("Trumpton")
    page = text(record(admin_client, signature))
    assert "There is another signature of this version" in page
    assert live.reference in page
    signature.refresh_from_db()
    assert signature.status == Status.DRAFT


def test_a_draft_of_a_council_on_the_web_cannot_be_edited_or_recorded(admin_client):
    signature = make_signature("Trumpton", status=Status.DRAFT)
    row = signature.signatories.get()
    given = paper(part("Chigley") | {"id": row.pk, "signature": signature.pk}, initial=1, source_note="Mine")
    admin_client.post(change(signature), given)
    signature.refresh_from_db()
    assert signature.source_note == ""
    assert signature.signatories.get().organisation.name == "Trumpton"
    assert record(admin_client, signature).status_code == 409


class TestCommitments:
    def test_can_be_added_only_to_a_paper_draft(self, admin_client):
        for signature in (
            make_signature("Trumpton", commitments=0),
            make_signature("Chigley", commitments=0, status="draft"),
        ):
            given = {"title": "Mine", "mission": "Mine", "impact": "Mine", **commitment_rows()}
            for query in (f"?signature={signature.pk}", "", "?signature=x", "?signature=%00", f"?signature={9**30}"):
                address = f"/admin/commitments/commitment/add/{query}"
                assert admin_client.get(address).status_code == 403
                assert admin_client.post(address, given).status_code == 403
        assert not Commitment.objects.exists()

    def test_of_a_published_document_are_only_looked_at(self, admin_client):
        commitment = make_signature("Trumpton").commitments.get()
        address = f"/admin/commitments/commitment/{commitment.pk}/change/"
        assert admin_client.get(address).status_code == 200
        assert admin_client.post(address, {"title": "Mine", **commitment_rows()}).status_code == 403
        assert admin_client.post(address.replace("change", "delete"), {"post": "yes"}).status_code == 403
        commitment.refresh_from_db()
        assert commitment.title == "Promise 1"

    def test_of_a_paper_draft_can_be_changed_and_deleted(self, admin_client):
        commitment = draft().commitments.create(position=1, title="Old", mission="Old")
        address = f"/admin/commitments/commitment/{commitment.pk}/change/"
        admin_client.post(address, {"title": "New", "mission": "New", "impact": "", **commitment_rows(["One"])})
        commitment.refresh_from_db()
        assert commitment.title == "New"
        assert commitment.deliverables.get().text == "One"
        admin_client.post(address.replace("change", "delete"), {"post": "yes"})
        assert not Commitment.objects.exists()

    def test_come_after_the_last_when_one_before_was_deleted(self, admin_client):
        signature = draft()
        first, _ = (signature.commitments.create(position=n, title=f"Old {n}", mission="Old") for n in (1, 2))
        admin_client.post(f"/admin/commitments/commitment/{first.pk}/delete/", {"post": "yes"})
        given = {"title": "New", "mission": "New", "impact": "", **commitment_rows()}
        admin_client.post(f"/admin/commitments/commitment/add/?signature={signature.pk}", given)
        assert list(signature.commitments.values_list("title", "position")) == [("Old 2", 2), ("New", 3)]

    def test_published_while_the_form_was_open_is_not_changed(self, admin_client):
        signature = draft()
        commitment = signature.commitments.create(position=1, title="Old", mission="Old")
        moderation.record_paper(signature, by=make_user("windy.miller"))
        address = f"/admin/commitments/commitment/{commitment.pk}/change/"
        given = {"title": "New", "mission": "New", "impact": "", **commitment_rows()}
        assert admin_client.post(address, given).status_code == 403
        commitment.refresh_from_db()
        assert commitment.title == "Old"

    def test_name_a_partner_once_and_by_a_name(self, admin_client):
        signature, organisation = draft(), make_organisation("Felpersham")
        address = f"/admin/commitments/commitment/add/?signature={signature.pk}"
        given = {"title": "New", "mission": "New", "impact": ""}
        twice = commitment_rows(partners=[("One", organisation.pk), ("Two", organisation.pk)])
        assert "in the list already" in text(admin_client.post(address, given | twice))
        admin_client.post(address, given | commitment_rows(partners=[("", organisation.pk)]))
        assert Commitment.objects.get().partners.get().name == organisation.official_name

    def test_a_change_of_a_commitment_is_a_change_of_the_document(self, admin_client):
        signature = draft()
        seen = signature.changed_at.isoformat()
        given = {"title": "New", "mission": "New", "impact": "", **commitment_rows()}
        admin_client.post(f"/admin/commitments/commitment/add/?signature={signature.pk}", given)
        record(admin_client, signature, seen=seen)
        signature.refresh_from_db()
        assert signature.status == Status.DRAFT


def test_the_form_of_a_draft_costs_the_same_for_many_organisations(admin_client):
    counts = []
    for signature in (draft("Trumpton"), draft(*(f"Council {number}" for number in range(12)))):
        with CaptureQueriesContext(connection) as queries:
            assert admin_client.get(change(signature)).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 16


def test_the_list_of_commitments_costs_the_same_for_many(admin_client):
    counts = []
    for number in (3, 30):
        make_signature(f"Council {number}", commitments=number)
        with CaptureQueriesContext(connection) as queries:
            page = admin_client.get("/admin/commitments/commitment/", {"state": "all"})
        assert len(page.context["cl"].result_list) >= number
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12


def test_a_draft_of_many_councils_is_saved_in_one_go(admin_client):
    signature = draft("Trumpton", "Camberwick", "Chigley", "Pontypandy")
    rows = [
        part(one.organisation.name) | {"id": one.pk, "signature": signature.pk} for one in signature.signatories.all()
    ]
    given = paper(*rows, initial=4) | {"signatories-1-DELETE": "on"}
    assert admin_client.post(change(signature), given).status_code == 302
    left = signature.signatories.all()
    assert [(one.position, one.organisation.name) for one in left] == [
        (1, "Trumpton"),
        (2, "Chigley"),
        (3, "Pontypandy"),
    ]
    assert {one.signer_name for one in left} == {"Kevin Dicks"}
