"""What anyone can read of organisations and signed documents, and what nobody can."""

import re
from datetime import date, timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from signatories.models import CoPublisher, Organisation, Signatory, Signature, Succession
from signatories.models.signature import Precision, Status
from tests.factories import make_commitment, make_declaration, make_organisation, make_person, make_signature

NOT_PUBLIC = [status for status in Status if status not in (Status.PUBLISHED, Status.WITHDRAWN)]
UNKNOWN_TO_THE_PUBLIC = [status for status in NOT_PUBLIC if status != Status.REMOVED]

pytestmark = pytest.mark.django_db


def text_of(response):
    """What a reader sees, on one line."""
    main = re.sub(r"(?s)<head>.*?</head>|<script.*?</script>", " ", response.content.decode())
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def heading(response):
    """The words of the page's h1."""
    found = re.findall(r"(?s)<h1[^>]*>(.*?)</h1>", response.content.decode())
    assert len(found) == 1
    return " ".join(found[0].split())


def title(response):
    """The page's title without the service's name."""
    found = re.search(r"(?s)<title[^>]*>(.*?)</title>", response.content.decode())[1]
    return " ".join(found.split()).rpartition(" – ")[0]


def listed(response):
    """The organisations of the list, in order."""
    return re.findall(r'app-list__title"><a[^>]*>([^<]+)<', response.content.decode())


# ---- The list


def test_the_list_says_how_many_have_signed_and_leaves_out_those_that_have_not(client):
    make_signature("Trumpton", "Camberwick")
    make_organisation("Chigley")
    response = client.get("/signatories/")
    assert heading(response) == "2 organisations have signed"
    assert listed(response) == ["Camberwick Borough Council", "Trumpton Borough Council"]


def test_the_list_of_an_empty_register_says_so_and_how_to_sign(client):
    response = client.get("/signatories/")
    assert heading(response) == "No organisations have signed yet"
    assert "Be the first" in text_of(response)


def test_a_search_finds_an_organisation_by_another_name(client):
    make_signature("Trumpton", "Camberwick")
    make_organisation("Trumpton").know_names("The Clock Town")
    response = client.get("/signatories/", {"q": "clock tow"})
    assert heading(response) == "1 organisation that has signed matches ‘clock tow’"
    assert listed(response) == ["Trumpton Borough Council"]


def test_the_heading_repeats_what_was_typed_as_text_not_as_html(client):
    make_signature("Trumpton")
    response = client.get("/signatories/", {"q": "<b>x</b>"})
    assert heading(response) == "No organisations that have signed match ‘&lt;b&gt;x&lt;/b&gt;’"


def test_an_empty_result_says_what_to_do(client):
    make_signature("Trumpton")
    response = client.get("/signatories/", {"q": "zzz", "type": "county"})
    assert heading(response) == "No organisations that have signed match ‘zzz’ and your filters"
    assert "type only the start of the name" in text_of(response)
    assert 'href="/signatories/?q=zzz&amp;type=county&amp;signed=all"' in response.content.decode()


def test_the_list_is_filtered_by_type_nation_region_and_year(client):
    make_organisation("Trumpton", type="county", nation="wales", region="wales")
    make_signature("Trumpton", on=date(2019, 5, 1))
    make_signature("Camberwick", on=date(2020, 5, 1))
    for asked in ({"type": "county"}, {"nation": "wales"}, {"region": "wales"}, {"year": "2019"}):
        assert listed(client.get("/signatories/", asked)) == ["Trumpton Borough Council"], asked
    assert listed(client.get("/signatories/", {"type": "county", "year": "2020"})) == []


def test_a_document_without_a_date_is_found_under_date_not_known(client):
    signature = make_signature("Trumpton")
    signature.signatories.update(signed_on=None, signed_on_precision=Precision.UNKNOWN)
    make_signature("Camberwick")
    response = client.get("/signatories/", {"year": "unknown"})
    assert listed(response) == ["Trumpton Borough Council"]
    assert "Signed date not known" in text_of(response)


