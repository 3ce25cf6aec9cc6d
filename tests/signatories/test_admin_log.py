"""The audit log: found by organisation, person, date, kind and words, read in words, taken away as a table."""

import ast
import csv
import html
import io
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commitments import daily
from commitments.models import MOVES as SUBMISSION_MOVES
from commitments.models import Adoption, Commitment, Partner, ProgressUpdate, Revision
from commitments.models.importing import Sheet
from localdigital.models import AuditEvent, Reason
from signatories import moderation, people
from signatories.admin.kinds import GROUPS, KINDS, group_of, kinds_of
from signatories.models.signature import MOVES, Status
from tests.factories import (
    make_access,
    make_commitment,
    make_organisation,
    make_person,
    make_signature,
    make_update,
    make_user,
)

pytestmark = pytest.mark.django_db

LOG = "/admin/localdigital/auditevent/"


def text(response):
    return html.unescape(response.content.decode())


def listed(response):
    """The kinds of the events that a page of the log lists."""
    assert response.status_code == 200
    return [event.kind for event in response.context["events"]]


def search(client, **answers):
    """Type that into the form and follow where it leads."""
    return client.post(LOG, answers, follow=True)


class TestOrganisation:
    def test_its_own_events_and_those_of_all_that_is_its_own_are_found_by_any_of_its_names(self, admin_client):
        signature = make_signature("Trumpton")
        commitment, person = signature.commitments.get(), signature.preparer
        body = make_organisation("Trumpton")
        adopted = make_commitment(make_signature("Camberwick Green"), title="Taken on")
        Adoption.objects.create(commitment=adopted, organisation=body)
        partner = Partner.objects.create(
            commitment=make_commitment(make_signature("Chigley")), position=1, name="Trumpton", organisation=body
        )
        revision = Revision.objects.create(commitment=commitment, proposer=person, title="Other")
        its = {
            "organisation.change": body, "signature.publish": signature, "signatory.sign": signature.signatories.get(),
            "commitment.withdraw": commitment, "progress_update.publish": make_update(commitment),
            "revision.publish": revision, "access.begin": make_access(person, body), "partner.confirm": partner,
            "commitment.adopt": adopted, "progress_update.submit": make_update(adopted),
        }  # fmt: skip
        for kind, thing in its.items():
            AuditEvent.record(kind, thing, by=None)
        for thing in (make_organisation("Chigley"), make_signature("Pippin Fort"), partner.commitment):
            AuditEvent.record("signature.reject", thing, by=None)

        page = search(admin_client, organisation="trumpton BC")

        assert set(listed(page)) == its.keys()
        assert page.redirect_chain[0][0].endswith(f"?organisation={body.code}")

    def test_a_name_that_several_have_offers_them_and_lists_nothing(self, admin_client):
        for name in ("Trumpton North", "Trumpton South"):
            AuditEvent.record("organisation.change", make_organisation(name), by=None)
        page = search(admin_client, organisation="Trumpton", kind="organisation")
        assert "Several are called this" in text(page)
        assert page.context["events"] == []
        [(_, query), _] = page.context["offered"]["organisation"]
        assert listed(admin_client.get(f"{LOG}?{query}")) == ["organisation.change"]


class TestPerson:
    def test_what_somebody_did_and_what_is_about_them_is_found_without_their_address_in_an_address(self, admin_client):
        mine, other = make_person("Pugh Barney"), make_person("The Mayor")
        signature = make_signature("Trumpton", preparer=other)
        AuditEvent.record("signature.submit", signature, by=mine)
        AuditEvent.record("signature.recall", signature, by=other)
        people.invite(make_organisation("Chigley"), mine.email, by=other)
        AuditEvent.record("person.export", mine, by=None)
        found = {"signature.submit", "access.begin", "person.export"}
        for typed in (mine.email.upper(), "pugh barney", f"Person {mine.pk}"):
            page = search(admin_client, person=typed)
            assert set(listed(page)) == found, typed
            assert page.redirect_chain == [(f"{LOG}?person=person-{mine.pk}", 302)]
            assert f'value="{mine.email}"' in text(page)

    def test_a_colleague_is_found_by_the_user_name(self, admin_client, moderator):
        windy = make_user("windy.miller", first_name="Windy", last_name="Miller")
        AuditEvent.record("user.sign_in", windy, by=windy)
        AuditEvent.record("user.sign_in", moderator, by=moderator)
        page = search(admin_client, person="windy miller")
        assert [event.actor.words for event in page.context["events"]] == ["windy.miller"]
        assert page.redirect_chain == [(f"{LOG}?person=user-{windy.pk}", 302)]

    def test_two_of_one_name_are_told_apart(self, admin_client):
        make_person("Pugh Barney")
        other = make_person("Pugh Barney", at="chigley.example.gov.uk")
        page = text(search(admin_client, person="Pugh Barney"))
        assert "Several are called this" in page
        assert f"?person=person-{other.pk}" in page


