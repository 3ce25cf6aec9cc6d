"""Editing organisations in the admin: found by any name, logged, seen by the public at once, proposed ones accepted."""

import html

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from localdigital.models import AuditEvent, RegisterVersion
from signatories.models import Organisation
from tests.factories import make_organisation

pytestmark = pytest.mark.django_db

LIST = "/admin/signatories/organisation/"
SUGGEST = "/admin/autocomplete/"


def text(response):
    return html.unescape(response.content.decode())


def rows(prefix, initial=(), added=()):
    """What a table of the form sends: rows that exist, then new ones, each a dict."""
    data = {f"{prefix}-TOTAL_FORMS": len(initial) + len(added), f"{prefix}-INITIAL_FORMS": len(initial)}
    for number, row in enumerate([*initial, *added]):
        data |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return data


def form_of(organisation, *, names=(), domains=(), successors=(), **changes):
    """What the form of an organisation sends, with these rows added and these fields changed."""
    fields = ["name", "official_name", "code", "scheme", "slug", "type", "nation", "region", "website"]
    data = {name: getattr(organisation, name) for name in fields}
    own = {"organisation": organisation.pk}
    data |= rows("names", [{"id": one.pk, "name": one.name} | own for one in organisation.names.all()], names)
    data |= rows(
        "email_domains",
        [{"id": one.pk, "domain": one.domain} | own for one in organisation.email_domains.all()],
        domains,
    )
    return data | rows("successions", (), successors) | changes


def address(organisation, page="change"):
    return f"{LIST}{organisation.pk}/{page}/"


def rotherham():
    return make_organisation("Rotherham", official_name="Rotherham Metropolitan Borough Council")


def test_it_is_found_by_any_name_and_by_its_code(admin_client):
    wanted = rotherham()
    make_organisation("Trumpton")
    for typed in ("Rotherham MBC", "rotherham metro", wanted.code.lower(), "ROTHERHAM"):
        page = text(admin_client.get(LIST, {"q": typed}))
        assert "Rotherham Metropolitan Borough Council" in page, typed
        assert "Trumpton" not in page, typed


def test_the_first_page_leads_to_the_list_and_each_row_to_what_the_team_knows_and_decides(admin_client):
    council = make_organisation("Trumpton")
    assert 'href="/admin/signatories/organisation/">Organisations</a><p class="hint">People' in text(
        admin_client.get("/admin/")
    )
    assert f'href="/admin/signatories/organisation/{council.pk}/about/"' in text(
        admin_client.get("/admin/signatories/organisation/")
    )


def test_a_list_offers_all_of_it_only_when_it_is_narrowed(admin_client):
    make_organisation("Trumpton")
    page = "/admin/signatories/organisation/"
    assert "Show all" not in text(admin_client.get(page))
    assert "Show all" in text(admin_client.get(page, {"q": "Trumpton"}))
    assert "Show all" in text(admin_client.get(page, {"type__exact": "district"}))


def test_the_box_that_searches_suggests_it_by_any_name(admin_client):
    wanted = rotherham()
    make_organisation("Trumpton")
    field = {"app_label": "signatories", "model_name": "signatory", "field_name": "organisation"}
    found = admin_client.get(SUGGEST, {"term": "Rotherham MBC"} | field).json()["results"]
    assert found == [{"id": str(wanted.pk), "text": "Rotherham Metropolitan Borough Council"}]


def test_the_list_and_the_form_cost_the_same_for_many(admin_client):
    counts = []
    first = rotherham()
    admin_client.get(address(first))
    for number in (3, 40):
        for index in range(number):
            successor = make_organisation(f"Council {number} {index}")
            first.successors.add(successor)
        for page in (LIST, address(first)):
            with CaptureQueriesContext(connection) as queries:
                assert admin_client.get(page).status_code == 200
            counts.append(len(queries))
    assert counts[:2] == counts[2:]
    assert max(counts) <= 12


def test_an_edit_is_logged_and_seen_by_the_public(admin_client, moderator):
    organisation = rotherham()
    before = RegisterVersion.current().number
    answer = admin_client.post(
        address(organisation),
        form_of(organisation, official_name="Rotherham Council", website="https://example.gov.uk"),
    )
    assert answer.status_code == 302
    event = AuditEvent.objects.about(organisation).get()
    assert (event.kind, event.actor_id) == ("organisation.change", moderator.pk)
    assert sorted(event.details["fields"]) == ["official_name", "website"]
    assert RegisterVersion.current().number > before
    assert Organisation.objects.called("Rotherham Council").get() == organisation


