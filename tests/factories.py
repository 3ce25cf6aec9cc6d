"""Invented councils, people and signatures for the tests: plainly invented, in the state that a test needs."""

import itertools
from datetime import date, datetime, time, timedelta
from importlib import import_module
from types import SimpleNamespace

from django.apps import apps
from django.contrib.auth.models import Group
from django.db import connection
from django.utils import timezone
from django.utils.text import slugify
from simple_history.utils import bulk_create_with_history

from commitments.models import Commitment, Deliverable, Evidence, Partner, ProgressUpdate
from commitments.models import Status as Sent
from commitments.publishing import follow
from localdigital.models import User
from signatories.models import Access, Declaration, EmailDomain, Organisation, Person, Principle, Signatory, Signature
from signatories.models.partial_date import Precision
from signatories.models.signature import LIVE, Status

numbers = itertools.count(1)

PUBLISHED_AT_SOME_TIME = {Status.PUBLISHED, Status.WITHDRAWN, Status.REMOVED}
SIGNED = {Status.AWAITING_REVIEW, Status.RETURNED, Status.REJECTED, *PUBLISHED_AT_SOME_TIME}


def make_declaration(version="2018", published=True, **fields):
    """A version of the Declaration; published unless said otherwise."""
    declaration, _ = Declaration.objects.get_or_create(
        version=version,
        defaults={
            "title": f"Local Digital Declaration {version}",
            "dated_on": date(2018, 7, 4),
            "official_url": "https://example.gov.uk/declaration",
            "body": "## The ambition\n\nWork together.",
            "published_at": timezone.now() if published else None,
        }
        | fields,
    )
    return declaration


def make_principles():
    """Five principles."""
    titles = ["People", "Plumbing", "Sharing", "Leadership", "Openness"]
    principles = list(Principle.objects.all())
    there = {one.number for one in principles}
    # All at once: most tests begin with them.
    missing = [
        Principle(number=number, slug=slugify(title), title=title, summary=f"About {title}", body="Do it.")
        for number, title in enumerate(titles, start=1)
        if number not in there
    ]
    if missing:
        bulk_create_with_history(missing, Principle)
        principles = list(Principle.objects.all())
    return principles


def make_organisation(name="Trumpton", domain=None, **fields):
    """An invented council "Trumpton Borough Council", at trumpton.example.gov.uk; the same one for the same name."""
    existing = Organisation.objects.filter(name=name).first()
    if existing:
        return existing
    number = next(numbers)
    organisation = Organisation.objects.create(
        **{
            "code": f"X{number:08}",
            "scheme": "gss",
            "name": name,
            "official_name": f"{name} Borough Council",
            "slug": slugify(name),
            "type": "district",
            "nation": "england",
            "region": "west-midlands",
            "checked_at": timezone.now(),
        }
        | fields
    )
    organisation.know_names(organisation.name, organisation.official_name)
    EmailDomain.objects.create(organisation=organisation, domain=domain or f"{organisation.slug}.example.gov.uk")
    return organisation


def make_person(name="Pugh Barney", at="trumpton.example.gov.uk", job_title="Digital officer", proved=True):
    """Someone at a council, whose address is proved unless said otherwise: pugh.barney@trumpton.example.gov.uk."""
    email = f"{slugify(name).replace('-', '.')}@{at}"
    person, _ = Person.objects.get_or_create(
        email=email,
        defaults={"name": name, "job_title": job_title, "proved_at": timezone.now() if proved else None},
    )
    return person


def make_user(username="moderator", **fields):
    """Someone in the delivery team; a superuser unless said otherwise."""
    defaults = {"is_staff": True, "is_superuser": True, "email": f"{username}@example.gov.uk"} | fields
    user = User.objects.create(username=username, **defaults)
    user.set_password("a long password for tests")
    user.save()
    return user


def role_of(user):
    """A role that this one of the team has alone, to be given permissions: none, to begin with."""
    role, made = Group.objects.get_or_create(name=f"role of {user.pk}")
    if made:
        user.groups.add(role)
    return role


