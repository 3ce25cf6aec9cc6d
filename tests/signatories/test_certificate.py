"""The certificate of a signature, and the blank form: PDFs that say what was signed, to eyes and to screen readers."""

import io
from datetime import date

import pypdf
import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commitments.models import Partner, Revision
from signatories.certificate import check_code, typesetting
from signatories.certificate.content import certificate_of
from signatories.document import commitments_of, signatories_of
from signatories.models import OrganisationName
from signatories.models.partial_date import Precision
from signatories.models.signature import Status
from tests.factories import make_commitment, make_declaration, make_organisation, make_person, make_principles
from tests.factories import make_signature as signed
from tests.pages import UNKNOWN_TO_THE_PUBLIC

pytestmark = pytest.mark.django_db
LONG_AGO = timezone.make_aware(timezone.datetime(2024, 5, 1))
HOSTILE = '#import "x": * $x^2$ *bold* _it_ `code` <label> @ref \\ \\u{41} // no /* no */ #(1/0) ]}) = - + 😀'


def certificate(client, signature):
    response = client.get(f"/signatures/{signature.reference}/certificate.pdf")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/pdf"
    return response.content


def text_of(pdf):
    """All its text on one line, as it is read aloud or copied."""
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages).split())


def certified(signature):
    """What the template of its certificate is given."""
    return certificate_of(signature, signatories_of(signature), commitments_of(signature))


def test_a_certificate_says_who_signed_what_and_when(client):
    signers = [
        make_person("Siân ap Llŷr", job_title="Arweinydd y Cyngor"),
        make_person("Łukasz Żółć", job_title="Mayor"),
    ]
    signature = signed("Trumpton", "Camberwick", signers=signers, commitments=0, on=date(2018, 11, 9))
    mission = "We will find out:\n\n- what residents ask\n- what officers hear"
    chigley = make_organisation("Chigley")
    make_commitment(signature, mission=mission, partners=[chigley, "The Biscuit Factory"], due_on=date(2019, 11, 9))
    make_commitment(signature, title="Gwasanaethau gŵyr a ŷd", language="cy", deliverables=["A clock", "A band"])
    text = text_of(certificate(client, signature))
    for words in (
        "Trumpton Borough Council and Camberwick Borough Council signed the Local Digital Declaration 2018",
        "dated 4 July 2018",
        "Siân ap Llŷr Arweinydd y Cyngor Trumpton Borough Council Date signed: 9 November 2018",
        "Łukasz Żółć Mayor Camberwick Borough Council",
        "Commitment 1 of 2 Answer the phone with a bot",
        "We will find out: • what residents ask • what officers hear",
        "• A framework Due 9 November 2019",
        "• Chigley Borough Council • The Biscuit Factory",
        "Expected impact Residents get an answer at any hour.",
        "Commitment 2 of 2 Gwasanaethau gŵyr a ŷd",
        "• A clock • A band",
        "1. People 2. Plumbing",
        f"Reference: {signature.reference} Check code: {check_code.check_code(signature)}",
        "http://testserver/verify/",
        f"{signature.reference} · Page 1 of ",
    ):
        assert words in text, words
    assert "withdr" not in text.replace("can withdraw", "")


def test_screen_readers_are_told_its_title_language_and_structure(client):
    signature = signed("Trumpton")
    signature.commitments.update(language="cy")
    pdf = certificate(client, signature)
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    root = reader.trailer["/Root"]
    assert reader.metadata.title == "Certificate: Local Digital Declaration 2018, signed by Trumpton Borough Council"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value is True
    assert root["/Lang"] == "en-GB"
    assert root["/MarkInfo"]["/Marked"].value is True
    assert b"<pdfuaid:part>1</pdfuaid:part>" in pdf
    elements = list(elements_of(root["/StructTreeRoot"]))
    kinds = [str(one["/S"]) for one in elements]
    assert [kind for kind in kinds if kind.startswith("/H")] == ["/H1", "/H2", "/H2", "/H2", "/H3"]
    assert {"/L", "/LI", "/P", "/Link"} <= set(kinds)
    assert any("QR code" in str(one.get("/Alt")) for one in elements if one["/S"] == "/Figure")
    assert any(str(one.get("/Lang")).startswith("cy") for one in elements)


def elements_of(element):
    """The elements of a tagged PDF, in reading order."""
    kids = element.get("/K", [])
    for kid in kids if isinstance(kids, list) else [kids]:
        kid = kid.get_object() if hasattr(kid, "get_object") else kid
        if isinstance(kid, dict) and "/S" in kid:
            yield kid
            yield from elements_of(kid)