def test_a_date_is_shown_as_far_as_it_is_known(client):
    signature = make_signature("Trumpton", on=date(2019, 5, 1))
    signature.signatories.update(signed_on_precision=Precision.MONTH)
    assert "Signed May 2019" in text_of(client.get("/signatories/"))


def test_the_newest_come_first_when_asked_and_those_without_a_date_last(client):
    make_signature("Camberwick", on=date(2019, 1, 1))
    make_signature("Trumpton", on=date(2021, 1, 1))
    undated = make_signature("Arkwright")
    undated.signatories.update(signed_on=None, signed_on_precision=Precision.UNKNOWN)
    names = listed(client.get("/signatories/", {"sort": "newest"}))
    assert names == ["Trumpton Borough Council", "Camberwick Borough Council", "Arkwright Borough Council"]


def test_those_that_have_not_signed_are_listed_when_asked_without_those_that_ended(client):
    make_signature("Trumpton")
    make_organisation("Camberwick")
    make_organisation("Chigley", ends_on=date(2020, 3, 31))
    response = client.get("/signatories/", {"signed": "no"})
    assert heading(response) == "1 organisation has not signed"
    assert listed(response) == ["Camberwick Borough Council"]


def test_an_organisation_that_signed_and_then_ended_stays_among_those_that_signed(client):
    make_organisation("Trumpton", ends_on=date(2020, 3, 31))
    make_signature("Trumpton")
    make_organisation("Chigley", ends_on=date(2020, 3, 31))
    response = client.get("/signatories/")
    assert listed(response) == ["Trumpton Borough Council"]
    assert "ended 31 March 2020" in text_of(response)
    assert listed(client.get("/signatories/", {"signed": "all"})) == ["Trumpton Borough Council"]


def test_who_withdrew_has_not_signed(client):
    make_signature("Trumpton", status=Status.WITHDRAWN)
    both = make_signature("Camberwick", "Chigley")
    both.signatories.filter(organisation__name="Chigley").update(withdrawn_at=timezone.now(), live=False)
    assert listed(client.get("/signatories/")) == ["Camberwick Borough Council"]
    names = listed(client.get("/signatories/", {"signed": "no"}))
    assert names == ["Chigley Borough Council", "Trumpton Borough Council"]


@pytest.mark.parametrize("status", NOT_PUBLIC)
def test_an_unpublished_signature_puts_nobody_on_the_list(client, status):
    make_signature("Trumpton", status=status)
    assert listed(client.get("/signatories/")) == []
    assert listed(client.get("/signatories/", {"signed": "no"})) == ["Trumpton Borough Council"]


def test_an_organisation_that_nobody_has_checked_is_not_listed(client):
    make_organisation("Trumpton", checked_at=None)
    assert listed(client.get("/signatories/", {"signed": "all"})) == []


def test_a_long_list_has_pages_whose_links_keep_the_filters(client):
    for number in range(30):
        make_organisation(f"Trumpton {number:02}")
    first = client.get("/signatories/", {"signed": "no", "q": "trumpton"})
    assert len(listed(first)) == 25
    assert title(first) == "30 organisations that have not signed match ‘trumpton’, page 1 of 2"
    assert 'href="/signatories/?signed=no&amp;q=trumpton&amp;page=2"' in first.content.decode()
    second = client.get("/signatories/", {"signed": "no", "q": "trumpton", "page": "2"})
    assert len(listed(second)) == 5
    assert not set(listed(first)) & set(listed(second))
    assert 'href="/signatories/?signed=no&amp;q=trumpton"' in second.content.decode()


def test_links_leave_out_the_fields_that_a_reader_left_empty(client):
    make_signature("Trumpton")
    page = client.get("/signatories/?q=trum&type=&nation=&region=&year=&sort=name").content.decode()
    assert 'href="/signatories/?q=trum&amp;sort=name&amp;signed=all"' in page


def test_each_filter_can_be_taken_away_on_its_own(client):
    make_signature("Trumpton")
    page = client.get("/signatories/", {"q": "trum", "region": "west-midlands", "sort": "newest"}).content.decode()
    assert (
        'href="/signatories/?region=west-midlands&amp;sort=newest"><span class="govuk-visually-hidden">Remove' in page
    )
    assert 'href="/signatories/?q=trum&amp;sort=newest"><span class="govuk-visually-hidden">Remove' in page


