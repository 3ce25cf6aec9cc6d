"""Who may open and send what in the delivery team's pages: every address of the admin, tried as every role.

A new address without a line here fails: decide who may see it (GET) and who may send it (POST), and write it down.
V viewer, E editor, M moderator, A administrator, S signed in without a role, N nobody signed in.
"""

import logging
import re
from datetime import date, timedelta
from http.cookies import SimpleCookie

import pytest
import zeal
from django.contrib import admin
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern
from django.utils import timezone
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.plugins.otp_static.models import StaticDevice

from commitments.models import Approach, Import, ImportRow, Revision
from commitments.models import Status as Sent
from localdigital import links, team
from localdigital.models import AuditEvent, QueuedEmail, Reason, ServiceSettings, User
from localdigital.own_sign_in import let_enrol
from localdigital.roles import ROLES
from programme.models import Announcement, SupportOffer, Use
from signatories.models import Signature
from signatories.models.signature import Status
from tests.factories import (
    make_access,
    make_commitment,
    make_declaration,
    make_organisation,
    make_person,
    make_principles,
    make_signature,
    make_update,
)
from tests.programme.factories import (
    make_case_study,
    make_event,
    make_output,
    make_picture,
    make_project,
    make_round,
    make_topic,
)

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

EXPECTED = """
# name                                       GET     POST
# the way in, and one's own
welcome                                      VEMASN  VEMASN
enrol                                        VEMASN  VEMASN
your_sign_in                                 VEMAS   VEMAS
your_recovery_codes                          VEMAS   VEMAS
your_app                                     VEMAS   VEMAS
login                                        VEMASN  VEMASN
logout                                       N       VEMASN
password_change                              VEMAS   VEMAS
password_change_done                         VEMAS   -
# pages of no one kind of thing; Django's own
look                                         -       MA
team_note_add                                MA      MA
forget_person                                A       A
send_again                                   MA      MA
organisation_reorganise                      MA      MA
councils_without_people                      VEMA    VEMA
refused_addresses                            VEMA    VEMA
index                                        VEMAS   VEMAS
autocomplete                                 VEMA    -
jsi18n                                       VEMAS   -
view_on_site                                 VEMAS   VEMAS
(moved)                                      VEMAS   VEMAS
app_list                                     VEMA    VEMA
(anything-else)                              -       -
organisation_about                           VEMA    VEMA
not_signed                                   VEMA    VEMA
not_signed_export                            -       EMA
email_texts                                  VEMA    VEMA
import_template                              VEMA    -
export                                       VEMA    -
import_columns                               VEMA    -
imports                                      VEMA    MA
import                                       VEMA    -
import_decide                                -       MA
import_names                                 MA      MA
import_row                                   MA      MA
# the team, its log, its emails, what it says
localdigital_reason_changelist               VEMA    VEMA
localdigital_reason_add                      EA      EA
localdigital_reason_history                  VEMA    VEMA
localdigital_reason_delete                   EA      EA
localdigital_reason_change                   VEMA    EA
localdigital_servicesettings_changelist      VEMAS   VEMAS
localdigital_servicesettings_add             -       -
localdigital_servicesettings_history         VEMA    VEMA
localdigital_servicesettings_delete          -       -
localdigital_servicesettings_change          VEMA    EA
localdigital_auditevent_changelist           VEMA    VEMA
localdigital_auditevent_add                  -       -
localdigital_auditevent_history              VEMA    VEMA
localdigital_auditevent_delete               -       -
localdigital_auditevent_change               VEMA    -
localdigital_queuedemail_changelist          VEMA    VEMA
localdigital_queuedemail_add                 -       -
localdigital_queuedemail_history             VEMA    VEMA
localdigital_queuedemail_delete              -       -
localdigital_queuedemail_change              VEMA    -
localdigital_user_act                        A       A
localdigital_user_changelist                 VEMA    VEMA
localdigital_user_add                        A       A
localdigital_user_history                    VEMA    VEMA
localdigital_user_delete                     -       -
localdigital_user_change                     VEMA    A
localdigital_auditevent_export               -       VEMA
# who signed what
signatories_access_end                       MA      MA
signatories_access_changelist                VEMA    VEMA
signatories_access_add                       MA      MA
signatories_access_history                   VEMA    VEMA
signatories_access_delete                    -       -
signatories_access_change                    VEMA    -
signatories_declaration_preview              VEMA    VEMA
signatories_declaration_publish              EA      EA
signatories_declaration_ask                  EA      EA
signatories_declaration_changelist           VEMA    VEMA
signatories_declaration_add                  EA      EA
signatories_declaration_history              VEMA    VEMA
signatories_declaration_delete               EA      EA
signatories_declaration_change               VEMA    EA
signatories_principle_changelist             VEMA    VEMA
signatories_principle_add                    -       -
signatories_principle_history                VEMA    VEMA
signatories_principle_delete                 -       -
signatories_principle_change                 VEMA    EA
signatories_person_changelist                VEMA    VEMA
signatories_person_add                       -       -
signatories_person_history                   VEMA    VEMA
signatories_person_delete                    -       -
signatories_person_change                    VEMA    -
signatories_organisation_accept              MA      MA
signatories_organisation_changelist          VEMA    VEMA
signatories_organisation_add                 EMA     EMA
signatories_organisation_history             VEMA    VEMA
signatories_organisation_delete              -       -
signatories_organisation_change              VEMA    EMA
signatories_signature_decide                 MA      MA
signatories_signature_withdraw_alone         MA      MA
signatories_signature_preview                VEMA    VEMA
signatories_signature_changelist             VEMA    VEMA
signatories_signature_add                    MA      MA
signatories_signature_history                VEMA    VEMA
signatories_signature_delete                 -       -
signatories_signature_change                 VEMA    VEMA
# what they promised
commitments_approach_changelist              VEMA    VEMA
commitments_approach_add                     -       -
commitments_approach_history                 VEMA    VEMA
commitments_approach_delete                  -       -
commitments_approach_change                  VEMA    -
commitments_commitment_succession            MA      MA
commitments_commitment_decide                MA      MA
commitments_commitment_changelist            VEMA    VEMA
commitments_commitment_add                   MA      MA
commitments_commitment_history               VEMA    VEMA
commitments_commitment_delete                MA      MA
commitments_commitment_change                VEMA    VEMA
commitments_progressupdate_decide            MA      MA
commitments_progressupdate_changelist        VEMA    VEMA
commitments_progressupdate_add               -       -
commitments_progressupdate_history           VEMA    VEMA
commitments_progressupdate_delete            -       -
commitments_progressupdate_change            VEMA    VEMA
commitments_revision_decide                  MA      MA
commitments_revision_changelist              VEMA    VEMA
commitments_revision_add                     -       -
commitments_revision_history                 VEMA    VEMA
commitments_revision_delete                  -       -
commitments_revision_change                  VEMA    VEMA
commitments_import_changelist                VEMAS   VEMAS
commitments_import_add                       VEMAS   VEMAS
commitments_import_history                   VEMA    VEMA
commitments_import_delete                    -       -
commitments_import_change                    VEMAS   VEMAS
commitments_progressupdate_publish_several   -       MA
# what the team announces
programme_announcement_preview               VEMA    VEMA
programme_announcement_publish               EA      EA
programme_announcement_take_back             EA      EA
programme_announcement_changelist            VEMA    VEMA
programme_announcement_add                   EA      EA
programme_announcement_history               VEMA    VEMA
programme_announcement_delete                EA      EA
programme_announcement_change                VEMA    EA
# what is offered to everybody
programme_fundround_changelist               VEMA    VEMA
programme_fundround_add                      EA      EA
programme_fundround_history                  VEMA    VEMA
programme_fundround_delete                   -       -
programme_fundround_change                   VEMA    EA
programme_fundproject_changelist             VEMA    VEMA
programme_fundproject_add                    EA      EA
programme_fundproject_history                VEMA    VEMA
programme_fundproject_delete                 -       -
programme_fundproject_change                 VEMA    EA
programme_topic_changelist                   VEMA    VEMA
programme_topic_add                          EA      EA
programme_topic_history                      VEMA    VEMA
programme_topic_delete                       EA      EA
programme_topic_change                       VEMA    EA
programme_use_changelist                     VEMA    VEMA
programme_use_add                            -       -
programme_use_history                        VEMA    VEMA
programme_use_delete                         MA      MA
programme_use_change                         VEMA    -
programme_supportoffer_changelist            VEMA    VEMA
programme_supportoffer_add                   -       -
programme_supportoffer_history               VEMA    VEMA
programme_supportoffer_delete                MA      MA
programme_supportoffer_change                VEMA    -
programme_casestudy_decide                   MA      MA
programme_casestudy_picture                  VEMA    -
programme_casestudy_preview                  VEMA    VEMA
programme_casestudy_edit                     EA      EA
programme_casestudy_changelist               VEMA    VEMA
programme_casestudy_add                      EA      EA
programme_casestudy_history                  VEMA    VEMA
programme_casestudy_delete                   EA      EA
programme_casestudy_change                   VEMA    VEMA
programme_output_decide                      MA      MA
programme_output_edit                        EA      EA
programme_output_changelist                  VEMA    VEMA
programme_output_add                         EA      EA
programme_output_history                     VEMA    VEMA
programme_output_delete                      EA      EA
programme_output_change                      VEMA    VEMA
programme_event_decide                       MA      MA
programme_event_preview                      VEMA    VEMA
programme_event_edit                         EA      EA
programme_event_changelist                   VEMA    VEMA
programme_event_add                          EA      EA
programme_event_history                      VEMA    VEMA
programme_event_delete                       EA      EA
programme_event_change                       VEMA    VEMA
"""
WHO = {"V": "Viewer", "E": "Editor", "M": "Moderator", "A": "Administrator", "S": "no role", "N": "nobody"}
LOOK_ONLY = "VSN"
# Sent to every list: who may delete nothing deletes nothing by it
DELETING = {"action": "delete_selected", "_selected_action": [str(number) for number in range(1, 30)], "post": "yes"}
# What is written into the log although nothing was decided: somebody's own sign-in, and that the log was taken away
THEIR_OWN = {
    "login", "logout", "password_change", "your_recovery_codes", "your_app", "enrol", "welcome",
    "localdigital_auditevent_export",
}  # fmt: skip


