"""The register's own words about the Declaration: read from signatories/data, kept in the database, published once."""

import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from localdigital.models import AuditEvent, RegisterVersion
from signatories.models import CoPublisher, Declaration, Organisation, Principle

DATA = Path(__file__).resolve().parent / "data"
FIRST_VERSION = "2018"


class CannotBePublished(Exception):
    """This version cannot be published; the message says why."""


@dataclass(frozen=True)
class VersionText:
    """One version as its two files tell it: its facts, its explanation, and who published it, from which source."""

    version: str
    title: str
    dated_on: date
    official_url: str
    body: str
    sources_of_co_publishers: dict

    @property
    def fields(self):
        return {name: getattr(self, name) for name in ("title", "dated_on", "official_url", "body")}


def read_version(version=FIRST_VERSION):
    """The text of one version, from declaration-<version>.toml and .md."""
    facts = tomllib.loads((DATA / f"declaration-{version}.toml").read_text(encoding="utf-8"))
    sources = {one["code"]: one["source"] for one in facts.pop("co_publishers")}
    body = (DATA / f"declaration-{version}.md").read_text(encoding="utf-8").strip()
    return VersionText(**facts, body=body, sources_of_co_publishers=sources)


def read_principles():
    """The five principles, unsaved: number and slug are the file's name, then come title, summary and body."""
    for path in sorted((DATA / "principles").glob("*.md")):
        number, _, slug = path.stem.partition("-")
        title, summary, body = path.read_text(encoding="utf-8").strip().split("\n\n", 2)
        yield Principle(number=int(number), slug=slug, title=title.removeprefix("# "), summary=summary, body=body)


@transaction.atomic
def publish_declaration(declaration, *, by, now=None):
    """Publish a version: from now on it can be read and signed, and never changes."""
    now = now or timezone.now()
    if not (declaration.pk and declaration.body.strip() and declaration.official_url):
        raise CannotBePublished("a version needs its explanation and the address of the official text")
    if declaration.is_yet_to_come(timezone.localdate(now)):
        raise CannotBePublished(
            f"this version is dated {declaration.dated_on:%-d %B %Y}. It would be signed at once, so publish it on "
            "that day or after it"
        )
    waiting = Declaration.objects.filter(pk=declaration.pk, published_at=None)
    if waiting.update(published_at=now) != 1:
        raise CannotBePublished(f"{declaration.title} ({declaration.version}) is published already")
    declaration.refresh_from_db()
    AuditEvent.record("declaration.publish", declaration, by=by, at=now)
    RegisterVersion.bump(now)
    return declaration


@transaction.atomic
def load_principles():
    """Make the principles those of our files. Gives the titles of those that changed."""
    stored = Principle.objects.in_bulk(field_name="number")
    changed = []
    for principle in read_principles():
        before = stored.get(principle.number)
        if before and _text_of(before) == _text_of(principle):
            continue
        principle.pk = before.pk if before else None
        principle.save()
        AuditEvent.record("principle.change" if before else "principle.add", principle, by=None)
        changed.append(principle.title)
    if changed:
        RegisterVersion.bump()
    return changed


@transaction.atomic
def load_version(version=FIRST_VERSION):
    """Publish a version from our files, or leave the one that is published. Gives it, and how it differs from ours."""
    ours = read_version(version)
    declaration = Declaration.objects.filter(version=version).first() or Declaration(version=version)
    if declaration.published_at:
        return declaration, list(_differences(declaration, ours))
    for name, value in ours.fields.items():
        setattr(declaration, name, value)
    declaration.save()
    organisations = Organisation.objects.in_bulk(ours.sources_of_co_publishers, field_name="code")
    if missing := ours.sources_of_co_publishers.keys() - organisations.keys():
        raise CannotBePublished(f"import the organisations first: {', '.join(sorted(missing))} not in the register")
    for code, source in ours.sources_of_co_publishers.items():
        CoPublisher.objects.update_or_create(
            declaration=declaration, organisation=organisations[code], defaults={"source": source}
        )
    return publish_declaration(declaration, by=None), []


def _text_of(principle):
    return [principle.slug, principle.title, principle.summary, principle.body]


def _differences(declaration, ours):
    """The names of what a published version tells otherwise than our files."""
    for name, value in ours.fields.items():
        if getattr(declaration, name) != value:
            yield name
    stored = dict(CoPublisher.objects.filter(declaration=declaration).values_list("organisation__code", "source"))
    if stored != ours.sources_of_co_publishers:
        yield "co-publishers"
