"""Organisations renamed, ended, merged, split and put together in the admin: shown first, decided once, told to whom it
concerns."""

import html
import re
from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commitments import daily, succession
from commitments.models import Adoption, Partner, Revision
from localdigital.models import AuditEvent, QueuedEmail, RegisterVersion, TeamNote
from localdigital.team_notes import add_note
from signatories import duplicates
from signatories.models import Access, EmailDomain, FormerSlug, Organisation, Signatory, Succession
from signatories.models.signature import Status
from tests.factories import (
    make_access,
    make_commitment,
    make_declaration,
    make_organisation,
    make_person,
    make_signature,
    role_of,
)

pytestmark = pytest.mark.django_db

YESTERDAY = timedelta(days=1)
IN_A_YEAR = (date.today() + timedelta(days=365)).isoformat()


def text(response):
    return html.unescape(response.content.decode())


def address(organisation, action):
    return f"/admin/signatories/organisation/{organisation.pk}/reorganise/{action}/"


def seen_in(response):
    return html.unescape(re.search(r'name="seen" value="([^"]*)"', response.content.decode())[1])


def new_rows(*rows):
    """What the part of a form for new organisations sends."""
    names = ("official_name", "name", "code", "type", "nation", "region", "starts_on")
    data = {"new-TOTAL_FORMS": max(len(rows), 1), "new-INITIAL_FORMS": 0}
    for number, row in enumerate([*rows, {}][: max(len(rows), 1)]):
        data |= {f"new-{number}-{name}": row.get(name, "") for name in names}
    return data


def newcomer(name, code="E06000999"):
    return {
        "official_name": f"{name} Council", "name": name, "code": code, "type": "unitary", "nation": "england",
        "region": "north-west",
    }  # fmt: skip


def look(client, organisation, action, data):
    """The page that shows what a decision touches."""
    answer = client.post(address(organisation, action), data | {"preview": "1"})
    assert "Check before you confirm" in text(answer), text(answer)
    return answer


def decide(client, organisation, action, data):
    """Look and confirm."""
    seen = seen_in(look(client, organisation, action, data))
    return client.post(address(organisation, action), data | {"confirm": "1", "seen": seen}, follow=True)


def today():
    return timezone.localdate()


def fresh(thing):
    return type(thing).objects.get(pk=thing.pk)


def officer(organisation, name="Windy Miller"):
    person = make_person(name, at=f"{organisation.slug}.example.gov.uk")
    make_access(person, organisation)
    return person


def promise_of(*bodies, title="Answer the phone with a bot"):
    return make_commitment(make_signature(*bodies, commitments=0), title=title)


# ---- Renamed


def renamed(organisation, **changes):
    fields = {"official_name": organisation.official_name, "name": organisation.name, "slug": organisation.slug}
    return fields | {"renamed_on": str(today())} | changes


def test_a_new_name_is_public_at_once_and_the_old_ones_still_find_it(admin_client, moderator, client):
    council = make_organisation("Trumpton")
    promise_of(council)
    version = RegisterVersion.current().number
    data = renamed(council, official_name="Trumpton City Council", name="Trumpton City", slug="trumpton-city")
    page = text(look(admin_client, council, "rename", data))
    assert "1 open commitment" in page
    assert "1 live signature" in page
    assert "No email will go" in page
    assert fresh(council).official_name == "Trumpton Borough Council"
    assert not AuditEvent.objects.exists()

    assert "It has its new name." in text(decide(admin_client, council, "rename", data))
    assert client.get("/organisations/trumpton/").headers["Location"] == "/organisations/trumpton-city/"
    assert client.get("/organisations/trumpton/").status_code == 301
    page = text(client.get("/organisations/trumpton-city/"))
    yesterday = f"{today() - YESTERDAY:%-d %B %Y}"
    assert f"Trumpton Borough Council, until {yesterday}" in " ".join(page.split())
    for name in ("Trumpton Borough Council", "Trumpton City", "trumpton"):
        assert Organisation.objects.called(name).get() == council
    event = AuditEvent.objects.about(council).get()
    assert (event.kind, event.actor_id) == ("organisation.rename", moderator.pk)
    assert event.details["changed"]["slug"] == ["trumpton", "trumpton-city"]
    assert RegisterVersion.current().number > version
    found = text(client.get("/commitments/", {"q": "Trumpton City"}))
    assert "Answer the phone with a bot" in found
    assert "Answer the phone with a bot" in text(client.get("/commitments/", {"partner": "x", "q": "city"})) or found
    assert fresh(council).history.first().history_user == moderator


