"""A register in which open data meets everything: signed, withdrawn, on paper, not public; texts that a spreadsheet
would run, Welsh ones, ones with line breaks and semicolons; bodies that are not public or came later."""

from datetime import date, datetime, timedelta

from django.utils import timezone

from commitments.models import Adoption, Partner, Revision
from commitments.models import Status as Sent
from programme.models import ProjectPart, Use
from signatories.models import Organisation, Signatory, Signature, Succession
from signatories.models.signature import Status
from tests.factories import make_commitment, make_declaration, make_organisation, make_signature, make_update
from tests.programme.factories import make_case_study, make_event, make_output, make_project, make_round, make_topic

HOSTILE = [
    "=cmd|' /C calc'!A0",
    "+44 20 7946 0000",
    "-1 is less",
    "@SUM(1+1)",
    "'quoted'",
    "\ttabbed",
    'one,"two"\r\nthree;four\\five\nsix',
    "Cyngor Sir Ynys Môn – ŵ ŷ",
    "null",
    "007",
]


def at(day, hour=12):
    """Noon of that day in the UK."""
    return timezone.make_aware(datetime(day.year, day.month, day.day, hour))


def make_varied_register():
    """Some of everything."""
    authority = make_organisation("Trumptonshire", type="combined-authority", starts_on=date(2021, 4, 1))
    trumpton = make_organisation("Trumpton", county=make_organisation("Greendale"), combined_authority=authority)
    Organisation.objects.filter(pk=trumpton.pk).update(ends_on=date(2023, 3, 31), population=12345, longitude=-2.061834)
    camberwick = make_organisation("Camberwick Green", starts_on=date(2023, 4, 1), latitude=52.1)
    Succession.objects.create(predecessor=trumpton, successor=camberwick)
    unchecked = make_organisation("Pippin Fort", checked_at=None)

    signed = make_signature("Trumpton", "Chigley", on=date(2018, 11, 9), commitments=0)
    for text in HOSTILE:
        make_commitment(
            signed, title=text, mission=text, partners=[text, unchecked, camberwick], deliverables=[text, "A thing"]
        )
    _reports(signed.commitments.first())
    _ended(signed)
    _paper()
    make_signature("Chigley", status=Status.WITHDRAWN, declaration=make_declaration("2020"), on=date(2020, 2, 1))
    left = make_signature("Trumpton", "Windy Miller", declaration=make_declaration("2021"), on=date(2021, 2, 1))
    left.signatories.filter(organisation=trumpton).update(withdrawn_at=at(date(2022, 5, 1)), live=False)
    for status in Status:
        if status not in (Status.PUBLISHED, Status.WITHDRAWN):
            make_signature("Wintergreen", status=status, declaration=make_declaration(f"1-{status}"))
    Adoption.objects.create(
        commitment=signed.commitments.first(), organisation=camberwick, adopted_at=at(date(2023, 5, 1))
    )
    _programme(trumpton, camberwick, unchecked, signed.commitments.first())


def _reports(promise):
    made = list(promise.deliverables.all())
    evidence = [(HOSTILE[0], "https://example.gov.uk/a;b?c=d,e", "code"), ("Notes", "https://example.gov.uk/", "blog")]
    make_update(promise, reported_on=date(2019, 3, 1), done=HOSTILE[6], evidence=evidence)
    make_update(promise, reported_on=date(2020, 3, 1), submitted_at=None, stage="delivered", delivered=made)
    make_update(promise, kind="no-change", stage="", done="", reported_on=date(2021, 3, 1))
    for status in Sent:
        if status not in (Sent.PUBLISHED, Sent.WITHDRAWN, Sent.LAPSED):
            proposer = None if status != Sent.DRAFT else promise.signature.preparer
            make_update(promise, status=status, proposer=proposer, published_at=at(date(2019, 5, 1)))


def _ended(signature):
    make_commitment(signature, title="Given up", status="withdrawn", ended_at=at(date(2022, 6, 1)))
    make_commitment(signature, title="Not taken on", status="lapsed", ended_at=at(date(2023, 6, 1)))
    added = {"added_at": at(date(2019, 6, 1)), "published_at": at(date(2019, 7, 1))}
    make_commitment(signature, title="Added", language="cy", **added)
    make_commitment(signature, title="Not published", status="draft", published_at=None, added_at=timezone.now())
    changed = make_commitment(signature, title="New words", due_on=date(2022, 1, 1))
    for number, (title, on) in enumerate({"Old words": date(2019, 1, 1), "New words": date(2020, 9, 1)}.items(), 1):
        moments = {"published_at": at(on), "submitted_at": at(on)}
        first = Revision.of(changed, number=number, status="published", **moments)
        first.title = title
        first.save()


def _paper():
    """Of which only the month is known, the year, or nothing."""
    for name, precision, on in (("Much Binding", "month", date(2019, 5, 1)), ("Dibley", "year", date(2019, 1, 1))):
        _date(make_signature(name, declaration=make_declaration("2018")), signed_on=on, signed_on_precision=precision)
    _date(make_signature("Royston Vasey"), signed_on=None, signed_on_precision="unknown")


def _date(signature, **fields):
    nobody = {"signed_at": None, "signed_by": None, "signed_hash": "", "signer": None, "signer_name": ""}
    Signatory.objects.filter(signature=signature).update(**nobody, **fields)
    Signature.objects.filter(pk=signature.pk).update(preparer=None, source_note="=paper; from 2019")


def _programme(trumpton, camberwick, unchecked, promise):
    secret = make_round("Round 91", is_public=False)
    round_ = make_round("Round 90", phases=["discovery", "alpha"], opens_at=at(date(2018, 9, 24)))
    month = {"awarded_on": date(2019, 5, 1), "awarded_precision": "month", "phase": "alpha", "amount_gbp": 70000}
    shown = make_project("=Drains; and more", round_, lead=trumpton, partners=[camberwick], **month)
    for number, (name, body) in enumerate({"Smith; Jones \\ Sons": None, "-Fort": unchecked}.items(), 5):
        ProjectPart.objects.create(project=shown, position=number, name=name, organisation=body)
    hidden = make_project("Hidden project", secret, lead=trumpton)
    outside = make_project("Outside", None, lead=None, round_note="C-19 money")
    for project in (shown, hidden, outside):
        study = make_case_study(f"Study of {project}", trumpton, camberwick, project=project, commitment=promise)
        study.topics.add(make_topic())
    draft = promise.signature.commitments.get(title="Not published")
    for status in ("draft", "published", "removed"):
        output = make_output(f"Output {status}", trumpton, status=status, commitment=draft)
        Use.objects.create(output=output, organisation=camberwick)
        event = make_event(HOSTILE[0], trumpton, status=status)
        type(event).objects.filter(pk=event.pk).update(cancelled_at=timezone.now() - timedelta(days=1))
    Partner.objects.filter(commitment=promise, name=HOSTILE[0]).update(answer="confirmed", answered_at=timezone.now())