def expected():
    """{name of the address: (who may GET it, who may POST it)}"""
    rows = [line.split() for line in EXPECTED.strip().splitlines() if not line.startswith("#")]
    assert len({row[0] for row in rows}) == len(rows)
    return {name: (set(get) - {"-"}, set(post) - {"-"}) for name, get, post in rows}


def addresses(patterns=None, before=""):
    """Every pattern of the admin: its route, and its name; those without a name are Django's two."""
    for pattern in admin.site.urls[0] if patterns is None else patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield route, pattern.name or ("(moved)" if route.endswith("/<path:object_id>/") else "(anything-else)")
        else:
            yield from addresses(pattern.url_patterns, route)


# ---- One of every kind


class World:
    """One thing for every page."""

    def __init__(self):
        make_principles()
        self.user = User.objects.create(username="colleague", email="colleague@example.gov.uk", is_staff=True)
        self.user.groups.set(Group.objects.filter(name="Viewer"))
        person, self.council = make_person(), make_organisation("Trumpton")
        self.access = make_access(person, self.council)
        self.waiting = make_signature("Chigley", status=Status.AWAITING_REVIEW)
        self.public = make_signature(self.council, make_organisation("Camberwick Green"))
        self.paper = make_signature("Winkstead Hall", status=Status.DRAFT)
        Signature.objects.filter(pk=self.paper.pk).update(preparer=None)
        self.newest = make_declaration("2029", dated_on=date(2029, 7, 4))
        self.promise = self.public.commitments.get()
        sent = {"status": Sent.AWAITING_REVIEW, "proposer": person, "submitted_at": timezone.now()}
        added = make_commitment(self.public, "Ring", added_at=timezone.now(), **sent | {"published_at": None})
        revision = Revision.of(self.promise, **sent, reason="It is clearer")
        revision.mission = "We will find out what residents ask us most."
        revision.save()
        settings = ServiceSettings.current()
        settings.save()
        email = QueuedEmail.objects.create(
            message_id="1", template="submitted", to_address=person.email, subject="Hello", body="Hello",
            give_up_at=timezone.now() + timedelta(days=1), about_type="signatories.signature", about_id=self.public.pk,
        )  # fmt: skip
        sheet = Import.objects.create(sheet="signatures", phase="preview")
        ImportRow.objects.create(source=sheet, number=1, first=1)
        self.things = [
            sheet,
            self.user, person, self.council, self.access, self.waiting, added, make_update(self.promise, **sent),
            revision, settings, email, make_declaration("2030", published=False), make_principles()[0],
            Reason.objects.create(decision="return", title="Mission", text="Say what you will do"),
            AuditEvent.record("signature.publish", self.public, by=self.user),
            Approach.objects.create(commitment=self.promise, person=person, reported_at=timezone.now()),
            make_round(), make_project(),
            make_topic("Bells"), Use.objects.create(output=make_output(), organisation=self.council),
            SupportOffer.objects.create(topic=make_topic(), organisation=self.council, way="can-help"),
            make_case_study(status=Sent.DRAFT), make_output(status=Sent.DRAFT), make_event(status=Sent.DRAFT),
            Announcement.objects.create(title="News", slug="news", summary="News", body="News"),
        ]  # fmt: skip

    def of(self, label):
        """The id of the one of that kind, like signatories.signature."""
        return next((thing.pk for thing in self.things if thing._meta.label_lower == label), None)


