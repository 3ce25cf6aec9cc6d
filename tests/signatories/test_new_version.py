"""A new version of the Declaration: who signed an older one is asked once, and may sign it while that stands."""

import html
import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from localdigital.models import AuditEvent, EmailedLink, QueuedEmail, RegisterVersion
from signatories import moderation, signoff
from signatories.models import AskedToSign, Organisation, Signature
from signatories.models.signature import Status
from signatories.new_version import NotTheCurrentVersion, ask_to_sign, figures, to_ask
from signatories.signup import changes, submission
from tests.factories import (
    make_access,
    make_commitment,
    make_declaration,
    make_organisation,
    make_person,
    make_signature,
)
from tests.pages import text_of

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()


def newer(**fields):
    """A version that came after the one of 2018."""
    return make_declaration("2026", dated_on=TODAY, **{"summary_of_changes": "It asks for open data."} | fields)


def council(name, person=None, **fields):
    """A council that signed the version of 2018, with somebody who reports for it."""
    signature = make_signature(name, **fields)
    make_access(person or make_person(f"Officer of {name}"), name)
    return signature


def names(organisations):
    return [one.name for one in organisations]


class TestWhoIsAsked:
    def test_those_that_signed_an_earlier_version_and_have_people_by_name(self):
        council("Trumpton")
        council("Chigley")
        make_signature("Camberwick Green")  # has nobody
        make_access(make_person("Mr Munnings"), "Pippin Fort")  # has not signed
        assert names(to_ask(newer(), TODAY)) == ["Chigley", "Trumpton"]

    @pytest.mark.parametrize("status", [*Status])
    def test_not_one_that_signed_this_one_or_is_about_to(self, status):
        council("Trumpton")
        declaration = newer()
        make_signature("Trumpton", declaration=declaration, status=status)
        asked = {Status.DRAFT, Status.REJECTED, Status.REMOVED}
        assert names(to_ask(declaration, TODAY)) == (["Trumpton"] if status in asked else [])

    @pytest.mark.parametrize("status", [*Status])
    def test_only_a_signature_that_stands_counts_as_earlier(self, status):
        council("Trumpton", status=status)
        assert names(to_ask(newer(), TODAY)) == (["Trumpton"] if status == Status.PUBLISHED else [])

    def test_not_one_that_withdrew_its_part(self, moderator):
        signature = council("Trumpton")
        other = make_signature("Trumpton", "Chigley", declaration=make_declaration("2020", dated_on=date(2020, 1, 1)))
        moderation.withdraw(signature, by=moderator, note="They asked for it")
        moderation.withdraw_signatory(other.signatories.get(position=1), by=moderator, note="They asked for it")
        assert names(to_ask(newer(), TODAY)) == []

    def test_not_one_that_ended_and_not_one_whose_people_have_left(self):
        council("Trumpton")
        council("Chigley")
        Organisation.objects.filter(name="Trumpton").update(ends_on=TODAY - timedelta(days=1))
        Organisation.objects.get(name="Chigley").accesses.update(ended_at=timezone.now())
        assert names(to_ask(newer(), TODAY)) == []

    def test_a_version_that_came_before_asks_nobody(self):
        council("Trumpton", declaration=newer())
        assert names(to_ask(make_declaration("2018"), TODAY)) == []