@pytest.mark.parametrize("page", ["0", "-1", "x", "1.5", "9" * 30, "9" * 5000, "\0", "²"])
def test_what_is_no_page_number_is_a_bad_request(client, page):
    assert client.get("/signatories/", {"page": page}).status_code == 400


def test_a_page_past_the_end_is_not_found(client):
    assert client.get("/signatories/", {"page": "2"}).status_code == 404
    assert client.get("/signatories/", {"page": "1000000"}).status_code == 404


@pytest.mark.parametrize("asked", [{"type": "x"}, {"year": "1066"}, {"q": "a\0b"}, {"signed": "maybe"}, {"sort": "x"}])
def test_a_choice_that_is_not_offered_is_a_bad_request(client, asked):
    assert client.get("/signatories/", asked).status_code == 400


ANY_TEXT = st.text(max_size=60) | st.sampled_from(["yes", "no", "all", "newest", "county", "wales", "2019", "1", ""])
PARAMETERS = st.sampled_from(["q", "signed", "type", "nation", "region", "year", "sort", "page", "x"])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=st.dictionaries(PARAMETERS, ANY_TEXT, max_size=5))
@example(asked={"q": "%"})
@example(asked={"q": "'"})
@example(asked={"q": "\ud800"})
def test_nothing_that_a_stranger_asks_the_list_breaks_it(client, asked):
    query = "&".join(f"{name}={quoted(value)}" for name, value in asked.items())
    assert client.get(f"/signatories/?{query}").status_code in (200, 400, 404)
    assert client.get(f"/organisations.json?{query}").status_code in (200, 400)


def quoted(text):
    """The text as it stands in an address, lone surrogates too."""
    return "".join(f"%{byte:02X}" for byte in text.encode("utf-8", "surrogatepass"))


# ---- One organisation


def test_an_organisation_that_signed_says_who_signed_when_in_what_role_and_what_it_promised(client):
    signer = make_person("Nobby Nutter", job_title="Mayor")
    signature = make_signature("Trumpton", "Camberwick", signers=[signer, make_person()], on=date(2018, 11, 9))
    text = text_of(client.get("/organisations/trumpton/"))
    assert "Has signed the Local Digital Declaration" in text
    assert "Signed by Nobby Nutter, Mayor" in text
    assert "Date signed 9 November 2018" in text
    assert "Local Digital Declaration 2018" in text
    assert "Signed together with Camberwick Borough Council" in text
    assert "Promise 1" in text
    assert signature.reference in client.get("/organisations/trumpton/").content.decode()


def test_an_organisation_that_has_not_signed_says_so_and_how_to_sign(client):
    make_organisation("Trumpton")
    response = client.get("/organisations/trumpton/")
    assert "Has not signed the Local Digital Declaration" in text_of(response)
    assert 'href="/sign/"' in response.content.decode().split("<main")[1]


@pytest.mark.parametrize("status", NOT_PUBLIC)
def test_an_unpublished_signature_is_not_on_its_organisations_page(client, status):
    make_signature("Trumpton", status=status)
    text = text_of(client.get("/organisations/trumpton/"))
    assert "Has not signed" in text
    assert "Promise" not in text
    assert "Pugh Barney" not in text


def test_a_withdrawn_signature_is_told_as_withdrawn(client):
    make_signature("Trumpton", status=Status.WITHDRAWN, withdrawn_at=timezone.make_aware(timezone.datetime(2024, 5, 1)))
    text = text_of(client.get("/organisations/trumpton/"))
    assert "Signed the Local Digital Declaration and withdrew" in text
    assert "What it withdrew" in text
    assert "Withdrawn on 1 May 2024" in text


