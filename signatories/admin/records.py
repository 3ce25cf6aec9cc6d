"""What is written down about a thing, read by one query: what happened to it, emails, notes, the reasons that can be
chosen in deciding about it, and the email domains of its organisations."""

import json
from collections import defaultdict
from dataclasses import dataclass, field

from django.db import models
from django.db.models import Case, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Cast

from localdigital.looks import name_of_colleague
from localdigital.models import AuditEvent, QueuedEmail, Reason, TeamNote, User
from signatories.models import EmailDomain, Person

from .kinds import kind_in_words

# Each row of the one query: what it is of, when, which ids and what texts
TIMES, NUMBERS, TEXTS = ("at", "then", "later"), ("number", "other"), ("who", "what", "one", "two", "three", "four")


@dataclass
class Records:
    """What was found, each as an object that is not to be saved: events oldest first, emails newest first."""

    events: list = field(default_factory=list)
    emails: list = field(default_factory=list)
    notes: list = field(default_factory=list)
    reasons: list = field(default_factory=list)
    # By the ids of their organisations
    domains: dict = field(default_factory=lambda: defaultdict(list))


def records_of(thing, *, parts=(), organisations=(), reasons=()):
    """Everything that is written down about a thing; events about its `parts` too, domains of those organisations,
    and the reasons that are offered for those decisions."""
    arms = [
        _events(thing, parts),
        _emails(QueuedEmail.objects.about(thing)),
        _notes(TeamNote.objects.about(thing)),
    ]
    if organisations:
        arms.append(_domains(EmailDomain.objects.filter(organisation__in=organisations)))
    if reasons:
        arms.append(_reasons(Reason.objects.filter(decision__in=reasons, is_active=True)))
    found = Records()
    for row in arms[0].union(*arms[1:], all=True):
        READERS[row[0]](found, dict(zip(("source", "pk", *TIMES, *NUMBERS, *TEXTS), row, strict=True)))
    found.events.sort(key=lambda one: (one.at, one.pk))
    found.emails.sort(key=lambda one: (one.queued_at, one.pk), reverse=True)
    found.notes.sort(key=lambda one: (one.written_at, one.pk))
    found.reasons.sort(key=lambda one: (one.position, one.pk))
    return found


# ---- The query


def _arm(queryset, source, **columns):
    row = [Value(source, output_field=models.IntegerField()), Cast(F("pk"), models.BigIntegerField())]
    row += [F(columns[name]) if name in columns else Cast(Value(None), models.DateTimeField()) for name in TIMES]
    row += [Cast(F(columns[name]) if name in columns else Value(None), models.BigIntegerField()) for name in NUMBERS]
    row += [Cast(_text(columns.get(name, Value(""))), models.TextField()) for name in TEXTS]
    return queryset.order_by().values_list(*row)


def _text(column):
    return F(column) if isinstance(column, str) else column


def _events(thing, parts):
    about = Q(object_type=thing._meta.label_lower, object_id=thing.pk)
    if parts:
        about |= Q(object_type=parts[0]._meta.label_lower, object_id__in=[one.pk for one in parts])
    user, person = (model.objects.filter(pk=OuterRef("actor_id")).order_by() for model in (User, Person))
    names = user.annotate(called=name_of_colleague()).values("called"), person.values("name")
    user, person = (Subquery(one[:1], output_field=models.CharField()) for one in names)
    who = Case(
        When(actor_type=User._meta.label_lower, then=user),
        When(actor_type=Person._meta.label_lower, then=person),
        default=Value(""),
        output_field=models.CharField(),
    )
    return _arm(
        AuditEvent.objects.filter(about), 0, at="at", number="object_id", other="actor_id", who=who, what="kind",
        one="from_status", two="to_status", three="note", four="details",
    )  # fmt: skip


def _emails(emails):
    return _arm(
        emails, 1, at="queued_at", then="sent_at", later="failed_at", number="repeats", who="to_address",
        what="template", one="subject", two="body", three="failure",
    )  # fmt: skip


def _notes(notes):
    return _arm(notes, 2, at="written_at", number="written_by", who=name_of_colleague("written_by__"), one="text")


def _domains(domains):
    return _arm(domains, 3, number="organisation", one="domain")


def _reasons(reasons):
    return _arm(reasons, 4, number="position", what="decision", one="title", two="text")


# ---- Its rows


def _read_event(found, row):
    event = AuditEvent(
        pk=row["pk"], at=row["at"], kind=row["what"], object_id=row["number"], actor_id=row["other"],
        from_status=row["one"], to_status=row["two"], note=row["three"], details=json.loads(row["four"]),
    )  # fmt: skip
    nobody = f"Person {row['other']}, whose name is not kept" if row["other"] else "The register"
    event.actor = row["who"] or nobody
    event.words = kind_in_words(event.kind)
    found.events.append(event)


def _read_email(found, row):
    found.emails.append(
        QueuedEmail(
            pk=row["pk"],
            queued_at=row["at"],
            sent_at=row["then"],
            failed_at=row["later"],
            repeats_id=row["number"],
            to_address=row["who"],
            template=row["what"],
            subject=row["one"],
            body=row["two"],
            failure=row["three"],
        )
    )


def _read_note(found, row):
    by = User(pk=row["number"], username=row["who"]) if row["number"] else None
    found.notes.append(TeamNote(pk=row["pk"], written_at=row["at"], written_by=by, text=row["one"]))


def _read_domain(found, row):
    found.domains[row["number"]].append(EmailDomain(pk=row["pk"], organisation_id=row["number"], domain=row["one"]))


def _read_reason(found, row):
    found.reasons.append(
        Reason(pk=row["pk"], decision=row["what"], position=row["number"], title=row["one"], text=row["two"])
    )


READERS = (_read_event, _read_email, _read_note, _read_domain, _read_reason)
