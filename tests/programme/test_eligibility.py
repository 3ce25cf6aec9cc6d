"""The eligibility check: the rules of a round are answered from the register, one by one, and nothing is stored."""

import html
import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from signatories.models import Succession
from signatories.models.partial_date import Precision
from tests.factories import make_declaration, make_organisation, make_signature
from tests.pages import heading, text_of, title
from tests.programme.factories import make_project, make_round, make_rule

pytestmark = pytest.mark.django_db

PAGE = "/fund/eligibility/"


def ask(client, round_, lead, *partners, **more):
    slug = round_ if isinstance(round_, str) else round_.slug
    return client.get(PAGE, {"round": slug, "lead": lead, "partners": "\n".join(partners), **more})


def rules(response):
    """Each rule's sentence with its tag."""
    page = response.content.decode()
    found = re.findall(r'(?s)app-rules__title">(.*?)</h3>.*?govuk-tag[^>]*>(.*?)</strong>', page)
    return [(words.strip(), tag.strip()) for words, tag in found]


def tags(response):
    return [tag for _, tag in rules(response)]


def on_a_day(on):
    return {"on-day": on.day, "on-month": on.month, "on-year": on.year}


def problems(response):
    """The errors in the summary, which stand beside their fields too."""
    page = response.content.decode()
    summary = re.search(r'(?s)class="govuk-list govuk-error-summary__list">(.*?)</ul>', page)
    said = re.findall(r"(?s)<a[^>]*>(.*?)</a>", summary[1]) if summary else []
    beside = {html.unescape(one).strip() for one in re.findall(r"(?s)Error:</span>(.*?)</p>", page)}
    assert {html.unescape(one).strip() for one in said} == beside, "what the summary says stands beside a field too"
    return [html.unescape(one).strip() for one in said]


# ---- The questions


def test_the_check_asks_for_a_round_and_then_for_who_applies_with_its_rules_above(client):
    make_round("Round 1")
    make_round("Hidden round", is_public=False)
    newest = make_round("Round 2", opens_at=timezone.now() - timedelta(1), closes_at=timezone.now() + timedelta(9))
    make_rule(newest, "signed-at-least", number=3)
    first = client.get(PAGE)
    assert "Which round of the fund do you want to check?" in heading(first)
    text = text_of(first)
    assert text.index("Round 2") < text.index("Open until") < text.index("Round 1") < text.index("Dates not announced")
    assert "Hidden round" not in text
    second = client.get(PAGE, {"round": "round-2"})
    assert title(second) == "Check if you can apply in Round 2"
    assert "At least 3 councils that have signed must take part, counting the lead" in text_of(second)
    assert "Which earlier round" not in text_of(second)
    assert "There is a problem" not in text_of(second)


def test_a_round_that_is_not_there_or_hidden_is_asked_for_again(client):
    make_round("Hidden round", is_public=False)
    make_round("Round 1")
    for wrong in ("hidden-round", "", "x" * 3000, "\x00"):
        response = client.get(PAGE, {"round": wrong, "lead": "Trumpton"})
        assert response.status_code == 200
        assert "Select a round" in text_of(response)
        assert title(response).startswith("Error: ")
        assert '<input type="hidden" name="lead" value="Trumpton">' in response.content.decode()


def test_without_rounds_there_is_nothing_to_check(client):
    assert "There are no rounds to check yet" in text_of(client.get(PAGE))


# ---- The rules


