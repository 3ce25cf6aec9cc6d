"""What stands on the blank form for those that decide on paper: the questions of the sign-up, in its own words."""

from django.conf import settings

from localdigital.addresses import absolute, page_of
from localdigital.govuk.writing import date
from signatories.signup import forms

# Where what the page says is of no use on paper
HINTS = {
    "mission": "Your mission: what you want to achieve, and how.",
    "deliverables": "For example a framework, user research, code or case studies. One on each line.",
    "partners": "Only name partners that have agreed. One organisation on each line.",
}


def blank_form_of(declaration, principles):
    """A version of the Declaration as the template `form` wants it."""
    return {
        "title": f"Sign the {declaration.title} on paper",
        "service": settings.SERVICE_NAME,
        "declaration": {
            "title": declaration.title,
            "dated_on": date(declaration.dated_on),
            "read_at": page_of(declaration),
        },
        "principles": [{"number": one.number, "title": one.title, "summary": one.summary} for one in principles],
        "sign_at": absolute("sign_start"),
        "privacy_at": absolute("privacy"),
        "send_to": settings.CONTACT_EMAIL,
        "most_organisations": forms.MOST_ORGANISATIONS,
        "who_signs": forms.SignerForm.base_fields["who"].help_text,
        "questions": {
            name: _asked(form, name)
            for form, names in (
                (forms.TitleForm, ["title", "language"]),
                (forms.PrinciplesForm, ["principles"]),
                (forms.MissionForm, ["mission", "due_on"]),
                (forms.DeliverablesForm, ["deliverables"]),
                (forms.PartnersForm, ["partners"]),
                (forms.ImpactForm, ["impact"]),
            )
            for name in names
        },
    }


def _asked(form, name):
    field = form.base_fields[name]
    options = [str(words) for value, words in getattr(field, "choices", ()) if value] if name == "language" else []
    return {"label": str(field.label), "hint": HINTS.get(name, str(field.help_text)), "options": options}
