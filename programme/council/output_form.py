"""The questions about an output, and what may be chosen in them. They ask and check; programme/reuse/drafts.py keeps
the answers."""

from dataclasses import dataclass

from django import forms
from django.db.models import BooleanField, CharField, Exists, OuterRef, Q, Value
from django.db.models.functions import Cast

from commitments.council.forms import WebAddressField
from commitments.models import Adoption
from localdigital.forms import QuestionForm
from programme.models import Licence, Output, OutputKind, Topic
from signatories.models import Access, Organisation, Signatory
from signatories.signup.forms import long_text, text


@dataclass(frozen=True)
class Choice:
    """An organisation or a topic that can be chosen, whether it is, and whether the Person reports for it."""

    pk: int
    words: str
    is_chosen: bool
    is_mine: bool


@dataclass(frozen=True)
class Choices:
    """What can be chosen of an output."""

    organisations: list
    topics: list

    def chosen(self, name):
        """The ids that are chosen already."""
        return {one.pk for one in getattr(self, name) if one.is_chosen}


def choices_for(person, on, output=None):
    """The organisations that may offer an output (the Person's, those that it says, and those of its commitment) and
    the topics, in their orders: all by one query."""
    of_output = {"output": output.pk if output else None}
    mine = Access.objects.in_force(on).filter(person=person, organisation=OuterRef("pk"))
    bodies = Output.organisations.through.objects.filter(organisation=OuterRef("pk"), **of_output)
    topics = Output.topics.through.objects.filter(topic=OuterRef("pk"), **of_output)
    organisations = Organisation.objects.existing(on).annotate(mine=Exists(mine), said=Exists(bodies))
    may = Q(mine=True) | Q(said=True)
    if output and output.commitment_id:
        may |= Q(pk__in=_answering_for(output.commitment))
    rows = _rows("organisations", organisations.filter(may), "official_name", "said", "mine", "sort_name")
    topics = Topic.objects.annotate(said=Exists(topics), mine=Value(False, output_field=BooleanField()))
    rows = rows.union(_rows("topics", topics, "title", "said", "mine", "position"), all=True)
    found = {"organisations": [], "topics": []}
    for what, pk, words, said, is_mine, place in rows:
        found[what].append((int(place) if what == "topics" else place, words, Choice(pk, words, said, is_mine)))
    return Choices(**{what: [row[-1] for row in sorted(each, key=lambda row: row[:2])] for what, each in found.items()})


def _rows(what, queryset, words, said, mine, place):
    name = Cast(Value(what), CharField())
    return queryset.order_by().values_list(name, "pk", words, said, mine, Cast(place, CharField()))


def _answering_for(commitment):
    parts = Signatory.objects.filter(signature=commitment.signature_id, withdrawn_at=None).order_by()
    adoptions = Adoption.objects.filter(commitment=commitment).order_by()
    return parts.values("organisation").union(adoptions.values("organisation"))


class OutputForm(QuestionForm):
    """What others find, under which terms, and whose it is."""

    hints = {
        "kind": {
            OutputKind.CODE: "Source code that others can run or change",
            OutputKind.RESEARCH: "What you learned from users, suppliers or data",
            OutputKind.STANDARD: "How data or a service should be, so that others fit",
            OutputKind.PATTERN: "A form, page or service that works and can be copied",
            OutputKind.FRAMEWORK: "A way to decide or to buy, step by step",
            OutputKind.CASE_STUDIES: "What several councils did, and what came of it",
        },
        "licence": {Licence.NOT_STATED: "Others may not know whether they can use it"},
    }
    organisations = forms.MultipleChoiceField(
        label="Which organisations offer it?",
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Select which organisations offer it",
            "invalid_choice": "Select which organisations offer it",
        },
    )
    title = text("Title", "Enter a title", hint="In a few words. For example, Pattern for reporting a fault")
    kind = forms.ChoiceField(
        label="What kind of output is it?",
        choices=OutputKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select what kind of output it is"},
    )
    description = long_text(
        "What is it, and how can others use it?",
        "Enter what it is and how others can use it",
        length=3000,
        rows=6,
        hint="Say who it is for and what they need to use it. Do not name people.",
    )
    url = WebAddressField(
        label="Web address",
        help_text="Where anyone can open it. For example, https://www.example.gov.uk/fault-pattern",
        max_length=500,
        assume_scheme="https",
        error_messages={
            "required": "Enter a web address",
            "invalid": "Enter a web address in the correct format, like https://www.example.gov.uk/fault-pattern",
            "max_length": "Web address must be 500 characters or fewer",
        },
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
    )
    licence = forms.ChoiceField(
        label="Under which licence can others use it?",
        choices=Licence.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select under which licence others can use it"},
    )
    topics = forms.MultipleChoiceField(
        label="What is it about? (optional)",
        help_text="Others look for outputs by topic. Select all that apply.",
        widget=forms.CheckboxSelectMultiple,
        required=False,
        error_messages={"invalid_choice": "Select topics from the list"},
    )

    def __init__(self, *args, choices, **kwargs):
        super().__init__(*args, **kwargs)
        self.choices = choices
        for name in ("organisations", "topics"):
            self.fields[name].choices = [(str(one.pk), one.words) for one in getattr(choices, name)]
        if len(choices.organisations) < 2:
            del self.fields["organisations"]
        if not choices.topics:
            del self.fields["topics"]

    def clean_organisations(self):
        asked = {int(pk) for pk in self.cleaned_data["organisations"]}
        if not any(one.is_mine and one.pk in asked for one in self.choices.organisations):
            raise forms.ValidationError("Select at least one organisation that you report for")
        return asked

    @property
    def answers(self):
        """What was answered, with ids where something is chosen."""
        answers = dict(self.cleaned_data)
        answers["topics"] = {int(pk) for pk in answers.get("topics", ())}
        answers.setdefault("organisations", {one.pk for one in self.choices.organisations})
        return answers
