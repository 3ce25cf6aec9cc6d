"""What the demo adds to the real data: two invented declarations that wait for review, made by the real decisions."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from commitments.models import Commitment
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


def load_waiting_signatures():
    """Make those whose organisations are not there yet. Returns their references."""
    return [
        _make(document).reference
        for document in WAITING
        if not Organisation.objects.filter(code=document["organisations"][0][0]).exists()
    ]


@transaction.atomic
def _make(document):
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
    submission.submit(signature, by=preparer)
    sign(signature, by=preparer, shown=seal(signature, asked_of(signature, preparer)))
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