def test_an_open_round_is_asked_as_of_today_and_answers_each_rule(client):
    earlier = make_round("Round 1")
    round_ = make_round("Round 2")
    make_rule(round_, "lead-is", types=["unitary", "district"], nations=["england"])
    make_rule(round_, "lead-signed")
    make_rule(round_, "signed-at-least", number=2)
    make_rule(round_, "led-at-most", number=2)
    make_rule(round_, "funded-before", rounds=[earlier])
    signature = make_signature("Trumpton", "Chigley", commitments=0)
    make_project("One form for drains", earlier, lead=make_organisation("Trumpton"))
    response = ask(client, round_, "Trumpton", "Chigley BC", led="1", funded="round-1")
    assert heading(response) == "Meets all 5 rules of Round 2"
    assert title(response).startswith("Meets all 5 rules of Round 2: Trumpton Borough Council with 1 partner, ")
    assert rules(response) == [
        ("The lead must be a district council or a unitary authority in England", "Met"),
        ("The lead must have signed the Local Digital Declaration", "Met"),
        ("At least 2 councils that have signed must take part, counting the lead", "Met"),
        ("A council may lead at most 2 applications", "Met"),
        ("The project must have been funded in Round 1", "Met"),
    ]
    page = response.content.decode()
    for link in ("/organisations/trumpton/", "/organisations/chigley/", f"/signatures/{signature.reference}/"):
        assert f'href="{link}"' in page
    assert "today" in text_of(response)
    assert "One form for drains" in text_of(response)
    unsure = ask(client, round_, "Trumpton", "Chigley")
    assert heading(unsure) == "Meets 3 of 5 rules of Round 2, and you have to check 2"
    assert tags(unsure)[3:] == ["You have to check"] * 2
    against = ask(client, round_, "Camberwick Green", "Trumpton", led="2", funded="none")
    assert "‘Camberwick Green’ is not in the register. Check the spelling." in problems(against)
    make_organisation("Camberwick Green", nation="scotland")
    against = ask(client, round_, "Camberwick Green", "Trumpton", led="2", funded="none")
    assert tags(against) == ["Not met"] * 5
    assert heading(against) == "Does not meet 5 of 5 rules of Round 2"
    assert 'href="/sign/"' in against.content.decode()


def test_the_same_council_counts_once_and_one_that_is_no_council_not_at_all(client):
    round_ = make_round()
    make_rule(round_, "signed-at-least", number=3)
    make_organisation("The Chigley Bell Ringers", type="other")
    make_signature("Trumpton", "Chigley", "The Chigley Bell Ringers", commitments=0)
    response = ask(client, round_, "Trumpton", "Trumpton Borough Council", "Chigley", "The Chigley Bell Ringers")
    assert tags(response) == ["Not met"]
    assert "2 councils that take part have signed" in text_of(response)
    assert "At least 1 more is needed" in text_of(response)
    assert "is not a council, so it does not count here" in text_of(response)


def test_a_signature_without_a_known_date_answers_cannot_say(client):
    round_ = make_round("Round 1", awarded_on=date(2020, 3, 13), awarded_precision=Precision.DAY)
    make_rule(round_, "lead-signed")
    make_rule(round_, "signed-at-least", number=1)
    signature = make_signature("Trumpton", commitments=0)
    undated = {"signed_on": None, "signed_on_precision": Precision.UNKNOWN}
    signature.signatories.update(**undated, signed_at=None, signed_by=None, signed_hash="")
    response = ask(client, round_, "Trumpton")
    assert tags(response) == ["Cannot say", "Cannot say"]
    assert heading(response) == "The register cannot say whether this meets the rules of Round 1"
    assert "The register does not know when, so it cannot say whether that was by 13 March 2020" in text_of(response)
    assert tags(ask(client, round_, "Trumpton", **on_a_day(timezone.localdate()))) == ["Met", "Met"]


def test_a_round_without_rules_says_that_none_are_known_and_still_who_signed(client):
    make_signature("Trumpton", commitments=0)
    response = ask(client, make_round("Round 1"), "Trumpton")
    assert heading(response) == "We do not have the rules of Round 1"
    assert "Trumpton Borough Council signed on" in text_of(response)


# ---- As of which date


def test_a_past_round_is_asked_as_of_its_closing_date_or_else_its_award_and_says_which(client):
    noon = timezone.make_aware(timezone.datetime(2019, 9, 30, 12))
    closed = make_round("Round 1", closes_at=noon, awarded_on=date(2019, 12, 1), awarded_precision=Precision.DAY)
    awarded = make_round("Round 2", awarded_on=date(2019, 12, 1), awarded_precision=Precision.MONTH)
    for round_ in (closed, awarded):
        make_rule(round_, "lead-signed")
    make_signature("Trumpton", on=date(2019, 10, 10), commitments=0)
    first, second = ask(client, closed, "Trumpton"), ask(client, awarded, "Trumpton")
    assert "Asked as of 30 September 2019, the day on which Round 1 closed." in text_of(first)
    assert "Round 2 was awarded in December 2019, and its closing date is not known." in text_of(second)
    assert (tags(first), tags(second)) == (["Not met"], ["Met"])
    assert "signed only later, on 10 October 2019" in text_of(first)
    given = ask(client, closed, "Trumpton", **on_a_day(date(2019, 10, 10)))
    assert "Asked as of 10 October 2019, the date that you gave." in text_of(given)
    assert tags(given) == ["Met"]


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        (("31", "2", "2020"), "Date must be a real date"),
        (("", "2", "2020"), "Date must include a day"),
        (("3", "7", "2018"), "Date must be on or after 4 July 2018, when the Declaration was launched"),
        (("31", "12", "9999"), "Date must be on or before 31 December"),
        (("1", "1", "9" * 400), "Year must include 4 numbers"),
    ],
)
def test_a_date_that_cannot_be_is_asked_for_again_and_nothing_typed_is_lost(client, typed, error):
    make_organisation("Trumpton")
    dated = dict(zip(("on-day", "on-month", "on-year"), typed, strict=True))
    response = ask(client, make_round(), "Trumpton", "Chigley <3", **dated)
    assert error in " ".join(problems(response))
    assert "Chigley &lt;3" in response.content.decode()
    assert f'value="{typed[2]}"' in response.content.decode()