def decide(label, decision="publish"):
    return lambda world: {"pk": world.of(label), "decision": decision}


def paper_sheet(world):
    return {"pk": world.of("commitments.import"), "number": 1, "sheet": "signatures", "file_format": "csv"}


# What an address needs besides the id of the thing that it is named for, or of an organisation
ARGUMENTS = {
    "welcome": lambda world: {"token": links.token(links.make(team.PURPOSE, person_id=0, object_id=world.user.pk))},
    "view_on_site": lambda world: {
        "content_type_id": ContentType.objects.get_for_model(world.council).pk, "object_id": world.council.pk,
    },
    "app_list": lambda world: {"app_label": "signatories"},
    "(moved)": lambda world: {"object_id": world.council.pk},
    "(anything-else)": lambda world: {"url": "nonsense"},
    "send_again": lambda world: {"pk": world.of("localdigital.queuedemail")},
    "import": paper_sheet,
    "import_decide": paper_sheet,
    "import_names": paper_sheet,
    "import_row": paper_sheet,
    "import_template": paper_sheet,
    "export": paper_sheet,
    "look": lambda world: {"label": "signatories.signature", "pk": world.waiting.pk},
    "signatories_declaration_ask": lambda world: {"pk": world.newest.pk},
    "signatories_signature_delete": lambda world: {"object_id": world.paper.pk},
    "commitments_commitment_delete": lambda world: {"object_id": world.paper.commitments.get().pk},
    "signatories_signature_decide": decide("signatories.signature"),
    "signatories_signature_withdraw_alone": lambda world: {
        "pk": world.public.pk, "signatory": world.public.signatories.first().pk,
    },
    "commitments_commitment_decide": decide("commitments.commitment"),
    "commitments_progressupdate_decide": decide("commitments.progressupdate"),
    "commitments_revision_decide": decide("commitments.revision"),
    "programme_casestudy_decide": decide("programme.casestudy", "publish-own"),
    "programme_casestudy_picture": lambda world: {
        "pk": world.of("programme.casestudy"), "one": make_picture(world.of("programme.casestudy")).pk,
    },
    "programme_output_decide": decide("programme.output", "publish-own"),
    "programme_event_decide": decide("programme.event", "publish-own"),
    "commitments_commitment_succession": lambda world: {"pk": world.promise.pk},
    "localdigital_user_act": lambda world: {"pk": world.user.pk, "name": "deactivate"},
    "organisation_reorganise": lambda world: {"pk": world.council.pk, "action": "rename"},
}  # fmt: skip
# What is asked in the address, where nothing at all would be refused to everybody
QUERIES = {
    "autocomplete": lambda world: "?app_label=signatories&model_name=succession&field_name=successor&term=chig",
    "commitments_commitment_add": lambda world: f"?signature={world.paper.pk}",
}


