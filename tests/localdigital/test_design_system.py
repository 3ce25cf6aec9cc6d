"""The Design System's components, made by our own page environment, are those that GOV.UK publishes."""

import html.parser
import json
from timeit import timeit

import pytest
from django.conf import settings
from django.template import engines
from jinja2 import PackageLoader, UndefinedError

from localdigital.govuk.macros import UnknownParameterError
from localdigital.management.commands.build_frontend import build

PACKAGE = settings.BASE_DIR / "static" / "node_modules" / "govuk-frontend" / "dist" / "govuk" / "components"
MACROS = PackageLoader("govuk_frontend_jinja")
COMPONENTS = sorted({name.split("/")[1] for name in MACROS.list_templates() if name.startswith("components/")})


@pytest.fixture(scope="module", autouse=True)
def _front_end():
    build(if_missing=True, with_test_tools=True, say=lambda step: None)


class Reader(html.parser.HTMLParser):
    """HTML as a list of tags with sorted attributes, and texts without needless spaces."""

    def __init__(self, text):
        super().__init__()
        self.parts = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        tidy = sorted((name, " ".join((value or "").split())) for name, value in attrs)
        self.parts.append((tag, tidy))

    def handle_endtag(self, tag):
        self.parts.append(f"</{tag}>")

    def handle_data(self, data):
        text = " ".join(data.split())
        if text:
            if self.parts and isinstance(self.parts[-1], str) and not self.parts[-1].startswith("</"):
                self.parts[-1] += f" {text}"
            else:
                self.parts.append(text)


def rendered(source, **context):
    """A piece of template as a page would render it."""
    return engines["jinja2"].from_string(source).render(context)


def macro_name(component):
    """govukDateInput for date-input."""
    return "govuk" + "".join(word.capitalize() for word in component.split("-"))


def component_template(component):
    """A piece of template that calls a component's macro with `params`."""
    macro = macro_name(component)
    return engines["jinja2"].from_string(
        f'{{% from "govuk_frontend_jinja/components/{component}/macro.html" import {macro} %}}{{{{ {macro}(params) }}}}'
    )


def official_examples(component):
    """The examples that the Design System publishes for one component."""
    examples = json.loads((PACKAGE / component / "fixtures.json").read_text())["fixtures"]
    if component == "file-upload":
        for example in examples:
            # One example still gives a parameter that the component no longer has.
            example["options"].pop("value", None)
    return examples


def test_every_official_component_has_its_macro():
    assert sorted(path.parent.name for path in PACKAGE.glob("*/fixtures.json")) == COMPONENTS
    assert sum(len(official_examples(component)) for component in COMPONENTS) == 657


@pytest.mark.parametrize("component", COMPONENTS)
def test_a_component_is_made_as_the_official_examples_are(component):
    template = component_template(component)
    for example in official_examples(component):
        made = template.render({"params": example["options"]})
        assert Reader(made).parts == Reader(example["html"]).parts, f"{component}: {example['name']}"


@pytest.mark.parametrize("component", COMPONENTS)
def test_a_parameter_that_a_component_does_not_have_is_an_error(component):
    template = component_template(component)
    for example in official_examples(component):
        with pytest.raises(UnknownParameterError, match="'clases'"):
            template.render({"params": example["options"] | {"clases": "govuk-!-margin-top-6"}})


@pytest.mark.parametrize(
    ("component", "params"),
    [
        ("input", {"name": "title", "label": {"txt": "Title"}}),
        ("radios", {"name": "who", "items": [{"value": "me", "text": "I do", "cheked": True}]}),
        ("radios", {"name": "who", "items": [], "fieldset": {"legend": {"text": "Who", "clases": "x"}}}),
        ("summary-list", {"rows": [{"key": {"text": "A"}, "value": {"text": "B"}, "action": {}}]}),
        ("error-summary", {"titleText": "There is a problem", "errorList": [{"text": "A", "link": "#a"}]}),
    ],
)
def test_a_parameter_misspelt_further_down_is_an_error_too(component, params):
    with pytest.raises(UnknownParameterError):
        component_template(component).render({"params": params})


def test_attributes_may_have_any_name():
    params = {"text": "Save", "attributes": {"data-anything": "1"}}
    assert 'data-anything="1"' in component_template("button").render({"params": params})


def test_a_parameter_left_out_is_quiet():
    assert "<button" in component_template("button").render({"params": {"text": "Save"}})


def test_a_macro_can_be_called_with_a_body():
    source = """{% from "govuk_frontend_jinja/components/fieldset/macro.html" import govukFieldset %}
    {% call govukFieldset({"legend": {"text": "Who"}}) %}<p>inside</p>{% endcall %}"""
    assert "<p>inside</p>" in rendered(source)


@pytest.mark.parametrize("source", ["{{ mispelt }}", "{% if mispelt %}{% endif %}", "{{ thing.mispelt }}"])
def test_a_misspelt_name_in_one_of_our_templates_is_an_error(source):
    with pytest.raises(UndefinedError, match="mispelt"):
        rendered(source, thing={"spelt": 1})


def test_a_misspelt_name_given_to_a_macro_is_an_error():
    with pytest.raises(UndefinedError, match="mispelt"):
        rendered(
            """{% from "govuk_frontend_jinja/components/button/macro.html" import govukButton %}
            {{ govukButton({"text": mispelt}) }}"""
        )


def test_what_a_macro_is_given_as_text_is_escaped():
    assert "&lt;b&gt;" in component_template("button").render({"params": {"text": "<b>"}})


def test_the_checks_cost_next_to_nothing():
    template = component_template("button")
    component = engines["jinja2"].env.get_template("govuk_frontend_jinja/components/button/macro.html")
    params = {"text": "Save", "attributes": {"data-a": "1"}, "classes": "govuk-button--secondary"}
    template.render({"params": params})
    checking = timeit(lambda: component._check("govukButton", params), number=500)
    rendering = timeit(lambda: template.render({"params": params}), number=500)
    assert checking < rendering / 4
