"""The way in: an address is proved by a link, a session lasts 12 hours, and nobody learns who else is known."""

import re
from datetime import timedelta
from urllib.parse import quote, urlsplit

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from localdigital import links
from localdigital.models import EmailedLink, QueuedEmail
from signatories import emails
from signatories.models import Person
from signatories.models.signature import Status
from signatories.signup import submission
from tests.factories import make_person, make_signature
from tests.pages import text_of

pytestmark = pytest.mark.django_db

ADDRESS = "pugh.barney@trumpton.example.gov.uk"


def ask(client, email=ADDRESS, **more):
    return client.post("/sign/email/", {"email": email} | more)


def path_of(link):
    return f"/link/{links.token(link)}/"


def newest_link():
    return EmailedLink.objects.order_by("-pk").first()


def without_tokens(response):
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())
    return text


# ---- Asking


def test_the_answer_is_the_same_whatever_the_address():
    """Known, unknown, signer or moderator: the same page, the same redirect, the same number of cookies."""
    make_person()
    signature = make_signature(status=Status.DRAFT, signers=[make_person("The Mayor")])
    submission.submit(signature, by=signature.preparer)
    answers = []
    for address in (ADDRESS, "stranger@chigley.example.gov.uk", "the.mayor@trumpton.example.gov.uk"):
        client = Client()
        asked = ask(client, address)
        page = client.get(asked.url)
        answers.append(
            (asked.status_code, asked.url, without_tokens(page).replace(address, "you"), sorted(client.cookies))
        )
    assert answers[0] == answers[1] == answers[2]


def test_the_answer_is_the_same_when_no_more_mail_is_sent(client):
    first = [ask(client).status_code, without_tokens(client.get("/sign/email/sent/"))]
    for _ in range(6):
        last = [ask(client).status_code, without_tokens(client.get("/sign/email/sent/"))]
    assert first == last


def test_one_address_gets_five_links_an_hour_however_it_is_written_and_whoever_asks():
    for number in range(9):
        ask(Client(), ADDRESS.upper() if number % 2 else f"  {ADDRESS}  ")
    assert QueuedEmail.objects.filter(to_address=ADDRESS).count() == 5
    assert Person.objects.count() == 1
    ask(Client(), "other@trumpton.example.gov.uk")
    assert QueuedEmail.objects.count() == 6


def test_fresh_links_count_among_the_five(client):
    link = links.make("sign-in", person_id=make_person().pk, now=timezone.now() - timedelta(hours=1))
    for _ in range(4):
        ask(client)
    for _ in range(4):
        assert client.post(f"{path_of(link)}fresh/").status_code == 200
    assert QueuedEmail.objects.count() == 5


def test_the_check_your_email_page_is_for_those_who_asked(client):
    assert client.get("/sign/email/sent/").url == "/sign/email/"


# ---- The link


def test_a_link_signs_in_its_person_under_a_new_session_key_and_proves_the_address(client):
    ask(client)
    before = client.session.session_key
    assert Person.objects.get().proved_at is None
    assert client.post(path_of(newest_link())).url == "/account/"
    assert client.session.session_key != before
    assert client.session["person"] == Person.objects.get().pk
    assert Person.objects.get().proved_at is not None
    assert client.get("/account/").status_code == 200


def test_a_session_key_that_somebody_else_chose_signs_in_nobody(client):
    ask(client)
    stolen = client.session.session_key
    client.post(path_of(newest_link()))
    thief = Client()
    thief.cookies["sessionid"] = stolen
    assert thief.get("/account/").status_code == 302


def test_another_person_in_the_same_browser_gets_nothing_of_the_first(client, sign_in):
    sign_in(make_person())
    session = client.session
    session["left_over"] = "secret"
    session.save()
    sign_in(make_person("The Mayor"))
    assert client.session["person"] == make_person("The Mayor").pk
    assert "left_over" not in client.session


