"""The emails of a declaration, an organisation and a person, with what became of them, and sending one again."""

import html
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commitments import emails as emails_about_commitments
from commitments import publishing
from commitments.models import Commitment, Stage, Status
from localdigital import links, mail
from localdigital.daily import apply_retention
from localdigital.models import AuditEvent, EmailedLink, QueuedEmail
from signatories import emails, signoff
from signatories.admin.correspondence import SHOWN, emails_of
from signatories.correspondence import AT_MOST_A_DAY, NotSentAgain, send_again
from signatories.models import Access, Person, Signature
from signatories.signup import submission
from tests.factories import (
    make_access,
    make_commitment,
    make_organisation,
    make_person,
    make_signature,
    make_update,
    role_of,
)

pytestmark = pytest.mark.django_db

NOW = timezone.now()
HOUR = timedelta(hours=1)


def text(response):
    return html.unescape(response.content.decode())


def sent(email, at=NOW):
    """That email, gone out."""
    QueuedEmail.objects.filter(pk=email.pk).update(sent_at=at)
    return QueuedEmail.objects.get(pk=email.pk)


def asked_to_sign(name="Trumpton"):
    """A submitted document, its signer, and the email with their link, gone out."""
    signer = make_person("The Mayor")
    signature = make_signature(name, status="draft", signers=[signer])
    submission.submit(signature, by=signature.preparer, now=NOW - HOUR)
    return signature, signer, sent(QueuedEmail.objects.get(template="sign-off"), NOW - HOUR)


def received(name="Trumpton"):
    """An email without a link, gone out."""
    signature = make_signature(name, status="awaiting-review")
    return sent(mail.queue(emails.received(signature)[0], about=signature, now=NOW - HOUR))


def reason(email, now=NOW):
    with pytest.raises(NotSentAgain) as refused:
        send_again(email, by=None, now=now)
    assert not QueuedEmail.objects.filter(repeats__isnull=False, queued_at=now).exists()
    return str(refused.value)


def page_of_sending(email):
    return f"/admin/emails/{email.pk}/send-again/"


class TestSendingAgain:
    def test_it_says_the_same_with_a_new_link_and_the_old_link_still_works(self, moderator):
        signature, signer, email = asked_to_sign()
        again = send_again(email, by=moderator, now=NOW)
        [old], [new] = email.links.all(), again.links.all()
        assert (again.subject, again.to_address, again.template) == (email.subject, signer.email, "sign-off")
        assert again.body == email.body.replace(old.placeholder, new.placeholder)
        assert (new.purpose, new.person_id, new.object_id) == ("sign-off", signer.pk, signature.pk)
        assert links.is_open(old, NOW)
        assert links.is_open(new, NOW + links.LIFETIMES["sign-off"] - HOUR)
        assert list(QueuedEmail.objects.about(signature).filter(repeats=email)) == [again]
        assert again.message_id != email.message_id
        assert links.address(new) in mail.body_with_links(again)
        assert links.address(old) not in mail.body_with_links(again)

    def test_the_log_says_who_sent_what_again_and_to_nobody_by_name(self, moderator):
        email = received()
        again = send_again(email, by=moderator, now=NOW)
        [event] = AuditEvent.objects.filter(kind="email.send_again")
        assert (event.actor_id, event.object_id, event.details) == (moderator.pk, again.pk, {"repeats": email.pk})

    def test_every_link_of_a_reminder_is_made_again(self, moderator):
        signature = make_signature("Trumpton", commitments=2)
        person = make_person()
        make_access(person, "Trumpton")
        made = links.make_each("report", [(person.pk, one.pk) for one in signature.commitments.all()], now=NOW)
        draft = mail.Draft("fresh-link", to=person.email, link=" ".join(one.placeholder for one in made), days=30)
        email = sent(mail.queue(draft, links=made, now=NOW - HOUR))
        again = send_again(email, by=moderator, now=NOW)
        assert again.links.count() == 2
        assert all(link.placeholder in again.body for link in again.links.all())
        assert "[link" not in mail.body_with_links(again)

    def test_it_goes_to_the_address_that_the_person_has_today(self):
        _, signer, email = asked_to_sign()
        Person.objects.filter(pk=signer.pk).update(email="mayor@chigley.example.gov.uk")
        assert send_again(email, by=None, now=NOW).to_address == "mayor@chigley.example.gov.uk"

    def test_what_was_sent_again_can_be_sent_again_and_counts_as_the_first_one(self):
        first = received()
        second = sent(send_again(first, by=None, now=NOW))
        assert send_again(second, by=None, now=NOW + HOUR).repeats == first

    def test_one_that_failed_can_be_sent_again(self):
        email = received()
        QueuedEmail.objects.update(sent_at=None, failed_at=NOW, failure="550 No such user", refused=True)
        email.refresh_from_db()
        again = send_again(email, by=None, now=NOW)
        assert (again.failed_at, again.failure, again.refused, again.attempts) == (None, "", False, 0)


