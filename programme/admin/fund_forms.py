"""The forms in which editors write down a round of the fund, its rules, and a funded project."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from commitments.admin.paper import PartnerForm
from commitments.models import Commitment
from localdigital.forms import for_ever
from programme.models import FundProject, FundRound, Phase, ProjectPart, RoundRule, RuleKind
from programme.models.funding import NUMBERED
from signatories.models.organisation import Nation, OrganisationType
from signatories.models.partial_date import Precision

# The kinds of rule that have a field
OF_KINDS = {
    "number": NUMBERED,
    "types": (RuleKind.LEAD_IS,),
    "nations": (RuleKind.LEAD_IS,),
    "rounds": (RuleKind.FUNDED_BEFORE,),
}
# What stands at the place of a round's name in other addresses of the fund
TAKEN = {"projects", "eligibility"}
is_address = URLValidator(schemes=["http", "https"], message="Enter one web address a line, like https://www.gov.uk/")


def several(choices, **options):
    """A field of checkboxes whose answer is a list."""
    boxes = forms.CheckboxSelectMultiple(attrs={"class": "app-columns"})
    return forms.MultipleChoiceField(choices=choices, required=False, widget=boxes, **options)


class AwardedForm(forms.ModelForm):
    """What rounds and projects have in common: when awarded, and where the facts come from."""

    def clean_slug(self):
        """An address that is free."""
        slug = self.cleaned_data["slug"]
        if slug in TAKEN:
            raise ValidationError("This address has another page of the fund")
        return slug

    def clean_sources(self):
        """One web address a line."""
        lines = self.cleaned_data["sources"].split()
        for line in lines:
            is_address(line)
        return "\n".join(lines)

    def clean(self):
        """A date alone is a whole date; a precision alone means nothing."""
        answers = super().clean()
        on, precision = answers.get("awarded_on"), answers.get("awarded_precision")
        if on and precision == Precision.UNKNOWN:
            answers["awarded_precision"] = Precision.DAY
        elif not on and "awarded_on" not in self.errors and precision not in (None, Precision.UNKNOWN):
            self.add_error("awarded_on", "Enter the date, or say that it is not known")
        return answers


class RoundForm(AwardedForm):
    """One round of the fund."""

    apply_url = forms.URLField(label="Web address to apply at", required=False, max_length=500, assume_scheme="https")
    phases = several(Phase.choices, label="Phases funded")

    class Meta:
        model = FundRound
        fields = [
            "name", "slug", "position", "is_public", "summary", "opens_at", "closes_at", "awarded_on",
            "awarded_precision", "available_gbp", "smallest_award_gbp", "largest_award_gbp", "phases", "how_to_apply",
            "apply_url", "awarded_gbp", "projects_awarded", "applications", "notes", "sources",
        ]  # fmt: skip
        labels = {
            "position": "Order",
            "is_public": "Shown to the public",
            "awarded_precision": "What is known of that date",
            "available_gbp": "Money in all, in pounds",
            "smallest_award_gbp": "Smallest award, in pounds",
            "largest_award_gbp": "Largest award, in pounds",
            "awarded_gbp": "Total awarded, in pounds",
        }
        help_texts = {
            "slug": "The end of its public address. It stays as it is.",
            "position": "The round with the highest number comes first.",
            "opens_at": "UK time. A round is open, closed or awarded by these dates: nobody has to say so.",
            "closes_at": "UK time, like 17:00",
            "awarded_on": "Where only the month or the year is known, enter its first day and say so below.",
            "awarded_gbp": "As it was announced. Leave empty what was not published.",
            "projects_awarded": "As it was announced",
            "applications": "How many there were, in words",
            "summary": "Markdown. One or two sentences.",
            "how_to_apply": "Markdown: ## for a heading, - for a list, [words](address) for a link",
            "notes": "Markdown. What a reader of the figures must know.",
            "sources": "One web address a line",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in {"opens_at", "closes_at"} & self.fields.keys():
            # Two boxes each, to which Django gives no label
            for box, what in zip(self.fields[name].widget.widgets, ("date", "time"), strict=True):
                box.attrs["aria-label"] = f"{self.fields[name].label}: {what}"

    def clean(self):
        """It closes after it opens, and its largest award is not below the smallest."""
        answers = super().clean()
        opens, closes = answers.get("opens_at"), answers.get("closes_at")
        if opens and closes and closes <= opens:
            self.add_error("closes_at", "It must close after it opens")
        smallest, largest = answers.get("smallest_award_gbp"), answers.get("largest_award_gbp")
        if smallest is not None and largest is not None and largest < smallest:
            self.add_error("largest_award_gbp", "It must not be below the smallest award")
        return answers


class RuleForm(forms.ModelForm):
    """One rule. Which of the fields it has depends on its kind: another is refused, not dropped."""

    types = several(OrganisationType.choices, label="Types of the lead")
    nations = several(Nation.choices, label="Nations of the lead")

    class Meta:
        model = RoundRule
        fields = ["kind", "number", "types", "nations", "rounds"]
        widgets = {"rounds": forms.CheckboxSelectMultiple}
        labels = {"rounds": "Rounds that funded it"}

    def clean(self):
        """What a kind of rule needs is there, and what it does not have is empty."""
        answers = super().clean()
        kind = answers.get("kind")
        if kind in NUMBERED and not answers.get("number") and "number" not in self.errors:
            self.add_error("number", "Enter a number, like 3")
        if kind == RuleKind.FUNDED_BEFORE and not answers.get("rounds"):
            self.add_error("rounds", "Select the rounds")
        if kind == RuleKind.LEAD_IS and not (answers.get("types") or answers.get("nations")):
            self.add_error("types", "Select types or nations")
        for name, kinds in OF_KINDS.items():
            if kind and kind not in kinds and answers.get(name):
                rule = RuleKind(kind).label
                self.add_error(name, f"Take this out, or choose another kind: it is no part of “{rule}”")
        return answers


class RuleFormSet(forms.BaseInlineFormSet):
    """The rules of a round; the rounds that they may name are asked for once."""

    def add_fields(self, form, index):
        super().add_fields(form, index)
        if "rounds" in form.fields:
            if not hasattr(self, "_rounds"):
                self._rounds = [(one.pk, one.name) for one in FundRound.objects.all()]
            form.fields["rounds"].choices = self._rounds

    def clean(self):
        """Each kind once."""
        super().clean()
        seen = set()
        for form in self.forms:
            kind = (getattr(form, "cleaned_data", None) or {}).get("kind")
            if kind and not self._should_delete_form(form):
                if kind in seen:
                    form.add_error("kind", "The round has a rule of this kind already")
                seen.add(kind)


class ProjectForm(AwardedForm):
    """One funded project."""

    commitments = forms.ModelMultipleChoiceField(queryset=Commitment.objects.none(), required=False)

    class Meta:
        model = FundProject
        fields = [
            "title", "slug", "is_public", "round", "round_note", "phase", "amount_gbp", "awarded_on",
            "awarded_precision", "commitments", "notes", "sources",
        ]  # fmt: skip
        labels = {
            "round_note": "Why it has no round",
            "awarded_precision": "What is known of that date",
            "is_public": "Shown to the public",
            "amount_gbp": "Amount, in pounds",
        }
        help_texts = {
            "slug": "The end of its public address. It stays as it is.",
            "is_public": "It is shown when its round is too.",
            "round_note": "For one outside the rounds, or whose round no source names. The public reads it.",
            "amount_gbp": "Leave it empty where it was not published.",
            "awarded_on": "Where only the month or the year is known, enter its first day and say so below.",
            "commitments": "Public commitments that this project is part of",
            "notes": "Markdown. What a reader of the facts must know.",
            "sources": "One web address a line",
        }

    def clean(self):
        """One outside the rounds says why."""
        answers = super().clean()
        if not answers.get("round") and not answers.get("round_note") and "round" not in self.errors:
            self.add_error("round_note", "Select a round, or say why it has none")
        return answers


class PartForm(PartnerForm):
    """A body that leads or takes part: by its name in the source, its entry in the register, or both."""

    name = forms.CharField(max_length=200, required=False, label="Name in the source", validators=[for_ever])

    class Meta(PartnerForm.Meta):
        model = ProjectPart
        fields = ["position", "name", "organisation", "leads"]
        labels = PartnerForm.Meta.labels | {"position": "Order", "leads": "Leads it"}
