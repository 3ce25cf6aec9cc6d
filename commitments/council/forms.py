"""The questions of a progress update. They ask and check; drafts.py keeps the answers."""

from datetime import date
from ipaddress import ip_address
from urllib.parse import urlsplit

from django import forms
from django.utils import timezone

from commitments.models import EvidenceKind, Stage
from localdigital.forms import DateField, QuestionForm
from signatories.signup.forms import long_text, text

MOST_EVIDENCE = 20
PRIVATE_DOMAINS = frozenset(
    {"localhost", "local", "localdomain", "internal", "intranet", "lan", "corp", "home", "arpa"}
)
# The day on which the Declaration was launched
FIRST_DAY = date(2018, 7, 4)


class ReportForm(QuestionForm):
    """How far a commitment is, and what was done."""

    hints = {
        "stage": {
            Stage.DELIVERED: "You have done what you said you would do",
            Stage.STOPPED: "You will not go on with it, and keep what there is",
        }
    }
    stage = forms.ChoiceField(
        label="What stage is it at?",
        choices=Stage.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select what stage it is at"},
    )
    delivered = forms.MultipleChoiceField(
        label="What has been delivered so far? (optional)",
        help_text="Select everything that is delivered by now, not only what is new",
        widget=forms.CheckboxSelectMultiple,
        required=False,
        error_messages={"invalid_choice": "Select what has been delivered from the list"},
    )
    reported_on = DateField(
        label="What date is this update for?",
        called="The date of the update",
        help_text="The day on which things stood like this. For example, 27 3 2026.",
        error_messages={"required": "Enter the date that this update is for"},
    )
    done = long_text(
        "What have you done?",
        "Enter what you have done",
        hint="Since your last update, or since you signed. Start a line with a hyphen to make a list.",
    )
    went_well = long_text("What went well? (optional)", "", rows=5, required=False)
    could_be_better = long_text(
        "What could have gone better? (optional)",
        "",
        rows=5,
        required=False,
        hint="Other councils learn from this. Do not name people.",
    )
    next_step = long_text("What is the next step? (optional)", "", rows=5, required=False)

    def __init__(self, *args, deliverables, **kwargs):
        super().__init__(*args, **kwargs)
        if deliverables:
            self.fields["delivered"].choices = [(str(one.pk), one.text) for one in deliverables]
        else:
            del self.fields["delivered"]

    def clean_reported_on(self):
        on = self.cleaned_data["reported_on"]
        if on > timezone.localdate():
            raise forms.ValidationError("The date of the update must be today or in the past")
        if on < FIRST_DAY:
            raise forms.ValidationError("The date of the update must be on or after 4 July 2018")
        return on


class WebAddressField(forms.URLField):
    """The address of a page that anyone can open: http or https, and nobody's name or password in it."""

    default_error_messages = {"private": "Enter a web address that anyone can open"}

    def clean(self, value):
        """The address, with https:// before it where nothing was."""
        address = super().clean(value)
        if address and not _opens_for_anyone(address):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        if address and not _is_public(urlsplit(address).hostname):
            raise forms.ValidationError(self.error_messages["private"], code="private")
        return address


def _opens_for_anyone(address):
    try:
        parts = urlsplit(address)
        return parts.scheme in ("http", "https") and "@" not in parts.netloc and parts.port != 0
    except ValueError:  # such as a port that is no number of one
        return False


def _is_public(host):
    """Whether a host is one of the internet: not this machine, nor one of somebody's own network."""
    try:
        return ip_address(host).is_global
    except ValueError:
        *parents, last = host.rstrip(".").split(".")
        return bool(parents) and last not in PRIVATE_DOMAINS and not last.isdigit()


class EvidenceForm(QuestionForm):
    """One link to evidence."""

    title = text("Title of the page or document", "Enter a title for the link")
    title.error_messages["max_length"] = "Title must be 200 characters or fewer"
    url = WebAddressField(
        label="Web address",
        help_text="A page that anyone can open. For example, https://www.example.gov.uk/chatbot-research",
        max_length=500,
        assume_scheme="https",
        error_messages={
            "required": "Enter a web address",
            "invalid": "Enter a web address in the correct format, like https://www.example.gov.uk/research",
            "max_length": "Web address must be 500 characters or fewer",
        },
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
    )
    kind = forms.ChoiceField(
        label="What kind of evidence is it?",
        choices=EvidenceKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select what kind of evidence it is"},
    )

    @property
    def is_blank(self):
        """Whether nothing was typed or chosen."""
        return not any(str(self.data.get(self.add_prefix(name)) or "").strip() for name in self.fields)


class WithdrawForm(QuestionForm):
    """Why a commitment is withdrawn."""

    heading_field = "reason"
    reason = long_text(
        "Why are you withdrawing this commitment?",
        "Enter why you are withdrawing it",
        length=2000,
        rows=5,
        hint="We publish this on the commitment’s page. Do not name people.",
    )