def test_the_old_address_of_a_councils_people_leads_on_too(sign_in, moderator):
    from signatories import reorganising

    council = make_organisation("Trumpton")
    client = sign_in(officer(council))
    reorganising.rename(
        council, name="Trumpton", official_name="Trumpton City", slug="city", renamed_on=today(), by=moderator
    )
    answer = client.get("/account/organisations/trumpton/people/")
    assert (answer.status_code, answer["Location"]) == (301, "/account/organisations/city/people/")
    assert client.get("/account/organisations/trumpton/people/hand-over/", follow=True).status_code == 200
    answer = client.post("/account/organisations/trumpton/people/", {"email": "new@city.example.gov.uk"})
    assert (answer.status_code, answer["Location"]) == (308, "/account/organisations/city/people/")
    assert client.get("/account/organisations/nowhere/people/").status_code == 404


def test_a_name_that_comes_back_and_an_address_that_comes_back(admin_client, client):
    council = make_organisation("Trumpton")
    decide(admin_client, council, "rename", renamed(council, official_name="Trumpton City", slug="city"))
    council = fresh(council)
    back = {"official_name": "Trumpton Borough Council", "slug": "trumpton"}
    decide(admin_client, council, "rename", renamed(council, **back))
    assert client.get("/organisations/trumpton/").status_code == 200
    assert client.get("/organisations/city/")["Location"] == "/organisations/trumpton/"
    assert council.names.exclude(used_until=None).get().name == "Trumpton City"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "It is called that already"),
        ({"official_name": ""}, "Enter the official name"),
        ({"name": "…"}, "A name needs letters or numbers"),
        ({"slug": "chigley"}, "is or was another organisation’s"),
        ({"slug": "once"}, "is or was another organisation’s"),
        ({"slug": "no slug"}, "must only include letters"),
        ({"name": "New", "renamed_on": "tomorrow"}, "must be a real date"),
        (
            {"name": "New", "renamed_on": (date.today() + timedelta(days=400)).isoformat()},
            "must be today or in the past",
        ),
        ({"name": "New", "renamed_on": "1974-01-01"}, "the new name must begin later"),
    ],
)
def test_a_name_that_cannot_be_is_explained(admin_client, given, words):
    council = make_organisation("Trumpton", starts_on=date(1974, 4, 1))
    FormerSlug.objects.create(slug="once", organisation=make_organisation("Chigley"))
    answer = admin_client.post(address(council, "rename"), renamed(council, **given) | {"preview": "1"})
    assert words in text(answer)
    assert "Check before you confirm" not in text(answer)
    assert not AuditEvent.objects.exists()


# ---- Ended, merged, split


def test_a_council_ends_and_its_successors_people_are_told_once(admin_client, moderator, client, outbox_text):
    old, new = make_organisation("Trumptonshire"), make_organisation("Trumpton")
    promise, person = promise_of(old), officer(new)
    officer(old, "Mr Troop")
    data = {"last_day": str(today() - YESTERDAY), "successors": [new.pk]}
    page = text(look(admin_client, old, "end", data))
    assert "1 open commitment" in page
    assert "mr.troop@trumptonshire.example.gov.uk" in page
    assert "1 email will go" in page
    assert person.email in page
    assert not QueuedEmail.objects.exists()
    assert fresh(old).ends_on is None

    decide(admin_client, old, "end", data)
    assert old.heirs(today()) == [new]
    [(to, subject, body)] = outbox_text()
    assert (to, subject) == (person.email, "Take on a commitment of Trumptonshire Borough Council")
    assert promise.title in body
    assert "/account/" in body
    daily.run_daily(timezone.now())
    assert len(outbox_text()) == 1
    event = AuditEvent.objects.get(kind="organisation.end")
    assert (event.actor_id, event.details["successors"]) == (moderator.pk, [new.pk])
    assert person.email not in str(list(AuditEvent.objects.values_list("details", flat=True)))
    assert "Trumpton Borough Council" in text(client.get("/organisations/trumptonshire/"))
    assert "Trumptonshire Borough Council" in text(client.get("/organisations/trumpton/"))
    assert "Not yet decided whether a successor takes it on" in text(client.get("/organisations/trumptonshire/"))


