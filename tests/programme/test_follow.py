"""Following by email: nobody is written to but to be asked, who stops is forgotten, nobody learns who follows."""

import re
from datetime import timedelta

import pytest
from django.db.models import F
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from localdigital import links, mail
from localdigital.models import AuditEvent, QueuedEmail, RateLimit
from programme.follow.following import ERASED, ask, forget_unconfirmed
from programme.follow.subjects import EVERYTHING, Subject
from programme.models import Follow, Follower
from signatories.models import FormerSlug
from signatories.models.signature import Status
from tests.factories import make_organisation, make_principles, make_signature
from tests.pages import heading, text_of
from tests.programme.followers import READER, make_follower

pytestmark = pytest.mark.django_db


def ask_to_follow(client, query="", email=READER):
    return client.post(f"/follow/{query}", {"email": email})


def link_in(email):
    return re.search(r"http://testserver(/follow/\S+)", mail.body_with_links(email))[1]


def newest_link(to=READER):
    return link_in(QueuedEmail.objects.filter(to_address=to).latest("pk"))


def yours(follower):
    return f"/follow/yours/{links.standing_token('programme.follower', follower.pk)}/"


# ---- Asking and confirming


def test_a_reader_asks_is_asked_back_and_follows_once_they_press_the_button(client):
    make_organisation()
    sent = ask_to_follow(client, "?organisation=trumpton", " Reader@Example.com ")
    assert READER in text_of(client.get(sent.url))
    assert not Follow.objects.confirmed().exists()
    address = newest_link()
    assert "Confirm that you want to follow Trumpton Borough Council" in text_of(client.get(address))
    assert not Follow.objects.confirmed().exists(), "a GET confirms nothing: mail scanners follow links"
    done = client.post(address, follow=True)
    assert heading(done) == "You follow Trumpton Borough Council"
    [follow] = Follow.objects.confirmed()
    assert (follow.follower.email, follow.organisation.slug) == (READER, "trumpton")
    assert follow.follower.told_until == follow.confirmed_at
    assert client.post(address).status_code == 302, "a second press changes nothing"


def test_a_second_thing_has_to_be_confirmed_too():
    follower = make_follower()
    ask(READER, Subject(organisation=make_organisation()))
    assert follower.follows.confirmed().count() == 1
    assert follower.follows.unconfirmed().count() == 1


def test_asking_twice_asks_twice_and_makes_one_follow():
    for _ in range(2):
        ask(READER, EVERYTHING)
    assert (Follow.objects.count(), QueuedEmail.objects.count()) == (1, 2)


def test_the_answer_is_the_same_whatever_is_known_of_the_address():
    make_follower()
    answers = []
    for address in (READER, "stranger@example.com"):
        client = Client()
        asked = ask_to_follow(client, "", address)
        page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", client.get(asked.url).content.decode())
        answers.append((asked.status_code, asked.url, page.replace(address, "you"), sorted(client.cookies)))
    assert answers[0] == answers[1]


def test_what_somebody_follows_already_is_not_asked_again(client):
    make_follower()
    assert ask_to_follow(client).url == "/follow/sent/"
    assert not QueuedEmail.objects.exists()


def test_the_address_is_shown_once_and_does_not_stay_in_the_session(client):
    sent = ask_to_follow(client)
    assert READER in text_of(client.get(sent.url))
    again = text_of(client.get(sent.url))
    assert "Check your email" in again
    assert READER not in again
    assert READER not in str(dict(client.session))


def test_one_address_is_asked_five_times_a_day_and_the_answer_stays_the_same(client):
    make_principles()
    for slug in ("people", "plumbing", "sharing", "leadership", "openness"):
        ask_to_follow(client, f"?principle={slug}")
    RateLimit.objects.update(ends_at=F("ends_at") - timedelta(hours=23))
    last = ask_to_follow(client)
    assert last.url == "/follow/sent/"
    assert QueuedEmail.objects.count() == Follow.objects.count() == 5


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ("", "Enter your email address"),
        ("ſ@example.com", "Enter an email address in the correct format"),
        ("me", "Enter an email address in the correct format"),
        (f"{'x' * 250}@example.com", "Email address must be 254 characters or fewer"),
    ],
)
def test_a_wrong_address_is_said_and_kept_in_the_field(client, typed, error):
    response = ask_to_follow(client, "", typed)
    assert text_of(response).count(error) == 2
    assert f'value="{typed}"' in response.content.decode() or not typed
    assert not Follower.objects.exists()


# ---- What can be followed


def test_each_page_leads_to_following_what_it_is_about(client):
    make_principles()
    promise = make_signature("Trumpton").commitments.get()
    for page, query in (
        ("/organisations/trumpton/", "?organisation=trumpton"),
        ("/principles/people/", "?principle=people"),
        (promise.get_absolute_url(), f"?commitment={promise.pk}"),
        ("/", ""),
    ):
        assert f'href="/follow/{query}"' in client.get(page).content.decode()
        assert client.get(f"/follow/{query}").status_code == 200


def test_a_former_address_of_an_organisation_is_still_understood(client):
    FormerSlug.objects.create(slug="old-trumpton", organisation=make_organisation())
    assert heading(client.get("/follow/?organisation=old-trumpton")) == "Follow Trumpton Borough Council"


