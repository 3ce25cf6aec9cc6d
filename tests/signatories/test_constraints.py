"""What must never be false, the database itself refuses: asked in bare SQL updates, past every function of ours."""

from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from commitments.models import Partner
from localdigital.constraints import REFUSALS, make_triggers, triggers_present
from localdigital.models import (
    AuditEvent,
    EmailedLink,
    Look,
    Noting,
    QueuedEmail,
    Reason,
    RecordNote,
    RegisterVersion,
    ServiceSettings,
)
from signatories.models import (
    Declaration,
    EmailDomain,
    Organisation,
    OrganisationName,
    Person,
    Signatory,
    Signature,
    Succession,
)
from signatories.models.declaration import CoPublisher
from signatories.models.signature import Status
from tests.factories import (
    make_commitment,
    make_declaration,
    make_organisation,
    make_person,
    make_signature,
    make_user,
)

pytestmark = pytest.mark.django_db

NOW = timezone.now()


@contextmanager
def refused(saying):
    """The database refuses what is done in here, in these words."""
    with pytest.raises(IntegrityError, match=saying), transaction.atomic():
        yield


def only(queryset, **changes):
    """Change rows as SQL does, without a model's save."""
    return queryset.update(**changes)


# ---- One live signature of a version for each organisation


def live_of(name="Trumpton", declaration=None):
    return make_signature(name, status=Status.PUBLISHED, declaration=declaration)


LIVE_TWICE = (
    "one_live_signature_per_organisation_and_declaration"
    "|signatory.organisation_id, signatories_signatory.declaration_id"
)


def test_an_organisation_has_at_most_one_live_signature_of_a_version():
    live_of()
    draft = make_signature("Trumpton", status=Status.DRAFT)
    with refused(LIVE_TWICE):
        only(draft.signatories, live=True)
    with refused(LIVE_TWICE):
        Signatory.objects.create(
            signature=make_signature("Chigley", status=Status.DRAFT),
            organisation=make_organisation("Trumpton"),
            declaration=draft.declaration,
            live=True,
        )


def test_an_organisation_may_have_a_live_signature_of_another_version_and_any_number_of_drafts():
    live_of()
    live_of(declaration=make_declaration("2026"))
    for _ in range(3):
        make_signature("Trumpton", status=Status.DRAFT)
    assert Signatory.objects.filter(live=True).count() == 2


def test_an_organisation_is_in_a_document_once():
    draft = make_signature("Trumpton", status=Status.DRAFT)
    with refused("an_organisation_is_in_a_signature_once|signature_id, signatories_signatory.organisation_id"):
        Signatory.objects.create(
            signature=draft, organisation=make_organisation("Trumpton"), declaration=draft.declaration
        )


# ---- A signature beyond draft has a signatory


def test_a_signature_begins_as_a_draft():
    with refused("a signature begins as a draft"):
        Signature.objects.create(
            declaration=make_declaration(), preparer=make_person(), status=Status.AWAITING_SIGN_OFF
        )


@pytest.mark.parametrize("status", [status for status in Status if status != Status.DRAFT])
def test_a_signature_without_signatories_goes_nowhere(status):
    empty = Signature.objects.create(declaration=make_declaration(), preparer=make_person())
    before = Status.PUBLISHED if status == Status.REMOVED else ""
    with refused("a signature beyond draft has at least one signatory"):
        only(Signature.objects.filter(pk=empty.pk), status=status, published_at=NOW, status_before_removal=before)


@pytest.mark.parametrize("status", [status for status in Status if status != Status.DRAFT])
def test_the_last_signatory_of_a_signature_beyond_draft_stays(status):
    signature = make_signature("Trumpton", "Chigley", status=status)
    signature.signatories.last().delete()
    with refused("a signature beyond draft has at least one signatory"):
        Signatory.objects.filter(signature=signature)._raw_delete("default")


