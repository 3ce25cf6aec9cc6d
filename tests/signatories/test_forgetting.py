"""The right to be forgotten: who somebody is leaves the register, and what councils said stays."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from commitments.models import Approach, Commitment, PartnerQuestion, ProgressUpdate, Revision
from commitments.models.importing import Import, ImportRow
from localdigital import links, mail
from localdigital.models import AuditEvent, EmailedLink, QueuedEmail, TeamNote
from programme.reuse import using
from signatories import emails, people, signoff
from signatories.about_person import found_about
from signatories.document import signatories_of
from signatories.forgetting import MustBeSettled, erase, erase_address, take_back
from signatories.mentions import text_fields
from signatories.models import Access, Person, Signatory, Signature
from signatories.models.signature import Status
from tests.factories import (
    make_access,
    make_commitment,
    make_organisation,
    make_person,
    make_signature,
    make_update,
)
from tests.programme.factories import make_case_study, make_output

pytestmark = pytest.mark.django_db

NAME, OTHER_NAME = "Zélie Quillfeather", "Mrs Z Quillfeather-Smythe"
ADDRESS = "zelie.quillfeather@trumpton.example.gov.uk"
# Where the address or the name may still stand afterwards, and why
EXCEPTIONS = {
    ("localdigital_auditevent", "note"): "nothing in the log can be changed",
    ("localdigital_user", "email"): "an account of the delivery team is not a council's",
    ("commitments_commitment", "mission"): "a council wrote it and it was published",
    ("commitments_knownword", "word"): "a word of that text, for the search",
}


@pytest.fixture
def zelie():
    return make_person(NAME)


@pytest.fixture
def dibble():
    return make_person("Officer Dibble")


def everything_written():
    """Every value of every column of every table, as (table, column, text)."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            columns = [one[0] for one in cursor.description]
            for row in cursor.fetchall():
                for column, value in zip(columns, row, strict=True):
                    text = value.decode(errors="replace") if isinstance(value, bytes | memoryview) else str(value)
                    yield table, column, text.encode().decode("unicode_escape") if "\\u" in text else text
    for session in Session.objects.all():
        yield "django_session", "session_data", str(session.get_decoded())


def where_it_says(*words):
    words = [word.lower() for word in words]
    return {(table, column) for table, column, text in everything_written() if any(w in text.lower() for w in words)}


def do_everything(zelie, dibble, client, sign_in, moderator):
    """What somebody may leave behind in the register."""
    promised = make_signature("Trumpton", preparer=zelie)
    other = make_signature("Camberwick Green", preparer=dibble, signers=[zelie])
    Signatory.objects.filter(signature=other).update(signer_name=OTHER_NAME)
    make_signature("Pippin Fort", preparer=zelie, status=Status.DRAFT)
    make_signature("Chigley", preparer=zelie, status=Status.REJECTED)
    returned = make_signature("Winkstead", preparer=dibble, signers=[zelie], status=Status.RETURNED)
    make_signature("Wallyford", preparer=dibble, signers=[zelie], status=Status.REJECTED)
    Signature.objects.filter(pk=returned.pk).update(
        message_to_preparer=f"{NAME} declined to sign", last_read={"parts": [NAME.upper()]}
    )
    make_access(zelie, "Trumpton")
    people.invite(make_organisation("Trumpton"), dibble.email, by=zelie)
    QueuedEmail.objects.filter(to_address=dibble.email).update(sent_at=timezone.now())
    commitment = promised.commitments.get()
    Commitment.objects.filter(pk=commitment.pk).update(mission=f"Write to {ADDRESS}")
    make_update(commitment, proposer=zelie)
    make_update(commitment, proposer=zelie, status="draft")
    ProgressUpdate.objects.filter(status="draft").update(message=f"Dear {NAME}, please add a date")
    Revision.objects.create(commitment=commitment, proposer=zelie, title="Anew")
    make_commitment(other, title="More", status="draft", published_at=None, added_at=timezone.now(), proposer=zelie)
    Approach.objects.create(commitment=commitment, person=zelie)
    PartnerQuestion.objects.create(commitment=commitment, person=zelie)
    emails.sign_in(zelie)
    QueuedEmail.objects.filter(to_address=ADDRESS).update(failure=f"550 no such {ADDRESS}")
    for thing in (promised, other):
        TeamNote.objects.create(
            about_type="signatories.signature", about_id=thing.pk, text=f"{OTHER_NAME} rang, from {ADDRESS.upper()}."
        )
    AuditEvent.record("signature.publish", promised, by=moderator, note=f"Rang {NAME} at {ADDRESS}")
    moderator.email = ADDRESS
    moderator.save()
    body = make_organisation("Trumpton")
    body.contact_email, body.contact_details = ADDRESS, f"Ask for {NAME}"
    body.save()
    paper = make_signature("Trumpton", status=Status.WITHDRAWN, preparer=None)
    Signatory.objects.filter(signature=paper).update(
        signer=None, signed_by=None, signed_at=None, signed_hash="", signer_name=NAME.upper()
    )
    source = Import.objects.create(sheet="signatures", file_name=f"{NAME}.xlsx")
    ImportRow.objects.create(source=source, number=1, first=1, key="1", cells={"signed by": NAME}, problems=[[NAME]])
    LogEntry.objects.create(
        user=moderator, content_type=ContentType.objects.get_for_model(Signature), object_id="1",
        object_repr=NAME, action_flag=2, change_message=f"Asked {ADDRESS}",
    )  # fmt: skip
    client.post(reverse("follow"), {"email": ADDRESS})
    make_case_study("Drains", "Trumpton", status="draft", proposer=zelie)
    using.say_that_it_is_used(make_output("Roads", "Chigley"), make_organisation("Trumpton"), by=zelie)
    client.post(reverse("sign_email"), {"email": ADDRESS})
    sign_in(zelie)