def test_an_organisation_that_withdrew_alone_is_told_apart_from_the_one_that_stays(client):
    both = make_signature("Trumpton", "Camberwick")
    both.signatories.filter(organisation__name="Camberwick").update(withdrawn_at=timezone.now(), live=False)
    assert "Has signed" in text_of(client.get("/organisations/trumpton/"))
    camberwick = text_of(client.get("/organisations/camberwick/"))
    assert "Signed the Local Digital Declaration and withdrew" in camberwick
    assert "What it withdrew" in camberwick


def test_an_organisation_says_where_others_name_it_as_a_partner(client):
    partner = make_organisation("Chigley")
    make_commitment(make_signature("Trumpton", commitments=0), title="Share a bot", partners=[partner])
    make_commitment(
        make_signature("Camberwick", commitments=0, status=Status.AWAITING_REVIEW), title="Secret", partners=[partner]
    )
    text = text_of(client.get("/organisations/chigley/"))
    assert "Named as a partner" in text
    assert "Share a bot Trumpton Borough Council" in text
    assert "Secret" not in text


def test_an_organisation_that_ended_says_when_and_what_became_of_it(client):
    old, new = make_organisation("Trumpton", ends_on=date(2023, 3, 31)), make_organisation("Trumptonshire")
    Succession.objects.create(predecessor=old, successor=new)
    text = text_of(client.get("/organisations/trumpton/"))
    assert "This organisation ended on 31 March 2023. What it did passed to: Trumptonshire Borough Council" in text
    assert "Do you work there?" not in text
    text = text_of(client.get("/organisations/trumptonshire/"))
    assert "Took over from Trumpton Borough Council , which ended on 31 March 2023" in text


def test_an_organisation_that_ends_or_begins_later_says_so(client):
    later = timezone.localdate() + timedelta(days=30)
    make_organisation("Trumpton", ends_on=later)
    make_organisation("Camberwick", starts_on=later)
    assert "This organisation ended" not in text_of(client.get("/organisations/trumpton/"))
    assert "This organisation begins on" in text_of(client.get("/organisations/camberwick/"))


def test_an_organisation_names_its_county_and_its_combined_authority_and_what_it_co_published(client):
    county, combined = make_organisation("Trumptonshire"), make_organisation("Greater Trumpton")
    trumpton = make_organisation("Trumpton", county=county, combined_authority=combined)
    CoPublisher.objects.create(declaration=make_declaration(), organisation=trumpton)
    text = text_of(client.get("/organisations/trumpton/"))
    assert "County Trumptonshire Borough Council" in text
    assert "Combined authority Greater Trumpton Borough Council" in text
    assert "Co-published Local Digital Declaration 2018" in text


def test_an_organisation_that_nobody_has_checked_has_no_page(client):
    make_organisation("Trumpton", checked_at=None)
    assert client.get("/organisations/trumpton/").status_code == 404
    assert client.get("/organisations/nowhere/").status_code == 404


# ---- One document


def test_a_signed_document_shows_all_that_was_signed(client):
    signer = make_person("Nobby Nutter", job_title="Mayor")
    signature = make_signature("Trumpton", "Camberwick", signers=[signer] * 2, commitments=0, on=date(2018, 11, 9))
    chigley = make_organisation("Chigley")
    make_commitment(
        signature,
        partners=[chigley, "The Biscuit Factory"],
        deliverables=["A clock", "A band"],
        due_on=date(2019, 11, 9),
    )
    response = client.get(f"/signatures/{signature.reference}/")
    assert heading(response) == "Trumpton Borough Council and Camberwick Borough Council"
    text = text_of(response)
    for words in (
        "Signed by Nobby Nutter Mayor",
        "Date signed 9 November 2018",
        "Answer the phone with a bot",
        "We will find out what people ask us most.",
        "Deliverables A clock A band",
        "Due 9 November 2019",
        "Chigley Borough Council",
        "The Biscuit Factory",
        "Residents get an answer at any hour.",
        "1. People 2. Plumbing",
        signature.reference,
    ):
        assert words in text, words
    page = response.content.decode()
    for address in ("/organisations/chigley/", "/principles/people/", "/declaration/2018/", "/organisations/trumpton/"):
        assert f'href="{address}"' in page