def target(world, route, name):
    """The whole address of one pattern for things that exist."""
    given = {"pk": world.council.pk, "label": "signatories.organisation"}
    for model in admin.site._registry:
        if name.startswith(f"{model._meta.app_label}_{model._meta.model_name}_"):
            pk = world.of(model._meta.label_lower)
            given |= {"pk": pk, "object_id": pk}
    given |= ARGUMENTS[name](world) if name in ARGUMENTS else {}
    route = re.sub(r"\(\?P(<\w+>)(?:[^()]|\([^()]*\))*\)", r"\1", route).replace("^", "").replace("$", "")
    address = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(given[found[1]]), route)
    return f"/admin/{address}{QUERIES[name](world) if name in QUERIES else ''}"


# ---- The walk


def browser_of(letter):
    """A browser in which somebody with that role is signed in, second factor included."""
    client = Client(raise_request_exception=False)
    if letter == "N":
        return client
    user = User.objects.create(username=f"one-{letter}", email=f"{letter}@example.gov.uk", is_staff=True)
    user.groups.set(Group.objects.filter(name=WHO[letter]))
    client.force_login(user, backend="localdigital.roles.RolesBackend")
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = StaticDevice.objects.create(user=user, name="test").persistent_id
    let_enrol(session, user)
    session.save()
    return client


