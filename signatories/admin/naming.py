"""Who did something and what it was about, as they are called now: everything on a page of the log by one query."""

from collections import defaultdict
from dataclasses import dataclass

from django.apps import apps
from django.db.models import BigIntegerField, CharField, F, Value
from django.db.models.functions import Cast
from django.urls import NoReverseMatch, reverse

from localdigital.models import ServiceSettings

from .log_words import called, said


@dataclass(frozen=True)
class Naming:
    """How one kind of object is called: by one or two of its fields in a sentence, at the admin page of `page`."""

    name: str
    more: str = ""
    words: str = "{name}"
    page: str = ""  # the label of another object that has the page, whose id `page_id` gives
    page_id: str = "pk"


NAMINGS = {
    "localdigital.user": Naming("username"),
    "localdigital.reason": Naming("title"),
    "signatories.person": Naming("name"),
    "signatories.organisation": Naming("official_name"),
    "signatories.declaration": Naming("title"),
    "signatories.principle": Naming("title"),
    "signatories.signature": Naming("reference"),
    "signatories.signatory": Naming(
        "organisation__official_name", "signature__reference", "{name} in {more}", "signatories.signature", "signature"
    ),
    "signatories.access": Naming(
        "organisation__official_name", "person__name", "Access of {more} to {name}", "signatories.organisation",
        "organisation",
    ),
    "commitments.commitment": Naming("title"),
    "commitments.progressupdate": Naming("commitment__title", words="Progress update on “{name}”"),
    "commitments.revision": Naming("commitment__title", words="Changed text of “{name}”"),
    "commitments.partner": Naming(
        "name", "commitment__title", "{name}, in “{more}”", "commitments.commitment", "commitment"
    ),
    "commitments.approach": Naming("commitment__title", words="Message about “{name}”"),
}  # fmt: skip

# What the details of an event point at by id, one or a list of them
IN_DETAILS = {
    "colleague": "localdigital.user",
    "commitment": "commitments.commitment",
    "commitments": "commitments.commitment",
    "organisation": "signatories.organisation",
    "person": "signatories.person",
    "reasons": "localdigital.reason",
    "signature": "signatories.signature",
    "signer": "signatories.person",
    "successors": "signatories.organisation",
    "took_over_from": "signatories.organisation",
}


@dataclass(frozen=True)
class Named:
    """An object in words, and the address of its page in the admin where it has one."""

    words: str
    address: str = ""

    def __str__(self):
        return self.words


def name_all(events, *, details=False):
    """Give each event its `actor` and the `thing` it is about, in words with an address; with `details`, what its
    details say too."""
    wanted = defaultdict(set)
    for event in events:
        wanted[event.object_type].add(event.object_id)
        if event.actor_id:
            wanted[event.actor_type].add(event.actor_id)
        for key, value in event.details.items() if details else ():
            wanted[IN_DETAILS.get(key, "")].update(_ids(value))
    found = look_up(wanted)
    for event in events:
        actor = (event.actor_type, event.actor_id)
        event.actor = (found.get(actor) or _gone(*actor)) if event.actor_id else Named("The register")
        thing = (event.object_type, event.object_id)
        event.thing = found.get(thing) or _gone(*thing)
        if details:
            event.told = [_told(key, value, found) for key, value in event.details.items()]
    return events


def look_up(wanted):
    """From ids of each type of object, those that there are as {(type, id): Named}."""
    found, queries = {}, []
    for label, ids in wanted.items():
        if label in NAMINGS and ids:
            queries.append(_query(label, NAMINGS[label], ids))
    for label, pk, name, more, page_id in queries[0].union(*queries[1:], all=True) if queries else ():
        found[label, pk] = _named(label, pk, name, more, page_id)
    settings = ServiceSettings._meta.label_lower
    for pk in wanted.get(settings, ()):
        found[settings, pk] = Named("Notice and switches", _page(settings, pk))
    return found


def _query(label, naming, ids):
    text = CharField()
    return (
        apps.get_model(label)
        .objects.filter(pk__in=ids)
        .order_by()
        .values_list(
            Cast(Value(label), text),
            Cast(F("pk"), BigIntegerField()),
            Cast(F(naming.name), text),
            Cast(F(naming.more) if naming.more else Value(""), text),
            Cast(F(naming.page_id), BigIntegerField()),
        )
    )


def _named(label, pk, name, more, page_id):
    naming = NAMINGS[label]
    if label == "signatories.person" and not name:
        name = f"Person {pk}"
    if label == "signatories.access":
        more = more or "somebody"
    words = naming.words.format(name=name or "no title", more=more)
    return Named(words, _page(naming.page or label, page_id))


def _page(label, pk):
    try:
        return reverse(f"admin:{label.replace('.', '_')}_change", args=[pk])
    except NoReverseMatch:
        return ""


def _gone(label, pk):
    """Something that this page has no words for, or that was deleted."""
    try:
        model = apps.get_model(label)
    except (LookupError, ValueError):
        return Named(f"{label} {pk}")
    what = str(model._meta.verbose_name)
    ending = ", no longer here" if label in NAMINGS else ""
    return Named(f"{what[0].upper()}{what[1:]} {pk}{ending}")


# ---- Details


def _ids(value):
    ids = value if isinstance(value, list) else [value]
    return {one for one in ids if isinstance(one, int) and not isinstance(one, bool)}


def _told(key, value, found):
    """One detail: what it is called, and what it says, as Named."""
    label = IN_DETAILS.get(key)
    if label and (ids := sorted(_ids(value))):
        return called(key), [found.get((label, pk)) or _gone(label, pk) for pk in ids]
    return called(key), [Named(said(key, value))]