def test_a_document_recorded_from_paper_says_where_it_comes_from(client):
    signature = make_signature("Trumpton", source_note="the council's own website, read on 3 May 2021")
    page = text_of(client.get(f"/signatures/{signature.reference}/"))
    assert "Recorded by the delivery team from: the council&#39;s own website, read on 3 May 2021" in page


def test_a_document_without_a_known_date_says_so(client):
    signature = make_signature("Trumpton")
    signature.signatories.update(signed_on=None, signed_on_precision=Precision.UNKNOWN)
    assert "Date signed Not known" in text_of(client.get(f"/signatures/{signature.reference}/"))


def test_no_public_page_shows_an_email_address_of_a_signer(client):
    signature = make_signature("Trumpton")
    for address in (f"/signatures/{signature.reference}/", "/organisations/trumpton/", "/signatories/", "/"):
        assert "pugh.barney@" not in client.get(address).content.decode()


@pytest.mark.parametrize("change", [str.lower, lambda text: text.replace("-", ""), lambda text: text.replace("-", " ")])
def test_a_reference_typed_loosely_leads_to_the_document(client, change):
    signature = make_signature("Trumpton")
    response = client.get(f"/signatures/{change(signature.reference)}/")
    assert response.status_code == 301
    assert response["Location"] == f"/signatures/{signature.reference}/"


@pytest.mark.parametrize("reference", ["x", "2222-2223", "4H7K-2QX", "²²²²-²²²²", "a" * 500])
def test_what_is_no_reference_is_not_found(client, reference):
    assert client.get(f"/signatures/{reference}/").status_code == 404


@pytest.mark.parametrize("status", UNKNOWN_TO_THE_PUBLIC)
def test_a_document_that_is_not_published_is_not_found(client, status):
    signature = make_signature("Trumpton", status=status)
    assert client.get(f"/signatures/{signature.reference}/").status_code == 404


def test_a_withdrawn_document_stays_and_says_when_and_why(client):
    when = timezone.make_aware(timezone.datetime(2024, 5, 1))
    signature = make_signature("Trumpton", status=Status.WITHDRAWN, withdrawn_at=when, public_note="They asked us to.")
    response = client.get(f"/signatures/{signature.reference}/")
    assert "This declaration was withdrawn on 1 May 2024. They asked us to." in text_of(response)
    assert "Promise 1" in text_of(response)
    assert "withdrawn" in title(response)


def test_a_document_says_which_of_its_signatories_withdrew(client):
    both = make_signature("Trumpton", "Camberwick")
    when = timezone.make_aware(timezone.datetime(2024, 5, 1))
    both.signatories.filter(organisation__name="Camberwick").update(withdrawn_at=when, live=False)
    text = text_of(client.get(f"/signatures/{both.reference}/"))
    assert "Camberwick Borough Council withdrew from this declaration on 1 May 2024." in text
    assert "Trumpton Borough Council withdrew" not in text


def test_a_removed_document_is_gone_with_a_reason_and_without_its_content(client):
    signature = make_signature("Trumpton", status=Status.REMOVED, public_note="It was a hoax.")
    response = client.get(f"/signatures/{signature.reference}/")
    assert response.status_code == 410
    assert "It was a hoax." in text_of(response)
    page = response.content.decode()
    for content in ("Trumpton", "Pugh Barney", "Promise"):
        assert content not in page


# ---- Names for a field that suggests


def test_suggestions_are_official_names_with_what_tells_them_apart(client):
    make_organisation("Trumpton")
    response = client.get("/organisations.json", {"q": "trum"})
    assert response.json() == {
        "results": [{"name": "Trumpton Borough Council", "hint": "District council, West Midlands"}]
    }
    assert not response.cookies
    assert "public" in response["Cache-Control"]


def test_suggestions_begin_with_names_that_begin_so_and_are_ten_at_most(client):
    make_organisation("North Trumpton")
    for number in range(12):
        make_organisation(f"Trumpton {number:02}")
    names = [result["name"] for result in client.get("/organisations.json", {"q": "trump"}).json()["results"]]
    assert len(names) == 10
    assert names[0] == "Trumpton 00 Borough Council"
    assert "North Trumpton Borough Council" not in names