def make_commitment(
    signature, title="Answer the phone with a bot", partners=(), deliverables=("A framework",), **fields
):
    """A whole commitment of that signature, published when its document is."""
    public = signature.status in PUBLISHED_AT_SOME_TIME
    commitment = Commitment.objects.create(
        **{
            "signature": signature,
            "status": "published" if public else "draft",
            "published_at": signature.published_at if public else None,
            "position": signature.commitments.count() + 1,
            "title": title,
            "mission": "We will find out what people ask us most.",
            "impact": "Residents get an answer at any hour.",
            "due_on": timezone.localdate() + timedelta(days=365),
        }
        | fields
    )
    commitment.principles.set(make_principles()[:2])
    for position, text in enumerate(deliverables, start=1):
        Deliverable.objects.create(commitment=commitment, position=position, text=text)
    for position, partner in enumerate(partners, start=1):
        organisation = partner if isinstance(partner, Organisation) else None
        Partner.objects.create(commitment=commitment, position=position, name=str(partner), organisation=organisation)
    return commitment


def make_signature(
    *names, status=Status.PUBLISHED, preparer=None, signers=None, commitments=1, declaration=None, on=None, **fields
):
    """A signature of those councils ("Trumpton" when none is named) in that status, with its commitments.

    `signers`: a Person for each council (default: the preparer for all). Statuses after sign-off are signed,
    with a hash that fits nothing: use the decisions themselves where a test is about sign-off.
    """
    declaration = declaration or make_declaration()
    preparer = preparer or make_person()
    now = timezone.now()
    signature = Signature.objects.create(declaration=declaration, preparer=preparer)
    for position, name in enumerate(names or ["Trumpton"], start=1):
        organisation = name if isinstance(name, Organisation) else make_organisation(name)
        signer = signers[position - 1] if signers else preparer
        signed = status in SIGNED
        Signatory.objects.create(
            signature=signature,
            declaration=declaration,
            organisation=organisation,
            position=position,
            live=status in LIVE,
            signer=signer,
            signer_name=signer.name,
            signer_job_title=signer.job_title,
            signed_at=now if signed else None,
            signed_by=signer if signed else None,
            signed_hash="0" * 64 if signed else "",
            signed_on=(on or timezone.localdate()) if signed else None,
            signed_on_precision=Precision.DAY if signed else Precision.UNKNOWN,
        )
    for number in range(commitments):
        make_commitment(signature, title=f"Promise {number + 1}")
    changes = {"status": status, **fields}
    if status != Status.DRAFT:
        changes.setdefault("submitted_at", now)
    if status in SIGNED:
        changes.setdefault("signed_off_at", changes["submitted_at"])
    if status in PUBLISHED_AT_SOME_TIME:
        changes.setdefault("published_at", now)
    if status == Status.WITHDRAWN:
        changes.setdefault("withdrawn_at", now)
    if status == Status.REMOVED:
        changes.setdefault("status_before_removal", Status.PUBLISHED)
    Signature.objects.filter(pk=signature.pk).update(**changes)
    signature = Signature.objects.get(pk=signature.pk)
    if status in PUBLISHED_AT_SOME_TIME:
        Commitment.objects.publish_with(signature, signature.published_at)
    return signature


def make_access(person, organisation, **fields):
    """That Person reports for that organisation: an Organisation, or the name of one."""
    body = organisation if isinstance(organisation, Organisation) else make_organisation(organisation)
    return Access.objects.get_or_create(person=person, organisation=body, ended_at=None, defaults=fields)[0]


def _morning(on):
    """Nine in the morning of that date: when it is reported, unless a test says otherwise."""
    return timezone.make_aware(datetime.combine(on, time(9))) if on else None


def make_update(commitment, *, status=Sent.PUBLISHED, delivered=(), evidence=(), **fields):
    """A progress update on that commitment, in that status; a published one has taken effect on the commitment.

    `evidence`: (title, url, kind) of each link.
    """
    now = timezone.now()
    update = ProgressUpdate.objects.create(
        **{
            "commitment": commitment,
            "proposer": make_person(),
            "status": status,
            "stage": "in-progress",
            "reported_on": timezone.localdate(),
            "done": "We talked to twelve residents.",
            "submitted_at": None if status == Sent.DRAFT else _morning(fields.get("reported_on")) or now,
            "published_at": now if status == Sent.PUBLISHED else None,
        }
        | fields
    )
    update.delivered.set(delivered)
    for position, (title, url, kind) in enumerate(evidence, start=1):
        Evidence.objects.create(update=update, position=position, title=title, url=url, kind=kind)
    if status == Sent.PUBLISHED:
        follow(commitment, now)
    return update


def make_first_reasons():
    """The team's reasons as migrations write them: tests with real commits empty the database after them, of these
    too."""
    for name in ("0005_first_reasons", "0007_reasons_for_offers"):
        import_module(f"localdigital.migrations.{name}").add(apps, SimpleNamespace(connection=connection))