def test_before_its_last_day_nobody_is_told_and_the_day_after_they_are(admin_client, outbox_text, client):
    old, new = make_organisation("Trumptonshire"), make_organisation("Trumpton")
    promise_of(old)
    person, last = officer(new), today() + timedelta(days=30)
    page = decide(admin_client, old, "end", {"last_day": str(last), "successors": [new.pk]})
    assert "Its last day is recorded." in text(page)
    assert "To be succeeded by" in text(client.get("/organisations/trumptonshire/"))
    daily.run_daily(timezone.now() + timedelta(days=30))
    assert outbox_text() == []
    daily.run_daily(timezone.now() + timedelta(days=31))
    assert [to for to, subject, _ in outbox_text() if "Take on" in subject] == [person.email]


def test_whoever_gets_access_to_a_successor_later_is_told_then(admin_client, outbox_text):
    old, new = make_organisation("Trumptonshire"), make_organisation("Trumpton")
    promise_of(old)
    data = {"last_day": str(today() - YESTERDAY), "successors": [new.pk]}
    assert "Nobody has access to those that take over" in text(look(admin_client, old, "end", data))
    decide(admin_client, old, "end", data)
    person = officer(new)
    for _ in range(2):
        daily.run_daily(timezone.now())
    assert [to for to, subject, _ in outbox_text() if "Take on" in subject] == [person.email]


def test_a_council_may_end_without_anybody_taking_over(admin_client, client):
    old = make_organisation("Trumptonshire")
    promise_of(old)
    data = {"last_day": str(today() - YESTERDAY)}
    assert "Nobody takes over" in text(look(admin_client, old, "end", data))
    decide(admin_client, old, "end", data)
    assert "This organisation ended on" in text(client.get("/organisations/trumptonshire/"))


def test_several_merge_into_one_that_is_new_to_the_register(admin_client, moderator, client):
    one, two = make_organisation("Trumpton"), make_organisation("Chigley")
    promise_of(one)
    last = date(2026, 3, 31)
    data = {"ending": [one.pk, two.pk], "last_day": str(last)} | new_rows(newcomer("Camberwick Green"))
    assert "new to the register: code E06000999" in text(look(admin_client, one, "merge", data))
    assert Organisation.objects.count() == 2
    assert "They are merged." in text(decide(admin_client, one, "merge", data))
    new = Organisation.objects.get(code="E06000999")
    assert (new.slug, new.scheme, new.starts_on) == ("camberwick-green", "gss", date(2026, 4, 1))
    assert new.checked_at
    assert {one.ends_on for one in Organisation.objects.filter(pk__in=[one.pk, two.pk])} == {last}
    assert one.heirs(today()) == two.heirs(today()) == [new]
    assert Organisation.objects.called("Camberwick Green Council").get() == new
    kinds = sorted(AuditEvent.objects.filter(actor_id=moderator.pk).values_list("kind", flat=True))
    assert kinds == ["organisation.begin", "organisation.merge", "organisation.merge"]
    page = text(client.get("/organisations/camberwick-green/"))
    assert "Trumpton Borough Council" in page
    assert "Chigley Borough Council" in page


def test_one_is_split_into_one_that_exists_and_one_that_is_new(admin_client):
    old, there = make_organisation("Trumptonshire"), make_organisation("Trumpton")
    data = {"last_day": "2026-03-31", "successors": [there.pk]} | new_rows(newcomer("Chigley"), {})
    decide(admin_client, old, "split", data)
    assert [one.name for one in old.heirs(today())] == ["Chigley", "Trumpton"]


def test_another_row_for_a_new_organisation_loses_nothing(admin_client):
    old = make_organisation("Trumptonshire")
    data = {"last_day": "2026-03-31"} | new_rows(newcomer("Chigley"), newcomer("Camberwick", "LDD-C"))
    page = text(admin_client.post(address(old, "split"), data | {"more": "1"}))
    assert "organisation 3" in page
    assert "LDD-C" in page
    assert "Error" not in page