def test_nothing_of_the_address_or_the_names_is_left_in_any_column_of_any_table(
    zelie, dibble, client, sign_in, moderator
):
    do_everything(zelie, dibble, client, sign_in, moderator)
    words = [NAME, OTHER_NAME, "quillfeather", ADDRESS]
    before = where_it_says(*words)
    assert len(before) >= 20  # the test would find it
    erase(zelie, by=moderator)
    assert where_it_says(*words) == set(EXCEPTIONS)


def test_what_councils_said_stays(zelie, dibble, client, sign_in, moderator):
    do_everything(zelie, dibble, client, sign_in, moderator)
    published = set(Signature.objects.public().values_list("pk", flat=True))
    reports = ProgressUpdate.objects.published().count()
    erase(zelie, by=moderator)
    assert set(Signature.objects.public().values_list("pk", flat=True)) == published
    assert ProgressUpdate.objects.published().count() == reports
    assert Approach.objects.count() == 1


def test_everything_that_is_erased_was_shown_before(zelie, dibble, client, sign_in, moderator):
    do_everything(zelie, dibble, client, sign_in, moderator)
    found = found_about(ADDRESS.upper())
    shown = str([section.rows for section in found.sections])
    for fact in (ADDRESS, NAME, OTHER_NAME, "Trumpton Borough Council", "550 no such", "Signature", "sign-in"):
        assert fact in shown, fact
    assert all(section.rows for section in found.sections)


def test_pages_show_the_job_title_in_place_of_the_name(client, zelie, moderator):
    signature = make_signature("Trumpton", preparer=zelie)
    pages = [signature.get_absolute_url(), "/organisations/trumpton/"]
    first = client.get(pages[0])
    for page in pages:
        assert NAME in client.get(page).content.decode()
    erase(zelie, by=moderator)
    for page in pages:
        text = client.get(page).content.decode()
        assert NAME not in text
        assert "Digital officer" in text
        assert "Name not recorded" not in text
    assert client.get(pages[0], headers={"if-none-match": first["ETag"]}).status_code == 200


def test_the_seal_of_what_was_signed_stays_as_it_was(zelie, moderator):
    signature = make_signature("Trumpton", preparer=zelie, signers=[zelie], status=Status.PUBLISHED)
    [before] = signatories_of(signature)
    erase(zelie, by=moderator)
    [after] = signatories_of(signature)
    assert (after.signed_hash, after.signed_at, after.signed_by_id) == (
        before.signed_hash, before.signed_at, zelie.pk,
    )  # fmt: skip


def test_the_log_says_it_with_a_number_alone(zelie, moderator):
    erase(zelie, by=moderator)
    event = AuditEvent.objects.get(kind="person.erase")
    assert (event.object_id, event.actor_id, event.note, event.details) == (zelie.pk, moderator.pk, "", {})


def test_who_is_erased_is_signed_out_and_no_link_lets_them_in(client, sign_in, zelie, moderator):
    link = links.token(links.make("sign-in", person_id=zelie.pk))
    sign_in(zelie)
    assert client.get(reverse("account")).status_code == 200
    erase(zelie, by=moderator)
    assert client.get(reverse("account")).status_code == 302
    assert client.post(f"/link/{link}/").status_code == 404
    assert not EmailedLink.objects.exists()


