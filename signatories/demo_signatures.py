"""What the demo adds to the real data: invented declarations, two that wait for review, and one whose council reports.

They are made by the decisions that people make.
"""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from commitments import publishing
from commitments.council import drafts
from commitments.models import Commitment
from localdigital.models import QueuedEmail
from signatories import moderation
from signatories.models import EmailDomain, Organisation, Person, Principle
from signatories.signoff import asked_of, seal, sign
from signatories.signup import changes, submission
from signatories.signup.questions import QUESTIONS

TRUMPTON = ("LDD-DEMO-1", "Trumpton", "Trumpton Borough Council", "trumpton.example.gov.uk")
CAMBERWICK_GREEN = (
    "LDD-DEMO-2",
    "Camberwick Green",
    "Camberwick Green Parish Council",
    "camberwick-green.example.gov.uk",
)
CHIGLEY = ("LDD-DEMO-3", "Chigley", "Chigley District Council", "chigley.example.gov.uk")

WAITING = [
    {
        "organisations": [TRUMPTON, CAMBERWICK_GREEN],
        "preparer": ("mr.troop@trumpton.example.gov.uk", "Mr Troop", "Town clerk"),
        "commitment": {
            "title": "One way to report a blocked drain",
            "mission": "We will make one form for both towns to report a blocked drain, test it with the people who "
            "report drains today, and publish what we learn.",
            "deliverables": ["User research with 20 residents", "An open pattern for reporting a fault"],
            "partners": ["Chigley District Council", "Pippin Fort Volunteers"],
            "impact": "Residents report a drain in two minutes at any hour. The fire brigade is called out less often.",
        },
    },
    {
        "organisations": [CHIGLEY],
        "preparer": ("lord.belborough@freemail.example", "Lord Belborough", "Leader of the council"),
        "commitment": {
            "title": "Open timetable data for the Chigley branch line",
            "mission": "We will publish the timetable of the branch line in an open format, and keep it right.",
            "deliverables": ["A timetable feed in an open standard"],
            "partners": [],
            "impact": "Visitors and the six o’clock whistle dancers know when the last train leaves.",
        },
    },
]

PIPPIN_FORT = ("LDD-DEMO-4", "Pippin Fort", "Pippin Fort Town Council", "pippin-fort.example.gov.uk")
REPORTING = {
    "organisations": [PIPPIN_FORT],
    "preparer": ("captain.snort@pippin-fort.example.gov.uk", "Captain Snort", "Head of digital"),
    "commitment": {
        "title": "Book a room at the fort online",
        "mission": "We will replace the paper diary of the fort’s rooms by one shared calendar, and publish its code.",
        "deliverables": [
            "User research with the clubs that meet at the fort",
            "Open source code of the calendar",
            "A case study for other councils",
        ],
        "partners": ["Bromsgrove District Council", "Camberwick Green Parish Council"],
        "impact": "Clubs see at once which evening is free. Nobody has to walk to the fort to look at the diary.",
    },
}
REPORTS = [
    {
        "days_ago": 120,
        "delivered": 1,
        "done": "We met nine clubs and watched how they book a room today.",
        "went_well": "The dance club drew the calendar that they want on a paper napkin.",
        "could_be_better": "We met nobody who had given up booking.",
        "next_step": "A prototype in the library.",
        "evidence": ("What nine clubs told us", "https://www.example.gov.uk/pippin-fort/research", "user-research"),
    },
    {
        "days_ago": 3,
        "delivered": 2,
        "done": "Two clubs have booked their rooms in the calendar for a month.",
        "went_well": "",
        "could_be_better": "The old diary was still on the desk, so some evenings were booked twice.",
        "next_step": "Take the diary off the desk.",
        "evidence": ("The calendar’s code", "https://www.example.gov.uk/pippin-fort/calendar", "code"),
    },
]


def load_waiting_signatures():
    """Make those whose organisations are not there yet. Returns their references."""
    return [
        _make(document).reference
        for document in WAITING
        if not Organisation.objects.filter(code=document["organisations"][0][0]).exists()
    ]


@transaction.atomic
def load_reporting_signature(*, by=None):
    """Make the one that was published half a year ago, with one report that is public and one that waits.

    Returns its reference, or None when it is there already.
    """
    if Organisation.objects.filter(code=PIPPIN_FORT[0]).exists():
        return None
    half_a_year_ago = timezone.now() - timedelta(days=180)
    signature = _make(REPORTING, now=half_a_year_ago)
    moderation.publish(signature, by=by, now=half_a_year_ago)
    commitment = Commitment.objects.get(signature=signature)
    for number, report in enumerate(REPORTS):
        _report(commitment, report, is_public=number == 0, by=by)
    # Nobody is to be mailed today what would have been sent then.
    QueuedEmail.objects.filter(queued_at__lt=timezone.now() - timedelta(days=1)).delete()
    return signature.reference


def _report(commitment, report, *, is_public, by):
    at = timezone.now() - timedelta(days=report["days_ago"])
    answers = {name: report[name] for name in ("done", "went_well", "could_be_better", "next_step")}
    delivered = list(commitment.deliverables.values_list("pk", flat=True)[: report["delivered"]])
    answers |= {"stage": "in-progress", "reported_on": timezone.localdate(at), "delivered": delivered}
    reporter = commitment.signature.preparer
    update = drafts.save_report(commitment, answers, by=reporter, now=at)
    title, url, kind = report["evidence"]
    drafts.add_evidence(update, title=title, url=url, kind=kind, now=at)
    publishing.send_in(update, by=reporter, now=at)
    if is_public:
        publishing.publish(update, by=by, now=at)


@transaction.atomic
def _make(document, now=None):
    address, name, job_title = document["preparer"]
    preparer = Person.objects.at(address)
    Person.objects.filter(pk=preparer.pk).update(proved_at=timezone.now(), name=name, job_title=job_title)
    signature = changes.start(preparer)
    for organisation in document["organisations"]:
        changes.add_organisation(signature, _organisation(*organisation))
    for signatory in signature.signatories.all():
        changes.set_signer(signature, signatory, person=preparer, name=name, job_title=job_title)
    commitment = changes.add_commitment(signature)
    answers = document["commitment"] | {
        "principles": Principle.objects.filter(number__in=[1, 2]),
        "due_on": timezone.localdate() + timedelta(days=365),
    }
    for question in QUESTIONS:
        changes.answer(signature, Commitment.objects.get(pk=commitment.pk), question, answers)
    submission.submit(signature, by=preparer, now=now)
    sign(signature, by=preparer, shown=seal(signature, asked_of(signature, preparer)), now=now)
    return signature


def _organisation(code, name, official_name, domain):
    organisation, made = Organisation.objects.get_or_create(
        code=code,
        defaults={
            "scheme": Organisation.Scheme.OWN,
            "name": name,
            "official_name": official_name,
            "slug": name.lower().replace(" ", "-"),
            "type": "district",
            "nation": "england",
            "region": "west-midlands",
            "checked_at": timezone.now(),
        },
    )
    if made:
        organisation.know_names(name, official_name)
        EmailDomain.objects.create(organisation=organisation, domain=domain)
    return organisation