# ---- Names as people write them


def test_a_name_that_may_mean_several_is_asked_about_and_one_of_none_is_reported(client):
    round_ = make_round()
    make_rule(round_, "signed-at-least", number=2)
    make_organisation("Chigley", official_name="Chigley District Council", code="CHIGLEY1")
    county = make_organisation("Chigley County", official_name="Chigley County Council", code="CHIGLEY2")
    county.know_names("Chigley Council")
    make_organisation("Chigley").know_names("Chigley Council")
    make_signature("Trumpton", "Chigley County", commitments=0)
    asked = ask(client, round_, "Trumpton", "Chigley Council", "Pippin Fort", "Treadmill Lane")
    assert "Select which organisation ‘Chigley Council’ is, or none of these" in problems(asked)
    assert "‘Pippin Fort’ and ‘Treadmill Lane’ are not in the register" in " ".join(problems(asked))
    name = re.search(r'name="(means-[^"]+)"', asked.content.decode())[1]
    answered = ask(client, round_, "Trumpton", "Chigley Council", **{name: "CHIGLEY2"})
    assert tags(answered) == ["Met"]
    none = ask(client, round_, "Trumpton", "Chigley Council", **{name: "none"})
    assert tags(none) == ["Not met"]
    assert "‘Chigley Council’ is not in the register, so it does not count" in text_of(none)
    wrong = ask(client, round_, "Trumpton", "Chigley Council", **{name: "X00000001"})
    assert "Select which organisation ‘Chigley Council’ is, or none of these" in problems(wrong)
    lead = ask(client, round_, "Chigley Council", **{name: "none"})
    assert "Enter the full name of the organisation that you mean by ‘Chigley Council’" in problems(lead)


def test_a_name_that_two_partners_share_may_mean_both_but_only_one_leads(client):
    round_ = make_round()
    make_rule(round_, "signed-at-least", number=3)
    make_signature("Trumpton", "Chigley", "Pippin Fort", commitments=0)
    for name in ("Chigley", "Pippin Fort"):
        make_organisation(name).know_names("Chigley & Pippin Fort Councils")
    shared = "Chigley & Pippin Fort Councils"
    asked = ask(client, round_, "Trumpton", shared)
    name = re.search(r'name="(means-[^"]+)"', asked.content.decode())[1]
    assert tags(ask(client, round_, "Trumpton", shared, **{name: "all"})) == ["Met"]
    lead = ask(client, round_, shared, "Trumpton", **{name: "all"})
    assert f"Select which organisation ‘{shared}’ is, or none of these" in problems(lead)


def test_a_name_that_is_only_begun_is_asked_about_and_what_nobody_checked_is_not_offered(client):
    make_organisation("Camberwick Green")
    make_organisation("Camberwick Red", checked_at=None)
    response = ask(client, make_round(), "Camberwick")
    text = text_of(response)
    assert "Which organisation is ‘Camberwick’?" in text
    assert "Camberwick Green Borough Council" in text
    assert "Camberwick Red" not in text


def test_too_many_or_too_long_names_are_refused(client):
    round_ = make_round()
    many = ask(client, round_, "Trumpton", *(f"Council {number}" for number in range(31)))
    assert "Enter 30 partners or fewer, one on each line" in problems(many)
    assert "Each name must be 200 characters or fewer" in problems(ask(client, round_, "x" * 201))
    assert "Enter the organisation that leads the application" in problems(ask(client, round_, " "))