def test_a_session_made_at_that_very_moment_lets_nobody_in(client, sign_in, zelie, moderator):
    signature = make_signature("Trumpton", preparer=zelie)
    sign_in(zelie)
    kept = dict(client.session)
    erase(zelie, by=moderator)
    session = client.session
    session.update(kept)
    session.save()
    for page in (reverse("account"), reverse("sign_submitted", args=[signature.reference])):
        assert client.get(page).status_code in (302, 404)


def test_the_one_of_the_team_who_tried_a_councils_pages_stays_signed_in(admin_client, sign_in, zelie, moderator):
    session = admin_client.session
    session.update({"person": zelie.pk, "person_until": 2e10})
    session.save()
    erase(zelie, by=moderator)
    assert admin_client.get("/admin/").status_code == 200
    assert admin_client.get(reverse("account")).status_code == 302


def test_an_email_that_waits_is_not_sent_and_nobody_is_mailed_about_it(zelie, moderator, mailoutbox):
    make_access(zelie, "Trumpton")
    emails.sign_in(zelie)
    erase(zelie, by=moderator)
    assert mail.deliver() == 0
    assert mailoutbox == []
    assert QueuedEmail.objects.count() == 1


def test_the_same_address_may_come_back_as_somebody_new(zelie, moderator):
    erase(zelie, by=moderator)
    anew = Person.objects.at(ADDRESS)
    assert anew.pk != zelie.pk
    assert anew.name == ""
    assert found_about(ADDRESS).who.names == []


def test_a_colleague_goes_on_with_what_was_under_way_and_nobody_else(zelie, dibble, moderator):
    commitment = make_signature("Trumpton", preparer=dibble).commitments.get()
    for one in (zelie, dibble):
        make_access(one, "Trumpton")
    update = make_update(commitment, proposer=zelie, status="draft")
    erase(zelie, by=moderator)
    assert ProgressUpdate.objects.get(pk=update.pk).proposer == dibble
    assert not Access.objects.live().filter(person=zelie).exists()
    erase(dibble, by=moderator)
    assert not ProgressUpdate.objects.filter(pk=update.pk).exists()
    assert AuditEvent.objects.filter(kind="progress_update.delete").count() == 1


# ---- What they have a part in, by its status

PREPARES, SIGNS = "prepares", "signs"
DELETED, ASKED_ANEW, NAMELESS, REFUSED = "deleted", "asked anew", "nameless", "refused"
BECOMES = {
    Status.DRAFT: (DELETED, ASKED_ANEW),
    Status.AWAITING_SIGN_OFF: (REFUSED, REFUSED),
    Status.AWAITING_REVIEW: (REFUSED, REFUSED),
    Status.RETURNED: (DELETED, ASKED_ANEW),
    Status.PUBLISHED: (NAMELESS, NAMELESS),
    Status.REJECTED: (DELETED, NAMELESS),
    Status.WITHDRAWN: (NAMELESS, NAMELESS),
    Status.REMOVED: (NAMELESS, NAMELESS),
}


def test_every_status_is_thought_of():
    assert set(BECOMES) == set(Status)


@pytest.mark.parametrize("role", [PREPARES, SIGNS])
@pytest.mark.parametrize("status", list(Status))
def test_what_becomes_of_a_document(status, role, zelie, dibble, moderator):
    preparer, signer = (zelie, dibble) if role == PREPARES else (dibble, zelie)
    signature = make_signature("Trumpton", status=status, preparer=preparer, signers=[signer])
    becomes = BECOMES[status][role == SIGNS]
    if becomes == REFUSED:
        with pytest.raises(MustBeSettled) as refusal:
            erase(zelie, by=moderator)
        assert refusal.value.documents == [signature]
        zelie.refresh_from_db()
        assert zelie.email == ADDRESS
        return
    erase(zelie, by=moderator)
    parts = list(Signatory.objects.filter(signature=signature))
    if becomes == DELETED:
        assert (Signature.objects.count(), parts, Commitment.objects.count()) == (0, [], 0)
        return
    [part] = parts
    assert NAME not in (part.signer_name, str(part.signer), str(part.signed_by))
    assert Signature.objects.get().status == status
    if becomes == ASKED_ANEW:
        assert (part.signer, part.signed_at, part.signed_hash, part.signer_job_title) == (None, None, "", "")
    else:
        assert part.signer_id == signer.pk


def test_a_document_in_sign_off_is_made_a_draft_again_and_its_preparer_is_told(zelie, dibble, moderator, outbox_text):
    signature = make_signature("Trumpton", status=Status.AWAITING_SIGN_OFF, preparer=dibble, signers=[zelie])
    emails.ask_for_sign_off(signature, zelie)
    take_back(signature, by=moderator)
    assert Signature.objects.get().status == Status.DRAFT
    [(_, _, letter)] = outbox_text(dibble.email)
    assert "Say again who signs" in letter
    assert signoff.asked_of(signature, zelie)  # until they are erased
    erase(zelie, by=moderator)
    assert not Signatory.objects.get().has_a_signer


