"""Being named as a partner: asked once, confirmed or disowned by its own people, and what a changed text does to it."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commitments import partners
from commitments.models import Commitment, Partner, PartnerQuestion
from commitments.partners import set_partners
from localdigital import links
from localdigital.models import AuditEvent, EmailedLink, QueuedEmail, RegisterVersion
from signatories import moderation
from signatories.models import Access
from signatories.models.signature import Status
from tests.factories import make_access, make_commitment, make_organisation, make_person, make_signature, make_user
from tests.pages import text_of

pytestmark = pytest.mark.django_db


def officer(council, name="Windy Miller"):
    """Somebody who reports for that council."""
    body = make_organisation(council)
    person = make_person(name, at=f"{body.slug}.example.gov.uk")
    make_access(person, body)
    return person


def promise(*names, by="Trumpton", **fields):
    """A public commitment that names these councils."""
    named = [make_organisation(name) for name in names]
    return make_commitment(make_signature(by, commitments=0), title="Share a bot", partners=named, **fields)


def address(commitment):
    return f"/account/commitments/{commitment.pk}/partners/"


def field(partner):
    return f"partner-{partner.pk}"


def answer_of(commitment, name):
    return commitment.partners.get(organisation__name=name).answer


# ---- The question


def test_the_people_of_a_partner_are_asked_when_a_declaration_is_published(outbox_text):
    windy = officer("Chigley")
    signature = make_signature("Trumpton", status=Status.AWAITING_REVIEW, commitments=0)
    made = make_commitment(signature, title="Share a bot", partners=[make_organisation("Chigley")])
    moderation.publish(signature, by=make_user(), authority="Telephoned")
    [(_, subject, body)] = outbox_text(windy.email)
    assert subject == "Is Chigley Borough Council a partner in “Share a bot”?"
    assert "Trumpton Borough Council names Chigley Borough Council" in body
    assert PartnerQuestion.objects.filter(commitment=made, person=windy).count() == 1


def test_the_emailed_link_opens_the_question(client):
    windy, made = officer("Chigley"), promise("Chigley")
    partners.ask_partners([made])
    link = EmailedLink.objects.get(purpose="partner")
    response = client.post(f"/link/{links.token(link)}/")
    assert response.url == address(made)
    text = text_of(client.get(response.url))
    assert "Is Chigley Borough Council a partner in this commitment?" in text
    assert "Share a bot" in text
    assert "Trumpton Borough Council names Chigley Borough Council as a partner" in text
    assert "We will find out what people ask us most." in text
    assert windy.email == QueuedEmail.objects.get().to_address


def test_yes_confirms_and_it_is_logged_and_seen_at_once(client, sign_in):
    windy, made = officer("Chigley"), promise("Chigley")
    sign_in(windy)
    version = RegisterVersion.current().number
    partner = made.partners.get()
    response = client.post(address(made), {field(partner): "yes"}, follow=True)
    assert "Your answer is on the public register" in text_of(response)
    partner.refresh_from_db()
    assert partner.answer == "confirmed"
    assert partner.answered_at
    event = AuditEvent.objects.get(kind="partner.confirm")
    assert (event.actor_id, event.object_id) == (windy.pk, partner.pk)
    assert RegisterVersion.current().number > version


def test_no_takes_its_name_away_and_tells_those_who_promised_it(client, sign_in, outbox_text):
    make_access(make_person("Pugh Barney"), "Trumpton")
    windy, made = officer("Chigley"), promise("Chigley")
    sign_in(windy)
    client.post(address(made), {field(made.partners.get()): "no"})
    assert list(made.partners.standing()) == []
    assert AuditEvent.objects.filter(kind="partner.disown").count() == 1
    [(to, subject, _)] = outbox_text()
    assert to == "pugh.barney@trumpton.example.gov.uk"
    assert subject == "Chigley Borough Council says that it is not a partner"


def test_a_disowned_partner_that_answers_yes_later_comes_back(client, sign_in):
    sign_in(officer("Chigley"))
    made = promise("Chigley")
    name = field(made.partners.get())
    client.post(address(made), {name: "no"})
    assert "checked" in client.get(address(made)).content.decode()
    client.post(address(made), {name: "yes"})
    assert [one.organisation.name for one in made.partners.standing().select_related("organisation")] == ["Chigley"]
    kinds = list(AuditEvent.objects.filter(kind__startswith="partner.").values_list("kind", flat=True))
    assert kinds == ["partner.disown", "partner.confirm"]


def test_the_same_answer_again_changes_nothing(client, sign_in, outbox_text):
    make_access(make_person("Pugh Barney"), "Trumpton")
    sign_in(officer("Chigley"))
    made = promise("Chigley")
    for _ in range(2):
        client.post(address(made), {field(made.partners.get()): "no"})
    assert AuditEvent.objects.filter(kind="partner.disown").count() == 1
    assert len(outbox_text()) == 1


def test_a_person_of_two_partners_answers_for_each(client, sign_in):
    person = officer("Chigley")
    make_access(person, "Pippin Fort")
    sign_in(person)
    made = promise("Chigley", "Pippin Fort", "Camberwick Green")
    text = text_of(client.get(address(made)))
    assert "Is Chigley Borough Council a partner" in text
    assert "Is Pippin Fort Borough Council a partner" in text
    assert "Is Camberwick Green Borough Council a partner" not in text
    chigley, fort, green = made.partners.all()
    refused = client.post(address(made), {field(chigley): "yes", field(green): "no"})
    assert text_of(refused).count("Select yes if Pippin Fort Borough Council is a partner in this commitment") == 2
    client.post(address(made), {field(chigley): "yes", field(fort): "no", field(green): "no"})
    assert [one.answer for one in made.partners.all()] == ["confirmed", "disowned", ""]


def test_nobody_answers_for_others(client, sign_in):
    made = promise("Chigley")
    assert client.get(address(made)).url.startswith("/sign/email/")
    owner = make_person("Pugh Barney")
    make_access(owner, "Trumpton")
    sign_in(owner)
    response = client.post(address(made), {field(made.partners.get()): "no"})
    assert response.status_code == 404
    assert answer_of(made, "Chigley") == ""


@pytest.mark.parametrize("status", [Status.WITHDRAWN, Status.REMOVED, Status.AWAITING_REVIEW, Status.DRAFT])
def test_nothing_is_asked_about_what_does_not_stand(client, sign_in, status):
    windy = officer("Chigley")
    sign_in(windy)
    signature = make_signature("Trumpton", commitments=0, status=status)
    made = make_commitment(signature, title="Secret", partners=[make_organisation("Chigley")])
    response = client.get(address(made))
    assert response.status_code == 404
    assert "Secret" not in text_of(response)
    assert partners.ask_partners([made]) == 0
    assert list(partners.naming(windy, timezone.localdate())) == []


def test_the_people_of_a_partner_that_ended_are_not_asked(client, sign_in):
    person = officer("Chigley")
    body = make_organisation("Chigley")
    body.ends_on = date(2023, 3, 31)
    body.save()
    made = promise("Chigley")
    sign_in(person)
    assert client.get(address(made)).status_code == 404
    assert partners.ask_everyone(timezone.now()) == 0


@pytest.mark.parametrize("typed", ["maybe", "", "\x00", "yes' OR 1=1"])
def test_what_is_no_answer_is_told_beside_the_question(client, sign_in, typed):
    sign_in(officer("Chigley"))
    made = promise("Chigley")
    response = client.post(address(made), {field(made.partners.get()): typed})
    assert response.status_code == 200
    assert "There is a problem" in text_of(response)
    assert answer_of(made, "Chigley") == ""


def test_the_question_and_its_answer_cost_few_queries(client, sign_in):
    sign_in(officer("Chigley"))
    made = promise("Chigley", "Camberwick Green")
    name = field(made.partners.first())
    RegisterVersion.current()
    client.get(address(made))
    with CaptureQueriesContext(connection) as queries:
        client.get(address(made))
    assert len(queries) <= 3
    with CaptureQueriesContext(connection) as queries:
        client.post(address(made), {name: "yes"})
    # Who asks (3), the message kept for the next page (3), a decision (7, two of them its transaction's)
    assert len(queries) <= 13


# ---- Nobody is mailed twice


def test_people_who_get_access_later_are_asked_the_next_day_and_only_once(outbox_text):
    made = promise("Chigley", "Nowhere That Has People")
    assert partners.ask_everyone(timezone.now()) == 0
    windy = officer("Chigley")
    assert partners.ask_everyone(timezone.now()) == 1
    assert partners.ask_everyone(timezone.now() + timedelta(days=1)) == 0
    assert partners.ask_partners([made]) == 0
    assert [to for to, *_ in outbox_text()] == [windy.email]
    second = officer("Chigley", "Farmer Bell")
    assert partners.ask_everyone(timezone.now() + timedelta(days=2)) == 1
    assert [to for to, *_ in outbox_text()] == [windy.email, second.email]


def test_nobody_is_asked_about_what_is_answered():
    officer("Chigley")
    made = promise("Chigley")
    partners.answer(made.partners.get(), confirmed=False, by=None)
    assert partners.ask_everyone(timezone.now()) == 0


def test_a_person_of_two_partners_is_asked_once_about_both(outbox_text):
    person = officer("Chigley")
    make_access(person, "Pippin Fort")
    promise("Chigley", "Pippin Fort")
    assert partners.ask_everyone(timezone.now()) == 1
    [(_, subject, _)] = outbox_text()
    assert subject.startswith("Is Chigley Borough Council and Pippin Fort Borough Council")


def test_two_who_ask_at_the_same_moment_mail_once(monkeypatch, outbox_text):
    """Another process writes its questions down between our look and our writing."""
    windy = officer("Chigley")
    made = promise("Chigley")
    real = PartnerQuestion.objects.bulk_create

    def meanwhile(questions, **options):
        PartnerQuestion.objects.create(commitment=made, person=windy, asked_at=timezone.now() - timedelta(seconds=1))
        return real(questions, **options)

    monkeypatch.setattr(PartnerQuestion.objects, "bulk_create", meanwhile)
    assert partners.ask_partners([made]) == 0
    assert outbox_text() == []


def test_asking_everyone_looks_in_portions_and_costs_the_same_for_many_that_wait_for_nothing(monkeypatch):
    monkeypatch.setattr(partners, "COMMITMENTS_AT_A_TIME", 2)
    officer("Chigley")
    for number in range(5):
        promise("Chigley", by=f"Council {number}")
    assert partners.ask_everyone(timezone.now()) == 5
    with CaptureQueriesContext(connection) as queries:
        assert partners.ask_everyone(timezone.now()) == 0
    assert len(queries) == 1


# ---- A changed text


def partner_line(name, organisation=None):
    return {"name": name, "organisation": organisation and organisation.pk}


def shown(commitment):
    """The partners that the public reads, in order, with their answers."""
    return [(one.name, one.answer) for one in Commitment.objects.get(pk=commitment.pk).partners.standing()]


@pytest.fixture
def changed():
    """A commitment with a confirmed, a disowned and an unanswered partner, and one that the register does not know."""
    bodies = [make_organisation(name) for name in ("Chigley", "Pippin Fort", "Camberwick Green")]
    made = make_commitment(make_signature("Trumpton", commitments=0), partners=[*bodies, "The Windmill"])
    partners.answer(made.partners.get(organisation=bodies[0]), confirmed=True, by=None)
    partners.answer(made.partners.get(organisation=bodies[1]), confirmed=False, by=None)
    return made, *bodies


def test_a_changed_text_in_another_order_keeps_every_answer(changed):
    made, chigley, fort, green = changed
    lines = [partner_line("The Windmill"), *(partner_line(one.official_name, one) for one in (green, fort, chigley))]
    set_partners(made, lines)
    assert shown(made) == [
        ("The Windmill", ""),
        ("Camberwick Green Borough Council", ""),
        ("Chigley Borough Council", "confirmed"),
    ]
    assert answer_of(made, "Pippin Fort") == "disowned"


def test_another_name_for_the_same_organisation_keeps_its_answer(changed):
    made, chigley, fort, _ = changed
    set_partners(made, [partner_line("Chigley BC", chigley), partner_line("The Fort", fort)])
    assert shown(made) == [("Chigley BC", "confirmed")]
    assert answer_of(made, "Pippin Fort") == "disowned"


def test_a_partner_that_is_left_out_is_gone_and_one_that_disowned_stays_disowned(changed):
    made, _, fort, green = changed
    set_partners(made, [partner_line(green.official_name, green)])
    assert shown(made) == [("Camberwick Green Borough Council", "")]
    set_partners(made, [partner_line("Pippin Fort", fort)])
    assert shown(made) == []
    assert made.partners.get().answer == "disowned"


def test_a_disowned_partner_does_not_return_as_a_name_without_its_organisation(changed):
    made, *_ = changed
    set_partners(made, [partner_line("Pippin Fort Borough Council")])
    assert shown(made) == []


def test_a_partner_left_out_and_named_again_is_asked_again_only_on_the_page(changed):
    made, chigley, *_ = changed
    set_partners(made, [])
    assert shown(made) == []
    set_partners(made, [partner_line("Chigley", chigley)])
    assert shown(made) == [("Chigley", "")]


def test_a_name_that_the_register_knows_by_now_is_linked(changed):
    made, *_ = changed
    windmill = make_organisation("The Windmill")
    set_partners(made, [partner_line("The Windmill", windmill)])
    partner = made.partners.standing().get()
    assert partner.organisation == windmill


def test_a_name_written_without_its_organisation_keeps_both_organisation_and_answer(changed):
    made, chigley, *_ = changed
    set_partners(made, [partner_line("Chigley Borough Council")])
    partner = made.partners.standing().get()
    assert (partner.organisation, partner.answer) == (chigley, "confirmed")


def test_the_same_partner_written_twice_is_one(changed):
    made, chigley, *_ = changed
    twice = [partner_line("Chigley", chigley), partner_line("Chigley BC", chigley)]
    set_partners(made, [*twice, partner_line("A Mill"), partner_line("A Mill")])
    assert [name for name, _ in shown(made)] == ["Chigley BC", "A Mill"]


def test_two_organisations_that_exchange_their_names_keep_their_own_answers(changed):
    made, chigley, _, green = changed
    set_partners(made, [partner_line(green.official_name, chigley), partner_line(chigley.official_name, green)])
    assert shown(made) == [("Camberwick Green Borough Council", "confirmed"), ("Chigley Borough Council", "")]


def test_access_that_ended_answers_nothing(client, sign_in):
    windy, made = officer("Chigley"), promise("Chigley")
    sign_in(windy)
    Access.objects.update(ended_at=timezone.now())
    assert client.get(address(made)).status_code == 404
    assert Partner.objects.get(commitment=made).answer == ""
