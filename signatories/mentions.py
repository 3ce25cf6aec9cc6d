"""Where a person is mentioned: every text column of every table is searched, so that none can be forgotten.

An address counts wherever it stands whole, whatever the case. A name of several words counts wherever it stands as
it is written. A name of one word is most often just a word ("May", "Will", "Link"): it counts in what is theirs alone.
"""

import json
import re
from dataclasses import dataclass

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.db.models.functions import Cast

from localdigital.models import QueuedEmail
from signatories.correspondence import PLACEHOLDER

NAME_ERASED, ADDRESS_ERASED = "(name erased)", "(address erased)"
SHORTEST_NAME = 3
# Not read as text: what is hashed, sealed or made of other columns, and what Django itself says of its tables
UNREAD = {
    "admin.logentry.object_id", "auth.group", "auth.permission", "axes.accessattempt", "axes.accesslog",
    "axes.accessfailurelog", "commitments.searchtext", "contenttypes.contenttype", "localdigital.ratelimit",
    "sessions.session",
}  # fmt: skip
# Where a mention is taken out: what the team and the service wrote, and nobody signed or published.
REDACTED = {
    "admin.logentry": {"object_repr", "change_message"},
    "commitments.commitment": {"last_read", "message"},
    "commitments.import": {"file_name", "unread_columns"},
    "commitments.importrow": {"cells", "notes", "problems"},
    "commitments.progressupdate": {"last_read", "message"},
    "commitments.revision": {"last_read", "message"},
    "localdigital.queuedemail": {"subject", "body", "failure"},
    "localdigital.teamnote": {"text"},
    "programme.casestudy": {"last_read", "message"},
    "programme.event": {"last_read", "message"},
    "programme.output": {"last_read", "message"},
    "signatories.organisation": {"contact_email", "contact_details"},
    "signatories.signature": {"last_read", "message_to_preparer"},
}
# A cell may still be imported, and an address field holds an address or nothing.
EMPTIED = {"commitments.importrow", "signatories.organisation.contact_email"}
# The columns by which a row says what it is about
ABOUT = {
    "localdigital.auditevent": ("object_type", "object_id"),
    "localdigital.teamnote": ("about_type", "about_id"),
}


@dataclass(frozen=True)
class Mention:
    """One column of one row that holds an address or a name.

    `is_theirs` where it belongs to that person, `waits` in an email to somebody that is not sent yet.
    """

    model: type
    pk: object
    field: str
    value: object
    is_theirs: bool = False
    waits: bool = False

    @property
    def label(self):
        return self.model._meta.label_lower

    @property
    def text(self):
        """What is written there."""
        return self.value if isinstance(self.value, str) else json.dumps(self.value, ensure_ascii=False)

    @property
    def is_redacted(self):
        """Whether it is taken out when the person is erased."""
        return self.field in REDACTED.get(self.label, ()) and not self.waits


class Who:
    """The address and the names by which somebody may be mentioned, and what is `theirs`: {(label of model, key)}."""

    def __init__(self, address, names=(), theirs=()):
        self.address = address
        self.names = sorted({" ".join(name.split()) for name in names if len(name.strip()) >= SHORTEST_NAME})
        self.theirs = frozenset(theirs)
        whole = [way for name in self.names if " " in name for way in (name, _surname_first(name))]
        words = [name for name in self.names if " " not in name]
        self._address = _address(address)
        self._names = [_name(one) for one in sorted(whole, key=len, reverse=True)]
        self._words = [_name(one) for one in words]
        self._written = {address, *whole, *words}

    def is_in(self, value, *, theirs=False):
        """Whether a text, or any text in what is made of texts, mentions them."""
        patterns = [self._address, *self._names_in(theirs)]
        # Nothing runs on over a link.
        texts = [PLACEHOLDER.sub("\0", text) for text in _texts(value)]
        return any(pattern.search(text) for text in texts for pattern in patterns)

    def taken_out_of(self, value, *, theirs=False, emptied=False):
        """The same text, or what is made of texts, without them. The places of links stay as they are."""
        if isinstance(value, dict):
            return {key: self.taken_out_of(one, theirs=theirs, emptied=emptied) for key, one in value.items()}
        if isinstance(value, list):
            return [self.taken_out_of(one, theirs=theirs, emptied=emptied) for one in value]
        if not isinstance(value, str):
            return value
        pieces = re.split(f"({PLACEHOLDER.pattern})", value)
        pieces[::2] = [self._without(piece, theirs, emptied) for piece in pieces[::2]]
        return "".join(pieces)

    def _without(self, text, theirs, emptied):
        text = self._address.sub("" if emptied else ADDRESS_ERASED, text)
        for pattern in self._names_in(theirs):
            text = pattern.sub("" if emptied else NAME_ERASED, text)
        return text

    def _names_in(self, theirs):
        return self._names + self._words if theirs else self._names

    @property
    def needles(self):
        """What the database looks for, which compares without case only where letters are English."""
        found = set(self._written)
        found |= {way(one) for one in list(found) if not one.isascii() for way in (str.lower, str.upper, str.title)}
        return found | {json.dumps(one)[1:-1] for one in found}

    def owns(self, label, row):
        """Whether a row is theirs, or about what is theirs."""
        about = tuple(row[column] for column in ABOUT.get(label, ()))
        return (label, row["pk"]) in self.theirs or about in self.theirs


