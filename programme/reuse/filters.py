"""What a reader may ask of the outputs: words, a kind, a topic, where the councils that made them are."""

import re

from django import forms
from django.db.models import Exists, OuterRef, Q

from commitments.matching import MOST_WORDS, words_of
from programme.models import Output, OutputKind
from signatories.models.organisation import Region


class ReuseForm(forms.Form):
    """The filters of the page. Whether there is such a topic is seen when the topics are read."""

    q = forms.CharField(label="Search", max_length=200, required=False)
    kind = forms.ChoiceField(label="Kind", choices=[("", "All"), *OutputKind.choices], required=False)
    topic = forms.SlugField(label="Topic", max_length=80, required=False)
    region = forms.ChoiceField(label="Region", choices=[("", "All"), *Region.choices], required=False)

    @property
    def asked(self):
        """What was asked for, by name; call `is_valid` first."""
        return {name: value for name, value in self.cleaned_data.items() if value}


def narrowed(outputs, asked, *, without=None):
    """The outputs that fit all that was asked, but for the filter of that name."""
    for name, value in asked.items():
        if name != without:
            outputs = FILTERS[name](outputs, value)
    return outputs


def with_words(outputs, text):
    """Those that have all of these words, in title, description or the names of who offers them; all without words."""
    if not text.strip():
        return outputs
    words = _beginnings(text)
    for word in words:
        named = Output.organisations.through.objects.filter(organisation__official_name__icontains=word)
        found = Q(title__icontains=word) | Q(description__icontains=word)
        outputs = outputs.filter(found | Exists(named.filter(output=OuterRef("pk"))))
    return outputs if words else outputs.none()


def _beginnings(text):
    """What words that mean the same begin with, for each word of a text: "stud" of "studies", for "study" too."""
    typed = re.findall(r"[^\W_]+", text.lower())
    if not text.isascii():  # stems have no accents, what is looked through has
        return typed[:MOST_WORDS]
    return [stem[:-1] if _has_become_i(stem, typed) else stem for stem in words_of(text)]


def _has_become_i(stem, typed):
    ends = [word for word in typed if word.startswith(stem[:-1]) and word.endswith(("y", "ies"))]
    return stem.endswith("i") and bool(ends)


def _of_kind(outputs, kind):
    return outputs.filter(kind=kind)


def _about(outputs, slug):
    through = Output.topics.through.objects
    return outputs.filter(Exists(through.filter(output=OuterRef("pk"), topic__slug=slug)))


def _from(outputs, region):
    through = Output.organisations.through.objects
    return outputs.filter(Exists(through.filter(output=OuterRef("pk"), organisation__region=region)))


FILTERS = {"q": with_words, "kind": _of_kind, "topic": _about, "region": _from}