@pytest.fixture
def real_councils():
    """The real councils with their dates and successors, as the register is loaded with them."""
    call_command("import_organisations", verbosity=0)
    return lambda name: Organisation.objects.get(official_name=name)


def test_cumbrias_people_are_those_of_both_its_successors(real_councils, moderator, outbox_text):
    promise = promise_of(real_councils("Cumbria County Council"))
    people = [officer(real_councils(f"{name} Council")) for name in ("Cumberland", "Westmorland and Furness")]
    daily.run_daily(timezone.now())
    told = [(to, subject) for to, subject, _ in outbox_text() if "Take on" in subject]
    assert told == [(one.email, "Take on a commitment of Cumbria County Council") for one in people]
    succession.adopt(promise, real_councils("Cumberland Council"), by=moderator)
    late = officer(real_councils("Westmorland and Furness Council"), "Mrs Honeyman")
    daily.run_daily(timezone.now())
    [(_, _, body)] = [one for one in outbox_text(to=late.email) if "Take on" in one[1]]
    assert "Others go on with it already" in body


def test_the_chain_of_taunton_deane_is_told_by_one_email(real_councils, outbox_text, moderator, client):
    first = promise_of(real_councils("Taunton Deane Borough Council"), title="Share a map")
    middle = real_councils("Somerset West and Taunton Council")
    Adoption.objects.create(commitment=first, organisation=middle)
    second = promise_of(middle, title="Share a form")
    person = officer(real_councils("Somerset Council"))
    for _ in range(2):
        daily.run_daily(timezone.now())
    [(_, subject, body)] = [one for one in outbox_text(to=person.email) if "Take on" in one[1]]
    assert subject == ("Take on commitments of Somerset West and Taunton Council and Taunton Deane Borough Council")
    assert first.title in body
    assert second.title in body
    page = text(client.get(real_councils("Taunton Deane Borough Council").get_absolute_url()))
    assert "Somerset Council" in page


@pytest.mark.parametrize(
    ("action", "given", "words"),
    [
        ("end", {"last_day": ""}, "Enter the last day"),
        ("end", {"last_day": "1974-01-01"}, "cannot have ended before"),
        ("end", {"last_day": "2026-03-31", "successors": ["itself"]}, "it cannot take over"),
        ("end", {"last_day": "2026-03-31", "successors": ["proposed"]}, "accept it first"),
        ("end", {"last_day": "2026-03-31", "successors": ["gone"]}, "does not exist on 1 April 2026"),
        ("end", {"last_day": "2026-03-31", "successors": ["9" * 30]}, "Select an organisation of the register"),
        ("end", {"last_day": "2026-03-31", "successors": ["older"]}, "each would have taken over from the other"),
        ("split", {"last_day": "2026-03-31", "successors": ["chigley"]}, "several take over"),
        ("split", {"last_day": "2026-03-31"} | new_rows({"name": "Half"}), "Enter the official name"),
        ("merge", {"ending": ["itself"], "last_day": "2026-03-31"}, "Select at least 2"),
        ("merge", {"ending": ["itself", "chigley"], "last_day": "2026-03-31"}, "one takes over"),
        (
            "merge",
            {"ending": ["itself", "chigley"], "last_day": "2026-03-31"} | new_rows(newcomer("New", "X99999999")),
            "is the code of another organisation",
        ),
        ("merge", {"new-TOTAL_FORMS": "x"}, "Select the organisations that end"),
    ],
)
def test_what_cannot_be_is_explained_and_nothing_is_done(admin_client, action, given, words):
    council = make_organisation("Trumpton", starts_on=date(1974, 4, 1))
    older = make_organisation("Trumptonshire")
    Succession.objects.create(predecessor=older, successor=council)
    known = {
        "itself": council,
        "older": older,
        "chigley": make_organisation("Chigley", code="X99999999"),
        "proposed": make_organisation("Ambridge", checked_at=None),
        "gone": make_organisation("Pippin Fort", ends_on=date(2020, 3, 31)),
    }
    if isinstance(given.get("successors"), list):
        given = given | {"successors": [getattr(known.get(one), "pk", one) for one in given["successors"]]}
    if "ending" in given:
        given = given | {"ending": [known[one].pk for one in given["ending"]]}
    if action != "end" and "new-TOTAL_FORMS" not in given:
        given = new_rows() | given
    answer = admin_client.post(address(council, action), given | {"preview": "1"})
    assert words in text(answer), text(answer)
    assert answer.status_code == 200
    assert Succession.objects.count() == 1
    assert not AuditEvent.objects.exists()


