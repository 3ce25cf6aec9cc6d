"""Who may report for an organisation: access is given, handed on and ended here, and the log says by whom."""

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from commitments.models import Commitment, ProgressUpdate, Revision
from commitments.models.submission import OPEN
from commitments.succession import to_be_decided_by
from localdigital import mail
from localdigital.models import AuditEvent, RegisterVersion
from programme import contributions
from signatories import emails
from signatories.models import Access, Person


def give_access(organisation, person, *, by, now=None):
    """Let this Person report for the organisation. Returns whether that is new."""
    return bool(give_each_access([(organisation, person)], by=by, now=now))


@transaction.atomic
def give_each_access(pairs, *, by, now=None, is_told=False):
    """Let people report for organisations, given as pairs. Returns the accesses that are new.

    Updates can be expected of an organisation's commitments from the day on which the first of its people had access.
    `is_told` where the caller says itself that public pages change.
    """
    now = now or timezone.now()
    ids = {(organisation.pk, person.pk) for organisation, person in pairs}
    live = Access.objects.live().filter(organisation__in=[one for one, _ in ids])
    missing = sorted(ids - set(live.values_list("organisation", "person")))
    Access.objects.bulk_create(
        [Access(organisation_id=organisation, person_id=person, began_at=now) for organisation, person in missing],
        ignore_conflicts=True,  # somebody else gives the same at this moment
    )
    new = list(live.filter(began_at=now)) if missing else []
    AuditEvent.objects.bulk_create(AuditEvent.of("access.begin", one, by=by, at=now, **_ids(one)) for one in new)
    # Published ones, whatever became of their document: it may be restored.
    theirs = Commitment.objects.of_organisations([one.organisation_id for one in new]).published()
    theirs.filter(asked_on=None).update(asked_on=timezone.localdate(now))
    if new and not is_told:  # a public page says who can be written to
        RegisterVersion.bump(now)
    return new


@transaction.atomic
def invite(organisation, address, *, by, now=None):
    """Give a colleague access by their email address, and mail them a link. Returns the Person.

    Somebody who has access already is only mailed.
    """
    now = now or timezone.now()
    person = Person.objects.at(address)
    give_access(organisation, person, by=by, now=now)
    emails.invited(organisation, person, by=by, now=now)
    return person


@transaction.atomic
def hand_over(access, address, *, by, now=None):
    """Invite a colleague to the organisation in one's own place."""
    now = now or timezone.now()
    person = invite(access.organisation, address, by=by, now=now)
    if person != access.person:
        end_access(access, by=by, to=person, now=now)
    return person


@transaction.atomic
def end_access(access, *, by, to=None, now=None):
    """This Person reports for the organisation no longer. Whoever did not do that themselves is told.

    What they have begun or sent in goes `to` the colleague who takes over, or to one who is left. Returns False when
    it had ended already.
    """
    now = now or timezone.now()
    if Access.objects.live().filter(pk=access.pk).update(ended_at=now) != 1:
        return False
    access.ended_at = now
    AuditEvent.record("access.end", access, by=by, at=now, **_ids(access))
    RegisterVersion.bump(now)
    left = Access.objects.live().filter(organisation=access.organisation_id, person__email__isnull=False)
    heir = to or next((one.person for one in left.select_related("person")), None)
    if heir:
        _pass_on(access, heir, timezone.localdate(now))
    if by != access.person:
        mail.queue_all(emails.access_ended(access), about=access.organisation, now=now)
    return True


def _pass_on(access, heir, today):
    """Give a colleague what somebody who left has under way, where they can do nothing more about it themselves."""
    contributions.pass_on(access.organisation_id, of=access.person_id, to=heir, on=today)
    theirs = Commitment.objects.of_organisations([access.organisation_id]).exclude(
        pk__in=Commitment.objects.answered_for_by(access.person, today).values("pk")
    )
    under_way = {"proposer": access.person_id, "status__in": OPEN}
    theirs.filter(**under_way).update(proposer=heir)
    Revision.objects.filter(**under_way, commitment__in=theirs).update(proposer=heir)
    # The colleague may be writing a report of the same commitment: then both stay whose they are.
    own = ProgressUpdate.objects.filter(
        proposer=heir, status__in=OPEN, commitment=OuterRef("commitment"), kind=OuterRef("kind")
    )
    updates = ProgressUpdate.objects.filter(~Exists(own), **under_way)
    lapses = updates.filter(kind=ProgressUpdate.Kind.LAPSE)
    decided = _decided_by(heir, today) - _decided_by(access.person, today) if lapses.exists() else set()
    going = updates.filter(commitment__in=theirs) | lapses.filter(commitment__in=decided)
    ProgressUpdate.objects.filter(pk__in=list(going.values_list("pk", flat=True))).update(proposer=heir)


def _decided_by(person, today):
    """The ids of the commitments of organisations that ended of which this Person may say what becomes of them."""
    return {commitment.pk for commitment, _ in to_be_decided_by(person, today)}


def signatories_with_domains(signature):
    """The signatories of one signature in order, with organisations and their domains, and signers."""
    parts = signature.signatories.select_related("organisation", "signer").order_by("position", "pk")
    return list(parts.prefetch_related("organisation__email_domains"))


def give_access_to_the_people_of(signature, signatories, *, by, now):
    """When a declaration with these signatories is published, its signers get access to the organisations that they
    signed for, its preparer to those whose own domain holds their address, or, where there is none, to the first."""
    pairs = [(one.organisation, one.signer) for one in signatories if one.signer]
    preparer = signature.preparer
    if preparer and preparer not in [one.signer for one in signatories]:
        own = [one for one in signatories if any(domain.holds(preparer.email) for domain in _domains(one))]
        pairs += [(one.organisation, preparer) for one in own or signatories[:1]]
    give_each_access(pairs, by=by, now=now, is_told=True)  # publishing says so


def _ids(access):
    return {"organisation": access.organisation_id, "person": access.person_id}


def _domains(signatory):
    return signatory.organisation.email_domains.all()
