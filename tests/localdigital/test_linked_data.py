"""What search engines, shared links and other machines read of a page: canonical addresses, Open Graph, JSON-LD."""

import json
import re
from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest
from django.utils import timezone

from localdigital import linked_data
from localdigital.site.data.datasets import DATASETS
from programme.models import Event
from signatories.models.signature import Status
from tests.factories import make_commitment, make_organisation, make_signature, make_update
from tests.html_validity import problems_of_each
from tests.pages import NOT_PUBLIC
from tests.programme.factories import make_case_study, make_event

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
SITE = "http://testserver"
HOSTILE = "</script><script>alert(1)</script> <!-- & \u2028 “Trumpton”"
# The terms that we use, by the types that have them, as schema.org's vocabulary lists them (with what they inherit)
THING = {"@type", "@id", "name", "description", "url", "identifier", "alternateName", "sameAs", "subjectOf"}
WORK = THING | {
    "author", "creator", "creativeWorkStatus", "dateCreated", "dateModified", "datePublished", "hasPart", "inLanguage",
    "isAccessibleForFree", "isBasedOn", "keywords", "license", "publisher", "spatialCoverage", "temporalCoverage",
    "version",
}  # fmt: skip
BODY = THING | {"areaServed", "dissolutionDate", "foundingDate", "memberOf"}
EVENT = THING | {
    "audience", "endDate", "eventAttendanceMode", "eventStatus", "keywords", "location", "organizer", "startDate",
}  # fmt: skip
VOCABULARY = {
    "AdministrativeArea": THING | {"containedInPlace"},
    "Audience": THING | {"audienceType"},
    "BreadcrumbList": THING | {"itemListElement"},
    "CreativeWork": WORK,
    "DataCatalog": WORK | {"dataset"},
    "DataDownload": WORK | {"contentUrl", "encodingFormat"},
    "Dataset": WORK | {"distribution", "variableMeasured"},
    "DigitalDocument": WORK,
    "EducationEvent": EVENT,
    "Event": EVENT,
    "GovernmentOrganization": BODY,
    "ListItem": THING | {"item", "position"},
    "Organization": BODY,
    "Place": THING | {"address"},
    "PropertyValue": THING | {"propertyID", "value"},
    "VirtualLocation": THING,
}


def check(thing):
    """Every thing has a type that schema.org has, and nothing but properties of that type; nothing is empty."""
    if isinstance(thing, dict):
        assert set(thing) <= VOCABULARY[thing["@type"]], thing["@type"]
    for one in thing.values() if isinstance(thing, dict) else thing:
        assert one not in (None, "", [], {})
        if isinstance(one, (dict, list)):
            check(one)


def linked(response):
    """What a page tells in JSON-LD, by type, once all of it is seen to be in the vocabulary."""
    found = re.findall(r'(?s)<script type="application/ld\+json">(.*?)</script>', response.content.decode())
    assert len(found) == 1
    told = json.loads(found[0])
    assert set(told) == {"@context", "@graph"}
    assert told["@context"] == "https://schema.org"
    check(told["@graph"])
    return {one["@type"]: one for one in told["@graph"]}


def head(response):
    """The canonical address, and what each meta element says, by its name or property."""
    html = response.content.decode().split("</head>")[0]
    meta = dict(re.findall(r'<meta (?:name|property)="([^"]+)" content="([^"]*)"', html))
    canonical = re.findall(r'<link rel="canonical" href="([^"]*)"', html)
    assert len(canonical) <= 1
    return (unescape(canonical[0]) if canonical else None), {name: unescape(text) for name, text in meta.items()}


# ---- JSON-LD


def test_an_organisation_tells_its_code_its_area_and_what_it_signed(client):
    combined = make_organisation("Trumptonshire", type="combined-authority")
    make_organisation(
        "Trumpton", code="E07000999", website="https://www.trumpton.example.gov.uk/", combined_authority=combined,
        starts_on=date(1974, 4, 1),
    )  # fmt: skip
    signature = make_signature("Trumpton")
    told = linked(client.get("/organisations/trumpton/"))
    body = told["GovernmentOrganization"]
    assert body["name"] == "Trumpton Borough Council"
    assert body["identifier"] == {"@type": "PropertyValue", "propertyID": "GSS code", "value": "E07000999"}
    assert body["url"] == f"{SITE}/organisations/trumpton/"
    assert body["sameAs"] == ["https://www.trumpton.example.gov.uk/"]
    assert body["areaServed"]["containedInPlace"]["name"] == "West Midlands"
    assert body["memberOf"]["url"] == f"{SITE}/organisations/trumptonshire/"
    assert (body["foundingDate"], "dissolutionDate" in body) == ("1974-04-01", False)
    assert [one["identifier"] for one in body["subjectOf"]] == [signature.reference]
    steps = told["BreadcrumbList"]["itemListElement"]
    assert [(one["name"], one.get("item")) for one in steps] == [
        ("Home", f"{SITE}/"), ("Signatories", f"{SITE}/signatories/"), ("Trumpton Borough Council", None),
    ]  # fmt: skip


