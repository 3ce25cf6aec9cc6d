"""The form in which a council changes the text of a commitment: the questions of the sign-up on one page."""

from django import forms

from commitments import rewording
from commitments.differences import plain
from commitments.models import Revision
from localdigital.forms import PARTS
from signatories.signup.forms import ImpactForm, MissionForm, PartnersForm, TitleForm, long_text
from signatories.signup.questions import understood

NOTHING_CHANGES = "Nothing has changed. Change what is different, or go back"


class ChangeForm(TitleForm, MissionForm, PartnersForm, ImpactForm):
    """The whole text and why it changes. What stays as it is now is never wrong, a due date in the past included."""

    heading_field = None
    language = None
    field_order = ["title", "mission", "partners", "impact", "due_on", "reason"]
    reason = long_text(
        "Why is it changing?",
        "Enter why it is changing",
        length=500,
        rows=3,
        hint="We’ll publish this with the change",
    )

    def __init__(self, *args, current, disowned=frozenset(), **kwargs):
        super().__init__(*args, **kwargs)
        self.current, self.disowned = current, disowned
        for name in ("mission", "impact", "due_on"):
            # A paper document may have said nothing of it.
            self.fields[name].required = bool(getattr(current, name))
        self.fields["reason"].error_messages["max_length"] = "Why it is changing must be 500 characters or fewer"
        self.fields["due_on"].help_text = "It can stay as it is. A new date must be in the future."
        self.fields["partners"].help_text = (
            "Only name partners that have agreed. Put each organisation on its own line, or separate them with "
            "semicolons."
        )

    def _stays(self, name):
        return plain(self.cleaned_data[name]) == plain(as_typed(self.current)[name])

    def clean_title(self):
        """The title, however odd it was when it was signed."""
        return self.current.title if self._stays("title") else super().clean_title()

    def clean_due_on(self):
        """The date that it is now, or one in the future."""
        due_on = self.cleaned_data["due_on"]
        return due_on if due_on in (None, self.current.due_on) else super().clean_due_on()

    def clean_partners(self):
        """Each partner as {"name", "organisation"}: the organisation that it is known to be, or plainly means."""
        if self._stays("partners"):
            return self.current.partners
        known = {one["name"]: one["organisation"] for one in self.current.partners}
        partners = [
            {"name": name, "organisation": organisation}
            for name, organisation in understood(super().clean_partners(), known)
        ]
        for one in partners:
            if one["organisation"] in self.disowned:
                raise forms.ValidationError(f"{one['name']} has said that it is not a partner. Take it out.")
        return partners

    def clean(self):
        """The answers, unless nothing in them is new."""
        answers = super().clean()
        if not self.errors and rewording.says_the_same(self.current, Revision(**answers)):
            raise forms.ValidationError(NOTHING_CHANGES)
        return answers


def as_typed(revision):
    """A version's text as the form holds it."""
    partners = "\n".join(one["name"] for one in revision.partners)
    names = ("title", "mission", "impact", "due_on", "reason")
    return {name: getattr(revision, name) for name in names} | {"partners": partners}


def as_posted(revision):
    """A version's text as a browser sends it, to be checked again."""
    typed = as_typed(revision)
    return typed | {f"due_on-{part}": str(getattr(revision.due_on, part, "")) for part in PARTS}
