"""A commitment says in which language it is written, and every page that shows its text marks it as such."""

import re

import pytest

from commitments.models import Commitment, Partner
from signatories.document import hashes
from signatories.models import Signature
from signatories.models.signature import Status
from tests.factories import make_commitment, make_organisation, make_principles, make_signature
from tests.pages import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(sign_in):
    """A draft with one commitment, its preparer signed in."""
    make_principles()
    signature = make_signature(status=Status.DRAFT)
    sign_in(signature.preparer)
    return signature


def question(signature):
    return f"/sign/{signature.reference}/commitments/{signature.commitments.get().pk}/title/"


def checked(page):
    return re.findall(r'name="language"[^>]*value="(\w+)"[^>]* checked', page)


def test_english_is_chosen_until_somebody_says_otherwise(client, draft):
    response = client.get(question(draft))
    assert "Which language will you write it in?" in text_of(response)
    assert checked(response.content.decode()) == ["en"]
    client.post(question(draft), {"title": "Clychau", "language": "cy"})
    assert draft.commitments.get().language == "cy"
    assert checked(client.get(question(draft)).content.decode()) == ["cy"]


def test_a_page_that_was_open_before_the_question_was_asked_changes_no_language(client, draft):
    for language in ("en", "cy"):
        draft.commitments.update(language=language)
        assert client.post(question(draft), {"title": "Bells"}).status_code == 302
        assert draft.commitments.get().language == language


@pytest.mark.parametrize("language", ["fr", "EN", "x" * 999])
def test_another_language_is_refused_in_words(client, draft, language):
    response = client.post(question(draft), {"title": "Bells", "language": language})
    assert "Select one of the options" in text_of(response)
    assert draft.commitments.get().title == "Promise 1"


def test_the_answers_to_check_say_it(client, draft):
    check = f"/sign/{draft.reference}/check/"
    assert "Language English" in text_of(client.get(check))
    draft.commitments.update(language="cy")
    response = client.get(check)
    assert "Language Welsh" in text_of(response)
    assert '<span lang="cy">Promise 1</span>' in response.content.decode()


def test_a_sign_off_covers_the_language_and_those_of_english_documents_still_fit(draft):
    english = hashes(draft)
    draft.commitments.update(language="cy")
    assert hashes(Signature.objects.get(pk=draft.pk)) != english
    draft.commitments.update(language="en")
    assert hashes(Signature.objects.get(pk=draft.pk)) == english


def test_paper_commitments_say_it_too(admin_client, moderator):
    signature = make_signature(status=Status.DRAFT, commitments=0)
    Signature.objects.filter(pk=signature.pk).update(preparer=None, source_note="A letter")
    rows = {f"{name}-{kind}": count for name in ("deliverables", "partners")
            for kind, count in (("TOTAL_FORMS", 0), ("INITIAL_FORMS", 0))}  # fmt: skip
    address = f"/admin/commitments/commitment/add/?signature={signature.pk}"
    assert 'name="language"' in admin_client.get(address).content.decode()
    for title, language in (("Bells", {}), ("Clychau", {"language": "cy"})):
        data = {"title": title, "mission": "Ring.", "impact": "", **language, **rows}
        response = admin_client.post(address, data)
        assert response.status_code == 302, text_of(response)
    assert list(Commitment.objects.order_by("pk").values_list("language", flat=True)) == ["en", "cy"]


@pytest.mark.parametrize("language", ["en", "cy"])
def test_every_public_page_says_in_which_language_a_commitment_is(client, language):
    signature = make_signature("Trumpton", commitments=0)
    chigley = make_organisation("Chigley")
    promise = make_commitment(signature, title="Clychau newydd", mission="Canu.", impact="Uchel.", language=language)
    Partner.objects.create(commitment=promise, position=1, name="Chigley", organisation=chigley)
    addresses = [
        "/commitments/",
        promise.get_absolute_url(),
        f"{promise.get_absolute_url()}history/",
        f"/signatures/{signature.reference}/",
        "/organisations/trumpton/",
        "/organisations/chigley/",
        "/principles/people/",
    ]
    for address in addresses:
        main = client.get(address).content.decode().partition("<main")[2]
        titles = re.findall(r"<(\w+)([^>]*)>\s*Clychau newydd", main)
        assert titles, address
        assert [('lang="cy"' in attributes) for _, attributes in titles] == [language == "cy"] * len(titles), address


def test_the_text_of_a_welsh_commitment_is_marked_as_welsh(client):
    signature = make_signature("Trumpton", commitments=0)
    promise = make_commitment(signature, title="Clychau", mission="Canu.", impact="Uchel.", language="cy")
    for address in (promise.get_absolute_url(), f"/signatures/{signature.reference}/"):
        main = client.get(address).content.decode().partition("<main")[2]
        for words in ("Canu.", "Uchel.", "A framework"):
            before = main.partition(words)[0]
            assert 'lang="cy"' in before[-120:], (address, words)