def test_a_signed_document_tells_who_signed_what_and_names_no_person(client):
    signature = make_signature("Trumpton", "Camberwick")
    response = client.get(signature.get_absolute_url())
    document = linked(response)["DigitalDocument"]
    assert document["identifier"]["value"] == signature.reference
    assert [one["name"] for one in document["author"]] == ["Trumpton Borough Council", "Camberwick Borough Council"]
    assert document["isBasedOn"]["url"] == f"{SITE}/declaration/2018/"
    assert [one["url"] for one in document["hasPart"]] == [SITE + signature.commitments.get().get_absolute_url()]
    assert datetime.fromisoformat(document["datePublished"]) == signature.published_at.replace(microsecond=0)
    signer = signature.signatories.first().signer_name
    assert signer in response.content.decode()
    assert signer not in json.dumps(document)


def test_a_withdrawn_document_says_so(client):
    signature = make_signature("Trumpton", status=Status.WITHDRAWN, withdrawn_at=timezone.now())
    assert linked(client.get(signature.get_absolute_url()))["DigitalDocument"]["creativeWorkStatus"] == "Withdrawn"


@pytest.mark.parametrize(
    ("where", "mode", "places"),
    [
        ({"is_online": True}, "Online", ["VirtualLocation"]),
        ({"is_online": False, "place": "The Town Hall"}, "Offline", ["Place"]),
        ({"is_online": True, "place": "The Town Hall"}, "Mixed", ["VirtualLocation", "Place"]),
    ],
)
def test_an_event_tells_when_it_is_with_its_offset_and_where(client, where, mode, places):
    starts_at = datetime(2027, 7, 1, 9, 0, tzinfo=UTC)  # 10am in the UK's summer
    event = make_event("Bells", make_organisation(), starts_at=starts_at, audience="Anyone", **where)
    told = linked(client.get(event.get_absolute_url()))["Event"]
    assert (told["startDate"], told["endDate"]) == ("2027-07-01T10:00:00+01:00", "2027-07-01T11:00:00+01:00")
    assert told["eventAttendanceMode"] == f"https://schema.org/{mode}EventAttendanceMode"
    assert told["eventStatus"] == "https://schema.org/EventScheduled"
    assert [one["@type"] for one in told["location"]] == places
    assert told["organizer"][0]["name"] == "Trumpton Borough Council"


def test_a_cancelled_training_of_the_team_says_so(client):
    event = make_event(kind=Event.Kind.TRAINING, cancelled_at=timezone.now())
    told = linked(client.get(event.get_absolute_url()))["EducationEvent"]
    assert told["eventStatus"] == "https://schema.org/EventCancelled"
    assert told["organizer"]["name"] == "Local Digital delivery team"


def test_a_dataset_tells_its_files_its_columns_and_its_licence():
    data = linked_data.dataset_of(
        "Signatures", "Every signed document.", "/data/signatures/",
        [("/data/signatures.csv", "text/csv"), ("/data/signatures.json", "application/json")],
        columns=[("reference", "What the document is called")], since=date(2018, 7, 4), keywords=["councils"],
    )  # fmt: skip
    catalogue = linked_data.catalogue_of("Open data", "All of it.", "/data/", [data])
    told = json.loads(linked_data.json_ld([catalogue]))["@graph"]
    check(told)
    [one] = told[0]["dataset"]
    assert [file["contentUrl"] for file in one["distribution"]] == [
        f"{SITE}/data/signatures.csv", f"{SITE}/data/signatures.json",
    ]  # fmt: skip
    assert one["variableMeasured"][0]["name"] == "reference"
    assert one["temporalCoverage"] == "2018-07-04/.."
    assert "open-government-licence" in one["license"]


def test_the_page_of_open_data_is_a_catalogue_of_every_dataset_with_its_files(client):
    catalogue = linked(client.get("/data/"))["DataCatalog"]
    assert {one["name"] for one in catalogue["dataset"]} == {one.title for one in DATASETS.values()}
    files = [file["contentUrl"].removeprefix(SITE) for one in catalogue["dataset"] for file in one["distribution"]]
    assert {f"/data/{name}.{form}" for name in DATASETS for form in ("csv", "json")} == set(files)
    assert client.get(files[0]).status_code == 200


