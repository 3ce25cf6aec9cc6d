"""What an organisation says of every topic: it can help, it wants help, or neither."""

from django import forms

from localdigital.forms import QuestionForm
from programme.models import SupportOffer

NEITHER = "neither"
ANSWERS = [(NEITHER, "Neither"), *SupportOffer.Way.choices]


class SupportForm(QuestionForm):
    """One question a topic. The topics come with `way`, what was said before."""

    def __init__(self, *args, topics, **kwargs):
        super().__init__(*args, **kwargs)
        self.topics = {self._name(one): one.pk for one in topics}
        for one in topics:
            self.fields[self._name(one)] = forms.ChoiceField(
                label=one.title,
                choices=ANSWERS,
                required=False,
                initial=one.way or NEITHER,
                error_messages={"invalid_choice": f"Select what you say about {one.title}"},
                widget=forms.RadioSelect(attrs={"class": "govuk-radios--inline govuk-radios--small"}),
            )

    @staticmethod
    def _name(topic):
        return f"topic-{topic.pk}"

    @property
    def answers(self):
        """{id of the topic: what was said, or nothing}, of the topics that were on the page."""
        said = {name: value for name, value in self.cleaned_data.items() if value}
        return {self.topics[name]: "" if value == NEITHER else value for name, value in said.items()}