def test_a_number_of_applications_is_a_number(client):
    round_ = make_round()
    make_rule(round_, "led-at-most", number=2)
    make_organisation("Trumpton")
    for wrong in ("two", "-1", "1000", "9" * 5000):
        (problem,) = problems(ask(client, round_, "Trumpton", led=wrong))
        assert problem.startswith("Number of other applications must be")


# ---- Councils that have ended


def test_a_lead_whose_successors_differ_cannot_be_told(client):
    round_ = make_round()
    make_rule(round_, "lead-signed")
    ended = make_organisation("Trumpton", ends_on=date(2023, 3, 31))
    for name in ("Chigley", "Camberwick Green"):
        Succession.objects.create(predecessor=ended, successor=make_organisation(name, starts_on=date(2023, 4, 1)))
    make_signature("Chigley", commitments=0)
    response = ask(client, round_, "Trumpton")
    assert tags(response) == ["Cannot say"]
    assert "Check again with the one that will lead" in text_of(response)


def test_who_has_ended_since_cannot_sign_now_but_those_that_took_over_can(client):
    round_ = make_round("Trumptonshire round", awarded_on=date(2020, 3, 13), awarded_precision=Precision.DAY)
    ended = make_organisation("Trumpton", ends_on=date(2023, 3, 31))
    for name in ("Chigley", "Camberwick Green"):
        Succession.objects.create(predecessor=ended, successor=make_organisation(name, starts_on=date(2023, 4, 1)))
    make_signature("Chigley", on=date(2024, 1, 1), commitments=0)
    response = ask(client, round_, "Trumpton")
    assert heading(response) == "We do not have the rules of the Trumptonshire round"
    assert (
        "Trumpton Borough Council had not signed. It ended on 31 March 2023. "
        "Camberwick Green Borough Council took over and can sign the Declaration : Camberwick Green Borough Council "
        "now. "
        "Chigley Borough Council took over and has signed."
    ) in text_of(response)


# ---- What it costs, and what strangers send


def queries(client, *arguments, **more):
    with CaptureQueriesContext(connection) as captured:
        assert ask(client, *arguments, **more).status_code == 200
    return len(captured)


def test_an_answer_costs_the_same_for_many_partners_and_the_questions_little(client):
    earlier, round_ = make_round("Round 1"), make_round("Round 2")
    for kind, fields in {
        "lead-is": {"types": ["district"]},
        "lead-signed": {},
        "signed-at-least": {"number": 3},
        "led-at-most": {"number": 2},
    }.items():
        make_rule(round_, kind, **fields)
    make_rule(round_, "funded-before", rounds=[earlier])
    names = [f"Trumpton {number}" for number in range(25)]
    make_signature(*names, commitments=0)
    after = make_organisation("Trumptonshire", starts_on=date(2020, 4, 1))
    for number in range(4):
        ended = make_organisation(f"Chigley {number}", ends_on=date(2020, 3, 31))
        Succession.objects.create(predecessor=ended, successor=after)
    gone = [f"Chigley {number}" for number in range(4)]
    client.get(PAGE)  # makes the row of the register's version
    assert queries(client, round_, names[0], names[1], gone[0]) == queries(client, round_, *names, *gone) <= 10
    with CaptureQueriesContext(connection) as captured:
        client.get(PAGE)
    assert len(captured) <= 3
    with CaptureQueriesContext(connection) as captured:
        client.get(PAGE, {"round": round_.slug})
    assert len(captured) <= 5  # its rules, and the rounds that they name


def test_an_unchanged_answer_is_not_made_again(client):
    make_organisation("Trumpton")
    response = ask(client, make_round("Round 1"), "Trumpton")
    assert "sessionid" not in response.cookies
    again = client.get(response.wsgi_request.get_full_path(), headers={"if-none-match": response["ETag"]})
    assert again.status_code == 304


class Strangers(TestCase):
    @settings(max_examples=12)
    @given(
        st.dictionaries(
            st.sampled_from(["lead", "partners", "on-day", "on-month", "on-year", "led", "funded", "means-chigley"]),
            st.text(max_size=60),
        )
    )
    def test_whatever_is_sent_is_answered(self, sent):
        make_declaration()
        make_organisation("Chigley")
        round_ = make_round()
        make_rule(round_, "led-at-most", number=1)
        make_rule(round_, "funded-before")
        response = self.client.get(PAGE, {"round": round_.slug, **sent})
        assert response.status_code == 200
