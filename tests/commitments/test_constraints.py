"""What must never be false of commitments and of access, the database itself refuses, past every function of ours."""

from contextlib import contextmanager
from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from commitments.models import (
    Adoption,
    Approach,
    Commitment,
    Import,
    ImportName,
    ImportRow,
    Partner,
    PartnerQuestion,
    Phase,
    ProgressUpdate,
    Reminder,
    Revision,
    Status,
)
from commitments.models.submission import OPEN
from signatories.models import Access, AskedToSign
from tests.factories import (
    make_access,
    make_commitment,
    make_declaration,
    make_organisation,
    make_person,
    make_signature,
    make_update,
)

pytestmark = pytest.mark.django_db

NOW = timezone.now()
NEVER_OPEN = [status for status in Status if status not in OPEN]


@contextmanager
def refused(saying):
    """The database refuses what is done in here, in these words."""
    with pytest.raises(IntegrityError, match=saying), transaction.atomic():
        yield


def make_promise(**fields):
    return make_commitment(make_signature("Trumpton", commitments=0), **fields)


def make_change(promise, **fields):
    change = Revision.of(promise, **{"proposer": make_person(), "reason": "Clearer"} | fields)
    change.save()
    return change


@pytest.mark.parametrize("status", NEVER_OPEN)
def test_what_was_public_says_since_when(status):
    promise = make_promise()
    with refused("a_public_commitment_says_when_it_was_published"):
        Commitment.objects.filter(pk=promise.pk).update(status=status, published_at=None)
    update = make_update(promise)
    with refused("a_public_progressupdate_says_when_it_was_published"):
        ProgressUpdate.objects.filter(pk=update.pk).update(status=status, published_at=None)
    change = make_change(promise)
    number = 2 if status == Status.PUBLISHED else None
    with refused("a_public_revision_says_when_it_was_published"):
        Revision.objects.filter(pk=change.pk).update(status=status, number=number)


@pytest.mark.parametrize("status", [Status.DRAFT, Status.RETURNED])
def test_a_person_has_one_unfinished_update_of_a_kind_on_one_commitment(status):
    promise, other = make_promise(), make_commitment(make_signature("Chigley", commitments=0))
    make_update(promise, status=status)
    make_update(promise, status=Status.AWAITING_REVIEW)
    make_update(other, status=status)
    make_update(promise, status=status, proposer=make_person("Miss Lovelace"))
    make_update(promise, status=status, kind="withdrawal")
    with refused("a_person_has_one_unfinished_update_of_each_kind|commitment_id, .*proposer_id"):
        make_update(promise, status=Status.DRAFT)


def test_a_commitment_has_one_revision_of_a_number():
    promise = make_promise()
    make_change(promise, status=Status.PUBLISHED, published_at=NOW, number=1)
    with refused("a_commitment_has_one_revision_of_a_number|commitment_id, .*number"):
        make_change(promise, status=Status.PUBLISHED, published_at=NOW, number=1)


@pytest.mark.parametrize("status", sorted(OPEN))
def test_a_commitment_has_one_open_change(status):
    promise = make_promise()
    make_change(promise, status=status)
    with refused("a_commitment_has_one_open_change|commitments_revision.commitment_id"):
        make_change(promise, proposer=make_person("Miss Lovelace"))


@pytest.mark.parametrize(("status", "number"), [(Status.PUBLISHED, None), *((status, 2) for status in sorted(OPEN))])
def test_a_published_revision_alone_has_a_number(status, number):
    promise = make_promise()
    with refused("a_published_revision_has_a_number"):
        make_change(promise, status=status, number=number, published_at=NOW)


@pytest.mark.parametrize(("answer", "at"), [("confirmed", None), ("disowned", None), ("", NOW)])
def test_a_partner_answers_at_some_time(answer, at):
    promise = make_promise(partners=[make_organisation("Chigley")])
    with refused("a_partner_answers_at_some_time"):
        Partner.objects.filter(commitment=promise).update(answer=answer, answered_at=at)


def test_an_organisation_adopts_a_commitment_once():
    promise, heir = make_promise(), make_organisation("Pippin Fort")
    Adoption.objects.create(commitment=promise, organisation=heir)
    with refused("an_organisation_adopts_a_commitment_once|commitment_id, .*organisation_id"):
        Adoption.objects.create(commitment=promise, organisation=heir)


def test_a_person_is_asked_about_a_partnership_once():
    promise, person = make_promise(), make_person()
    PartnerQuestion.objects.create(commitment=promise, person=person)
    with refused("a_person_is_asked_about_a_partnership_once|commitment_id, .*person_id"):
        PartnerQuestion.objects.create(commitment=promise, person=person)


def test_an_occasion_is_reminded_of_once():
    promise = make_promise()
    about = {"organisation": make_organisation("Trumpton"), "commitment": promise}
    Reminder.objects.create(**about, occasion="due:2027-03-27", sent_on=date(2027, 3, 27))
    Reminder.objects.create(**about, occasion="due:2027-02-25", sent_on=date(2027, 3, 27))
    with refused("an_occasion_is_reminded_of_once|organisation_id, .*commitment_id, .*occasion"):
        Reminder.objects.create(**about, occasion="due:2027-03-27", sent_on=date(2027, 4, 27))


def test_a_person_has_access_to_an_organisation_once_at_a_time():
    person, organisation = make_person(), make_organisation("Trumpton")
    first = make_access(person, organisation)
    with refused("a_person_has_access_to_an_organisation_once|person_id, .*organisation_id"):
        Access.objects.create(person=person, organisation=organisation)
    Access.objects.filter(pk=first.pk).update(ended_at=NOW)
    Access.objects.create(person=person, organisation=organisation)
    with refused("a_person_has_access_to_an_organisation_once|person_id, .*organisation_id"):
        Access.objects.filter(pk=first.pk).update(ended_at=None)


def test_an_organisation_is_asked_to_sign_a_version_once():
    asked = {"declaration": make_declaration("2026"), "organisation": make_organisation("Trumpton")}
    AskedToSign.objects.create(**asked)
    AskedToSign.objects.create(declaration=make_declaration("2027"), organisation=asked["organisation"])
    with refused("an_organisation_is_asked_to_sign_a_version_once|declaration_id, .*organisation_id"):
        AskedToSign.objects.create(**asked)


def test_an_import_is_confirmed_before_it_is_written_and_has_a_row_and_a_name_once():
    source = Import.objects.create(sheet="signatures")
    with refused("an_import_is_written_when_somebody_confirmed_it"):
        Import.objects.filter(pk=source.pk).update(phase=Phase.WRITING)
    ImportRow.objects.create(source=source, number=2, first=2)
    with refused("an_import_has_a_row_once|source_id, .*number"):
        ImportRow.objects.create(source=source, number=2, first=2)
    ImportName.objects.create(source=source, written="Rotherham MBC", folded="rotherham mbc", row=2)
    with refused("an_import_asks_of_a_name_once|source_id, .*folded"):
        ImportName.objects.create(source=source, written="ROTHERHAM MBC", folded="rotherham mbc", row=3)


@pytest.mark.parametrize("both", [True, False])
def test_an_approach_is_to_the_people_of_one_thing(both):
    trumpton = make_organisation("Trumpton")
    whom = {"commitment": make_promise(), "organisation": trumpton} if both else {}
    with refused("an_approach_is_to_the_people_of_one_thing"):
        Approach.objects.create(person=make_person(), **whom)
