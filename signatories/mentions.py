"""Where a person is mentioned: every text column of every table is searched, so that none can be forgotten.

Addresses and names count where they stand as whole words, whatever the case.
"""

import json
import re
from dataclasses import dataclass

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.db.models.functions import Cast

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
    "signatories.organisation": {"contact_email", "contact_details"},
    "signatories.signature": {"last_read", "message_to_preparer"},
}
# A cell may still be imported, and an address field holds an address or nothing.
EMPTIED = {"commitments.importrow", "signatories.organisation.contact_email"}


@dataclass(frozen=True)
class Mention:
    """One column of one row that holds an address or a name."""

    model: type
    pk: object
    field: str
    value: object

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
        return self.field in REDACTED.get(self.label, ())


class Who:
    """The address and the names by which somebody may be mentioned."""

    def __init__(self, address, names=()):
        self.address = address
        self.names = sorted({name.strip() for name in names if len(name.strip()) >= SHORTEST_NAME}, key=len)[::-1]
        self._address = _whole(address, "[\\w.+-]", "[\\w-]")
        self._names = [_whole(name, "\\w", "\\w") for name in self.names]

    def is_in(self, text):
        """Whether the text mentions them."""
        return any(pattern.search(text) for pattern in [self._address, *self._names])

    def taken_out_of(self, value, *, emptied=False):
        """The same text, or what is made of texts, without them."""
        if isinstance(value, dict):
            return {key: self.taken_out_of(one, emptied=emptied) for key, one in value.items()}
        if isinstance(value, list):
            return [self.taken_out_of(one, emptied=emptied) for one in value]
        if not isinstance(value, str):
            return value
        value = self._address.sub("" if emptied else ADDRESS_ERASED, value)
        for pattern in self._names:
            value = pattern.sub("" if emptied else NAME_ERASED, value)
        return value

    @property
    def needles(self):
        """What the database looks for, which compares without case only where letters are English."""
        found = {self.address, *self.names}
        found |= {way(one) for one in list(found) if not one.isascii() for way in (str.lower, str.upper, str.title)}
        return found | {json.dumps(one)[1:-1] for one in found}


def _whole(text, before, after):
    words = r"\s+".join(re.escape(word) for word in text.split())
    return re.compile(rf"(?<!{before}){words}(?!{after})", re.IGNORECASE)


def mentions_of(who):
    """Every column of every table that mentions them, by one query for each table."""
    found = []
    for model in apps.get_models():
        fields = text_fields(model)
        if not fields:
            continue
        for row in _rows_like(model, fields, who.needles):
            pk = row["pk"]
            texts = [Mention(model, pk, field.name, row[field.name]) for field in fields if row[field.name]]
            found += [mention for mention in texts if who.is_in(mention.text)]
    return found


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
    return rows.values("pk", *(field.name for field in fields))


def take_out(mentions, who):
    """Take them out of those columns from which a person is erased. Returns how many."""
    redacted = [mention for mention in mentions if mention.is_redacted]
    for mention in redacted:
        emptied = bool({mention.label, f"{mention.label}.{mention.field}"} & EMPTIED)
        value = who.taken_out_of(mention.value, emptied=emptied)
        longest = getattr(mention.model._meta.get_field(mention.field), "max_length", None)
        value = value[:longest] if longest and isinstance(value, str) else value
        mention.model._base_manager.filter(pk=mention.pk).update(**{mention.field: value})
    return len(redacted)