def test_one_that_has_ended_does_not_end_again_but_may_be_given_its_successor(admin_client):
    old, new = make_organisation("Trumptonshire", ends_on=date(2023, 3, 31)), make_organisation("Trumpton")
    page = text(admin_client.post(address(old, "end"), {"last_day": "2023-03-31", "preview": "1"}))
    assert "ends on 31 March 2023 already" in page
    page = text(admin_client.post(address(old, "end"), {"last_day": "2024-03-31", "preview": "1"}))
    assert "ended on 31 March 2023 already" in page
    decide(admin_client, old, "end", {"last_day": "2023-03-31", "successors": [new.pk]})
    assert old.heirs(today()) == [new]


def test_what_changed_since_it_was_shown_is_said_and_nothing_is_decided(admin_client):
    old, new = make_organisation("Trumptonshire"), make_organisation("Trumpton")
    data = {"last_day": "2026-03-31", "successors": [new.pk]}
    seen = seen_in(look(admin_client, old, "end", data))
    promise_of(old)
    officer(new)
    answer = admin_client.post(address(old, "end"), data | {"confirm": "1", "seen": seen})
    assert answer.status_code == 409
    page = text(answer)
    for heading in ("What they have signed", "Open commitments", "People with access"):
        assert f"<li>{heading}</li>" in page
    assert "<li>Questions to partners</li>" not in page
    assert fresh(old).ends_on is None
    answer = admin_client.post(address(old, "end"), data | {"confirm": "1", "seen": seen_in(answer)})
    assert answer.status_code == 302
    assert fresh(old).ends_on


@pytest.mark.parametrize("seen", ["", "[]", "x", '{"people": 1}'])
def test_a_decision_that_was_not_shown_is_shown_first(admin_client, seen):
    old = make_organisation("Trumptonshire")
    answer = admin_client.post(address(old, "end"), {"last_day": "2026-03-31", "confirm": "1", "seen": seen})
    assert answer.status_code == 409
    assert fresh(old).ends_on is None


def test_going_back_to_the_form_keeps_what_was_written(admin_client):
    old, new = make_organisation("Trumptonshire"), make_organisation("Trumpton")
    data = {"last_day": "2026-03-31", "successors": [new.pk], "change": "1"}
    page = text(admin_client.post(address(old, "end"), data))
    assert 'value="2026-03-31"' in page
    assert f'<option value="{new.pk}" selected>' in page.replace('selected=""', "selected")


# ---- The same as another


def test_a_proposed_one_that_is_really_another_moves_there_whole(admin_client, moderator, client):
    real = make_organisation("Trumpton")
    proposed = make_organisation("Trumpton BC", checked_at=None, domain="tbc.example.gov.uk", contact_email="a@b.uk")
    waiting = make_signature(proposed, status=Status.AWAITING_REVIEW)
    named = make_commitment(make_signature("Chigley", commitments=0), title="Share a map", partners=[proposed])
    make_access(make_person("Mr Troop"), proposed)
    both = make_person("The Mayor")
    make_access(both, proposed)
    make_access(both, real)
    add_note(proposed, "Who are they?", by=moderator)
    revision = Revision.of(named)
    revision.number, revision.status, revision.published_at = 1, "published", timezone.now()
    revision.save()

    page = text(look(admin_client, proposed, "same-as", {"real": real.pk}))
    assert "is really" in page
    assert "1 sign-up under way" in page
    assert "in 1 commitment" in page
    decide(admin_client, proposed, "same-as", {"real": real.pk})

    assert not Organisation.objects.filter(pk=proposed.pk).exists()
    assert waiting.signatories.get().organisation == real
    assert named.partners.get().organisation == real
    assert fresh(revision).partners == [{"name": str(proposed), "organisation": real.pk}]
    assert Access.objects.live().filter(organisation=real).count() == 2
    assert Organisation.objects.called("Trumpton BC").get() == real
    assert EmailDomain.objects.filter(organisation=real).count() == 2
    assert fresh(real).contact_email == "a@b.uk"
    assert TeamNote.objects.about(real).get().text == "Who are they?"
    kinds = AuditEvent.objects.filter(kind__startswith="organisation.").values_list("kind", "object_id")
    assert sorted(kinds) == [("organisation.same_as", proposed.pk), ("organisation.take_in", real.pk)]
    assert client.get(f"/organisations/{proposed.slug}/").status_code == 404


