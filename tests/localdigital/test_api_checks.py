"""What programs ask of the register to decide something: had it signed by a date, does it meet a round's rules."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from localdigital.site.api.certificates import VerifyAnswer
from localdigital.site.api.eligibility import EligibilityAnswer
from localdigital.site.api.standing import SignedAnswer
from signatories import moderation
from signatories.certificate.check_code import check_code
from signatories.models import Signatory, Succession
from tests.factories import make_organisation, make_signature
from tests.programme.factories import make_round, make_rule

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed(client):
    """The answer about that organisation on that date."""

    def ask(key, on=None):
        answer = client.get(f"/api/v1/organisations/{key}/signed" + (f"?on={on}" if on else ""))
        assert answer.status_code == 200
        SignedAnswer.model_validate(answer.json())
        return answer.json()

    return ask


def test_a_council_had_signed_from_the_date_on_its_document(signed):
    document = make_signature("Trumpton", on=date(2018, 11, 9))
    code = document.signatories.get().organisation.code
    before, on = signed(code, "2018-11-08"), signed("trumpton", "2018-11-09")
    assert (before["answer"], before["since"]) == ("not-signed", "2018-11-09")
    assert (on["answer"], on["version"], on["reference"]) == ("signed", "2018", document.reference)
    assert (on["since"], on["since_precision"], on["asked_on"]) == ("2018-11-09", "day", "2018-11-09")
    assert on["in_words"] == "Trumpton Borough Council had signed by 9 November 2018."
    assert signed(code)["asked_on"] == timezone.localdate().isoformat()


def test_where_only_the_month_is_known_it_cannot_say(signed):
    make_signature("Trumpton", on=date(2019, 5, 1))
    Signatory.objects.update(signed_on_precision="month")
    answer = signed("trumpton", "2019-05-15")
    assert (answer["answer"], answer["since"], answer["since_precision"]) == ("cannot-say", "2019-05", "month")
    assert signed("trumpton", "2019-06-01")["answer"] == "signed"


def test_whoever_withdrew_had_not_signed_from_that_day(signed, moderator):
    moderation.withdraw(make_signature("Trumpton", on=date(2018, 11, 9)), by=moderator, note="They left.")
    today = timezone.localdate()
    answer = signed("trumpton")
    assert (answer["answer"], answer["withdrew_on"]) == ("not-signed", today.isoformat())
    assert signed("trumpton", today - timedelta(days=1))["answer"] == "signed"


def test_those_that_took_over_answer_for_one_that_ended_and_the_answer_says_so(signed):
    old = make_organisation("Old Chigley", ends_on=date(2023, 3, 31))
    for name in ("Chigley", "Pippin Fort"):
        Succession.objects.create(predecessor=old, successor=make_organisation(name))
    make_signature("Chigley", on=date(2023, 5, 1))
    answer = signed("old-chigley", "2023-06-01")
    assert answer["answer"] == "cannot-say"
    heirs = {one["organisation"]["name"]: one["answer"] for one in answer["answered_by"]}
    assert heirs == {"Chigley Borough Council": "signed", "Pippin Fort Borough Council": "not-signed"}
    assert "took over" in answer["in_words"]
    before = signed("old-chigley", "2023-03-31")
    assert (before["answer"], before["answered_by"], len(before["successors"])) == ("not-signed", [], 2)


@pytest.mark.parametrize("on", ["2018-07-03", "0001-01-01", "2999-01-01", "yesterday", "2019-02-30", ""])
def test_a_date_of_which_nothing_can_be_said_is_refused(client, on):
    make_organisation("Trumpton")
    answer = client.get(f"/api/v1/organisations/trumpton/signed?on={on}")
    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (422, "on")


def test_nobody_is_not_an_organisation(client):
    assert client.get("/api/v1/organisations/nobody/signed").status_code == 404


@pytest.fixture
def round_90(db):
    round_ = make_round("Round 90")
    make_rule(round_, "lead-signed")
    make_rule(round_, "signed-at-least", number=2)
    return round_


def test_an_application_is_answered_rule_by_rule(client, round_90):
    make_signature("Trumpton", "Chigley")
    code = make_organisation("Chigley").code
    make_organisation("Pippin Fort")
    address = "/api/v1/fund/eligibility?round=round-90"
    answer = client.get(f"{address}&lead=Trumpton Borough Council&partner={code}&partner=pippin-fort").json()
    EligibilityAnswer.model_validate(answer)
    assert [(rule["kind"], rule["verdict"]) for rule in answer["rules"]] == [
        ("lead-signed", "met"), ("signed-at-least", "met"),
    ]  # fmt: skip
    assert (answer["verdict"], answer["rules"][1]["counted"]) == ("met", 2)
    assert [one["answer"] for one in answer["standings"]] == ["signed", "signed", "not-signed"]
    assert client.get(f"{address}&lead=pippin-fort").json()["verdict"] == "not-met"


@pytest.mark.parametrize(
    ("asked", "parameter"),
    [
        ("round=round-91&lead=trumpton", "round"),
        ("round=round-90&lead=nowhere", "lead"),
        ("round=round-90&lead=trumpton&partner=nowhere", "partner"),
        ("round=round-90&lead=trumpton&on=2017-01-01", "on"),
        ("round=round-90&lead=trumpton&led=-1", "led"),
        ("round=round-90&lead=trumpton&funded=round-1", "funded"),
    ],
)
def test_an_application_that_cannot_be_is_refused(client, round_90, asked, parameter):
    make_organisation("Trumpton")
    answer = client.get(f"/api/v1/fund/eligibility?{asked}")
    assert (answer.status_code, [one["parameter"] for one in answer.json()["errors"]]) == (422, [parameter])


def test_a_certificate_is_checked_as_on_its_page(client, moderator):
    document = make_signature("Trumpton")
    asked = {"reference": document.reference.lower(), "code": check_code(document)}
    answer = client.get("/api/v1/verify", asked).json()
    VerifyAnswer.model_validate(answer)
    assert (answer["answer"], answer["reference"]) == ("stands", document.reference)
    assert [one["name"] for one in answer["organisations"]] == ["Trumpton Borough Council"]
    wrong = client.get("/api/v1/verify", asked | {"code": "00000-00000"}).json()
    assert (wrong["answer"], wrong["reference"], wrong["organisations"]) == ("not-genuine", None, [])
    moderation.remove(document, by=moderator, note="A mistake.")
    removed = client.get("/api/v1/verify", asked).json()
    assert (removed["answer"], removed["reference"]) == ("not-shown", None)


def test_whoever_guesses_codes_is_stopped(client, monkeypatch):
    monkeypatch.setattr("signatories.certificate.verifying.CHECKS_AN_HOUR", 1)
    first, second = (client.get("/api/v1/verify?reference=T37Q-VXT7&code=0") for _ in range(2))
    assert (first.status_code, second.status_code) == (200, 429)
    assert second["Retry-After"]