class TestRefusing:
    def test_one_that_is_waiting(self):
        email = received()
        again = send_again(email, by=None, now=NOW)
        assert reason(again, NOW + HOUR) == "It is still waiting to be sent."
        assert "sent again already" in reason(email, NOW + HOUR)

    def test_more_than_so_many_a_day(self):
        email = received()
        for number in range(AT_MOST_A_DAY):
            sent(send_again(email, by=None, now=NOW + number * HOUR))
        assert "3 times in the last 24 hours" in reason(email, NOW + 5 * HOUR)
        assert send_again(email, by=None, now=NOW + 25 * HOUR)

    def test_one_that_is_erased(self):
        email = received()
        apply_retention(NOW + timedelta(days=91))
        email.refresh_from_db()
        assert "no longer kept" in reason(email)

    def test_one_whose_link_is_no_longer_kept(self):
        _, _, email = asked_to_sign()
        EmailedLink.objects.all().delete()
        assert "no longer kept" in reason(email)

    @pytest.mark.parametrize("ending", ["signed", "recalled"])
    def test_a_document_that_does_not_wait_for_them(self, ending):
        signature, signer, email = asked_to_sign()
        if ending == "signed":
            seal = signoff.seal(signature, signoff.asked_of(signature, signer))
            signoff.sign(signature, by=signer, shown=seal)
        else:
            submission.recall(signature, by=signature.preparer)
        assert "does not wait for their signature" in reason(email, NOW + HOUR)

    def test_a_document_that_was_submitted_again_since(self):
        signature, _, email = asked_to_sign()
        submission.recall(signature, by=signature.preparer, now=NOW - HOUR / 2)
        submission.submit(signature, by=signature.preparer, now=NOW)
        assert "submitted again since" in reason(email, NOW + HOUR)

    def test_a_person_who_is_no_longer_known(self):
        _, _, signed_email = asked_to_sign()
        plain = received("Chigley")
        Person.objects.update(email=None)
        assert "no longer known" in reason(signed_email)
        assert "no longer known" in reason(plain)

    def test_an_invitation_to_what_they_may_no_longer_report_for(self):
        organisation, person = make_organisation(), make_person()
        access = make_access(person, organisation)
        email = sent(emails.invited(organisation, person, by=person, now=NOW - HOUR))
        Access.objects.filter(pk=access.pk).update(ended_at=NOW)
        assert "no such access today" in reason(email)

    @pytest.mark.parametrize("purpose", ["report", "partner"])
    def test_a_question_that_is_settled(self, purpose):
        person = make_person()
        make_access(person, "Trumpton")
        trumpton = make_organisation("Trumpton")
        promise = make_commitment(make_signature("Trumpton", commitments=0), partners=[trumpton])
        link = links.make(purpose, person_id=person.pk, object_id=promise.pk, now=NOW)
        draft = mail.Draft("fresh-link", to=person.email, link=link.placeholder, days=30)
        email = sent(mail.queue(draft, links=[link], now=NOW - HOUR))
        sent(send_again(email, by=None, now=NOW))
        if purpose == "report":
            Commitment.objects.update(stage=Stage.DELIVERED)
        else:
            promise.partners.update(answer="confirmed", answered_at=NOW)
        words = {"report": "delivered, stopped or has ended", "partner": "answered the question already"}
        assert words[purpose] in reason(email, NOW + HOUR)

    def test_a_new_version_that_they_have_signed(self):
        person, signature = make_person(), make_signature("Trumpton")
        make_access(person, "Trumpton")
        version = signature.declaration
        emails.ask_to_sign_new_version(version, {person: [make_organisation("Trumpton")]}, now=NOW - HOUR)
        assert "has signed this version already" in reason(sent(QueuedEmail.objects.get()))

    def test_a_colleagues_own_sign_in(self, moderator):
        link = EmailedLink.objects.create(purpose="team", person_id=0, object_id=moderator.pk, expires_at=NOW + HOUR)
        draft = mail.Draft("fresh-link", to=moderator.email, link=link.placeholder, days=7)
        assert "administrator" in reason(sent(mail.queue(draft, links=[link], now=NOW - HOUR)))