def test_the_same_content_is_the_same_file_also_when_it_is_made_again(client):
    signature = signed("Trumpton")
    first = certificate(client, signature)
    typesetting._kept.cache_clear()
    assert certificate(client, signature) == first
    kept = typesetting._kept.cache_info().misses
    assert certificate(client, signature) == first
    assert typesetting._kept.cache_info().misses == kept
    signature.signatories.update(signer_name="")
    assert certificate(client, signature) != first


def test_a_certificate_shows_the_text_that_was_signed(client):
    signature = signed("Trumpton", commitments=0)
    commitment = make_commitment(signature, partners=["The Biscuit Factory"])
    person, now = make_person(), timezone.now()
    fields = {"proposer": person, "status": Status.PUBLISHED, "submitted_at": now, "published_at": now}
    Revision.of(commitment, number=1, **fields).save()
    commitment.title = "Answer nobody"
    commitment.save()
    Revision.of(commitment, number=2, **fields).save()
    Partner.objects.update(answer=Partner.Answer.DISOWNED, answered_at=now)
    text = text_of(certificate(client, signature))
    assert "Answer the phone with a bot This is what was signed. The text has changed since" in text
    assert "Answer nobody" not in text
    Partner.objects.update(organisation=make_organisation("Chigley"))
    Revision.objects.update(partners=[{"name": "Chigley", "organisation": make_organisation("Chigley").pk}])
    assert "Chigley (has since said that it is not a partner)" in text_of(certificate(client, signature))


def test_what_is_not_known_is_said_and_who_was_erased_is_not(client):
    signature = signed("Trumpton", "Camberwick", "Chigley", source_note="the council’s website, read on 3 May 2021")
    parts = signatories_of(signature)
    for part, fields in zip(
        parts,
        [
            {"signed_on": date(2018, 11, 1), "signed_on_precision": Precision.MONTH, "signer_name": ""},
            {"signed_on": None, "signed_on_precision": Precision.UNKNOWN, "signer_name": "", "signer_job_title": ""},
            {},
        ],
        strict=True,
    ):
        type(part).objects.filter(pk=part.pk).update(**fields)
    one, other, third = certified(signature)["signatories"]
    assert (one["signed_as"], one["job_title"], one["signed_on"]) == ("Digital officer", "", "November 2018")
    assert (other["signed_as"], other["job_title"], other["signed_on"]) == ("Name not recorded", "", "Not known")
    assert third["signed_as"] == "Pugh Barney"
    text = text_of(certificate(client, signature))
    assert "Recorded by the delivery team from: the council’s website, read on 3 May 2021" in text
    assert "pugh.barney@" not in text


def test_an_organisation_renamed_since_is_said_to_have_had_another_name():
    signature = signed("Trumpton", on=date(2018, 11, 9))
    body = make_organisation("Trumpton")
    for name, until in (("Trumpton Town", 2017), ("Trumpton Rural", 2019), ("Trumptonshire", 2020)):
        OrganisationName.objects.create(organisation=body, name=name, used_until=date(until, 3, 31))
    assert [one["then_named"] for one in certified(signature)["signatories"]] == ["Trumpton Rural"]


def test_a_withdrawn_certificate_says_so(client):
    withdrawn = signed("Trumpton", status=Status.WITHDRAWN, withdrawn_at=LONG_AGO)
    assert "This declaration was withdrawn on 1 May 2024. It no longer counts" in text_of(
        certificate(client, withdrawn)
    )
    both = signed("Chigley", "Camberwick")
    both.signatories.filter(organisation__name="Camberwick").update(withdrawn_at=LONG_AGO, live=False)
    text = text_of(certificate(client, both))
    assert "Camberwick Borough Council withdrew from this declaration on 1 May 2024." in text
    assert "It stands for Chigley Borough Council." in text


@pytest.mark.parametrize("status", UNKNOWN_TO_THE_PUBLIC)
def test_what_is_not_published_has_no_certificate(client, status):
    assert client.get(f"/signatures/{signed('Trumpton', status=status).reference}/certificate.pdf").status_code == 404


