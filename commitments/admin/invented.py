"""A declaration, its council, its people and a report on it, all invented: what the examples of emails are about."""

from datetime import date, datetime, timedelta
from functools import cached_property

from django.utils import timezone

from commitments.models import Approach, Commitment, Partner, ProgressUpdate, Revision
from programme.models import CaseStudy, Event
from signatories.models import Access, Declaration, Organisation, Person, Signatory, Signature

# The examples are the same on every day.
NOW = datetime(2026, 11, 9, 12, tzinfo=timezone.get_default_timezone())
TODAY = date(2026, 11, 9)


class Invented:
    """Rows of the database, made when they are first asked for. Whoever makes them rolls them back."""

    # ---- Organisations and people

    @cached_property
    def trumpton(self):
        return _organisation("Trumpton", "Trumpton Borough Council")

    @cached_property
    def camberwick_green(self):
        return _organisation("Camberwick Green", "Camberwick Green Parish Council")

    @cached_property
    def preparer(self):
        return _person("troop", "Mr Troop", "Town clerk", self.trumpton)

    @cached_property
    def signer(self):
        return _person("mayor", "Philby Snorkel", "Leader of the council")

    @cached_property
    def neighbour(self):
        return _person("murphy", "Mickey Murphy", "Digital lead", self.camberwick_green)

    @cached_property
    def access(self):
        return Access.objects.get(person=self.preparer)

    # ---- What was signed

    @cached_property
    def declaration(self):
        return Declaration.objects.create(
            version="invented-for-emails",
            title="Local Digital Declaration 2026",
            dated_on=TODAY - timedelta(days=30),
            official_url="https://example.gov.uk/declaration",
            summary_of_changes="The second principle now names open standards.",
            body="Work together.",
        )

    @cached_property
    def signature(self):
        found = Signature.objects.create(declaration=self.declaration, preparer=self.preparer, submitted_at=NOW)
        found.reference = "4H7K-2QXT"  # not saved: a real one could have it
        for position, organisation in enumerate([self.trumpton, self.camberwick_green], start=1):
            Signatory.objects.create(
                signature=found,
                declaration=self.declaration,
                organisation=organisation,
                position=position,
                signer=self.signer if position == 1 else self.neighbour,
                signer_name="Philby Snorkel" if position == 1 else "Mickey Murphy",
                signer_job_title="Leader of the council",
            )
        return found

    @cached_property
    def signatories(self):
        parts = Signatory.objects.filter(signature=self.signature).order_by("position")
        return list(parts.select_related("organisation", "signer"))

    # ---- What was promised and reported

    @cached_property
    def commitment(self):
        return Commitment.objects.create(
            signature=self.signature,
            position=1,
            title="One way to report a blocked drain",
            mission="We will make one form for both towns to report a blocked drain.",
            impact="Residents report a drain in two minutes at any hour.",
            due_on=TODAY + timedelta(days=28),
            proposer=self.preparer,
        )

    @cached_property
    def partner(self):
        return Partner.objects.create(
            commitment=self.commitment, position=1, name="Camberwick Green", organisation=self.camberwick_green
        )

    @cached_property
    def report(self):
        return ProgressUpdate(commitment=self.commitment, proposer=self.preparer, kind="report", reported_on=TODAY)

    @cached_property
    def withdrawal(self):
        return ProgressUpdate(commitment=self.commitment, proposer=self.preparer, kind="withdrawal", reported_on=TODAY)

    @cached_property
    def change(self):
        return Revision(commitment=self.commitment, proposer=self.preparer, title=self.commitment.title)

    @cached_property
    def case_study(self):
        return CaseStudy.objects.create(title="How two towns made one form", proposer=self.preparer)

    @cached_property
    def event(self):
        when = {"starts_at": NOW + timedelta(days=28), "ends_at": NOW + timedelta(days=28, hours=1)}
        return Event.objects.create(title="Show and tell: one form", proposer=self.preparer, is_online=True, **when)

    @cached_property
    def approach(self):
        return Approach.objects.create(commitment=self.commitment, person=self.neighbour)


def _organisation(name, official_name):
    slug = f"invented-{name.replace(' ', '-').lower()}"
    return Organisation.objects.create(
        code=slug[:20], scheme="ldd", name=name, official_name=official_name, slug=slug, type="district"
    )


def _person(address, name, job_title, organisation=None):
    # Not the address of anybody in the demo
    person = Person.objects.create(email=f"{address}@invented.example.gov.uk", name=name, job_title=job_title)
    if organisation:
        Access.objects.create(person=person, organisation=organisation)
    return person