def test_all_that_is_asked_narrows_the_log(admin_client, moderator):
    now = timezone.now()
    signature, other = make_signature("Trumpton"), make_signature("Chigley")
    for days, kind, thing, note in (
        (0, "signature.publish", signature, "Rang the switchboard"),
        (0, "signature.publish", signature, "Wrote a letter"),
        (9, "signature.publish", signature, "Rang the switchboard"),
        (0, "signature.submit", signature, "Rang the switchboard"),
        (0, "signature.publish", other, "Rang the switchboard"),
        (0, "access.end", signature, "Rang the switchboard"),
    ):
        AuditEvent.record(kind, thing, by=moderator, note=note, at=now - timedelta(days=days))
    asked = {"words": "SWITCHBOARD", "since": str(timezone.localdate(now - timedelta(days=1)))}
    assert len(listed(search(admin_client, **asked))) == 4
    asked |= {"until": str(timezone.localdate(now)), "organisation": "Trumpton", "person": moderator.username}
    assert listed(search(admin_client, **asked, kind="signature")) == ["signature.submit", "signature.publish"]
    assert listed(search(admin_client, **asked, kind="signature.publish")) == ["signature.publish"]


def test_a_reference_finds_all_of_its_document(admin_client):
    signature = make_signature("Trumpton")
    AuditEvent.record("signatory.sign", signature.signatories.get(), by=None)
    AuditEvent.record("progress_update.submit", make_update(signature.commitments.get()), by=None)
    AuditEvent.record("signature.reject", make_signature("Chigley"), by=None, note=f"Same as {signature.reference}")
    AuditEvent.record("signature.publish", make_signature("Pippin Fort"), by=None)
    found = listed(search(admin_client, words=signature.reference.lower().replace("-", " ")))
    assert set(found) == {"signatory.sign", "progress_update.submit"}
    assert "signature.reject" in listed(search(admin_client, words=signature.reference))


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        ({"organisation": "Nowhere"}, "No organisation with this name or code is known"),
        ({"organisation": "???"}, "No organisation with this name or code is known"),
        ({"organisation": "a\0b"}, "Null characters are not allowed"),
        ({"person": "person-99999"}, "Nobody with this name or address is known"),
        ({"person": "user-99999999999999999"}, "Nobody with this name or address is known"),
        ({"since": "soon"}, "Enter a real date"),
        ({"since": "0001-01-01"}, "Enter a date after 1999"),
        ({"until": "9999-12-31"}, "Enter a date before 2200"),
        ({"since": "2026-02-02", "until": "2026-02-01"}, "The last day must be the same as or after the first"),
        ({"kind": "'; --"}, "Select what happened from the list"),
        ({"words": "mayor@trumpton.example.gov.uk"}, "Enter an email address under “Person”"),
    ],
)
def test_what_cannot_be_asked_is_said_beside_the_field(admin_client, answers, error):
    AuditEvent.record("signature.reject", make_signature("Chigley"), by=None)
    for page in (admin_client.get(LOG, answers), admin_client.post(LOG, answers)):
        assert page.status_code == 200
        assert error in text(page)
        assert "Error: Audit log" in text(page)
        assert page.context["events"] == []
    assert admin_client.post(f"{LOG}export/?{page.wsgi_request.GET.urlencode()}x=1").status_code == 200
    assert AuditEvent.objects.filter(kind="export.audit_log").count() == 1