def test_all_signatories_at_once_cannot_be_deleted_either():
    signature = make_signature("Trumpton", "Chigley", status=Status.PUBLISHED)
    with refused("a signature beyond draft has at least one signatory"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM signatories_signatory WHERE signature_id = %s", [signature.pk])
    assert signature.signatories.count() == 2


def test_a_signature_beyond_draft_is_not_deleted_with_its_signatories():
    signature = make_signature(status=Status.PUBLISHED)
    with refused("a signature beyond draft has at least one signatory"):
        signature.delete()


def test_a_draft_can_lose_its_signatories_and_be_deleted():
    draft = make_signature("Trumpton", "Chigley", status=Status.DRAFT)
    draft.signatories.all().delete()
    draft.delete()
    assert not Signature.objects.exists()


def test_a_signatory_stays_with_its_signature():
    one, other = make_signature("Trumpton", status=Status.DRAFT), make_signature("Chigley", status=Status.DRAFT)
    with refused("a signatory stays with its signature"):
        only(one.signatories, signature=other)


# ---- Dates, people and statuses that belong together


@pytest.mark.parametrize(
    "changes",
    [
        {"signed_at": None},
        {"signed_by": None},
        {"signed_hash": ""},
        {"signed_at": None, "signed_by": None},
        {"signed_by": None, "signed_hash": ""},
        {"signed_at": None, "signed_hash": ""},
    ],
)
def test_who_signed_when_and_what_are_filled_together_or_not_at_all(changes):
    signature = make_signature(status=Status.PUBLISHED)
    with refused("signed_at_and_signed_by_go_together"):
        only(signature.signatories, **changes)
    only(signature.signatories, signed_at=None, signed_by=None, signed_hash="")


@pytest.mark.parametrize(
    "changes",
    [
        {"signed_on": None, "signed_on_precision": "day"},
        {"signed_on": date(2018, 11, 9), "signed_on_precision": "unknown"},
    ],
)
def test_a_date_on_the_document_has_a_precision_and_a_precision_a_date(changes):
    with refused("a_date_on_the_document_has_a_precision"):
        only(make_signature(status=Status.PUBLISHED).signatories, **changes)


def test_a_signatory_that_withdrew_is_not_live():
    with refused("a_withdrawn_signatory_is_not_live"):
        only(make_signature(status=Status.PUBLISHED).signatories, withdrawn_at=NOW)


@pytest.mark.parametrize("status", [Status.PUBLISHED, Status.WITHDRAWN, Status.REMOVED])
def test_a_signature_that_was_public_says_since_when(status):
    signature = make_signature(status=status)
    with refused("a_public_signature_says_when_it_was_published"):
        only(Signature.objects.filter(pk=signature.pk), published_at=None)


@pytest.mark.parametrize(
    ("status", "before"),
    [
        (Status.REMOVED, ""),
        (Status.REMOVED, Status.DRAFT),
        (Status.REMOVED, Status.REMOVED),
        (Status.PUBLISHED, Status.PUBLISHED),
        (Status.WITHDRAWN, Status.PUBLISHED),
    ],
)
def test_a_removed_signature_alone_knows_what_it_was_and_it_was_public(status, before):
    signature = make_signature(status=Status.PUBLISHED)
    with refused("a_removed_signature_knows_what_it_was"):
        only(Signature.objects.filter(pk=signature.pk), status=status, status_before_removal=before)


@pytest.mark.parametrize("status", [Status.AWAITING_SIGN_OFF, Status.AWAITING_REVIEW, Status.RETURNED, Status.REJECTED])
def test_a_signature_made_on_the_web_has_a_preparer(status):
    signature = make_signature(status=status)
    with refused("a_web_signature_has_a_preparer"):
        only(Signature.objects.filter(pk=signature.pk), preparer=None)


def test_a_reference_belongs_to_one_signature():
    one, other = make_signature("Trumpton"), make_signature("Chigley")
    with refused("reference"):
        only(Signature.objects.filter(pk=one.pk), reference=other.reference)


# ---- What is published stays as it was published


@pytest.mark.parametrize(
    "changes",
    [
        {"body": "Something else"},
        {"title": "Another"},
        {"version": "other"},
        {"dated_on": date(2020, 1, 1)},
        {"published_at": None},
        {"published_at": NOW + timedelta(days=1)},
        {"summary_of_changes": "None"},
        {"official_url": "https://example.com"},
    ],
)
def test_a_published_declaration_never_changes(changes):
    declaration = make_declaration()
    with refused("a published declaration never changes"):
        only(Declaration.objects.filter(pk=declaration.pk), **changes)


def test_a_published_declaration_is_never_deleted():
    declaration = make_declaration()
    with refused("a published declaration is never deleted"):
        declaration.delete()


def test_a_draft_of_the_declaration_can_be_changed_published_and_deleted():
    draft = make_declaration("2026", published=False)
    only(Declaration.objects.filter(pk=draft.pk), body="Better")
    make_declaration("2027", published=False).delete()
    only(Declaration.objects.filter(pk=draft.pk), published_at=NOW)
    with refused("a published declaration never changes"):
        only(Declaration.objects.filter(pk=draft.pk), body="Worse")


# ---- The log


def test_an_audit_event_is_never_changed():
    AuditEvent.record("something.done", make_person(), by=None)
    for changes in ({"note": "Nothing"}, {"actor_id": 7, "actor_type": "x"}, {"at": NOW}, {"details": {}}):
        with refused("an audit event is never changed"):
            only(AuditEvent.objects.all(), **changes)


def test_an_audit_event_is_never_deleted():
    event = AuditEvent.record("something.done", make_person(), by=None)
    with refused("an audit event is never deleted"):
        event.delete()
    with refused("an audit event is never deleted"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM localdigital_auditevent")


@pytest.mark.parametrize("changes", [{"actor_type": "localdigital.user"}, {"actor_id": 3}])
def test_an_actor_has_a_type_and_an_id_or_neither(changes):
    with refused("an_actor_has_a_type_and_an_id_or_neither"):
        AuditEvent.objects.create(kind="x", object_type="y", object_id=1, **changes)


# ---- Links, mail, the counter


def test_a_link_is_claimed_once():
    link = EmailedLink.objects.create(purpose="sign-in", person_id=1, expires_at=NOW, used_at=NOW)
    for used_at in (None, NOW + timedelta(hours=1)):
        with refused("an emailed link is claimed once"):
            only(EmailedLink.objects.filter(pk=link.pk), used_at=used_at)
    only(EmailedLink.objects.filter(pk=link.pk), expires_at=NOW + timedelta(hours=1))


def test_an_email_is_sent_or_has_failed_and_not_both():
    email = QueuedEmail.objects.create(message_id="<a@b>", template="x", subject="x", body="x", give_up_at=NOW)
    with refused("an_email_is_sent_or_failed_not_both"):
        only(QueuedEmail.objects.filter(pk=email.pk), sent_at=NOW, failed_at=NOW)


def test_a_message_id_belongs_to_one_email():
    QueuedEmail.objects.create(message_id="<a@b>", template="x", subject="x", body="x", give_up_at=NOW)
    with refused("message_id"):
        QueuedEmail.objects.create(message_id="<a@b>", template="x", subject="x", body="x", give_up_at=NOW)


def test_there_is_one_register_version():
    RegisterVersion.current()
    with refused("there_is_one_register_version"):
        RegisterVersion.objects.create(pk=2)


# ---- People and organisations


def test_an_address_is_kept_in_lower_case_and_belongs_to_one_person():
    with refused("an_address_is_kept_in_lower_case"):
        Person.objects.create(email="Pugh@trumpton.example.gov.uk")
    Person.objects.create(email="pugh@trumpton.example.gov.uk")
    with refused("email"):
        Person.objects.create(email="pugh@trumpton.example.gov.uk")
    for _ in range(2):  # people who were erased
        Person.objects.create(email=None)


def test_somebody_erased_has_no_name_and_no_address():
    person = make_person()
    with refused("an_erased_person_has_no_name_or_address"):
        only(Person.objects.filter(pk=person.pk), erased_at=NOW)
    only(Person.objects.filter(pk=person.pk), erased_at=NOW, email=None, name="", job_title="")


# ---- The delivery team


def test_a_sign_up_that_is_closed_says_why():
    RegisterVersion.current()
    with refused("a_closed_sign_up_says_why"):
        ServiceSettings.objects.create(sign_up_is_open=False)


def test_one_of_the_team_looks_at_a_thing_at_a_time():
    Look.objects.create(about_type="signatories.signature", about_id=1, user=make_user("first"))
    with refused("one_of_the_team_looks_at_a_thing|about_id"):
        Look.objects.create(about_type="signatories.signature", about_id=1, user=make_user("second"))


def test_a_reason_is_given_once_for_a_decision_and_kept_once_it_was_used():
    reason = Reason.objects.create(decision=Reason.Decision.RETURN, title="No date", text="Say by when.")
    with refused("a_reason_is_given_once_for_a_decision|decision"):
        Reason.objects.create(decision=Reason.Decision.RETURN, title="No date", text="Another text.")
    only(Reason.objects.filter(pk=reason.pk), used_at=NOW)
    with refused("a reason that was used is never deleted"):
        reason.delete()
    only(Reason.objects.filter(pk=reason.pk), used_at=None)
    reason.delete()


def test_an_organisation_ends_after_it_starts_and_does_not_succeed_itself():
    organisation = make_organisation()
    with refused("an_organisation_ends_after_it_starts"):
        only(Organisation.objects.filter(pk=organisation.pk), starts_on=date(2020, 1, 2), ends_on=date(2020, 1, 1))
    with refused("nobody_succeeds_themselves"):
        Succession.objects.create(predecessor=organisation, successor=organisation)


def test_names_domains_successions_and_partners_are_told_once():
    organisation, other = make_organisation("Trumpton"), make_organisation("Chigley")
    with refused("an_organisation_has_a_name_once|organisation_id"):
        OrganisationName.of(organisation, "Trumpton").save()
    with refused("an_organisation_has_a_domain_once|organisation_id"):
        EmailDomain.objects.create(organisation=organisation, domain="trumpton.example.gov.uk")
    Succession.objects.create(predecessor=organisation, successor=other)
    with refused("a_succession_is_told_once|predecessor_id"):
        Succession.objects.create(predecessor=organisation, successor=other)
    draft = make_declaration("2026", published=False)
    CoPublisher.objects.create(declaration=draft, organisation=organisation)
    with refused("an_organisation_co_publishes_a_version_once|organisation_id"):
        CoPublisher.objects.create(declaration=draft, organisation=organisation)
    commitment = make_commitment(make_signature("Camberwick"), partners=[organisation])
    with refused("an_organisation_is_a_partner_once|organisation_id"):
        Partner.objects.create(commitment=commitment, position=2, name="Trumpton", organisation=organisation)


@pytest.mark.parametrize("thing", ["organisation", "declaration", "person"])
def test_what_a_signature_stands_on_is_not_deleted(thing):
    signature = make_signature()
    one = signature.signatories.get()
    row = {"organisation": one.organisation, "declaration": signature.declaration, "person": one.signer}[thing]
    with pytest.raises((models.ProtectedError, IntegrityError)), transaction.atomic():
        row.delete()


def test_a_public_record_is_noted_once():
    RecordNote.objects.create(dataset="commitments", key="1", digest="a", changed_at=NOW)
    with refused(r"a_public_record_is_noted_once|localdigital_recordnote\.dataset, localdigital_recordnote\.key"):
        RecordNote.objects.create(dataset="commitments", key="1", digest="b", changed_at=NOW)


def test_there_is_one_row_of_how_far_the_comparing_is():
    with refused("there_is_one_noting"):
        Noting.objects.create(pk=2)


def test_every_constraint_of_our_models_is_named_in_this_file_or_in_one_beside_it():
    from pathlib import Path

    from django.apps import apps

    files = Path(__file__).parent.parent.glob("*/test_constraints.py")
    text = "".join(file.read_text(encoding="utf-8") for file in files)
    names = {
        constraint.name
        for app in ("localdigital", "signatories", "commitments", "programme")
        for model in apps.get_app_config(app).get_models()
        for constraint in model._meta.constraints
    }
    assert {name for name in names if name not in text} == set()
    assert {refusal.sentence for refusal in REFUSALS if refusal.sentence not in text} == set()


# ---- The triggers are there


def names():
    return {refusal.name for refusal in REFUSALS}


def test_every_trigger_is_there_after_migrating():
    assert triggers_present() >= names()


def test_every_table_that_a_trigger_watches_exists():
    with connection.cursor() as cursor:
        assert {refusal.table for refusal in REFUSALS} <= set(connection.introspection.table_names(cursor))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("model", [AuditEvent, EmailedLink, Declaration, Signature, Signatory])
def test_every_trigger_is_there_again_when_a_table_was_changed_and_migrated(model):
    from django.core.management import call_command

    field = models.CharField(max_length=20, null=True)
    field.set_attributes_from_name("passing_fancy")
    try:
        with connection.schema_editor() as editor:
            editor.add_field(model, field)
        with connection.schema_editor() as editor:
            editor.remove_field(model, field)
        call_command("migrate", verbosity=0)
        assert triggers_present() >= names()
    finally:
        make_triggers()


@pytest.mark.django_db(transaction=True)
def test_a_trigger_that_was_dropped_is_made_again_by_the_next_migrate():
    from django.core.management import call_command

    on = "" if connection.vendor == "sqlite" else "ON localdigital_auditevent"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER an_audit_event_is_never_changed {on}")
    assert triggers_present() & names() == names() - {"an_audit_event_is_never_changed"}
    call_command("migrate", verbosity=0)
    assert triggers_present() >= names()
