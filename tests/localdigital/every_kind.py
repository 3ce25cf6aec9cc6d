"""A page with every kind of question, for the tests of the forms: not part of the register."""

from django import forms
from django.http import HttpResponse, JsonResponse
from django.template import engines
from django.urls import include, path

from localdigital.forms import DateField, QuestionForm


class EveryKind(QuestionForm):
    """Every kind of question that a page of the register may ask."""

    heading_field = "title"
    reveals = {"who": {"me": ["my_name"], "someone": ["their_name", "their_email", "their_story"]}}
    hints = {"who": {"me": "You may sign for your council"}}
    dividers = {"topics": {"none": "or"}}

    title = forms.CharField(
        label="What is it called?",
        max_length=20,
        help_text="A short name",
        error_messages={"required": "Enter a title", "max_length": "Title must be 20 characters or less"},
    )
    amount = forms.IntegerField(
        label="Amount", widget=forms.NumberInput(attrs={"prefix": "£", "class": "govuk-input--width-10"})
    )
    mission = forms.CharField(
        label="Mission", max_length=50, widget=forms.Textarea, error_messages={"required": "Enter a mission"}
    )
    notes = forms.CharField(label="Notes", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    council = forms.CharField(
        label="Council",
        help_text="Start typing its name",
        widget=forms.TextInput(attrs={"data-autocomplete-url": "/every-kind/names.json"}),
        error_messages={"required": "Enter a council"},
    )
    region = forms.ChoiceField(
        label="Region",
        choices=[("", "Choose a region"), ("w", "West <i>"), ("e", "East")],
        error_messages={"required": "Select a region"},
    )
    who = forms.ChoiceField(
        label="Who signs?",
        choices=[("me", "I do"), ("someone", "Someone else")],
        widget=forms.RadioSelect,
        error_messages={"required": "Select who signs"},
    )
    my_name = forms.CharField(label="Your name", error_messages={"required": "Enter your name"})
    their_name = forms.CharField(label="Their name", error_messages={"required": "Enter their name"})
    their_email = forms.EmailField(label="Their email address", error_messages={"required": "Enter their email"})
    their_story = forms.CharField(label="Their story", widget=forms.Textarea, required=False)
    topics = forms.MultipleChoiceField(
        label="Topics",
        choices=[("a", "Archives"), ("b", "Benefits"), ("none", "None of these")],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Select a topic"},
    )
    due_on = DateField(
        label="When is it due?",
        called="Due date",
        help_text="For example, 27 3 2027",
        error_messages={"required": "Enter a due date"},
    )
    agree = forms.BooleanField(label="I agree", error_messages={"required": "Select that you agree"})
    seen = forms.CharField(widget=forms.HiddenInput, required=False)


PAGE = """{% extends "base.html" %}
{% from "components/autocomplete.html" import autocomplete_script %}
{% from "govuk_frontend_jinja/components/button/macro.html" import govukButton %}
{% block title %}Every kind of question{% endblock %}
{% block content %}
<div class="govuk-grid-row"><div class="govuk-grid-column-two-thirds">
  {{ error_summary(form) }}
  <form method="post" novalidate>
    {{ csrf_input }}
    {{ crispy(form) }}
    {{ govukButton({"text": "Continue", "preventDoubleClick": true}) }}
  </form>
</div></div>
{% endblock %}
{% block scripts %}{{ autocomplete_script() }}{% endblock %}"""


def every_kind(request):
    """The page: on a good answer it says so."""
    form = EveryKind(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return HttpResponse(f"Thank you for {form.cleaned_data['council']}")
    return HttpResponse(engines["jinja2"].from_string(PAGE).render({"form": form}, request))


def names(request):
    """What the council's box suggests."""
    councils = [
        {"name": "Redditch Borough Council", "hint": "District council, West Midlands"},
        {"name": "Reading & <b>Borough</b> Council", "hint": "Unitary authority, South East"},
    ]
    query = request.GET["q"].lower()
    return JsonResponse({"results": [each for each in councils if query in each["name"].lower()]})


urlpatterns = [
    path("every-kind/", every_kind),
    path("every-kind/names.json", names),
    path("", include("localdigital.urls")),
]