def test_the_log_is_read_page_by_page_and_a_place_that_is_none_is_refused(admin_client):
    thing, now = make_person(), timezone.now()
    for number in range(120):
        AuditEvent.record("access.begin", thing, by=None, at=now - timedelta(hours=number // 3))
    seen, address = [], LOG
    while address:
        page = admin_client.get(address)
        seen += [event.pk for event in page.context["events"]]
        address = page.context["older"]
    assert seen == list(AuditEvent.objects.order_by("-at", "-pk").values_list("pk", flat=True))
    for place in ("x", "1", "9" * 18 + "-1", "1-" + "9" * 30, "²-1"):
        assert admin_client.get(LOG, {"before": place}).status_code == 400, place


def test_an_event_is_told_in_words_with_links(admin_client, moderator):
    signature = make_signature("Trumpton", status=Status.AWAITING_REVIEW)
    access = make_access(signature.preparer, "Trumpton")
    moderation.return_for_changes(signature, by=moderator, note="Say <b>more</b>")
    people.end_access(access, by=moderator)
    page = text(admin_client.get(LOG))
    assert f'<a href="/admin/signatories/signature/{signature.pk}/change/">{signature.reference}</a>' in page
    assert f'<a href="/admin/localdigital/user/{moderator.pk}/change/">{moderator.username}</a>' in page
    assert "Access of Pugh Barney to Trumpton Borough Council" in page
    assert "Awaiting review → Returned" in page
    event = AuditEvent.objects.get(kind="access.end")
    one = text(admin_client.get(f"{LOG}{event.pk}/change/"))
    assert "<title>Access ended – event" in one
    assert "<dt>Organisation</dt>" in one
    assert "Trumpton Borough Council</a>" in one
    assert "Say &lt;b&gt;more" in admin_client.get(LOG).content.decode()
    for wrong in ("0", "9" * 30, "x", "²"):
        assert admin_client.get(f"{LOG}{wrong}/change/").status_code == 404


def test_what_is_no_longer_there_is_named_by_its_number(admin_client):
    signature = make_signature("Trumpton", status=Status.DRAFT)
    AuditEvent.record("signature.delete_draft", signature, by=signature.preparer)
    pk = signature.pk
    signature.delete()
    assert f"Signature {pk}, no longer here" in text(admin_client.get(LOG))


def test_the_log_is_taken_away_whole_as_a_table_that_runs_no_formula(admin_client, moderator, monkeypatch):
    monkeypatch.setattr("signatories.admin.log.CHUNK", 7)
    for number in range(20):
        AuditEvent.record("signature.reject", make_signature(f"Council {number}"), by=moderator, note="=1+1")
    AuditEvent.record("signature.publish", make_signature("Trumpton"), by=moderator)
    answer = admin_client.post(f"{LOG}export/?kind=signature.reject&person=user-{moderator.pk}")
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert len({row["Event"] for row in rows}) == len(rows) == 20
    assert {(row["What"], row["Who"], row["Note"]) for row in rows} == {("Rejected", moderator.username, "'=1+1")}
    event = AuditEvent.objects.get(kind="export.audit_log")
    assert event.details == {"of": f"user-{moderator.pk}", "kind_of_event": "signature.reject"}
    assert admin_client.get(f"{LOG}export/").status_code == 405


def test_who_may_not_see_the_log_gets_none_of_it(admin_client, moderator):
    type(moderator).objects.update(is_superuser=False)
    event = AuditEvent.record("signature.publish", make_person(), by=None)
    for answer in (
        admin_client.get(LOG), admin_client.post(LOG), admin_client.get(f"{LOG}{event.pk}/change/"),
        admin_client.post(f"{LOG}export/"),
    ):  # fmt: skip
        assert answer.status_code == 403


def test_the_log_costs_at_most_ten_queries_however_much_is_asked_and_found(admin_client, moderator):
    from django.contrib.auth.models import Group

    from localdigital.roles import VIEWER

    moderator.groups.add(Group.objects.get(name=VIEWER))
    type(moderator).objects.update(is_superuser=False)
    body, asked = make_organisation("Trumpton"), {"since": "2020-01-01", "words": "some", "kind": "signature"}
    asked |= {"organisation": body.code, "person": f"user-{moderator.pk}"}
    for number in range(60):
        signature = make_signature(body, status=Status.WITHDRAWN, preparer=make_person(f"Officer {number}"))
        AuditEvent.record("signature.withdraw", signature, by=moderator, note="some", signer=signature.preparer_id)
        AuditEvent.record("signature.submit", signature, by=signature.preparer, note="some")
        AuditEvent.record("progress_update.submit", make_update(signature.commitments.get()), by=signature.preparer)
    for query in (asked, {}):
        with CaptureQueriesContext(connection) as queries:
            assert len(listed(admin_client.get(LOG, query))) == 50
        assert len(queries) <= 10


# ---- Every kind has words


def recorded_by_name():
    """The kinds that the code records, as it writes them: what is put together has {} in it."""
    found = set()
    for package in ("commitments", "signatories", "localdigital"):
        for path in (Path(settings.BASE_DIR) / package).rglob("*.py"):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            for node in ast.walk(tree):
                if isinstance(node, ast.Call) and ast.unparse(node.func) in ("AuditEvent.record", "AuditEvent.of"):
                    found |= {(kind, path.name) for kind in _written(node.args[0], tree)}
    return found


def _written(node, tree):
    if isinstance(node, ast.Constant):
        return {node.value}
    if isinstance(node, ast.IfExp):
        return _written(node.body, tree) | _written(node.orelse, tree)
    if isinstance(node, ast.JoinedStr):
        return {"".join(part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)}
    if isinstance(node, ast.Name):
        return {
            kind
            for one in ast.walk(tree)
            if isinstance(one, ast.Assign) and ast.unparse(one.targets[0]) == node.id
            for kind in _written(one.value, tree)
        }
    return {ast.unparse(node)}


# What a kind that is put together can be; a new one is added here with all that it can be.
PUT_TOGETHER = (
    {
        ("signature.{}", "signature.py"): {f"signature.{move}" for move in MOVES},
        ("AuditEvent.kind_of(self, move)", "submission.py"): {
            AuditEvent.kind_of(model, move)
            for model in (Commitment, ProgressUpdate, Revision)
            for move in model.MAKES
            if move in SUBMISSION_MOVES
        },
    }
    | {
        (f"AuditEvent.kind_of(thing, '{verb}')", "daily.py"): {AuditEvent.kind_of(kind, verb) for kind in daily.KINDS}
        for verb in ("delete_untouched", "announce_deletion")
    }
    | {
        ("export.{}", "exporting.py"): {f"export.{sheet.value}" for sheet in Sheet},
        ("partner.{}", "partners.py"): {"partner.confirm", "partner.disown"},
        ("organisation.{}", "reorganising.py"): {"organisation.end", "organisation.merge", "organisation.split"},
    }
)


def test_every_kind_that_is_recorded_anywhere_has_words_and_a_group():
    recorded, unknown = set(), set()
    for kind, where in recorded_by_name():
        if (kind, where) in PUT_TOGETHER:
            recorded |= PUT_TOGETHER[kind, where]
        elif re.fullmatch(r"[a-z_]+\.[a-z_]+", kind):
            recorded.add(kind)
        else:
            unknown.add((kind, where))
    assert len(recorded) > 60
    # A document's own move tells it for its commitments.
    assert recorded - {"commitment.publish_with_document"} - KINDS.keys() == set()
    assert unknown == set()
    assert {group_of(kind) for kind in KINDS} <= GROUPS.keys()


def test_a_group_means_all_its_kinds_and_a_kind_itself():
    assert kinds_of("partner") == ["partner.confirm", "partner.disown"]
    assert kinds_of("partner.disown") == ["partner.disown"]


def test_details_are_told_in_words_and_not_by_the_names_of_columns(admin_client, moderator):
    chigley = make_organisation("Chigley")
    reason = Reason.objects.create(decision="return", title="No garden", text="Draw one.")
    told = {
        "organisation.change": {
            "fields": ["official_url", "ends_on", "publishes_at_once"],
            "before": {"publishes_at_once": False},
        },
        "organisation.rename": {"renamed_on": "2019-05-03", "changed": {"official_name": ["Chigley", "Pippin Fort"]}},
        "signature.correct_paper": {"columns": ["signed_on", "signer_names"], "commitments_added": 2},
        "signature.return_for_changes": {"reasons": [reason.pk]},
    }
    for kind, details in told.items():
        AuditEvent.record(kind, chigley, by=moderator, **details)
    page = text(admin_client.get(LOG))
    for words in (
        "What was changed: Official web address, Last day, Is public at once",
        "Before: Is public at once: No",
        "First day of the new name: 3 May 2019",
        "Before and after: Official name: Chigley → Pippin Fort",
        "Columns that were corrected: Signed on, ",
        "Commitments added: 2",
        f'Reasons: <a href="/admin/localdigital/reason/{reason.pk}/change/">No garden</a>',
    ):
        assert words in page
    event = AuditEvent.objects.get(kind="organisation.rename")
    one = text(admin_client.get(f"{LOG}{event.pk}/change/"))
    assert "<dt>Kind</dt><dd>Organisations</dd>" in one
    main = one[one.index('id="content-main"') :]
    for code in ("organisation.rename", "official_name", "signatories.organisation", "localdigital.user"):
        assert code not in main
