"""People go back, press twice, leave and come back on another machine: nothing is made twice, nothing is lost."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from localdigital.models import AuditEvent, QueuedEmail
from signatories.models import Signature
from signatories.models.signature import Status
from tests.journeys.visitor import ANSWERS, PUGH

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def press_twice(visitor, name):
    """A double click, and the page that follows. The second click may break off the navigation of the first."""
    address = visitor.page.url
    visitor.page.locator("main").get_by_role("button", name=name, exact=True).dblclick()
    expect(visitor.page).not_to_have_url(address, timeout=15_000)
    visitor.page.wait_for_load_state()
    return visitor


def go_back(visitor):
    """The browser's own "back"."""
    visitor.page.go_back()
    visitor.page.wait_for_load_state()
    return visitor


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without scripts"])
def test_going_back_and_pressing_twice_make_nothing_a_second_time(visitor, councils, javascript):
    pugh = visitor(javascript=javascript).sign_in(PUGH)
    press_twice(pugh, "Prepare a declaration")
    assert Signature.objects.count() == 1
    go_back(pugh).open("/account/").press("Prepare another declaration")
    signature = Signature.objects.get()

    pugh.add_organisation("Trumpton")
    go_back(pugh).add_organisation("Trumpton").sees("1 organisation signs this declaration")
    pugh.press("Continue").signs_myself()

    press_twice(pugh, "Add a commitment")
    assert signature.commitments.count() == 1
    go_back(pugh).open(f"/sign/{signature.reference}/commitments/").press("Add another commitment")
    pugh.type("What is the title of this commitment?", "Once").press("Save and continue")
    go_back(pugh).type("What is the title of this commitment?", "Once only").press("Save and continue")
    go_back(pugh)
    pugh.answer(title="Once only")
    assert [one.title for one in signature.commitments.all()] == ["Once only"]
    assert signature.commitments.get().deliverables.count() == 2

    pugh.press("Continue")
    press_twice(pugh, "Submit and go on to sign")
    go_back(pugh).open(f"/sign/{signature.reference}/check/").sees("Where your declaration stands")
    pugh.press("Read and sign")
    press_twice(pugh, "Sign")
    pugh.sees("Declaration submitted")
    go_back(pugh)

    signature.refresh_from_db()
    assert signature.status == Status.AWAITING_REVIEW
    # Submitted once, signed once, passed on to the delivery team once.
    kinds = list(AuditEvent.objects.values_list("kind", flat=True))
    assert len(kinds) == len(set(kinds)) == 3
    assert sorted(QueuedEmail.objects.values_list("template", flat=True)) == ["received", "sign-in", "signed"]


def test_they_come_back_on_another_machine_and_find_what_they_typed(visitor, councils):
    office = visitor().sign_in(PUGH).press("Prepare a declaration")
    office.add_organisation("Trumpton").press("Continue").signs("The Mayor", "Leader", "mayor@trumpton.example.gov.uk")
    office.press("Add a commitment").answer(partners="Chigley")
    office.press("Add another commitment").type("What is the title of this commitment?", "The second")
    office.press("Save and continue")

    home = visitor(width=320, height=640).sign_in(PUGH).follow("Trumpton Borough Council")
    assert home.heading == "Your declaration"
    assert task_list(home) == {
        "Organisations": "Completed",
        "Who signs for Trumpton Borough Council": "Completed",
        "Commitments": "Incomplete",
        "Check your answers and submit": "Cannot start yet",
    }
    signature = home.signature
    signer, first = signature.signatories.get(), signature.commitments.first()
    home.follow("Who signs for Trumpton Borough Council")
    assert value(home, "Their full name") == "The Mayor"
    assert value(home, "Their work email address") == "mayor@trumpton.example.gov.uk"
    assert signer.signer_job_title == value(home, "Their job title")
    for slug, label, typed in [
        ("title", "What is the title of this commitment?", ANSWERS["title"]),
        ("mission", "What will you do?", ANSWERS["mission"]),
        ("deliverables", "What will it produce?", ANSWERS["deliverables"]),
        ("partners", "Who are your partners? (optional)", "Chigley"),
        ("impact", "What difference will it make, and for whom?", ANSWERS["impact"]),
    ]:
        home.open(f"/sign/{signature.reference}/commitments/{first.pk}/{slug}/")
        assert value(home, label) == typed
    home.open(f"/sign/{signature.reference}/commitments/{first.pk}/principles/")
    chosen = home.page.get_by_role("checkbox", checked=True).evaluate_all(
        "all => all.map((one) => one.labels[0].innerText)"
    )
    assert chosen == ANSWERS["principles"]
    home.open(f"/sign/{signature.reference}/").press("Continue").sees("Which principles of the Declaration")


def task_list(visitor):
    """The lines of the task list, each its name and its state."""
    names, states = (
        visitor.page.locator(f".govuk-task-list__{part}").all_inner_texts() for part in ("name-and-hint", "status")
    )
    return dict(zip(names, states, strict=True))


def value(visitor, label):
    """What a box holds."""
    return visitor.page.get_by_label(label, exact=True).input_value()


def test_an_answer_that_is_refused_is_still_in_its_box(visitor, councils):
    pugh = visitor().open("/sign/email/")
    refused(pugh, {"What is your work email address?": "pugh at trumpton"}, "Email me a link")
    pugh.sign_in(PUGH).press("Prepare a declaration")
    refused(pugh, {"Which organisation is signing?": "Nowhere-on-Sea & Sons"})
    refused(pugh, {"Which organisation is signing?": "x" * 300})
    pugh.follow("My organisation is not listed")
    refused(pugh, {"Full name of the organisation": "The Fire Brigade <Trust>", "Website": "no website"})
    pugh.open(f"/sign/{pugh.signature.reference}/organisations/").add_organisation("Trumpton").press("Continue")
    pugh.choose("Someone else")
    refused(pugh, {"Their full name": "Mrs “Honey” Honeyman", "Their job title": "y" * 300})
    pugh.signs_myself().press("Add a commitment")
    commitment = urlsplit(pugh.page.url).path.rsplit("/", 2)[0]
    for slug, answers in [
        ("title", {"What is the title of this commitment?": "t" * 201}),
        ("mission", {"What will you do?": "m" * 5001, "Day": "31", "Month": "Feb", "Year": "27"}),
        ("mission", {"What will you do?": "", "Day": "1", "Month": "", "Year": "2018"}),
        ("deliverables", {"What will it produce?": "d" * 501 + "\n  - and another"}),
        ("partners", {"Who are your partners? (optional)": "p" * 201 + "; Chigley"}),
        ("impact", {"What difference will it make, and for whom?": "i" * 5001 + " <b>&amp;</b>"}),
    ]:
        refused(pugh.open(f"{commitment}/{slug}/"), answers)


def refused(visitor, answers, button="Save and continue"):
    """Type these, send them, and find the same in the boxes of a page that says what is wrong."""
    for label, text in answers.items():
        visitor.type(label, text)
    visitor.press(button).sees("There is a problem")
    for label, text in answers.items():
        assert value(visitor, label) == text