# ---- Texts


def test_a_name_is_taken_out_as_whole_words_alone(moderator, dibble):
    lee, text = make_person("Ada Lee"), "Ada\nLee, Lee, Ada: ada lee, Ada Leeds, xada.lee@a.uk"
    note = TeamNote.objects.create(about_type="signatories.person", about_id=1, text=text)
    erase(lee, by=moderator)
    note.refresh_from_db()
    assert note.text == "(name erased), (name erased): ada lee, Ada Leeds, xada.lee@a.uk"


def note_about(thing, text):
    return TeamNote.objects.create(about_type=thing._meta.label_lower, about_id=thing.pk, text=text)


def test_an_address_is_taken_out_but_no_longer_one_that_holds_it(moderator, dibble):
    text = "Dibble@A.uk. <dibble@a.uk>, dibble@a.uk.evil, xdibble@a.uk, o'dibble@a.uk, x.dibble@a.uk, dibble@a.uk-b.uk"
    note = note_about(dibble, text)
    erase_address("dibble@a.uk", by=moderator)
    note.refresh_from_db()
    assert note.text == text.replace("Dibble@A.uk", "(address erased)").replace("<dibble@a.uk>", "<(address erased)>")


def test_a_name_of_one_word_is_taken_out_of_what_is_theirs_alone(moderator, dibble):
    mark = make_person("Mark")
    prepared = make_signature("Trumpton", preparer=mark)
    other = make_signature("Chigley", preparer=dibble)
    text = "Mark said: mark the Marked page"
    theirs = [note_about(one, text) for one in (mark, prepared, make_organisation("Trumpton"))]
    others = [note_about(one, text) for one in (dibble, other, make_organisation("Chigley"))]
    shown = str([section.rows for section in found_about(mark.email).sections])
    assert all(f"Team note {one.pk}'" in shown for one in theirs)
    assert not any(f"Team note {one.pk}'" in shown for one in others)
    erase(mark, by=moderator)
    assert {TeamNote.objects.get(pk=one.pk).text for one in theirs} == {"(name erased) said: mark the Marked page"}
    assert {TeamNote.objects.get(pk=one.pk).text for one in others} == {text}


@pytest.mark.parametrize("name", ["Link", "link 1", "link", "Ada Lee"])
@pytest.mark.parametrize("is_sent", [True, False])
def test_the_links_in_emails_to_others_still_work_whatever_the_erased_person_is_called(
    name, is_sent, moderator, dibble, mailoutbox
):
    person = make_person(name)
    emails.sign_in(dibble)
    email, link = QueuedEmail.objects.get(), EmailedLink.objects.get()
    Person.objects.filter(pk=person.pk).update(name=name.replace("1", str(link.pk)))
    body = f"{email.body} Ada Lee asked for it, from {person.email}. Link and link."
    sent_at = timezone.now() if is_sent else None
    QueuedEmail.objects.update(body=body, sent_at=sent_at)
    erase(person, by=moderator)
    email.refresh_from_db()
    assert email.body.count(link.placeholder) == 1
    if is_sent:
        assert email.body == body.replace(person.email, "(address erased)").replace(
            "Ada Lee", "(name erased)" if name == "Ada Lee" else "Ada Lee"
        )
        return
    assert email.body == body
    mail.deliver()
    [letter] = mailoutbox
    assert letter.to == [dibble.email]
    assert "/link/" in letter.body
    assert "erased" not in letter.body


def test_an_email_that_waits_for_somebody_else_is_shown_as_staying(dibble, zelie):
    emails.sign_in(dibble)
    QueuedEmail.objects.update(body=f"{NAME} asked for it")
    [stays] = [section for section in found_about(ADDRESS).sections if section.title == "Mentions that stay"]
    [row] = stays.rows
    assert "goes as it was written" in row["Why"]


def test_an_address_that_only_texts_hold_is_erased_too(moderator):
    body = make_organisation("Trumpton")
    body.contact_email = "desk@trumpton.example.gov.uk"
    body.save()
    assert found_about("desk@trumpton.example.gov.uk").is_anything
    erase_address("desk@trumpton.example.gov.uk", by=moderator)
    body.refresh_from_db()
    assert body.contact_email == ""
    assert not found_about("desk@trumpton.example.gov.uk").is_anything


def test_texts_are_looked_for_in_history_tables_too():
    from django.apps import apps

    historical = [model for model in apps.get_models() if model._meta.model_name.startswith("historical")]
    assert historical
    assert all(text_fields(model) for model in historical)
