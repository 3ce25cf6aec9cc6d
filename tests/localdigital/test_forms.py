"""Questions on pages: how they are asked, what is said when an answer is wrong, and that nothing typed is lost."""

import datetime as dt
import re
from urllib.parse import urlencode

import pytest
from axe_playwright_python.sync_playwright import Axe
from django import forms
from django.core.validators import MinValueValidator
from django.http import QueryDict
from django.utils.html import format_html

from localdigital.forms import DateField, QuestionForm
from localdigital.govuk.pack import error_summary, fields
from localdigital.management.commands.build_frontend import build
from tests.html_validity import html_problems
from tests.localdigital.every_kind import EveryKind

GOOD = {
    "title": "Open maps",
    "amount": "5",
    "mission": "Share what we know",
    "council": "Redditch Borough Council",
    "region": "e",
    "who": "me",
    "my_name": "Ada",
    "topics": ["a", "b"],
    "due_on-day": "27",
    "due_on-month": "3",
    "due_on-year": "2027",
    "agree": "on",
}


def answered(**changes):
    """The form with good answers, apart from these."""
    return EveryKind(QueryDict(urlencode(GOOD | {k.replace("__", "-"): v for k, v in changes.items()}, doseq=True)))


class DueForm(QuestionForm):
    due_on = DateField(label="Due date", error_messages={"required": "Enter a due date"})


def due(day, month, year):
    """A form of one date, with this typed in its boxes."""
    return DueForm(QueryDict(urlencode({"due_on-day": day, "due_on-month": month, "due_on-year": year})))


def test_good_answers_are_taken():
    form = answered()
    assert form.is_valid(), form.errors
    assert form.cleaned_data["due_on"] == dt.date(2027, 3, 27)
    assert form.cleaned_data["topics"] == ["a", "b"]


def test_one_question_is_the_heading_of_its_page():
    html = fields(EveryKind())
    assert html.count("<h1") == 1
    assert re.search(
        r'<h1 class="govuk-label-wrapper">\s*<label class="govuk-label govuk-label--l" for="id_title">', html
    )


def test_a_legend_can_be_the_heading_of_its_page():
    class WhoForm(QuestionForm):
        heading_field = "who"
        who = forms.ChoiceField(label="Who signs?", choices=[("me", "I do")], widget=forms.RadioSelect)

    assert re.search(r'legend--l">\s*<h1 class="govuk-fieldset__heading">\s*Who signs\?', fields(WhoForm()))


def test_checkboxes_are_not_taken_for_radios():
    html = fields(EveryKind())
    assert re.search(r'name="topics" type="checkbox" value="a"', html)
    assert re.search(r'name="who" type="radio" value="me"', html)


def test_a_long_text_with_a_limit_counts_its_characters_and_is_never_cut():
    html = fields(answered(mission="x" * 80))
    assert 'data-maxlength="50"' in html
    assert " maxlength=" not in html
    assert "x" * 80 in html


def test_a_hint_and_an_error_describe_their_box():
    html = fields(answered(title=""))
    assert 'aria-describedby="id_title-hint id_title-error"' in html
    assert re.search(r'id="id_title-error".*?visually-hidden">Error:</span> Enter a title', html, re.DOTALL)


def test_what_was_typed_is_shown_again_and_escaped():
    html = fields(answered(title="<b>bold</b> and far too long to be taken"))
    assert 'value="&lt;b&gt;bold&lt;/b&gt; and far too long to be taken"' in html


def test_choices_are_escaped():
    assert "West &lt;i&gt;" in fields(EveryKind())


def test_a_text_below_an_option_keeps_its_lines_as_they_were_typed():
    html = fields(answered(who="someone", their_story="one\r\n  two\n\nthree"))
    assert ">one&#10;  two&#10;&#10;three</textarea>" in html


def test_the_summary_leads_to_the_first_box_of_each_wrong_answer():
    summary = error_summary(EveryKind(QueryDict("who=someone&due_on-day=1&due_on-year=2027")))
    assert re.findall(r'href="#([^"]+)">([^<]+)<', summary) == [
        ("id_title", "Enter a title"),
        ("id_amount", "This field is required."),
        ("id_mission", "Enter a mission"),
        ("id_council", "Enter a council"),
        ("id_region", "Select a region"),
        ("id_their_name", "Enter their name"),
        ("id_their_email", "Enter their email"),
        ("id_topics", "Select a topic"),
        ("id_due_on-month", "Due date must include a month"),
        ("id_agree", "Select that you agree"),
    ]


def test_every_link_of_the_summary_leads_to_something_on_the_page():
    form = EveryKind(QueryDict("who=someone"))
    targets = re.findall(r'href="#([^"]+)"', error_summary(form))
    html = fields(form)
    assert len(targets) == 10
    assert all(f'id="{target}"' in html for target in targets)


def test_without_errors_there_is_no_summary():
    assert error_summary(EveryKind()) == ""
    assert error_summary(answered()) == ""


