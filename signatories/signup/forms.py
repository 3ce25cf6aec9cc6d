"""The questions of the sign-up. They ask and check; signup/views.py acts."""

import re
from datetime import timedelta

from django import forms
from django.utils import timezone

from commitments.models import Language
from localdigital.forms import AddressField, DateField, QuestionForm
from signatories.models import Principle

MOST_ORGANISATIONS = 20
MOST_COMMITMENTS = 20
MOST_DELIVERABLES = 30
MOST_PARTNERS = 60


def no_address(value):
    """A name or job title goes into an email to someone who did not ask for it: it must not carry a web address."""
    if re.search(r"://|@|(?i:www\.)|[\w-]\.(?:[a-z]{2,}|COM|NET|ORG|UK|IO)\b", value):
        raise forms.ValidationError("Names and job titles must not include a web or email address")


def text(label, missing, *, length=200, hint="", autocomplete="", **kwargs):
    """One line of text with its error messages."""
    attrs = {"autocomplete": autocomplete} if autocomplete else {}
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=length,
        error_messages={"required": missing, "max_length": f"{label} must be {length} characters or fewer"},
        widget=forms.TextInput(attrs=attrs),
        **kwargs,
    )


def long_text(label, missing, *, length=5000, hint="", rows=8, **kwargs):
    """Several paragraphs of text, with a count of the characters left."""
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=length,
        error_messages={"required": missing, "max_length": f"Your answer must be {length:,} characters or fewer"},
        widget=forms.Textarea(attrs={"rows": rows}),
        **kwargs,
    )


class OrganisationForm(QuestionForm):
    """Which organisation is signing: a name, and when that is not clear, one of the candidates."""

    heading_field = "organisation"
    organisation = text(
        "Which organisation is signing?",
        "Enter the name of the organisation",
        hint="Start typing its name. If several organisations sign one declaration together, "
        "you can add the others afterwards.",
        autocomplete="off",
    )

    def __init__(self, *args, suggestions_url, another=False, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["organisation"]
        field.widget.attrs["data-autocomplete-url"] = suggestions_url
        if another:
            self.heading_field = None
            field.label = "Add another organisation (optional)"
            field.help_text = "Only if it signs this same declaration"


class CandidateForm(forms.Form):
    """Which of the organisations found: a code, posted by one of the buttons in the list."""

    code = forms.CharField(max_length=20)


class NotListedForm(QuestionForm):
    """An organisation that the register does not know yet."""

    name = text(
        "Full name of the organisation",
        "Enter the full name of the organisation",
        hint="As it should appear on the register",
        autocomplete="organization",
        validators=[no_address],
    )
    website = forms.URLField(
        label="Website",
        help_text="For example, https://www.example.gov.uk. The delivery team uses it to check that the organisation "
        "provides local public services.",
        max_length=300,
        assume_scheme="https",
        error_messages={
            "required": "Enter the organisation’s website",
            "invalid": "Enter a website in the correct format, like https://www.example.gov.uk",
            "max_length": "Website must be 300 characters or fewer",
        },
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "url", "spellcheck": "false"}),
    )