def test_what_is_not_public_cannot_be_followed(client):
    draft = make_signature("Trumpton", status=Status.DRAFT).commitments.get()
    make_organisation("Chigley", checked_at=None)
    for query in (f"commitment={draft.pk}", "organisation=chigley", "principle=none"):
        assert client.get(f"/follow/?{query}").status_code == 404
        assert client.post(f"/follow/?{query}", {"email": READER}).status_code == 404
    assert client.get("/follow/?principle=people&organisation=chigley").status_code == 400


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(["organisation", "principle", "commitment"]), st.text(max_size=30))
def test_strange_addresses_are_refused_politely(client, name, value):
    assert client.get("/follow/", {name: value}).status_code in (200, 400, 404)
    for kind in ("confirm", "yours"):
        assert client.get(f"/follow/{kind}/{'9' * 18}-x/").status_code == 404


# ---- Stopping


def test_the_link_in_an_email_shows_what_they_follow_and_stops_one_of_it():
    follower = make_follower(EVERYTHING, Subject(organisation=make_organisation()))
    client = Client(enforce_csrf_checks=True)
    page = client.get(yours(follower))
    assert "Trumpton Borough Council" in text_of(page)
    assert not page.cookies
    one = follower.follows.get(organisation=None)
    stopped = client.post(yours(follower), {"follow": one.pk})
    assert "You no longer follow: The whole register" in text_of(stopped)
    assert follower.follows.get().organisation.slug == "trumpton"
    again = client.post(yours(follower), {"follow": one.pk})
    assert again.status_code == 200
    assert follower.follows.count() == 1, "a second press of the same button stops nothing else"


def test_a_mail_program_stops_everything_by_one_click_without_a_cookie():
    follower = make_follower(EVERYTHING, Subject(organisation=make_organisation()))
    stranger = make_follower(email="other@example.com")
    client = Client(enforce_csrf_checks=True)
    stopped = client.post(yours(follower), {"List-Unsubscribe": "One-Click"})
    assert (stopped.status_code, heading(stopped)) == (200, "You follow nothing"), "RFC 8058 allows no redirect"
    assert list(Follower.objects.all()) == [stranger]
    assert heading(client.get(yours(follower))) == "You follow nothing"
    assert client.post(yours(follower), {"List-Unsubscribe": "One-Click"}).status_code == 200


def test_with_the_last_thing_the_address_goes_from_everywhere(client):
    ask_to_follow(client)
    address = newest_link()
    client.post(address)
    follower = Follower.objects.get()
    ask(READER, Subject(organisation=make_organisation()))
    [waiting] = QueuedEmail.objects.filter(sent_at=None).order_by("-pk")[:1]
    client.post(yours(follower), {"follow": follower.follows.confirmed().get().pk})
    assert not Follower.objects.exists()
    assert set(QueuedEmail.objects.values_list("to_address", "body")) == {("", ERASED)}
    waiting.refresh_from_db()
    assert waiting.failed_at
    assert mail.deliver() == 0
    assert client.get(address).status_code == 404
    assert AuditEvent.objects.count() == 0


def test_other_emails_to_the_same_address_stay():
    follower = make_follower()
    theirs = mail.queue(mail.Draft("sign-in", to=READER, link="x"))
    Client().post(yours(follower))
    theirs.refresh_from_db()
    assert theirs.to_address == READER


def test_what_nobody_confirms_is_forgotten_after_seven_days():
    now = timezone.now()
    follower = make_follower()
    for days, address in ((8, "old@example.com"), (6, "new@example.com"), (8, READER)):
        ask(address, Subject(organisation=make_organisation()), now=now - timedelta(days=days))
    assert forget_unconfirmed(now) == 1
    assert set(Follower.objects.values_list("email", flat=True)) == {"new@example.com", READER}
    assert follower.follows.count() == 1
    assert set(QueuedEmail.objects.values_list("to_address", flat=True)) == {"", "new@example.com"}
    assert forget_unconfirmed(now) == 0


# ---- Tokens


def test_a_token_opens_one_door_only(client):
    follower = make_follower()
    follow = follower.follows.get()
    for_follow, for_follower = (links.standing_token(f"programme.{one}", 1) for one in ("follow", "follower"))
    assert for_follow != for_follower
    token = links.standing_token("programme.follow", follow.pk)
    assert client.get(f"/follow/yours/{token}/").status_code == 404
    assert client.get(f"/link/{token}/").status_code == 404
    changed = f"{follow.pk + 1}-{token.partition('-')[2]}"
    assert client.get(f"/follow/confirm/{changed}/").status_code == 404


def test_nobody_is_sent_the_link_of_another_by_writing_down_what_stands_for_it():
    """Only emails about a follower hold their link, and it is in no stored text."""
    follower = make_follower()
    for placeholder, _ in links.STANDING.values():
        email = mail.queue(mail.Draft("sign-in", to="officer@example.gov.uk", link=placeholder), about=None)
        assert placeholder in mail.body_with_links(email)
    ask(READER, EVERYTHING)
    assert not QueuedEmail.objects.filter(body__contains="/follow/confirm").exists()
    assert yours(follower) not in "".join(QueuedEmail.objects.values_list("body", flat=True))


def test_the_links_go_on_working_when_the_secret_key_changes(client, settings):
    follower = make_follower()
    address = yours(follower)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another" * 9, [settings.SECRET_KEY]
    assert "What you follow" in text_of(client.get(address))