def test_the_public_page_of_a_duplicate_leads_to_the_real_one(admin_client, client):
    real, twice = make_organisation("Trumpton"), make_organisation("Trumpton Town")
    promise_of(twice)
    named = make_commitment(make_signature("Chigley", commitments=0), title="Share a map", partners=[real, twice])
    Partner.objects.filter(organisation=twice).update(answer="confirmed", answered_at=timezone.now())
    decide(admin_client, twice, "same-as", {"real": real.pk})
    assert client.get("/organisations/trumpton-town/")["Location"] == "/organisations/trumpton/"
    assert "Answer the phone with a bot" in text(client.get("/organisations/trumpton/"))
    partner = named.partners.get()
    assert (partner.organisation, partner.answer) == (real, "confirmed")
    assert "Share a map" in text(client.get("/commitments/", {"q": "Trumpton"}))


def test_two_that_have_both_signed_one_version_stay_two(admin_client):
    real, twice = make_organisation("Trumpton"), make_organisation("Trumpton Town")
    make_signature(real)
    mine = make_signature(twice, status=Status.AWAITING_REVIEW)
    answer = admin_client.post(address(twice, "same-as"), {"real": real.pk, "preview": "1"})
    assert "Both have a live signature of Local Digital Declaration 2018" in text(answer)
    assert mine.reference in text(answer)
    other = make_organisation("Chigley")
    make_signature(twice, other, declaration=make_declaration("2030"), status=Status.DRAFT)
    answer = admin_client.post(address(twice, "same-as"), {"real": other.pk, "preview": "1"})
    assert "Both are named in the declaration" in text(answer)
    assert Signatory.objects.filter(organisation=twice).count() == 2


@pytest.mark.parametrize("which", ["itself", "proposed", "successor", ""])
def test_it_is_only_another_of_the_register_that_it_can_be(admin_client, which):
    twice = make_organisation("Trumpton Town")
    successor = make_organisation("Trumpton")
    Succession.objects.create(predecessor=twice, successor=successor)
    real = {
        "itself": twice, "proposed": make_organisation("Ambridge", checked_at=None), "successor": successor,
    }.get(which)  # fmt: skip
    answer = admin_client.post(address(twice, "same-as"), {"real": real.pk if real else "", "preview": "1"})
    words = {
        "itself": "Select the organisation that it really is",
        "proposed": "accept it first",
        "successor": "One took over from the other",
        "": "Select the organisation that it really is",
    }
    assert words[which] in text(answer)
    assert Organisation.objects.filter(pk=twice.pk).exists()


def test_everything_that_points_at_an_organisation_is_thought_of():
    """A new table that points at organisations must be moved too: add it to duplicates.py."""
    moved = {(model._meta.model_name, "organisation") for model, _ in duplicates.MOVED}
    moved |= {("succession", "predecessor"), ("succession", "successor"), ("formerslug", "organisation")}
    moved |= {("organisation", "county"), ("organisation", "combined_authority"), ("signatory", "organisation")}
    moved |= {("partner", "organisation"), ("access", "organisation")}
    arrows = [one for one in Organisation._meta.get_fields(include_hidden=True) if one.one_to_many]
    pointing = {(one.related_model._meta.model_name, one.field.name) for one in arrows}
    # What was is history, and stays as it was.
    assert {one for one in pointing if not one[0].startswith("historical")} == moved


# ---- Who may, and at what cost