def test_only_organisations_that_exist_today_and_are_checked_are_suggested(client):
    make_organisation("Trumpton Old", ends_on=timezone.localdate() - timedelta(days=1))
    make_organisation("Trumpton New", starts_on=timezone.localdate() + timedelta(days=1))
    make_organisation("Trumpton Odd", checked_at=None)
    assert client.get("/organisations.json", {"q": "trumpton"}).json() == {"results": []}


@pytest.mark.parametrize("asked", [{}, {"q": ""}, {"q": " "}, {"q": "???"}, {"q": "a\0"}, {"q": "a" * 300}])
def test_nothing_is_suggested_for_nothing_typed(client, asked):
    make_organisation("Trumpton")
    response = client.get("/organisations.json", asked)
    assert (response.status_code, response.json()) == (200, {"results": []})


# ---- Nothing unpublished can be read

CANARY = "Zanzibarcanary"


def make_canaries():
    """In every status that is not public a document whose every word is a canary; one public document beside them."""
    public = make_signature("Trumpton", "Camberwick")
    make_commitment(public, title="A public promise", partners=[make_organisation("Chigley")])
    hidden = []
    for status in NOT_PUBLIC:
        person = make_person(f"{CANARY} {status}", job_title=CANARY)
        # The public organisations are in it too, under another version: what is theirs must not bring it along.
        version = make_declaration(f"v-{status}", title=f"Version {status}")
        signature = make_signature(
            "Trumpton", make_organisation(f"{CANARY} {status}", checked_at=None), status=status, preparer=person,
            signers=[person, person], commitments=0, declaration=version, source_note=CANARY,
            message_to_preparer=CANARY,
        )  # fmt: skip
        text = {"title": CANARY, "mission": CANARY, "impact": CANARY, "deliverables": [CANARY]}
        make_commitment(signature, partners=[CANARY, make_organisation("Chigley")], **text)
        hidden.append(signature)
    return hidden


def test_nothing_unpublished_is_on_any_page_that_a_reader_can_reach_or_guess(client):
    hidden = make_canaries()
    guesses = [
        "/",
        "/signatories/?signed=all",
        "/signatories/?signed=no",
        f"/signatories/?signed=all&year={date.today().year}",
    ]
    guesses += ["/commitments/", "/declaration/", "/sitemap.xml", "/robots.txt", "/data/"]
    guesses += [f"/organisations.json?q={CANARY[:4]}", "/organisations.json?q=trum"]
    guesses += [f"/organisations/{body.slug}/" for body in Organisation.objects.all()]
    for signature in hidden:
        guesses += [f"/signatures/{signature.reference}/", f"/signatures/{signature.reference.lower()}/"]
        for commitment in signature.commitments.all():
            guesses += [f"/commitments/{commitment.pk}/x/", f"/commitments/{commitment.pk}/{commitment.slug}/"]
    seen = set()
    while guesses:
        address = guesses.pop()
        if address in seen:
            continue
        seen.add(address)
        response = client.get(address)
        told = f"{response.headers} {response.content.decode()}"
        # Its own address may stand in the canonical link of the page that says it is not there.
        assert CANARY.lower() not in told.replace(address, "").lower(), address
        if "html" in response.get("Content-Type", ""):
            links = re.findall(r'href="(/[^"#]*)"', response.content.decode())
            guesses += [link.replace("&amp;", "&") for link in links if not link.startswith(("/static/", "/sign/"))]
    assert len(seen) > 30
    assert any("/commitments/" in address and address.endswith("/a-public-promise/") for address in seen)


def test_a_search_does_not_find_an_organisation_by_the_name_of_a_hidden_one(client):
    make_canaries()
    response = client.get("/signatories/", {"q": CANARY, "signed": "all"})
    assert listed(response) == []


def test_the_database_holds_what_these_tests_believe():
    signature = make_signature("Trumpton", "Camberwick")
    assert Signature.objects.public().get() == signature
    assert Signatory.objects.standing().count() == 2
