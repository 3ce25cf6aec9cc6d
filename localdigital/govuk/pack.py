"""Forms in pages: their fields and their error summary, by the crispy-forms template pack `govuk`."""

from crispy_forms.helper import FormHelper
from crispy_forms.utils import render_crispy_form
from django.template.loader import get_template
from markupsafe import Markup

from localdigital.govuk.components import error_target, summary_text


def fields(form):
    """A form's fields as GOV.UK components. The page writes the form tag, the CSRF field and the button."""
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    return Markup(render_crispy_form(form, helper))


def error_summary(form):
    """The GOV.UK error summary of a form, each error leading to its field; nothing when it has no errors."""
    if not form.errors:
        return ""
    # What is wrong with the whole form, or with a field that nobody sees, leads nowhere.
    problems = [{"text": summary_text(error)} for error in form.non_field_errors()]
    for name in _order(form):
        bound = form[name]
        if bound.errors:
            problem = {"text": summary_text(bound.errors[0])}
            problems.append(problem if bound.is_hidden else problem | {"href": f"#{error_target(bound)}"})
    return Markup(get_template("govuk/error_summary.html").render({"problems": problems}))


def _order(form):
    """The names of the fields from the top of the page to its bottom: what an option reveals comes below it."""
    reveals = getattr(form, "reveals", {})
    revealed = {name for options in reveals.values() for names in options.values() for name in names}
    for name in form.fields:
        if name not in revealed:
            yield name
            yield from (n for names in reveals.get(name, {}).values() for n in names if n in form.fields)