def _address(address):
    # Not in another that is longer: o'x@a.uk, x@a.uk.org. A full stop may still end the sentence.
    return re.compile(rf"(?<![\w.+-])(?<!\w['’]){re.escape(address)}(?![\w-]|\.[\w-])", re.IGNORECASE)


def _name(name):
    words = r"\s+".join(re.escape(word) for word in name.split())
    return re.compile(rf"(?<!\w){words}(?!\w)")


def _surname_first(name):
    *others, last = name.split()
    return f"{last}, {' '.join(others)}"


def _texts(value):
    if isinstance(value, dict):
        value = [*value.keys(), *value.values()]
    if isinstance(value, list):
        return [text for one in value for text in _texts(one)]
    return [value] if isinstance(value, str) else []


def mentions_of(who):
    """Every column of every table that mentions them, by one query for each table."""
    found = []
    for model in apps.get_models():
        fields = text_fields(model)
        if not fields:
            continue
        rows = list(_rows_like(model, fields, who.needles))
        waiting = _waiting(model, rows)
        for row in rows:
            pk, theirs = row["pk"], who.owns(model._meta.label_lower, row)
            found += [
                Mention(model, pk, field.name, row[field.name], theirs, pk in waiting)
                for field in fields
                if row[field.name] and who.is_in(row[field.name], theirs=theirs)
            ]
    return found


def _waiting(model, rows):
    """Those of the rows that are emails not sent yet. Asked after they are read: what was sent never waits again."""
    if model is not QueuedEmail or not rows:
        return frozenset()
    return set(QueuedEmail.objects.unsent().filter(pk__in=[row["pk"] for row in rows]).values_list("pk", flat=True))


def text_fields(model):
    """The columns of a table in which somebody can be mentioned."""
    label = model._meta.label_lower
    if label in UNREAD:
        return []
    kinds = (models.CharField, models.TextField, models.JSONField)
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, kinds) and not field.choices and f"{label}.{field.name}" not in UNREAD
    ]


def _rows_like(model, fields, needles):
    wanted, casts = Q(), {}
    for field in fields:
        name = field.name
        if isinstance(field, models.JSONField):
            name = f"{field.name}_as_text"
            casts[name] = Cast(field.name, models.TextField())
        for needle in needles:
            wanted |= Q(**{f"{name}__icontains": needle})
    rows = model._base_manager.alias(**casts).filter(wanted).order_by("pk")
    return rows.values("pk", *{field.name for field in fields}.union(ABOUT.get(model._meta.label_lower, ())))


def take_out(mentions, who):
    """Take them out of those columns from which a person is erased. Returns how many."""
    redacted = [mention for mention in mentions if mention.is_redacted]
    for mention in redacted:
        emptied = bool({mention.label, f"{mention.label}.{mention.field}"} & EMPTIED)
        value = who.taken_out_of(mention.value, theirs=mention.is_theirs, emptied=emptied)
        longest = getattr(mention.model._meta.get_field(mention.field), "max_length", None)
        value = value[:longest] if longest and isinstance(value, str) else value
        mention.model._base_manager.filter(pk=mention.pk).update(**{mention.field: value})
    return len(redacted)
