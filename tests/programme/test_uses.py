"""An officer says in one step that their council uses what another one made, and takes it back the same way."""

import pytest

from commitments.models import Status
from localdigital.models import AuditEvent, RegisterVersion
from programme.models import Use
from programme.reuse import using
from tests.factories import make_access, make_organisation, make_person
from tests.pages import heading, text_of
from tests.programme.factories import make_output

pytestmark = pytest.mark.django_db


@pytest.fixture
def pattern():
    """Chigley's pattern."""
    return make_output("Pattern for drains", "Chigley")


@pytest.fixture
def pugh():
    """Reports for Trumpton."""
    person = make_person()
    make_access(person, "Trumpton")
    return person


def say(client, output, organisation="trumpton", answer="yes", **more):
    about = {"organisation": organisation, "answer": answer} | more
    return client.post(f"/account/uses/{output.pk}/", about, follow=True)


def test_the_public_page_leads_to_one_button_and_everybody_reads_it_at_once(client, sign_in, pattern, pugh):
    page = client.get("/reuse/").content.decode()
    assert f'href="/account/uses/{pattern.pk}/"' in page
    assert client.get(f"/account/uses/{pattern.pk}/").url.startswith("/sign/email/?next=")
    version = RegisterVersion.current().number
    sign_in(pugh)
    page = client.get(f"/account/uses/{pattern.pk}/")
    assert "Trumpton Borough Council uses this too" in text_of(page)
    assert "Anyone can now read that Trumpton Borough Council uses" in text_of(say(client, pattern))
    say(client, pattern)  # twice changes nothing
    assert "Used by Trumpton Borough Council too" in text_of(client.get("/reuse/"))
    assert RegisterVersion.current().number == version + 1
    say(client, pattern, answer="no")
    say(client, pattern, answer="no")
    assert "Used by" not in text_of(client.get("/reuse/"))
    kinds = AuditEvent.objects.filter(kind__startswith="use.").order_by("pk")
    assert [(one.kind, one.actor_id, one.details) for one in kinds] == [
        ("use.add", pugh.pk, {"output": pattern.pk}),
        ("use.remove", pugh.pk, {"output": pattern.pk}),
    ]


def test_everything_that_a_council_uses_is_on_one_page_with_a_button_each(client, sign_in, pattern, pugh):
    make_output("Our own", "Trumpton")
    make_output("A timetable", "Camberwick Green")
    sign_in(pugh)
    text = text_of(client.get("/account/uses/"))
    assert "A timetable" in text
    assert "Our own" not in text
    page = say(client, pattern, **{"from": "list"})
    assert heading(page) == "What you use of others"
    words = text_of(page)
    assert words.index("Pattern for drains") < words.index("A timetable")
    assert "We no longer use this : Pattern for drains" in words
    found = text_of(client.get("/account/uses/?q=timetables"))
    assert "A timetable" in found
    assert "Pattern for drains" not in found


def test_who_reports_for_several_says_it_of_each(client, sign_in, pattern, pugh):
    make_access(pugh, "Camberwick Green")
    make_access(pugh, "Chigley")
    sign_in(pugh)
    page = text_of(client.get(f"/account/uses/{pattern.pk}/"))
    assert "Trumpton Borough Council uses this too" in page
    assert "Camberwick Green Borough Council uses this too" in page
    assert "Chigley Borough Council published this" in page
    say(client, pattern, "camberwick-green")
    assert [one.organisation.name for one in Use.objects.select_related("organisation")] == ["Camberwick Green"]
    assert "cannot say that it uses" in text_of(say(client, pattern, "chigley"))
    assert Use.objects.count() == 1


def test_who_made_it_is_not_asked_whether_they_use_it(client, sign_in, pattern):
    make_access(officer := make_person("Windy Miller", "chigley.example.gov.uk"), "Chigley")
    sign_in(officer)
    page = client.get(f"/account/uses/{pattern.pk}/")
    assert heading(page) == "Pattern for drains"
    assert "This is yours: Chigley Borough Council" in text_of(page)


def test_nobody_speaks_for_another_council_or_of_what_is_not_public(client, sign_in, pattern, pugh):
    make_organisation("Camberwick Green")
    sign_in(pugh)
    for organisation in ("camberwick-green", "", "\x00", "trumpton' OR 1=1"):
        assert say(client, pattern, organisation).status_code == 404
    waiting = make_output("Not yet", "Chigley", status=Status.AWAITING_REVIEW)
    assert client.get(f"/account/uses/{waiting.pk}/").status_code == 404
    assert say(client, waiting).status_code == 404
    with pytest.raises(using.CannotBeUsed):
        using.say_that_it_is_used(waiting, make_organisation(), by=pugh)
    assert client.get("/account/uses/?q=%00").status_code == 400
    assert Use.objects.count() == 0


def test_who_reports_for_nobody_is_told_so(client, sign_in, pattern):
    sign_in(make_person("Windy Miller", "chigley.example.gov.uk"))
    assert "You do not report for any organisation" in text_of(client.get(f"/account/uses/{pattern.pk}/"))
    assert "You do not report for any organisation" in text_of(client.get("/account/uses/"))
    assert say(client, pattern).status_code == 404


def test_the_team_takes_away_what_is_not_so(admin_client, pattern, pugh, moderator):
    using.say_that_it_is_used(pattern, make_organisation(), by=pugh)
    listed = admin_client.get("/admin/programme/use/")
    assert "Pattern for drains" in text_of(listed)
    pk = Use.objects.get().pk
    admin_client.post(f"/admin/programme/use/{pk}/delete/", {"post": "yes"})
    assert Use.objects.count() == 0
    event = AuditEvent.objects.get(kind="use.remove")
    assert (event.actor_id, event.details) == (moderator.pk, {"output": pattern.pk})