class TestAsking:
    def test_each_organisation_is_asked_once_in_batches_and_the_log_says_how_many(self, moderator):
        for name in ("Trumpton", "Chigley", "Camberwick Green"):
            council(name)
        declaration = newer()
        assert ask_to_sign(declaration, by=moderator, limit=2) == 2
        assert ask_to_sign(declaration, by=moderator, limit=2) == 1
        assert ask_to_sign(declaration, by=moderator, limit=2) == 0
        assert AskedToSign.objects.count() == QueuedEmail.objects.count() == 3
        log = AuditEvent.objects.about(declaration).filter(kind="declaration.ask_signatories")
        assert [(event.actor_id, event.details) for event in log] == [
            (moderator.pk, {"organisations": 2, "emails": 2}),
            (moderator.pk, {"organisations": 1, "emails": 1}),
        ]

    def test_each_of_its_people_is_asked_and_nobody_twice_in_a_batch(self, moderator):
        both = make_person("Mr Munnings")
        council("Trumpton", both)
        council("Chigley", both)
        make_access(make_person("Mrs Honeyman"), "Chigley")
        assert ask_to_sign(newer(), by=moderator) == 2
        subjects = dict(QueuedEmail.objects.values_list("to_address", "subject"))
        assert QueuedEmail.objects.count() == EmailedLink.objects.count() == 2
        assert subjects[both.email].endswith("for Chigley Borough Council and Trumpton Borough Council")

    def test_only_the_version_that_is_signed_today_can_be_asked_for(self, moderator):
        council("Trumpton")
        declaration = make_declaration("2020", dated_on=date(2020, 1, 1))
        newer()
        with pytest.raises(NotTheCurrentVersion):
            ask_to_sign(declaration, by=moderator)
        assert QueuedEmail.objects.count() == 0

    def test_a_batch_costs_the_same_for_many_emails(self, moderator):
        costs = []
        for batch in (3, 9):
            for number in range(batch):
                council(f"Council {batch} {number}")
            declaration = newer()
            with CaptureQueriesContext(connection) as queries:
                assert ask_to_sign(declaration, by=moderator) == batch
            costs.append(len(queries))
        assert costs[0] == costs[1] <= 17


class TestSigningIt:
    def test_the_link_leads_to_the_new_version_signed_in_and_the_whole_way_to_its_publication(
        self, client, outbox_text, moderator
    ):
        officer = make_person("Mr Munnings")
        old = council("Trumpton", officer)
        declaration = newer()
        ask_to_sign(declaration, by=moderator)
        [(_, _, body)] = outbox_text(to=officer.email)
        assert "It asks for open data." in body
        path = re.search(r"http\S+?(/link/\S+)", body)[1]
        answer = client.post(path, follow=True)
        assert answer.status_code == 200
        assert "Trumpton Borough Council" in text_of(answer)
        assert "It asks for open data." in text_of(answer)
        client.post("/sign/new/")
        new = Signature.objects.get(preparer=officer)
        assert new.declaration == declaration
        changes.add_organisation(new, make_organisation("Trumpton"))
        signatory = new.signatories.get()
        signatory.signer, signatory.signer_name, signatory.signer_job_title = officer, "Mr Munnings", "Leader"
        signatory.save()
        make_commitment(new)
        submission.submit(new, by=officer)
        signoff.sign(new, by=officer, shown=signoff.seal(new, signoff.asked_of(new, officer)))
        new.refresh_from_db()
        moderation.publish(new, by=moderator)
        old.refresh_from_db()
        assert old.is_standing
        assert new.is_standing
        page = text_of(client.get("/organisations/trumpton/"))
        assert "Version 2026, the current one" in page
        assert "Version 2018" in page

    def test_a_link_to_a_version_that_was_replaced_leads_to_the_one_that_is_signed_today(self, sign_in):
        older, declaration = make_declaration("2018"), newer()
        client = sign_in(make_person())
        assert client.get(f"/sign/new-version/{older.pk}/").url == f"/sign/new-version/{declaration.pk}/"
        assert client.get("/sign/new-version/987654/").status_code == 404

    def test_a_draft_of_a_version_is_not_shown(self, sign_in):
        make_declaration("2018")
        draft = newer(published=False)
        assert sign_in(make_person()).get(f"/sign/new-version/{draft.pk}/").status_code == 404

    def test_a_stranger_is_asked_for_an_address_first(self, client):
        answer = client.get(f"/sign/new-version/{newer().pk}/")
        assert answer.url.startswith("/sign/email/?next=")