class SignerForm(QuestionForm):
    """Who signs for one organisation: the preparer, someone already named in this document, or someone else."""

    heading_field = "who"
    reveals = {
        "who": {
            "me": ["my_name", "my_job_title"],
            "someone": ["their_name", "their_job_title", "their_email"],
        }
    }
    who = forms.ChoiceField(
        widget=forms.RadioSelect,
        help_text="This must be someone with the authority to commit the organisation, "
        "such as its chief executive, its leader or a director. "
        "Their name and job title are published. Their email address is not.",
    )
    my_name = text("Your full name", "Enter your full name", autocomplete="name", validators=[no_address])
    my_job_title = text(
        "Your job title", "Enter your job title", autocomplete="organization-title", validators=[no_address]
    )
    their_name = text("Their full name", "Enter their full name", autocomplete="off", validators=[no_address])
    their_job_title = text("Their job title", "Enter their job title", autocomplete="off", validators=[no_address])
    their_email = AddressField(
        label="Their work email address",
        help_text="We’ll email them a link to read and sign the declaration",
        max_length=254,
        error_messages={
            "required": "Enter their work email address",
            "invalid": "Enter an email address in the correct format, like name@example.gov.uk",
            "max_length": "Email address must be 254 characters or fewer",
        },
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args, organisation, others=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["who"].label = f"Who signs for {organisation.official_name}?"
        self.fields["who"].error_messages["required"] = f"Select who signs for {organisation.official_name}"
        same = [(f"same-{one.pk}", f"{one.signer_name}, {one.signer_job_title}") for one in others]
        self.fields["who"].choices = [("me", "I do"), *same, ("someone", "Someone else")]


class TitleForm(QuestionForm):
    """A commitment's title."""

    heading_field = "title"
    title = text(
        "What is the title of this commitment?",
        "Enter a title",
        hint="A short phrase that tells it from other commitments. "
        "For example, ‘A common approach to chatbots for council services’.",
    )
    title.error_messages["max_length"] = "Title must be 200 characters or fewer"
    language = forms.ChoiceField(
        label="Which language will you write it in?",
        choices=Language.choices,
        initial=Language.ENGLISH,
        required=False,
        widget=forms.RadioSelect,
    )

    def clean_title(self):
        """The title, without the bullet of a list that it was pasted from."""
        return re.sub(BULLET, "", self.cleaned_data["title"])


class PrinciplesField(forms.ModelMultipleChoiceField):
    """Principles by their ids."""

    def clean(self, value):
        """The principles; a number too big for the database to compare is none of them."""
        if any(len(str(one)) > 9 for one in value or ()):
            raise forms.ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return super().clean(value)


class PrinciplesForm(QuestionForm):
    """Which principles a commitment serves."""

    heading_field = "principles"
    principles = PrinciplesField(
        label="Which principles of the Declaration does it serve?",
        help_text="Select all that apply",
        queryset=Principle.objects.all(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Select at least one principle",
            "invalid_choice": "Select principles from the list",
            "invalid_pk_value": "Select principles from the list",
        },
    )


class MissionForm(QuestionForm):
    """What will be done, and by when."""

    mission = long_text(
        "What will you do?",
        "Enter what you will do",
        hint="Your mission: what you want to achieve, and how. Start a line with a hyphen to make a list.",
    )
    due_on = DateField(
        label="By when?",
        called="Due date",
        help_text="Most missions take up to a year. For example, 27 3 2027.",
        error_messages={"required": "Enter a due date"},
    )

    def clean_due_on(self):
        due_on, today = self.cleaned_data["due_on"], timezone.localdate()
        if due_on <= today:
            raise forms.ValidationError("Due date must be in the future")
        if due_on > today + timedelta(days=3660):
            raise forms.ValidationError("Due date must be within the next 10 years")
        return due_on


# What word processors put before the items of a list; their "o" is one only before a tab
BULLET = r"^\s*(?:[•·▪◦‣*–—-]|o(?=\t)|\d{1,2}[.)])\s+"


def lines(value):
    """The lines of a pasted list, without bullets, numbers and blank lines, each once."""
    stripped = (re.sub(BULLET, "", line).strip() for line in value.splitlines())
    return list(dict.fromkeys(line for line in stripped if line))


def checked_lines(value, *, most, too_many, length, too_long):
    """The `lines` of a pasted list, `most` at the most and each of that length; else an error in those words."""
    items = lines(value)
    if len(items) > most:
        raise forms.ValidationError(f"Enter {most} {too_many} or fewer, one on each line")
    if any(len(item) > length for item in items):
        raise forms.ValidationError(f"{too_long} must be {length} characters or fewer")
    return items


class DeliverablesForm(QuestionForm):
    """What a commitment will produce, one a line."""

    heading_field = "deliverables"
    deliverables = long_text(
        "What will it produce?",
        "Enter at least one thing that it will produce",
        length=10_000,
        hint="Put each deliverable on its own line, for example a framework, user research, code or case studies",
    )

    def clean_deliverables(self):
        items = checked_lines(
            self.cleaned_data["deliverables"],
            most=MOST_DELIVERABLES,
            too_many="deliverables",
            length=500,
            too_long="Each deliverable",
        )
        if not items:
            raise forms.ValidationError("Enter at least one thing that it will produce")
        return items


class PartnersForm(QuestionForm):
    """Whom a commitment is shared with, one a line."""

    heading_field = "partners"
    partners = long_text(
        "Who are your partners? (optional)",
        "",
        length=10_000,
        required=False,
        hint="Only name partners that have agreed. Put each organisation on its own line, or separate them "
        "with semicolons. You’ll be able to check how we understood each name.",
    )

    def clean_partners(self):
        return checked_lines(
            self.cleaned_data["partners"].replace(";", "\n"),
            most=MOST_PARTNERS,
            too_many="partners",
            length=200,
            too_long="Each partner’s name",
        )


class ImpactForm(QuestionForm):
    """What difference a commitment makes, and for whom."""

    heading_field = "impact"
    impact = long_text(
        "What difference will it make, and for whom?",
        "Enter the difference that it will make",
        hint="The impact you expect, and the people who will notice it: residents, businesses, officers or others",
    )


class DeclineForm(QuestionForm):
    """Why a signer declines."""

    heading_field = "reason"
    reason = long_text(
        "Why are you declining to sign?",
        "Enter why you are declining to sign",
        length=2000,
        rows=5,
        hint="We’ll send this to the person who prepared the declaration, so that they know what to change",
    )


class PartnerMeaningForm(QuestionForm):
    """For each unclear partner's name, which organisation it means, or none of them."""

    def __init__(self, *args, unclear, **kwargs):
        super().__init__(*args, **kwargs)
        self.unclear = unclear
        for partner, candidates in unclear:
            self.fields[f"partner-{partner.pk}"] = forms.ChoiceField(
                label=f"Which organisation is ‘{partner.name}’?",
                choices=[*((one.code, one.official_name) for one in candidates), ("none", "None of these")],
                widget=forms.RadioSelect,
                error_messages={"required": f"Select which organisation ‘{partner.name}’ is, or none of these"},
            )

    def meanings(self):
        """Each partner with the organisation that was chosen for it, or None."""
        for partner, candidates in self.unclear:
            code = self.cleaned_data[f"partner-{partner.pk}"]
            yield partner, next((one for one in candidates if one.code == code), None)