def test_a_removed_one_is_gone_and_a_loosely_typed_reference_leads_on(client):
    removed = signed("Trumpton", status=Status.REMOVED)
    assert client.get(f"/signatures/{removed.reference}/certificate.pdf").status_code == 410
    loose = client.get(f"/signatures/{removed.reference.lower()}/certificate.pdf")
    assert (loose.status_code, loose["Location"]) == (301, f"/signatures/{removed.reference}/certificate.pdf")
    assert client.get("/signatures/nonsense/certificate.pdf").status_code == 404


def test_a_certificate_takes_few_queries_and_is_not_sent_twice(client, django_assert_max_num_queries):
    signature = signed("Trumpton", "Camberwick", commitments=3)
    address = f"/signatures/{signature.reference}/certificate.pdf"
    client.get("/")
    with django_assert_max_num_queries(9):
        response = client.get(address)
    assert response["Content-Disposition"] == f'inline; filename="certificate-{signature.reference}.pdf"'
    with django_assert_max_num_queries(1):
        assert client.get(address, headers={"If-None-Match": response["ETag"]}).status_code == 304


def test_the_page_of_a_document_links_to_its_certificate(client):
    signature = signed("Trumpton")
    page = client.get(f"/signatures/{signature.reference}/").content.decode()
    assert f'href="/signatures/{signature.reference}/certificate.pdf">Certificate (PDF)' in page


# ---- Whatever somebody typed


def test_hostile_text_comes_out_as_text(client):
    signature = signed("Trumpton", commitments=0)
    make_commitment(signature, title=HOSTILE[:-2], mission=f"- {HOSTILE[:-2]}", impact="w" * 3000)
    text = text_of(certificate(client, signature))
    assert text.count(HOSTILE[:-2].strip()) == 2
    assert "w" * 800 in text.replace(" ", "")
    assert text.count("w") > 3000


def test_a_letter_that_no_font_has_is_replaced_and_the_file_stays_accessible():
    # No font has what Unicode has given to no letter
    data = certified(signed("Trumpton", source_note="one \u0378 two"))
    pdf = typesetting.pdf("certificate", data)
    assert "from: one � two" in text_of(pdf)
    assert "We could not print some letters" in text_of(pdf)
    assert b"pdfuaid" in pdf


def test_what_turns_the_reading_direction_round_is_left_out():
    data = certified(signed("Trumpton", source_note="\u202eabc\u202c\x07 def"))
    assert "from: abc def" in text_of(typesetting.pdf("certificate", data))


@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    anything=st.text(max_size=25),
    markup=st.text(alphabet="#$*_`<>@\\/[]{}()=-+~'\"&%^|;:,.!? \n\t\u202e\u0301\u200d", max_size=60),
)
def test_any_text_makes_an_accessible_file(published, anything, markup):
    data = published | {"names": [anything], "source": markup, "title": anything + markup}
    item = {"title": anything, "mission": [{"is_list": True, "lines": [anything + markup]}], "deliverables": [markup]}
    data["commitments"] = [published["commitments"][0] | item]
    assert b"pdfuaid" in typesetting.pdf("certificate", data)


@pytest.fixture
def published():
    """What stands on a certificate."""
    return certified(signed("Trumpton"))


# ---- On paper


def test_the_blank_form_asks_what_the_sign_up_asks(client):
    make_declaration()
    make_principles()
    response = client.get("/declaration/2018/form.pdf")
    assert response["Content-Type"] == "application/pdf"
    text = text_of(response.content)
    for words in (
        "Sign the Local Digital Declaration 2018 on paper",
        "1. People. About People",
        "Full name of the organisation",
        "This must be someone with the authority to commit the organisation",
        "Their job title",
        "Signature",
        "What is the title of this commitment?",
        "Which principles of the Declaration does it serve?",
        "What will you do?",
        "By when?",
        "What will it produce?",
        "Who are your partners? (optional)",
        "What difference will it make, and for whom?",
        "localdigital@example.gov.uk",
    ):
        assert words in text, words
    assert b"pdfuaid" in response.content
    for page in ("/declaration/2018/", "/sign/"):
        assert 'href="/declaration/2018/form.pdf"' in client.get(page).content.decode()


def test_the_form_of_a_replaced_version_is_that_of_the_version_to_sign(client):
    make_declaration()
    make_declaration("2027", dated_on=date(2026, 1, 1))
    make_declaration("2028", published=False, dated_on=date(2027, 1, 1))
    assert client.get("/declaration/2018/form.pdf")["Location"] == "/declaration/2027/form.pdf"
    assert client.get("/declaration/2028/form.pdf").status_code == 404
    assert "form.pdf" not in client.get("/declaration/2018/").content.decode()