class TestRegister:
    def both(self):
        """Trumpton signed both, Chigley the old one, Pippin Fort the new one."""
        declaration = newer()
        make_signature("Trumpton", "Chigley")
        make_signature("Trumpton", "Pippin Fort", declaration=declaration)

    def test_the_list_says_which_version_each_signed_and_how_many_the_current_one(self, client):
        self.both()
        page = text_of(client.get("/signatories/"))
        assert "2 of them have signed the current version" in page
        for name, versions in (
            ("Trumpton", "2018 and 2026|2026 and 2018"),
            ("Chigley", "2018"),
            ("Pippin Fort", "2026"),
        ):
            row = re.search(rf"{name} Borough Council .*?(?=Borough|$)", page)[0]
            assert re.search(rf"Versions? ({versions})(?! and)", row), row

    def test_so_does_the_first_page(self, client):
        self.both()
        page = text_of(client.get("/"))
        assert re.search(r"organisations have signed 3 .*signed the current version 2 ", page)

    @pytest.mark.parametrize("path", ["/", "/signatories/", "/organisations/trumpton/"])
    def test_while_there_is_one_version_nothing_is_said_of_versions(self, client, path):
        make_signature("Trumpton")
        newer(published=False)
        page = text_of(client.get(path))
        assert "Trumpton" in page
        assert "ersion" not in page.replace("Version 1", "")

    def test_a_filtered_list_does_not_speak_of_all(self, client):
        self.both()
        assert "of them" not in text_of(client.get("/signatories/?q=trumpton"))

    @pytest.mark.parametrize(("path", "most"), [("/", 3), ("/signatories/", 4), ("/organisations/trumpton/", 10)])
    def test_it_costs_no_more_queries(self, client, path, most):
        self.both()
        RegisterVersion.current()
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        assert len(queries) <= most


class TestAdmin:
    def page(self, declaration, end="change"):
        return f"/admin/signatories/declaration/{declaration.pk}/{end}/"

    def text(self, response):
        return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())

    def test_the_page_of_the_version_says_how_many_signed_were_asked_and_cannot_be(self, admin_client, moderator):
        for name in ("Trumpton", "Chigley"):
            council(name)
        make_signature("Camberwick Green")
        declaration = newer()
        make_signature("Pippin Fort", declaration=declaration)
        ask_to_sign(declaration, by=moderator, limit=1)
        assert figures(declaration, TODAY) == {
            "signed": 1, "asked": 1, "earlier_only": 3, "to_ask": 1, "without_people": 1,
        }  # fmt: skip
        with CaptureQueriesContext(connection) as queries:
            page = self.text(admin_client.get(self.page(declaration)))
        for words in (
            "1 organisation has signed this version",
            "3 have signed an earlier version only",
            "1 was asked to sign this one",
            "1 has nobody who could be asked",
            "Ask the next 1",
        ):
            assert words in page
        assert len(queries) <= 14

    def test_the_email_is_shown_before_it_goes_and_goes_once(self, admin_client):
        council("Trumpton")
        declaration = newer()
        before = admin_client.get(self.page(declaration, "ask"))
        assert QueuedEmail.objects.count() == EmailedLink.objects.count() == 0
        assert "officer.of.trumpton@trumpton.example.gov.uk" in self.text(before)
        assert "It asks for open data." in self.text(before)
        assert "1 organisation asked" in self.text(admin_client.post(self.page(declaration, "ask"), follow=True))
        [email] = QueuedEmail.objects.all()
        shown = html.unescape(re.search(r"(?s)<pre[^>]*>(.*?)</pre>", before.content.decode())[1])
        assert email.body.strip() == shown.replace("[the link of that person]", email.links.get().placeholder).strip()
        assert "has been asked" in self.text(admin_client.post(self.page(declaration, "ask"), follow=True))
        assert QueuedEmail.objects.count() == 1
        assert "has been asked" in self.text(admin_client.get(self.page(declaration, "ask")))

    @pytest.mark.parametrize("which", ["first", "older", "draft"])
    def test_another_version_asks_nobody(self, admin_client, which):
        council("Trumpton")
        declaration = make_declaration("2018")
        if which == "older":
            newer()
        if which == "draft":
            declaration = newer(published=False)
        assert "an earlier version" not in self.text(admin_client.get(self.page(declaration)))
        assert admin_client.get(self.page(declaration, "ask")).status_code == 404
        assert admin_client.post(self.page(declaration, "ask")).status_code == 404
        assert QueuedEmail.objects.count() == 0

    def test_whoever_may_only_look_asks_nobody(self, admin_client, moderator):
        council("Trumpton")
        declaration = newer()
        type(moderator).objects.update(is_superuser=False)
        assert admin_client.post(self.page(declaration, "ask")).status_code == 403
        assert QueuedEmail.objects.count() == 0