def test_a_session_ends_twelve_hours_after_it_began_however_busy(client, sign_in):
    now = timezone.now().timestamp()
    sign_in(make_person())
    assert client.session["person_until"] - now == pytest.approx(12 * 3600, abs=60)
    until = client.session["person_until"]
    client.get("/account/")
    assert client.session["person_until"] == until
    session = client.session
    session["person_until"] = now - 1
    session.save()
    signature = make_signature(status=Status.DRAFT)
    for path in ("/account/", f"/sign/{signature.reference}/", f"/account/sign/{signature.reference}/"):
        response = client.get(path)
        assert response.status_code == 302
        assert response.url == f"/sign/email/?next={quote(path, safe='')}"
    assert client.post("/sign/new/").status_code == 302


@pytest.mark.parametrize(
    ("came_from", "back"),
    [
        ("http://testserver/account/support/trumpton/?a=b", "/account/support/trumpton/"),
        ("http://example.net/account/", ""),
        ("http://testserver/admin/", ""),
        ("http://[x", ""),
        ("", ""),
    ],
)
def test_what_is_sent_after_the_session_ended_is_said_to_be_lost_and_leads_back_to_its_page(client, came_from, back):
    lost = client.post("/account/support/trumpton/", {"x": "y"}, headers={"Referer": came_from}, follow=True)
    assert "was not saved" in text_of(lost)
    assert f'name="next" value="{back}"' in lost.text
    assert "was not saved" not in text_of(client.get("/account/", follow=True))


def test_leaving_signs_out_and_only_by_a_post(client, sign_in):
    sign_in(make_person())
    assert client.get("/account/leave/").status_code == 405
    assert client.get("/account/").status_code == 200
    client.post("/account/leave/")
    assert client.get("/account/").status_code == 302


@pytest.mark.parametrize("state", ["used", "expired", "retired"])
def test_a_link_that_is_over_offers_a_fresh_one_to_the_same_address_only(client, outbox_text, state):
    person = make_person()
    link = links.make("sign-in", person_id=person.pk)
    changes = {"used": {"used_at": timezone.now()}}.get(state, {"expires_at": timezone.now()})
    EmailedLink.objects.filter(pk=link.pk).update(**changes)
    for method in (client.get, client.post):
        response = method(path_of(link))
        assert response.status_code == 410
        text = response.content.decode()
        assert "Send me a new link" in text
        assert person.email not in text
    assert client.get("/account/").status_code == 302
    response = client.post(f"{path_of(link)}fresh/", {"email": "thief@example.com", "to": "thief@example.com"})
    assert person.email not in response.content.decode()
    [(to, _, text)] = outbox_text()
    assert to == person.email
    assert client.post(urlsplit(re.search(r"http://testserver/link/\S+", text)[0]).path).status_code == 302


def test_a_fresh_link_is_made_by_a_post_only(client):
    link = links.make("sign-in", person_id=make_person().pk)
    assert client.get(f"{path_of(link)}fresh/").status_code == 405
    assert QueuedEmail.objects.count() == 0


def test_an_over_sign_off_link_brings_another_one_to_the_document_while_it_waits(client, outbox_text):
    mayor = make_person("The Mayor")
    signature = make_signature(status=Status.DRAFT, signers=[mayor])
    submission.submit(signature, by=signature.preparer)
    link = newest_link()
    EmailedLink.objects.filter(pk=link.pk).update(expires_at=timezone.now())
    client.post(f"{path_of(link)}fresh/")
    assert newest_link().purpose == "sign-off"
    assert client.post(path_of(newest_link())).url == f"/account/sign/{signature.reference}/"

    submission.recall(signature, by=signature.preparer)
    client.post(f"{path_of(link)}fresh/")
    assert newest_link().purpose == "sign-in"


