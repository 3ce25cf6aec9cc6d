"""The Declaration's first version and the principles, as the register explains and publishes them."""

import re
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction

from localdigital.models import AuditEvent, RegisterVersion
from signatories import declaration_texts
from signatories.models import CoPublisher, Declaration, Principle

pytestmark = pytest.mark.django_db

SLUGS = [
    "design-services-around-people",
    "fix-the-plumbing",
    "share-information-safely",
    "demonstrate-digital-leadership",
    "embed-an-open-culture",
]


@pytest.fixture
def organisations():
    call_command("import_organisations", verbosity=0)


@pytest.fixture
def draft():
    return Declaration.objects.create(
        version="2030",
        title="Local Digital Declaration",
        dated_on=date(2020, 7, 4),
        official_url="https://example.gov.uk/declaration",
        body="## The ambition\n\nWork together.",
    )


def test_the_first_version_is_published_with_its_co_publishers_and_their_sources(organisations):
    call_command("load_declaration")
    declaration = Declaration.objects.current()
    assert declaration.version == "2018"
    assert declaration.dated_on == date(2018, 7, 4)
    assert declaration.official_url == "https://localdigital.gov.uk/declaration/"
    codes = {each.organisation.code for each in CoPublisher.objects.select_related("organisation")}
    assert codes == {"LDD0001", "LDD0002", "E08000016", "E10000012", "E09000028"}
    assert all(each.source for each in CoPublisher.objects.all())
    assert [principle.slug for principle in Principle.objects.all()] == SLUGS


def test_loading_again_changes_nothing(organisations):
    call_command("load_declaration")
    before = RegisterVersion.current().number, AuditEvent.objects.count(), list(Declaration.objects.values())
    call_command("load_declaration")
    assert (RegisterVersion.current().number, AuditEvent.objects.count(), list(Declaration.objects.values())) == before


def test_a_published_version_that_differs_from_our_files_is_left_and_told(organisations, capsys, monkeypatch):
    call_command("load_declaration")
    published = Declaration.objects.get()
    ours = declaration_texts.read_version()
    changed = declaration_texts.VersionText(**vars(ours) | {"body": "Something else", "sources_of_co_publishers": {}})
    monkeypatch.setattr(declaration_texts, "read_version", lambda version: changed)
    call_command("load_declaration")
    assert "It differs from our files in body, co-publishers." in capsys.readouterr().err
    published.refresh_from_db()
    assert published.body == ours.body


def test_a_principle_that_was_changed_becomes_what_our_files_say(organisations):
    call_command("load_declaration")
    Principle.objects.filter(number=2).update(title="Mend the pipes")
    number = RegisterVersion.current().number
    assert declaration_texts.load_principles() == ["Fix the plumbing"]
    assert Principle.objects.get(number=2).title == "Fix the plumbing"
    assert RegisterVersion.current().number == number + 1


def test_without_the_organisations_no_version_is_published(capsys):
    with pytest.raises(CommandError, match="import the organisations first"):
        call_command("load_declaration")
    assert not Declaration.objects.exists()


def test_publishing_a_version_is_logged_and_seen_by_caches(draft, moderator):
    number = RegisterVersion.current().number
    declaration_texts.publish_declaration(draft, by=moderator)
    assert draft.published_at
    assert Declaration.objects.current() == draft
    event = AuditEvent.objects.about(draft).get()
    assert (event.kind, event.actor_id) == ("declaration.publish", moderator.pk)
    assert RegisterVersion.current().number == number + 1


def test_a_version_is_published_once(draft, moderator):
    stale = Declaration.objects.get(pk=draft.pk)
    declaration_texts.publish_declaration(draft, by=moderator)
    with pytest.raises(declaration_texts.CannotBePublished, match="published already"):
        declaration_texts.publish_declaration(stale, by=moderator)
    assert AuditEvent.objects.about(draft).count() == 1


@pytest.mark.parametrize("missing", ["body", "official_url"])
def test_a_version_without_its_explanation_or_its_official_text_is_not_published(draft, moderator, missing):
    setattr(draft, missing, "")
    draft.save()
    with pytest.raises(declaration_texts.CannotBePublished):
        declaration_texts.publish_declaration(draft, by=moderator)
    assert Declaration.objects.current() is None


def test_the_database_refuses_a_change_to_a_version_that_was_published(draft, moderator):
    declaration_texts.publish_declaration(draft, by=moderator)
    draft.body = "Something else"
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        draft.save()


def every_text():
    yield declaration_texts.read_version().body
    yield from (principle.body for principle in declaration_texts.read_principles())


@pytest.mark.parametrize("text", [*every_text()], ids=["declaration", *SLUGS])
def test_our_texts_begin_below_the_pages_heading_and_link_to_pages_that_we_have(text):
    headings = re.findall(r"^(#+) ", text, flags=re.MULTILINE)
    assert headings
    assert all(2 <= len(marks) <= 4 for marks in headings)
    links = re.findall(r"\]\(([^)]*)\)", text)
    ours = {f"/principles/{slug}/" for slug in SLUGS} | {"/commitments/"}
    assert all(link.startswith("https://") or link in ours for link in links)


def test_the_explanation_says_first_that_the_official_text_is_what_is_signed():
    first = declaration_texts.read_version().body.split("\n\n")[0]
    assert "It is not the Declaration itself" in first
    assert "https://localdigital.gov.uk/declaration/" in first


def test_every_principle_has_a_summary_that_fits_its_column_and_an_example():
    for principle in declaration_texts.read_principles():
        principle.full_clean(validate_unique=False, validate_constraints=False)
        assert re.search(r"^## (An|Two) examples?$", principle.body, flags=re.MULTILINE)