def test_an_error_of_the_whole_form_is_said_without_a_link():
    form = answered()
    form.add_error(None, "This council has <signed> already")
    summary = error_summary(form)
    assert "This council has &lt;signed&gt; already" in summary
    assert "href" not in summary


def test_an_error_may_hold_a_link_beside_its_field_but_not_in_the_summary():
    form = answered()
    form.add_error("council", format_html('Already signed: <a href="{}">see it</a>', "/signatures/X/"))
    assert 'href="/signatures/X/"' in fields(form)
    assert ">Already signed: see it<" in error_summary(form)


def test_only_what_belongs_to_the_chosen_option_counts():
    form = answered(who="me", my_name="", their_email="not an address")
    assert not form.is_valid()
    assert list(form.errors) == ["my_name"]
    form = answered(who="someone", my_name="Ada", their_name="Grace", their_email="grace@example.com")
    assert form.is_valid(), form.errors
    assert form.cleaned_data["my_name"] == ""
    assert form.cleaned_data["their_email"] == "grace@example.com"


def test_what_an_option_reveals_is_shown_once_below_it():
    html = fields(answered(who="someone"))
    assert html.count('name="their_email"') == 1
    assert 'class="govuk-radios__conditional" id="conditional-id_who-2"' in html
    assert 'class="govuk-radios__conditional govuk-radios__conditional--hidden" id="conditional-id_who"' in html


def test_an_option_has_its_hint_and_the_last_one_its_divider():
    html = fields(EveryKind())
    assert "You may sign for your council" in html
    assert re.search(r'checkboxes__divider">or</div>.*value="none" data-behaviour="exclusive"', html, re.DOTALL)


def test_characters_that_cannot_be_seen_or_stored_are_taken_out():
    form = answered(title="Op\x00en\u202e\x1b maps", mission="one\r\ntwo\x07", their_story="\ud7ff")
    assert form.is_valid(), form.errors
    assert form.cleaned_data["title"] == "Open maps"
    assert form.cleaned_data["mission"] == "one\ntwo"


def test_a_line_break_in_a_short_text_becomes_a_space():
    form = answered(title="Open\r\nmaps")
    assert form.is_valid(), form.errors
    assert form.cleaned_data["title"] == "Open maps"


def test_a_line_break_counts_as_one_character():
    assert answered(mission="\r\n".join(["x"] * 25)).is_valid()


def test_a_text_over_its_limit_is_refused_in_plain_words():
    form = answered(mission="x" * 51, title="100% " * 5)
    assert form.errors["mission"] == ["Mission must be 50 characters or less"]
    assert form.errors["title"] == ["Title must be 20 characters or less"]


def test_a_wrong_address_is_refused_in_plain_words():
    form = answered(who="someone", their_name="Grace", their_email="grace")
    assert form.errors["their_email"] == ["Enter an email address in the correct format, like name@example.com"]


def test_a_choice_that_was_not_offered_is_refused():
    assert answered(region="<script>").errors["region"] == ["Select one of the options"]


@pytest.mark.parametrize("month", ["3", "03", "March", "mar", "MARCH", " march "])
def test_a_month_may_be_a_number_or_a_name(month):
    form = due("9", month, "2027")
    assert form.is_valid(), form.errors
    assert form.cleaned_data["due_on"] == dt.date(2027, 3, 9)


@pytest.mark.parametrize(
    ("parts", "error", "target"),
    [
        (("", "", ""), "Enter a due date", "day"),
        (("", "3", "2027"), "Due date must include a day", "day"),
        (("9", "", "2027"), "Due date must include a month", "month"),
        (("9", "3", ""), "Due date must include a year", "year"),
        (("9", "", ""), "Due date must include a month and year", "month"),
        (("", "3", ""), "Due date must include a day and year", "day"),
        (("9", "3", "27"), "Year must include 4 numbers", "year"),
        (("9", "3", "02027"), "Year must include 4 numbers", "year"),
        (("31", "2", "2027"), "Due date must be a real date", "day"),
        (("9", "Marzo", "2027"), "Due date must be a real date", "day"),
        (("0", "0", "0000"), "Due date must be a real date", "day"),
        (("-9", "3", "2027"), "Due date must be a real date", "day"),
        (("1e1", "3", "2027"), "Due date must be a real date", "day"),
        (("9" * 5000, "3", "2027"), "Due date must be a real date", "day"),
        (("²", "3", "2027"), "Due date must be a real date", "day"),
    ],
)
def test_a_wrong_date_is_explained(parts, error, target):
    form = due(*parts)
    assert form.errors["due_on"] == [error]
    assert f'href="#id_due_on-{target}"' in error_summary(form)


def test_a_wrong_date_is_shown_as_it_was_typed_and_its_wrong_part_marked():
    html = fields(due("9", "Marzo", "27"))
    assert 'value="Marzo"' in html
    assert re.findall(r'govuk-input--error" id="([^"]+)"', html) == ["id_due_on-year"]


