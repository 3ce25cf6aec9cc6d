"""The team's page of every email that the register sends, each with an example of invented data that leaves nothing."""

import html
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commitments.admin.email_texts import texts
from commitments.admin.example_letters import GROUPS, examples
from commitments.models import Commitment
from localdigital.models import AuditEvent, EmailedLink, QueuedEmail, User
from signatories.models import Organisation, Person, Signature
from tests.factories import role_of

pytestmark = pytest.mark.django_db

PAGE = "/admin/email-texts/"


def text(response):
    return html.unescape(response.content.decode())


def test_every_email_that_there_is_stands_there_once():
    files = sorted(path.stem for path in Path(settings.BASE_DIR, "templates/emails").glob("*.txt"))
    kinds = [kind.template for group in GROUPS.values() for kind in group]
    assert sorted(kinds) == [name for name in files if not name.startswith("_")]


def test_each_has_an_example_in_whole_sentences_and_nothing_of_it_stays():
    tables = [AuditEvent, EmailedLink, QueuedEmail, User, Commitment, Organisation, Person, Signature]
    before = [model.objects.count() for model in tables]
    found = [one for group in examples().values() for one in group]
    assert [model.objects.count() for model in tables] == before
    for one in found:
        assert one.subject
        assert settings.SERVICE_NAME in one.body
        assert not re.search(r"None|\[link \d|\{\{|\bof \.|\bfor \.", one.subject + one.body), one


def test_the_page_shows_them_all_for_few_queries(admin_client):
    page = text(admin_client.get(PAGE))
    for group in texts().values():
        for one in group:
            assert one.subject in page
            assert one.body.strip() in page
            assert one.kind.when in page
    with CaptureQueriesContext(connection) as queries:
        admin_client.get(PAGE)
    assert len(queries) <= 10


def test_it_is_for_who_may_read_emails(admin_client, moderator):
    type(moderator).objects.update(is_superuser=False)
    assert admin_client.get(PAGE).status_code == 403
    assert PAGE not in text(admin_client.get("/admin/"))
    role_of(moderator).permissions.add(Permission.objects.get(codename="view_queuedemail"))
    assert admin_client.get(PAGE).status_code == 200
    assert PAGE in text(admin_client.get("/admin/"))