def test_a_link_to_sign_in_opens_no_document_and_one_to_a_document_leads_there(client):
    mayor = make_person("The Mayor")
    signature = make_signature(status=Status.AWAITING_SIGN_OFF, signers=[mayor])
    link = links.make("sign-in", person_id=mayor.pk, object_id=signature.pk)
    assert client.post(path_of(link)).url == "/account/"
    emails.ask_for_sign_off(signature, mayor)
    assert client.post(path_of(newest_link())).url == f"/account/sign/{signature.reference}/"


def test_a_newer_sign_off_link_takes_the_place_of_the_older(client):
    mayor = make_person("The Mayor")
    signature = make_signature(status=Status.AWAITING_SIGN_OFF, signers=[mayor])
    emails.ask_for_sign_off(signature, mayor)
    older = newest_link()
    emails.ask_for_sign_off(signature, mayor)
    assert client.post(path_of(older)).status_code == 410
    assert client.post(path_of(newest_link())).status_code == 302


# ---- Where it leads afterwards


def after_signing_in_with(target):
    client = Client()
    ask(client, f"person{Person.objects.count()}@trumpton.example.gov.uk", next=target)
    return client.post(path_of(newest_link())).url


def test_the_page_that_was_asked_for_is_shown_after_signing_in(client):
    signature = make_signature(status=Status.DRAFT)
    path = f"/sign/{signature.reference}/check/"
    sent_to = client.get(path).url
    page = client.get(sent_to).content.decode()
    target = re.search(r'name="next" value="([^"]+)"', page)[1]
    ask(client, signature.preparer.email, next=target)
    assert client.post(path_of(newest_link())).url == path
    assert client.get(path).status_code == 200


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example",
        "javascript:alert(1)", "/sign//../..//evil.example\n", "/sign/\r\nSet-Cookie: a=b", "https:/sign/", "/sign",
        "/admin/", "/signatures/", "@evil.example/sign/", "http://testserver@evil.example/sign/", "/sign/\x00",
        " /sign/", "/account/" + "a" * 300,
    ],
)  # fmt: skip
def test_a_next_address_elsewhere_is_not_followed(target):
    assert after_signing_in_with(target) == "/account/"


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(
        st.text(max_size=40),
        st.text(alphabet="/\\:.@?#%sign/account\t\n\r evil", max_size=40).map(lambda text: "/sign/" + text),
        st.text(alphabet="/\\:.@?#%sign/account\t\n\r evil", max_size=40),
    )
)
def test_no_next_address_leads_off_the_site(client, target):
    from signatories.entrance import _safe_next

    class Asked:
        POST, GET = {"next": target}, {}

    kept = _safe_next(Asked)
    assert kept == "" or (kept.startswith(("/sign/", "/account/")) and not urlsplit(kept).netloc)
    assert "\\" not in kept.split("?")[0][:1]
    assert kept.isprintable()


# ---- What is typed into the box


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.text(max_size=60), st.emails(), st.text(max_size=20).map(lambda text: f"{text}@example.gov.uk")))
def test_any_text_as_an_address_is_answered(text):
    assert ask(Client(REMOTE_ADDR="192.0.2.77"), text).status_code in (200, 302, 429)


@pytest.mark.parametrize(
    "address",
    [
        "a@" + "İ" * 60 + ".gov.uk", "a@ẞẞ.example", "a@ΣΑΣ.example", "a@" + "é" * 63 + ".gov.uk",
        "a" * 300 + "@example.gov.uk",
        "a@" + ".".join(["İ" * 40] * 6) + ".uk", '"a b"@example.gov.uk', "a@[127.0.0.1]", "a@example.gov.uk\x00",
        "a@example.gov.uk\nBcc: b@example.gov.uk", "Ａ@example.gov.uk", "K@example.gov.uk",
    ],
)  # fmt: skip
def test_an_unusual_address_is_taken_or_told_and_never_an_error(client, address):
    response = ask(client, address)
    assert response.status_code in (200, 302)
    for person in Person.objects.all():
        assert person.email == person.email.lower()
        assert len(person.email) <= 254