def outcome(client, method, address, count, before):
    """Whether they were let in ("broken" when the page is), and whether what is counted is no longer as before."""
    kept = SimpleCookie({name: morsel.value for name, morsel in client.cookies.items()})
    with transaction.atomic():
        data = DELETING if method == "post" and address.count("/") == 4 else {}
        response = getattr(client, method)(address, data)
        wrote = count() != before
        transaction.set_rollback(True)
    client.cookies = kept
    if response.status_code >= 500:
        return "broken", wrote
    to_sign_in = response.status_code == 302 and response.headers["Location"].startswith("/admin/login/")
    return response.status_code not in (403, 404, 405) and not to_sign_in, wrote


def walk(letter):
    """{(name, method): whether they were let in} over every address, and what wrote although they may only look."""
    world, client = World(), browser_of(letter)
    found, wrote = {}, set()
    count = log_and_things(world)
    before = count()  # of every address: what one of them does is taken back
    logging.disable(logging.CRITICAL)  # a line for each refusal takes longer than the refusal
    with zeal.zeal_ignore():  # that many pages in one test: each is tried for itself elsewhere
        for route, name in addresses():
            for method in ("get", "post"):
                counts = (count, before) if method == "post" and letter in LOOK_ONLY else (int, 0)
                let_in, changed = outcome(client, method, target(world, route, name), *counts)
                found.setdefault((name, method), set()).add(let_in)
                if changed:
                    wrote.add(name)
    logging.disable(logging.NOTSET)
    return found, wrote


def log_and_things(world):
    """Counts what may not become more, the log's events, and what may not become fewer."""
    models = {type(thing) for thing in world.things} - {QueuedEmail} | {AuditEvent}
    quote = connection.ops.quote_name
    counts = ", ".join(f"(SELECT COUNT(*) FROM {quote(model._meta.db_table)})" for model in models)

    def count():
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {counts}")
            return cursor.fetchone()

    return count


def test_every_address_has_its_line():
    names, lines = {name for _, name in addresses()}, set(expected())
    assert names - lines == set(), "new addresses: decide who may open them"
    assert lines - names == set(), "addresses that are no more"


# That every page works on both databases is seen by the one who may open them all.
WALKERS = [letter if letter == "A" else pytest.param(letter, marks=pytest.mark.one_database) for letter in WHO]


@pytest.mark.parametrize("letter", WALKERS)
def test_each_role_is_let_in_where_the_table_says_and_nowhere_else(letter):
    found, wrote = walk(letter)
    wrong = []
    for (name, method), let_in in found.items():
        if name in expected():
            right = letter in expected()[name][method == "post"]
            if let_in != {right}:
                wrong.append(f"{method} {name}: let in is {let_in} and not {right}")
    assert wrong == []
    if letter in LOOK_ONLY:
        assert wrote - THEIR_OWN == set(), "who may only look changes nothing"


def test_every_role_is_in_the_matrix():
    assert {WHO[letter] for letter in WHO} == {*ROLES, "no role", "nobody"}