def test_no_text_that_somebody_typed_can_end_the_script(client):
    make_organisation("Trumpton", official_name=HOSTILE[:200])
    event = make_event(HOSTILE, make_organisation(), place=HOSTILE)
    signature = make_signature("Trumpton", commitments=0)
    make_commitment(signature, title=HOSTILE)
    pages = [client.get(page.get_absolute_url()) for page in (event, signature, make_organisation())]
    for response in pages:
        assert HOSTILE in [one["name"] for one in everything_in(linked(response)) if "name" in one]
        assert "<script>alert" not in response.content.decode()
    assert problems_of_each([response.content for response in pages]) == [[], [], []]


def everything_in(thing):
    """All the things in some linked data, however deep."""
    if isinstance(thing, dict):
        yield thing
    for one in thing.values() if isinstance(thing, dict) else thing:
        if isinstance(one, (dict, list)):
            yield from everything_in(one)


# ---- Canonical addresses


def test_a_page_is_known_by_its_address_without_what_else_was_asked(client):
    make_organisation("Trumpton")
    for asked in ("", "?utm_source=letter", "?page=2"):
        canonical, meta = head(client.get(f"/organisations/trumpton/{asked}"))
        assert canonical == meta["og:url"] == f"{SITE}/organisations/trumpton/"
        assert "robots" not in meta


def test_each_page_of_a_list_is_known_by_itself_and_a_filtered_list_is_in_no_index(client):
    for number in range(26):
        make_organisation(f"Council {number}")
    for asked in ("?signed=no", "?signed=no&page=2", "?q=council&signed=all", "?signed=all&type=district&page=2"):
        canonical, meta = head(client.get(f"/signatories/{asked}"))
        assert (canonical, meta["robots"]) == (None, "noindex"), asked
        assert "og:url" not in meta
    signature = make_signature("Council 0", commitments=0)
    for number in range(26):
        make_commitment(signature, title=f"Promise {number}")
    for asked, address in (("", ""), ("?page=1", ""), ("?page=2", "?page=2"), ("?page=2&q=", "?page=2")):
        canonical, meta = head(client.get(f"/commitments/{asked}"))
        assert canonical == meta["og:url"] == f"{SITE}/commitments/{address}", asked
        assert "robots" not in meta


# ---- Open Graph


def test_a_shared_page_is_described_in_one_line_of_what_it_says(client):
    promise = make_signature("Trumpton").commitments.get()
    event = make_event("Bells", starts_at=datetime(2027, 7, 1, 9, 0, tzinfo=UTC), description="What\nwe learned.")
    for page, words in (
        ("/", "The public register"),
        ("/organisations/trumpton/", "Trumpton Borough Council has signed the Local Digital Declaration."),
        (promise.signature.get_absolute_url(), "Trumpton Borough Council: Promise 1"),
        (promise.get_absolute_url(), promise.mission),
        (event.get_absolute_url(), "1 July 2027"),
        (make_case_study().get_absolute_url(), "Two towns made one form."),
    ):
        _, meta = head(client.get(page))
        assert meta["og:description"] == meta["description"], page
        assert words in meta["og:description"], page
        assert "\n" not in meta["og:description"]
        assert meta["og:title"]


@pytest.mark.parametrize("status", NOT_PUBLIC)
def test_nothing_unpublished_is_in_the_head_of_a_page(client, status):
    signature = make_signature("Trumpton", status=status, commitments=0)
    promise = make_commitment(signature, title="Zanzibar", mission="Zanzibar")
    things = [promise, make_event("Zanzibar", status="draft"), make_case_study("Zanzibar", status="draft")]
    if status == Status.REMOVED:
        things += [make_event("Zanzibar", status="removed"), make_case_study("Zanzibar", status="removed")]
    for thing in [signature, *things]:
        response = client.get(thing.get_absolute_url())
        assert response.status_code in (404, 410)
        canonical, meta = head(response)
        assert canonical is None
        assert not [name for name in meta if name.startswith("og:") or name == "description"]
        assert "ld+json" not in response.content.decode()
        assert "zanzibar" not in response.content.decode().lower()


def test_a_draft_of_a_public_thing_is_not_told_either(client):
    promise = make_signature("Trumpton").commitments.get()
    make_update(promise, status="draft", done="Zanzibar")
    make_event("Zanzibar", make_organisation(), status="draft")
    for page in (promise, promise.signature, make_organisation()):
        assert "Zanzibar" not in client.get(page.get_absolute_url()).content.decode()


def test_previews_private_pages_and_errors_tell_nothing_of_themselves(client, admin_client):
    event = make_event("Bells", status="awaiting-review", submitted_at=timezone.now() - timedelta(days=1))
    preview = admin_client.get(f"/admin/programme/event/{event.pk}/preview/")
    assert "Bells" in preview.content.decode()
    for response in (preview, client.get("/follow/"), client.get("/nothing/"), client.get("/signatories/?page=x")):
        canonical, meta = head(response)
        assert (canonical, [name for name in meta if name.startswith("og:")]) == (None, [])
        assert "ld+json" not in response.content.decode()