class TestPages:
    def test_an_email_is_shown_before_it_is_sent_again(self, admin_client):
        email = received()
        address = page_of_sending(email)
        assert address in text(admin_client.get(f"/admin/localdigital/queuedemail/{email.pk}/change/"))
        page = text(admin_client.get(address))
        assert email.body.strip() in page
        assert QueuedEmail.objects.count() == 1
        answer = admin_client.post(address, follow=True)
        assert answer.redirect_chain[0][0] == f"/admin/signatories/signature/{email.about_id}/change/"
        assert "goes out again" in text(answer)
        assert QueuedEmail.objects.count() == 2

    def test_pressing_twice_sends_one_and_says_why(self, admin_client):
        email = received()
        for _ in range(2):
            answer = admin_client.post(page_of_sending(email))
        assert "cannot be sent again" in text(answer)
        assert "sent again already" in text(answer)
        assert QueuedEmail.objects.count() == 2

    def test_it_takes_a_permission(self, admin_client, moderator):
        email = received()
        type(moderator).objects.update(is_superuser=False)
        names = ["view_queuedemail", "view_signature"]
        role_of(moderator).permissions.set(Permission.objects.filter(codename__in=names))
        review = f"/admin/signatories/signature/{email.about_id}/change/"
        assert email.subject in text(admin_client.get(review))
        assert "send-again" not in text(admin_client.get(review))
        assert admin_client.get(page_of_sending(email)).status_code == 403
        assert admin_client.post(page_of_sending(email)).status_code == 403
        role_of(moderator).permissions.remove(Permission.objects.get(codename="view_queuedemail"))
        assert email.subject not in text(admin_client.get(review))

    def test_an_email_that_never_was_is_not_found(self, admin_client):
        assert admin_client.get("/admin/emails/999999/send-again/").status_code == 404

    def test_each_email_says_what_became_of_it(self, admin_client):
        email = received()
        person = Person.objects.get(email=email.to_address)
        pages = [f"/admin/signatories/signature/{email.about_id}/change/"]
        pages.append(f"/admin/signatories/person/{person.pk}/change/")
        for changes, words in [
            ({}, "Sent"),
            ({"sent_at": None}, "Waiting"),
            ({"failed_at": NOW, "failure": "550 No such user"}, "550 No such user"),
        ]:
            QueuedEmail.objects.update(**changes)
            for page in pages:
                assert words in text(admin_client.get(page))
        QueuedEmail.objects.update(to_address="", subject="(erased)", body="(erased)", failure="")
        page = text(admin_client.get(pages[0]))
        assert ">Erased<" in page
        assert page_of_sending(email) not in page

    def test_what_a_council_sent_in_has_its_emails(self, admin_client, moderator):
        make_access(make_person(), "Trumpton")
        [promise] = make_signature("Trumpton").commitments.all()
        update = make_update(promise, status=Status.AWAITING_REVIEW)
        publishing.return_for_changes(update, by=moderator, note="Say more")
        sent(QueuedEmail.objects.get())
        page = text(admin_client.get(f"/admin/commitments/progressupdate/{update.pk}/change/"))
        assert page_of_sending(QueuedEmail.objects.get()) in page

    def test_an_organisation_has_those_about_it_and_to_its_people(self):
        person, stranger = make_person(), make_person("Lord Belborough", at="chigley.example.gov.uk")
        make_access(person, "Trumpton")
        trumpton, [promise] = make_organisation("Trumpton"), make_signature("Trumpton").commitments.all()
        update = make_update(promise)
        theirs = [
            mail.queue(emails.received(promise.signature)[0], about=promise.signature),
            emails.invited(trumpton, stranger, by=person),
            mail.queue(emails_about_commitments.published(update)[0], about=update),
            emails.sign_in(person),
        ]
        emails.sign_in(stranger)
        assert set(emails_of(trumpton)) == set(theirs)

    def test_the_newest_are_shown_and_cost_the_same_however_many(self, admin_client):
        email = received()
        page, costs = f"/admin/signatories/signature/{email.about_id}/change/", []
        signature = Signature.objects.get()
        for number in (2, SHOWN):
            for _ in range(number):
                mail.queue(emails.received(signature)[0], about=signature)
            with CaptureQueriesContext(connection) as queries:
                answer = admin_client.get(page)
            costs.append(len(queries))
        assert costs[0] == costs[1]
        assert len(answer.context["emails"]["list"]) == SHOWN
        assert "Search all emails" in text(answer)