def test_it_takes_the_permission(admin_client, moderator):
    from django.contrib.auth.models import Permission

    council = make_organisation()
    moderator.is_superuser = False
    moderator.save()
    role_of(moderator).permissions.set(
        Permission.objects.filter(codename__in=["change_organisation", "view_organisation"])
    )
    for action in ("rename", "end", "merge", "split", "same-as"):
        assert admin_client.get(address(council, action)).status_code == 403
        assert admin_client.post(address(council, action), {"confirm": "1"}).status_code == 403
    role_of(moderator).permissions.add(Permission.objects.get(codename="reorganise_organisation"))
    assert admin_client.get(address(council, "end")).status_code == 200


@pytest.mark.parametrize(
    ("action", "checked", "status"), [("split", False, 404), ("same-as", False, 200), ("x", 1, 404)]
)
def test_a_proposed_one_can_only_be_another(admin_client, action, checked, status):
    council = make_organisation(checked_at=timezone.now() if checked else None)
    assert admin_client.get(address(council, action)).status_code == status


def test_the_form_and_what_it_shows_cost_few_queries_however_much_it_touches(admin_client):
    old, new = make_organisation("Trumptonshire"), make_organisation("Trumpton")
    data, counts = {"last_day": "2020-03-31", "successors": [new.pk]}, []
    promise_of(old)
    for number in range(7):
        make_commitment(make_signature(f"Council {number}", commitments=0), partners=[old])
        make_commitment(make_signature(old, commitments=0, declaration=make_declaration(f"v{number}")))
        officer(old, f"Person {number}")
        if number in (0, 6):
            for given in (None, data | {"preview": "1"}):
                with CaptureQueriesContext(connection) as queries:
                    admin_client.post(address(old, "end"), given) if given else admin_client.get(address(old, "end"))
                counts.append(len(queries))
    assert counts[:2] == counts[2:]
    assert counts[0] <= 10, counts
    # To show exactly what would happen it is done, and undone.
    assert counts[1] <= 60, counts


# ---- What needs care, and the way back


@pytest.mark.parametrize(
    ("where", "sentence"),
    [
        ({"region": "london"}, "Trumpton Borough Council is in West Midlands and Chigley Borough Council in London:"),
        ({"nation": "wales", "region": "wales"}, "is in England and Chigley Borough Council in Wales:"),
        ({}, ""),
        ({"nation": "", "region": ""}, ""),
    ],
)
def test_one_that_takes_over_elsewhere_needs_care(admin_client, where, sentence):
    trumpton, chigley = make_organisation("Trumpton"), make_organisation("Chigley", **where)
    page = text(look(admin_client, trumpton, "end", {"last_day": IN_A_YEAR, "successors": [chigley.pk]}))
    assert ("What needs care" in page) == bool(sentence)
    assert sentence in page


def test_a_newcomer_elsewhere_needs_care_too(admin_client):
    trumpton, camberwick = make_organisation("Trumpton"), make_organisation("Camberwick")
    data = {"last_day": IN_A_YEAR, "ending": [trumpton.pk, camberwick.pk], **new_rows(newcomer("Pippin Fort"))}
    page = text(look(admin_client, trumpton, "merge", data))
    for name in ("Trumpton", "Camberwick"):
        assert f"{name} Borough Council is in West Midlands and Pippin Fort Council in North West" in page


@pytest.mark.parametrize(
    ("query", "back"),
    [
        ("", "/admin/signatories/organisation/{}/change/"),
        ("?from=about", "/admin/signatories/organisation/{}/about/"),
        ("?from=//example.com", "/admin/signatories/organisation/{}/change/"),
    ],
)
def test_doing_nothing_leads_back_to_where_one_came_from(admin_client, query, back):
    trumpton = make_organisation("Trumpton")
    link = f'href="{back.format(trumpton.pk)}">Do nothing'
    there = address(trumpton, "end") + query
    assert link in text(admin_client.get(there))
    assert link in text(admin_client.post(there, {"last_day": IN_A_YEAR, "preview": "1"}))
    assert address(trumpton, "end") + "?from=about" in text(
        admin_client.get(f"/admin/signatories/organisation/{trumpton.pk}/about/")
    )
