"""What the public reads: shown to editors before it stands, compared with what stood before, one link away."""

import html
import re

import pytest

from localdigital.models import AuditEvent
from signatories.models import Principle
from signatories.models.signature import Status
from tests.factories import make_declaration, make_organisation, make_principles, make_signature, make_update

pytestmark = pytest.mark.django_db


def text(response):
    assert response.status_code == 200
    return html.unescape(response.content.decode())


def test_a_draft_says_what_differs_from_the_last_published_version_until_it_is_published(admin_client):
    make_declaration("2018")
    new = {"body": "## The ambition\n\nWork <b>closely</b> together.", "title": "Declaration 2030"}
    draft = make_declaration("2030", published=False, **new)
    for page in ("change", "publish"):
        answer = admin_client.get(f"/admin/signatories/declaration/{draft.pk}/{page}/")
        shown = text(answer)
        assert "Different from the last published version, Local Digital Declaration 2018 (2018)" in shown
        assert ("<details><summary>Show what differs: title, body</summary>" in shown) == (page == "change")
        labels = re.findall(r"app-differences__field\"><dt>(.*?)</dt>", shown)
        assert labels == ["Title", "Body"]
        assert "&lt;b&gt;closely&lt;/b&gt;" in answer.content.decode()
    admin_client.post(f"/admin/signatories/declaration/{draft.pk}/publish/")
    assert "Different from" not in text(admin_client.get(f"/admin/signatories/declaration/{draft.pk}/change/"))


def test_the_first_declaration_is_compared_with_nothing(admin_client):
    draft = make_declaration("2030", published=False)
    for page in ("change", "publish"):
        assert "Different from" not in text(admin_client.get(f"/admin/signatories/declaration/{draft.pk}/{page}/"))


def test_a_principle_is_read_as_the_public_will_before_it_is_saved(admin_client):
    principle = make_principles()[0]
    address = f"/admin/signatories/principle/{principle.pk}/change/"
    given = {"title": "People first", "summary": "About people", "body": "**Listen**.", "_preview": "1"}
    page = text(admin_client.post(address, given))
    assert "People first</h1>" in page
    assert "<strong>Listen</strong>" in page
    assert Principle.objects.get(pk=principle.pk).title == "People"
    assert not AuditEvent.objects.exists()
    assert "This field is required" in text(admin_client.post(address, given | {"title": ""}))


def test_everything_with_a_public_page_has_the_one_link_to_it_or_to_how_it_will_be(admin_client):
    signature, waiting = make_signature("Trumpton"), make_signature("Chigley", status=Status.AWAITING_REVIEW)
    commitment, draft = signature.commitments.get(), make_declaration("2030", published=False)
    proposed = make_organisation("Pippin Fort", checked_at=None)
    principle = Principle.objects.first()
    preview = f"/admin/signatories/signature/{waiting.pk}/preview/"
    wanted = [
        (signature, signature.get_absolute_url()), (waiting, preview),
        (make_organisation("Trumpton"), "/organisations/trumpton/"), (proposed, None),
        (signature.declaration, "/declaration/2018/"), (draft, f"/admin/signatories/declaration/{draft.pk}/preview/"),
        (principle, principle.get_absolute_url()), (commitment, commitment.get_absolute_url()),
        (make_update(commitment), commitment.get_absolute_url()), (waiting.commitments.get(), preview),
    ]  # fmt: skip
    for thing, address in wanted:
        label = thing._meta.label_lower.replace(".", "/")
        page = text(admin_client.get(f"/admin/{label}/{thing.pk}/change/"))
        links = re.findall(r'<a href="([^"]+)" class="viewsitelink">View as the public sees it</a>', page)
        assert links == ([address] if address else []), thing
        if address:
            assert admin_client.get(address).status_code == 200