def test_saving_without_a_change_logs_nothing(admin_client):
    organisation = rotherham()
    before = RegisterVersion.current().number
    assert admin_client.post(address(organisation), form_of(organisation)).status_code == 302
    assert not AuditEvent.objects.about(organisation).exists()
    assert RegisterVersion.current().number == before


def test_names_domains_and_successors_can_be_added(admin_client):
    organisation, successor = rotherham(), make_organisation("Trumpton")
    given = form_of(
        organisation,
        names=[{"name": "Roth’ham"}],
        domains=[{"domain": " Someone@WWW.Rotherham.gov.uk"}],
        successors=[{"successor": successor.pk}],
    )
    assert admin_client.post(address(organisation), given).status_code == 302
    assert Organisation.objects.called("rothham").get() == organisation
    assert organisation.email_domains.filter(domain="rotherham.gov.uk").exists()
    assert organisation.successors.get() == successor


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"names": [{"name": "ROTHERHAM."}]}, "in the list already"),
        ({"names": [{"name": "…"}]}, "needs letters or numbers"),
        ({"domains": [{"domain": "rotherham"}]}, "Enter a domain"),
        ({"domains": [{"domain": "rotherham.example.gov.uk"}]}, "duplicate"),
        ({"successors": [{"successor": "itself"}]}, "cannot take over from itself"),
        ({"starts_on": "01/04/2020", "ends_on": "01/04/2019"}, "It must end after it starts"),
        ({"code": "X-TAKEN"}, "already exists"),
        ({"website": "javascript:alert(1)"}, "Enter a valid URL"),
    ],
)
def test_what_does_not_fit_is_explained_and_not_saved(admin_client, given, words):
    organisation = rotherham()
    make_organisation("Trumpton", code="X-TAKEN")
    if "successors" in given:
        given = {"successors": [{"successor": organisation.pk}]}
    answer = admin_client.post(address(organisation), form_of(organisation, **given))
    assert answer.status_code == 200
    assert words in text(answer)
    assert not AuditEvent.objects.exists()


def test_one_that_the_team_adds_is_in_the_register(admin_client):
    blank = Organisation(
        name="Ambridge", official_name="Ambridge Council", code="LDD-A", scheme="ldd", slug="ambridge", type="other"
    )
    data = {name: getattr(blank, name) for name in ("name", "official_name", "code", "scheme", "slug", "type")}
    data |= rows("names") | rows("email_domains") | rows("successions")
    assert admin_client.post(f"{LIST}add/", data).status_code == 302
    added = Organisation.objects.get()
    assert added.checked_at
    assert Organisation.objects.called("ambridge").get() == added
    assert AuditEvent.objects.about(added).get().kind == "organisation.add"


def test_nobody_deletes_one(admin_client):
    organisation = rotherham()
    assert admin_client.post(address(organisation, "delete"), {"post": "yes"}).status_code == 403


class TestProposed:
    def test_are_listed_apart_and_accepted_after_a_look(self, admin_client, moderator, client):
        proposed = make_organisation("Ambridge", checked_at=None)
        make_organisation("Trumpton")
        page = text(admin_client.get(LIST, {"checked": "no"}))
        assert "Ambridge" in page
        assert "Trumpton" not in page
        assert address(proposed, "accept") in text(admin_client.get(address(proposed)))
        assert "Accept into the register" in text(admin_client.get(address(proposed, "accept")))
        proposed.refresh_from_db()
        assert proposed.checked_at is None

        admin_client.post(address(proposed, "accept"))
        admin_client.post(address(proposed, "accept"))

        proposed.refresh_from_db()
        assert proposed.checked_at
        event = AuditEvent.objects.about(proposed).get()
        assert (event.kind, event.actor_id) == ("organisation.accept", moderator.pk)
        assert admin_client.get(proposed.get_absolute_url()).status_code == 200

    def test_editing_does_not_accept(self, admin_client):
        proposed = make_organisation("Ambridge", checked_at=None)
        admin_client.post(address(proposed), form_of(proposed, official_name="Ambridge Council"))
        proposed.refresh_from_db()
        assert proposed.official_name == "Ambridge Council"
        assert proposed.checked_at is None

    def test_a_namesake_in_the_register_is_shown(self, admin_client):
        known = make_organisation("Ambridge")
        proposed = Organisation.objects.create(
            name="Ambridge BC", official_name="Ambridge BC", code="NEW-1", scheme="ldd", slug="new", type="other"
        )
        page = text(admin_client.get(address(proposed, "accept")))
        assert known.official_name in page
        assert "name like it" in page
