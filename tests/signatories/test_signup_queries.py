"""What the pages of the sign-up and the decisions cost, whatever the size of the document and of the register."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from localdigital.models import RegisterVersion
from signatories import moderation, signoff
from signatories.models import Organisation, Principle
from signatories.models.signature import Status
from signatories.signup import submission
from tests.factories import make_commitment, make_organisation, make_person, make_signature, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

TRANSACTIONS = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")


def cost(action):
    """How many queries that takes; the statements that begin and end transactions are not counted."""
    with CaptureQueriesContext(connection) as queries:
        action()
    return [query["sql"] for query in queries if not query["sql"].startswith(TRANSACTIONS)]


def within(limit, queries, what):
    assert len(queries) <= limit, f"{what}: {len(queries)} queries\n" + "\n".join(queries)


@pytest.fixture(params=[1, 12], ids=["one of each", "twelve of each"])
def document(request, client, sign_in):
    """A draft of the person signed in: with one commitment and one organisation, and with twelve."""
    councils = [f"Place {number}" for number in range(request.param)]
    signature = make_signature(*councils, status=Status.DRAFT, commitments=0)
    for number in range(request.param):
        partners = [make_organisation("Pippin Fort"), *(f"Partner {count}" for count in range(request.param))]
        make_commitment(signature, title=f"Promise {number}", partners=partners, deliverables=["A"] * request.param)
    sign_in(signature.preparer)
    return signature


def answers():
    due_on = timezone.localdate() + timedelta(days=300)
    return {
        "title": {"title": "Bells"},
        "principles": {"principles": list(Principle.objects.values_list("pk", flat=True))},
        "mission": {
            "mission": "Ring",
            **{f"due_on-{part}": getattr(due_on, part) for part in ("day", "month", "year")},
        },
        "deliverables": {"deliverables": "One\nTwo\nThree"},
        "partners": {"partners": "Pippin Fort; Nobody\nNowhere"},
        "impact": {"impact": "Loud"},
    }


# The list that is stored, and for the principles the ones to choose from
LISTS = {"principles": 2, "deliverables": 1, "partners": 1}
QUESTIONS = ["title", "principles", "mission", "deliverables", "partners", "impact"]


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_is_shown_in_three_queries_and_one_for_each_list_in_it(client, document, question):
    path = f"/sign/{document.reference}/commitments/{document.commitments.first().pk}/{question}/"
    within(3 + LISTS.get(question, 0), cost(lambda: client.get(path)), f"{question} shown")


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_is_answered_in_a_few_queries(client, document, question):
    path = f"/sign/{document.reference}/commitments/{document.commitments.first().pk}/{question}/"
    data = answers()[question]
    # What a partner's name may mean is looked up, with one query more for each name that the register does not know.
    limit = 11 + 2 if question == "partners" else 8
    within(limit, cost(lambda: client.post(path, data)), f"{question} answered")


@pytest.mark.parametrize(
    ("address", "limit"),
    [
        ("", 8),
        ("organisations/", 3),
        ("organisations/not-listed/", 2),
        ("signers/{one}/", 3),
        # Three of them are lists of each commitment, and two find councils that work on something like this.
        ("commitments/", 8),
        ("check/", 8),
    ],
)
def test_the_other_pages_cost_the_same_for_one_and_for_twelve(client, document, address, limit):
    path = f"/sign/{document.reference}/" + address.format(one=document.signatories.first().pk)
    within(limit, cost(lambda: client.get(path)), address)


def test_a_signer_is_named_in_a_few_queries(client, document):
    one = document.signatories.first()
    data = {"who": "someone", "their_name": "M", "their_job_title": "Mayor", "their_email": "m@example.gov.uk"}
    within(15, cost(lambda: client.post(f"/sign/{document.reference}/signers/{one.pk}/", data)), "signer")


# ---- Decisions


@pytest.mark.parametrize("signers", [1, 5])
def test_submitting_costs_the_same_for_one_signer_and_for_five(signers):
    people = [make_person(f"Signer {number}") for number in range(signers)]
    councils = [f"Council {number}" for number in range(signers)]
    signature = make_signature(*councils, status=Status.DRAFT, signers=people)
    RegisterVersion.current()
    queries = cost(lambda: submission.submit(signature, by=signature.preparer))
    # fifteen and two for each of its two kinds of email
    within(19, queries, f"submitting with {signers}")


@pytest.mark.parametrize("organisations", [1, 6])
def test_signing_costs_the_same_for_one_organisation_and_for_six(organisations):
    mayor = make_person("The Mayor")
    councils = [f"Town {number}" for number in range(organisations)]
    signature = make_signature(*councils, status=Status.DRAFT, signers=[mayor] * organisations)
    submission.submit(signature, by=signature.preparer)
    shown = signoff.seal(signature, signoff.asked_of(signature, mayor))
    queries = cost(lambda: signoff.sign(signature, by=mayor, shown=shown))
    within(13, queries, f"signing for {organisations}")


@pytest.mark.parametrize("organisations", [1, 10])
@pytest.mark.parametrize(
    ("status", "decide", "most"),
    [
        # Publishing also gives its people access, makes its commitments findable and looks for partners to ask: fifteen
        # and two for each of its two emails.
        (Status.AWAITING_REVIEW, lambda s, u: moderation.publish(s, by=u, authority="Telephoned"), 20),
        (Status.AWAITING_REVIEW, lambda s, u: moderation.return_for_changes(s, by=u, note="x"), 11),
        (Status.AWAITING_REVIEW, lambda s, u: moderation.reject(s, by=u, note="x"), 6),
        (Status.PUBLISHED, lambda s, u: moderation.withdraw(s, by=u, note="x"), 7),
        (Status.PUBLISHED, lambda s, u: moderation.remove(s, by=u, note="x"), 7),
        (Status.REMOVED, lambda s, u: moderation.restore(s, by=u), 8),
    ],
    ids=["publish", "return", "reject", "withdraw", "remove", "restore"],
)
def test_a_decision_costs_few_queries_whatever_the_number_of_organisations(status, decide, most, organisations):
    RegisterVersion.current()
    councils, mayor = [f"Council {number}" for number in range(organisations)], make_person("The Mayor")
    signature, user = make_signature(*councils, status=status, signers=[mayor] * organisations), make_user()
    within(most, cost(lambda: decide(signature, user)), "the decision")
    assert Organisation.objects.count() == organisations