def test_a_date_that_is_there_already_fills_its_boxes():
    html = fields(DueForm(initial={"due_on": dt.date(2027, 3, 9)}))
    assert re.findall(r'name="due_on-\w+" type="text" value="(\d+)"', html) == ["9", "3", "2027"]


def test_a_date_that_is_not_needed_may_be_left_out():
    class MaybeForm(QuestionForm):
        due_on = DateField(label="Due date", required=False)

    form = MaybeForm(QueryDict(""))
    assert form.is_valid()
    assert form.cleaned_data["due_on"] is None


def test_a_date_goes_through_its_validators():
    class LaterForm(QuestionForm):
        due_on = DateField(
            label="Due date", validators=[MinValueValidator(dt.date(2027, 1, 1), "Due date must be in the future")]
        )

    form = LaterForm({"due_on-day": "1", "due_on-month": "1", "due_on-year": "2020"})
    assert form.errors["due_on"] == ["Due date must be in the future"]


def test_only_a_date_that_changed_counts_as_changed():
    data = {"due_on-day": "9", "due_on-month": "3", "due_on-year": "2027"}
    assert not DueForm(data, initial={"due_on": dt.date(2027, 3, 9)}).has_changed()
    assert DueForm(data, initial={"due_on": dt.date(2027, 3, 8)}).has_changed()


def test_attributes_of_a_widget_reach_its_box():
    class NameForm(QuestionForm):
        name = forms.CharField(
            label="Name",
            widget=forms.TextInput(
                attrs={"autocomplete": "name", "spellcheck": "false", "class": "govuk-input--width-20", "data-x": "1"}
            ),
        )

    html = fields(NameForm())
    assert 'class="govuk-input govuk-input--width-20"' in html
    assert 'spellcheck="false"' in html
    assert 'autocomplete="name"' in html
    assert 'data-x="1"' in html


# ---- As a page


@pytest.fixture
def _built():
    build(if_missing=True, with_test_tools=True, say=lambda step: None)


@pytest.mark.urls("tests.localdigital.every_kind")
@pytest.mark.usefixtures("_built")
def test_a_page_with_every_kind_of_question_is_valid_html(client):
    empty = client.get("/every-kind/")
    wrong = client.post("/every-kind/", {"who": "someone", "due_on-day": "40"})
    assert "<title>Every kind of question" in empty.content.decode()
    assert "<title>Error: Every kind of question" in wrong.content.decode()
    assert html_problems(empty.content) == []
    assert html_problems(wrong.content) == []


@pytest.fixture
def every_kind(live_server, page, _built, transactional_db):
    """The page in a browser, and what its console complains of (the policy against inline scripts among it)."""
    complaints = []
    page.on("console", lambda message: message.type in ("error", "warning") and complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{live_server.url}/every-kind/")
    yield page
    assert complaints == []


@pytest.mark.browser
@pytest.mark.urls("tests.localdigital.every_kind")
@pytest.mark.parametrize("width", [320, 1280])
def test_every_kind_of_question_passes_axe_empty_and_wrong(every_kind, width):
    every_kind.set_viewport_size({"width": width, "height": 900})
    assert Axe().run(every_kind).response["violations"] == []
    every_kind.get_by_label("Someone else").check()
    every_kind.get_by_role("button", name="Continue").click()
    every_kind.get_by_role("alert").get_by_text("There is a problem").wait_for()
    assert Axe().run(every_kind).response["violations"] == []
    assert every_kind.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.browser
@pytest.mark.urls("tests.localdigital.every_kind")
def test_a_council_is_found_by_keyboard(every_kind):
    box = every_kind.get_by_role("combobox", name="Council")
    box.fill("re")
    every_kind.get_by_role("option", name="Redditch Borough Council").wait_for()
    # Its hint goes on describing the box when the component has drawn it.
    assert "id_council-hint" in box.get_attribute("aria-describedby")
    assert every_kind.get_by_role("option", name="Reading & <b>Borough</b> Council").is_visible()
    assert Axe().run(every_kind).response["violations"] == []
    every_kind.keyboard.press("ArrowDown")
    every_kind.keyboard.press("Enter")
    assert box.input_value() == "Redditch Borough Council"
    assert box.get_attribute("name") == "council"


@pytest.mark.browser
@pytest.mark.urls("tests.localdigital.every_kind")
def test_a_council_that_nobody_knows_can_be_typed_all_the_same(every_kind):
    box = every_kind.get_by_role("combobox", name="Council")
    box.fill("Trumpton")
    every_kind.get_by_text("No results found").wait_for()
    every_kind.keyboard.press("Tab")
    assert box.input_value() == "Trumpton"


@pytest.mark.browser
@pytest.mark.urls("tests.localdigital.every_kind")
def test_an_option_shows_what_belongs_to_it(every_kind):
    assert not every_kind.get_by_label("Their name").is_visible()
    every_kind.get_by_label("Someone else").check()
    assert every_kind.get_by_label("Their name").is_visible()
