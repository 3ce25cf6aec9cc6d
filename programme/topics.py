"""The topics that outputs, case studies, events and support share: the first ones, from a table. The delivery team
edits them afterwards, and loading again undoes nothing of that."""

import csv
from pathlib import Path

from django.db import transaction

from localdigital.models import AuditEvent, RegisterVersion
from programme.models import CaseStudy, Event, Output, SupportOffer, Topic

TABLE = Path(__file__).parent / "data" / "topics.csv"


class InUse(Exception):
    """A topic that something is about cannot be deleted."""


@transaction.atomic
def load(say=lambda line: None):
    """Add the topics of the table that the register never had; one that the team renamed or deleted stays so."""
    had = set(Topic.history.values_list("slug", flat=True)) | set(Topic.objects.values_list("slug", flat=True))
    with TABLE.open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table))
    titles = set(Topic.objects.values_list("title", flat=True))
    new = [
        Topic(slug=row["slug"], title=row["title"], position=position)
        for position, row in enumerate(rows, start=1)
        if row["slug"] not in had and row["title"] not in titles
    ]
    for topic in new:
        topic.save()
    if new:
        RegisterVersion.bump()
    say(f"{len(new)} topics added, {len(rows) - len(new)} known already")


def is_in_use(topic):
    """Whether anything is about it: something that is offered, in whatever state, or support."""
    throughs = [model.topics.through.objects.filter(topic=topic) for model in (CaseStudy, Output, Event)]
    rows = [one.order_by().values("topic") for one in throughs]
    return SupportOffer.objects.filter(topic=topic).order_by().values("topic").union(*rows).exists()


def hold(ids):
    """The ids of those of these topics that are there still: nobody can delete them until the transaction ends."""
    rows = Topic.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
    return list(rows.values_list("pk", flat=True))


@transaction.atomic
def delete(topic, *, by):
    """Take a topic out that nothing is about. Twice changes nothing. Raises InUse."""
    if not Topic.objects.select_for_update().filter(pk=topic.pk).values_list("pk"):
        return
    if is_in_use(topic):
        raise InUse
    AuditEvent.record("topic.delete", topic, by=by)
    topic._history_user = by
    topic.delete()
    RegisterVersion.bump()
