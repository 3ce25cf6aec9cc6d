"""Writing a case study: from a commitment and what was reported on it, page by page, to sending it in."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commitments.models import Status
from programme import contributions
from programme.models import CaseStudy, Figure, Picture
from tests.factories import (
    make_access,
    make_commitment,
    make_organisation,
    make_person,
    make_principles,
    make_signature,
    make_update,
)
from tests.pages import heading, text_of, title
from tests.programme.factories import an_image, make_case_study, make_topic

pytestmark = pytest.mark.django_db

ABOUT = {"kind": "case-study", "title": "One form", "summary": "Two towns\nmade one form."}
STORY = {"problem": "They rang.", "done": "We made a form.", "result": "They ring less."}
FIGURE = {"kind": "saving", "what": "Calls", "amount_gbp": "£12,500.00", "per": "year", "how_measured": "Counted."}
LINK = {"title": "Code", "url": "example.gov.uk/code", "licence": "mit"}


@pytest.fixture
def pugh(sign_in):
    """An officer of Trumpton, signed in."""
    person = make_person("Pugh Barney")
    make_access(person, "Trumpton")
    sign_in(person)
    return person


@pytest.fixture
def draft(pugh):
    return make_case_study("One form", "Trumpton", proposer=pugh, status=Status.DRAFT)


def at(study, page):
    return f"/account/case-studies/{study.pk}/{page}/"


# ---- Beginning


def test_one_begun_from_a_commitment_says_what_was_promised_and_reported(client, pugh):
    signature = make_signature("Trumpton", "Chigley", commitments=0)
    promise = make_commitment(signature, title="Drains", deliverables=("A form", "A bot"))
    first = promise.deliverables.first()
    kept = [("Code", "https://example.gov.uk/code", "code"), ("News", "https://example.gov.uk/news", "blog")]
    make_update(promise, reported_on=date(2026, 1, 2), done="We asked.", went_well="Many answered.", evidence=kept)
    make_update(
        promise, reported_on=date(2026, 3, 4), done="We built.", could_be_better="Too slow.", evidence=kept[:1],
        delivered=[first],
    )  # fmt: skip
    make_update(promise, status=Status.AWAITING_REVIEW, done="Nobody read this.")
    assert f'value="{promise.pk}" checked' in client.get(f"/account/case-studies/begin/?commitment={promise.pk}").text
    response = client.post("/account/case-studies/begin/", {"commitment": promise.pk})
    study = CaseStudy.objects.get()
    assert response["Location"] == at(study, "about")
    assert (study.status, study.commitment, study.proposer) == (Status.DRAFT, promise, pugh)
    assert [one.name for one in study.organisations.all()] == ["Trumpton"]
    assert study.title == "Drains"
    assert promise.mission in study.problem
    assert promise.impact in study.problem
    assert (study.done, study.result) == ("We asked.\n\nWe built.", "Many answered.")
    assert (study.could_be_better, study.reusable) == ("Too slow.", "- A form")
    assert list(study.principles.all()) == list(promise.principles.all())
    assert [(one.title, one.licence) for one in study.links.all()] == [("Code", "not-stated")]
    assert study.history.count() == 0


def test_a_second_click_finds_the_first_ones_draft(client, pugh):
    promise = make_signature("Trumpton").commitments.get()
    for answer in (promise.pk, promise.pk, "none", "none"):
        client.post("/account/case-studies/begin/", {"commitment": answer})
    assert CaseStudy.objects.count() == 2
    client.post(at(CaseStudy.objects.get(commitment=None), "about"), ABOUT)
    client.post("/account/case-studies/begin/", {"commitment": "none"})
    assert CaseStudy.objects.count() == 3


def test_nobody_begins_from_a_commitment_that_is_not_theirs_or_without_choosing(client, pugh):
    others = make_signature("Chigley").commitments.get()
    hidden = make_signature("Trumpton", status="awaiting-review").commitments.get()
    for answer in (others.pk, hidden.pk, "x", ""):
        assert "Select" in text_of(client.post("/account/case-studies/begin/", {"commitment": answer}))
    assert not CaseStudy.objects.exists()


def test_who_reports_for_nobody_is_told_whom_to_ask(client, sign_in):
    assert client.get("/account/case-studies/begin/").status_code == 302
    sign_in(make_person("Dr Mopp"))
    response = client.post("/account/case-studies/begin/", {"commitment": "none"})
    assert response.status_code == 403
    assert "Ask a colleague" in text_of(response)
    assert not CaseStudy.objects.exists()


# ---- Page by page


def test_an_officer_writes_a_case_study_and_sends_it_in(client, pugh):
    topic, (people, *_) = make_topic("Planning"), make_principles()
    client.post("/account/case-studies/begin/", {"commitment": "none"})
    study = CaseStudy.objects.get()
    pages = [
        ("about", ABOUT, "story"),
        ("story", STORY, "figures"),
        ("figures", FIGURE | {"then": "add"}, "figures"),
        ("figures", {"then": "continue"}, "lessons"),
        ("lessons", {"could_be_better": "Too late.", "reusable": "The words."}, "links"),
        ("links", LINK | {"then": "continue"}, "subjects"),
        ("subjects", {"principles": [people.pk], "topics": [topic.pk]}, "images"),
        ("images", {"alternative_text": "A form", "image": an_image(), "then": "add"}, "images"),
    ]
    for page, answers, following in pages:
        response = client.post(at(study, page), answers)
        assert (response.status_code, response["Location"]) == (302, at(study, following)), page
    assert "You have added 1 image" in text_of(client.get(at(study, "images")))
    check = client.post(at(study, "images"), {"then": "continue"})["Location"]
    text = text_of(client.get(check))
    for words in (
        "Two towns made one form.",
        "They ring less.",
        "£12,500",
        "Too late.",
        "The words.",
        "A form",
        "Planning",
    ):
        assert words in text, words
    assert f'href="{at(study, "figures")}?from=check"' in client.get(check).text
    client.post(check)
    study.refresh_from_db()
    assert study.status == Status.AWAITING_REVIEW
    assert study.links.get().url == "https://example.gov.uk/code"
    assert study.history.count() == 0


def test_every_page_shows_what_was_answered_before_and_leads_back_to_checking(client, draft):
    topic, (people, *_) = make_topic("Planning"), make_principles()
    client.post(at(draft, "subjects"), {"principles": [people.pk], "topics": [topic.pk]})
    page = client.get(at(draft, "subjects")).text
    assert page.count("checked") == 2
    assert "Residents rang the wrong council." in client.get(at(draft, "story")).text
    for page in ("about", "story", "figures", "lessons", "links", "subjects", "images"):
        response = client.get(at(draft, page), {"from": "check"})
        assert f'href="/account/offers/case-study/{draft.pk}/check/"' in response.text
        assert response["Cache-Control"] == "no-store, private"
        assert "There is a problem" not in text_of(response)
    saved = client.post(at(draft, "story") + "?from=check", STORY)
    assert saved["Location"] == f"/account/offers/case-study/{draft.pk}/check/"


@pytest.mark.parametrize(
    ("which", "answers", "said"),
    [
        ("about", {}, ["Select what you want to publish", "Enter a title", "Enter a summary"]),
        ("about", ABOUT | {"summary": "x" * 301}, ["Your answer must be 300 characters or fewer"]),
        ("story", {"problem": "x"}, ["Enter what was done", "Enter what came of it"]),
        ("figures", {"kind": "gift"}, ["Select one of the options", "Enter an amount in pounds", "Enter how this was"]),
        ("figures", FIGURE | {"amount_gbp": "lots"}, ["Enter an amount in pounds, like 12,500"]),
        ("figures", FIGURE | {"amount_gbp": "12.50"}, ["Amount must be in whole pounds, like 12,500"]),
        ("figures", FIGURE | {"amount_gbp": "9" * 15}, ["Amount must be between £1 and £10 billion"]),
        ("figures", FIGURE | {"amount_gbp": "-5"}, ["Enter an amount in pounds, like 12,500"]),
        ("links", LINK | {"url": "https://localhost/x"}, ["Enter a web address that anyone can open"]),
        ("subjects", {"principles": ["9" * 30]}, ["Select principles from the list"]),
        ("images", {}, ["Enter what the image shows", "Select an image"]),
        ("images", {"alternative_text": "A form"}, ["Select an image"]),
        ("images", {"image": an_image()}, ["Enter what the image shows", "Select the image again"]),
        (
            "images",
            {"alternative_text": "A", "image": SimpleUploadedFile("a.png", b"MZ")},
            ["The selected file must be a JPG, PNG or WebP"],
        ),
        (
            "images",
            {"alternative_text": "A", "image": SimpleUploadedFile("a.png", b"")},
            ["The selected file is empty"],
        ),
    ],
)
def test_what_is_wrong_is_said_above_and_beside_the_field_and_nothing_is_lost(client, draft, which, answers, said):
    make_topic()
    response = client.post(at(draft, which), answers)
    assert response.status_code == 200
    assert title(response).startswith("Error: ")
    for sentence in said:
        assert text_of(response).count(sentence) >= 2, sentence
    for name in ("title", "what", "problem", "alternative_text"):
        assert name not in answers or answers[name] in response.text
    assert not Picture.objects.exists()
    assert not Figure.objects.exists()


def test_a_business_case_is_asked_for_what_is_proposed_and_needs_a_figure(client, draft):
    client.post(at(draft, "about"), ABOUT | {"kind": "business-case"})
    assert "What do you propose to do?" in text_of(client.get(at(draft, "story")))
    check = f"/account/offers/case-study/{draft.pk}/check/"
    assert "a business case needs figures" in text_of(client.post(check))
    costs = client.get(at(draft, "figures"))
    assert heading(costs) == "What it would cost and save"
    assert "How did you work this out?" in text_of(costs)
    client.post(at(draft, "figures"), FIGURE)
    assert "What is proposed We made one form for both." in text_of(client.get(check))
    client.post(check)
    draft.refresh_from_db()
    assert draft.status == Status.AWAITING_REVIEW


def test_who_reports_for_several_says_whose_it_is(client, pugh, draft):
    make_access(pugh, "Chigley")
    chigley = make_organisation("Chigley")
    draft.organisations.add(make_organisation("Camberwick"))  # as the team may have added
    client.post(at(draft, "about"), ABOUT | {"organisations": [chigley.pk]})
    assert {one.name for one in draft.organisations.all()} == {"Chigley", "Camberwick"}
    response = client.post(at(draft, "about"), ABOUT | {"organisations": [make_organisation("Camberwick").pk]})
    assert "Select organisations from the list" in text_of(response)


def test_the_same_is_added_once_and_anything_can_be_removed(client, draft):
    for _ in range(2):
        client.post(at(draft, "figures"), FIGURE)
        client.post(at(draft, "links"), LINK)
        again = client.post(at(draft, "images"), {"alternative_text": "A form", "image": an_image()})
    assert "You have added this image already" in text_of(again)
    assert (draft.figures.count(), draft.links.count(), draft.pictures.count()) == (1, 1, 1)
    for page, kept in (("figures", draft.figures), ("links", draft.links), ("images", draft.pictures)):
        for asked in ("x", kept.get().pk, "9" * 30):
            assert client.post(at(draft, page), {"remove": asked})["Location"] == at(draft, page)
        assert not kept.exists()


def test_what_is_half_typed_is_kept_while_another_is_removed(client, draft):
    client.post(at(draft, "figures"), FIGURE)
    half = {"kind": "cost", "what": "A half-told sum", "remove": draft.figures.get().pk}
    response = client.post(at(draft, "figures"), half)
    assert not draft.figures.exists()
    assert "It has been removed." in text_of(response)
    assert "There is a problem" not in text_of(response)
    assert 'value="A half-told sum"' in response.text
    assert 'value="cost" checked' in response.text
    client.post(at(draft, "images"), {"alternative_text": "A form", "image": an_image()})
    half = {"alternative_text": "A map", "image": an_image("blue"), "remove": draft.pictures.get().pk}
    response = client.post(at(draft, "images"), half)
    assert not draft.pictures.exists()
    assert "Select the image that you had chosen again" in text_of(response)
    assert "A map</textarea>" in response.text


def test_there_is_a_most_of_everything(client, draft, monkeypatch):
    monkeypatch.setattr("programme.council.case_studies.SEVERAL", {"images": (Picture, 1, "images")})
    client.post(at(draft, "images"), {"alternative_text": "A form", "image": an_image("red")})
    response = client.post(at(draft, "images"), {"alternative_text": "A form", "image": an_image("blue")})
    assert "You can add up to 1 images. Remove one first" in text_of(response)
    assert draft.pictures.count() == 1


# ---- Whose it is, and when


def test_only_who_wrote_it_sees_it_and_its_images(client, draft, sign_in):
    client.post(at(draft, "images"), {"alternative_text": "A form", "image": an_image()})
    address = f"{at(draft, 'images')}{draft.pictures.get().pk}/"
    assert f'src="{address}"' in client.get(f"/account/offers/case-study/{draft.pk}/check/").text
    response = client.get(address)
    assert (response["Content-Type"], response["Cache-Control"]) == ("image/png", "no-store, private")
    make_access(other := make_person("Miss Lovelace"), "Trumpton")
    sign_in(other)
    for page in (address, at(draft, "about"), at(draft, "images")):
        assert client.get(page).status_code == 404
    client.session.flush()
    client.cookies.clear()
    assert client.get(address).status_code == 302


def test_what_was_sent_in_is_changed_by_nobody_until_it_is_taken_back_or_returned(client, pugh, draft, moderator):
    contributions.send_in(draft, by=pugh)
    for page, answers in (
        ("about", ABOUT),
        ("figures", FIGURE),
        ("images", {"alternative_text": "A", "image": an_image()}),
    ):
        assert client.post(at(draft, page), answers)["Location"] == f"/account/offers/case-study/{draft.pk}/sent/"
        assert "Not saved: it was sent in meanwhile" in text_of(
            client.get(f"/account/offers/case-study/{draft.pk}/sent/")
        )
    assert not draft.figures.exists()
    contributions.return_for_changes(draft, by=moderator, note="Who counted?")
    assert "Who counted?" in text_of(client.get(at(draft, "about")))
    assert client.post(at(draft, "figures"), FIGURE).status_code == 302
    assert draft.figures.count() == 1


def test_so_many_images_an_hour(client, draft, monkeypatch):
    monkeypatch.setattr("programme.council.case_studies.UPLOADS_AN_HOUR", 1)
    for expected in (302, 429):
        answers = {"alternative_text": "A form", "image": an_image(), "then": "add"}
        assert client.post(at(draft, "images"), answers).status_code == expected


def test_a_body_that_is_no_form_is_a_bad_request(client, draft):
    for body in (b"", b"--x\r\n", b"--x\r\nContent-Disposition: form-data; name=image; filename=a.png\r\n\r\n\x89PNG"):
        response = client.post(at(draft, "images"), body, content_type="multipart/form-data; boundary=x")
        assert response.status_code in (200, 400)
    response = client.post(at(draft, "images"), b"x", content_type="multipart/form-data")
    assert response.status_code == 400


@pytest.mark.parametrize("which", ["about", "story", "figures", "lessons", "links", "subjects", "images"])
def test_a_question_costs_three_queries_to_ask(client, draft, which):
    make_topic()
    with CaptureQueriesContext(connection) as queries:
        assert client.get(at(draft, which)).status_code == 200
    assert len(queries) <= 3, [query["sql"] for query in queries]


@pytest.mark.parametrize(
    ("which", "answers", "most"),
    [
        ("about", ABOUT, 8),
        ("story", STORY, 8),
        ("figures", FIGURE, 8),
        ("links", LINK, 8),
        ("subjects", {}, 8),
        ("images", {"alternative_text": "A form"}, 8),
    ],
)
def test_a_question_costs_few_queries_to_answer(client, draft, which, answers, most):
    files = {"image": an_image()} if which == "images" else {}
    with CaptureQueriesContext(connection) as queries:
        assert client.post(at(draft, which), answers | files).status_code == 302
    assert len(queries) <= most, [query["sql"] for query in queries]


def test_the_account_leads_to_writing_one(client, pugh):
    promise = make_signature("Trumpton").commitments.get()
    page = client.get(f"/account/commitments/{promise.pk}/").text
    assert f'href="/account/case-studies/begin/?commitment={promise.pk}"' in page
    assert heading(client.get("/account/case-studies/begin/")) == "Which commitment is it about?"
