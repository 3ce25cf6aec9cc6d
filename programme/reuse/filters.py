"""What a reader may ask of the outputs: words, a kind, a topic, where the councils that made them are."""

from django import forms
from django.db.models import Exists, OuterRef

from programme import plain_words
from programme.models import Output, OutputKind
from programme.plain_words import offered_by
from signatories.models.organisation import Region

TEXTS = ("title", "description")


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
    return plain_words.with_words(outputs, text, TEXTS, offered_by(Output))


def _of_kind(outputs, kind):
    return outputs.filter(kind=kind)


def _about(outputs, slug):
    through = Output.topics.through.objects
    return outputs.filter(Exists(through.filter(output=OuterRef("pk"), topic__slug=slug)))


def _from(outputs, region):
    through = Output.organisations.through.objects
    return outputs.filter(Exists(through.filter(output=OuterRef("pk"), organisation__region=region)))


FILTERS = {"q": with_words, "kind": _of_kind, "topic": _about, "region": _from}
