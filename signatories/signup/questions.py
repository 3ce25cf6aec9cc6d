"""The questions about one commitment, in the order they are asked: adding one is a line here and a form."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from django.utils import timezone

from commitments.models import Commitment, Deliverable, Partner
from signatories.models import Organisation
from signatories.signup import forms


@dataclass(frozen=True)
class Question:
    """One page about a commitment: its form, how stored answers look in it, and how new ones are stored."""

    slug: str
    form: type
    read: Callable[[Commitment], dict]
    save: Callable[[Commitment, dict], None]
    # Whether the stored answer will do, where that is cheaper to say than by asking the form
    is_answered: Callable[[Commitment], bool] | None = None


def _read_fields(*names):
    return lambda commitment: {name: getattr(commitment, name) for name in names}


def _save_fields(*names):
    def save(commitment, answers):
        for name in names:
            setattr(commitment, name, answers[name])
        commitment.save(update_fields=names)

    return save


def _save_title(commitment, answers):
    commitment.title = answers["title"]
    commitment.language = answers.get("language") or commitment.language  # the page may be older than the question
    commitment.save(update_fields=["title", "language"])


def _read_mission(commitment):
    today = timezone.localdate()
    in_a_year = today.replace(year=today.year + 1, day=28 if (today.month, today.day) == (2, 29) else today.day)
    return {"mission": commitment.mission, "due_on": commitment.due_on or in_a_year}


def _read_principles(commitment):
    return {"principles": [principle.pk for principle in commitment.principles.all()]}


def _has_principles(commitment):
    return bool(commitment.principles.all())


def _save_principles(commitment, answers):
    commitment.principles.set(answers["principles"])


def _read_deliverables(commitment):
    return {"deliverables": "\n".join(deliverable.text for deliverable in commitment.deliverables.all())}


def _save_deliverables(commitment, answers):
    # Nothing points at the deliverables of a draft, so nothing is looked for.
    commitment.deliverables.all()._raw_delete(using="default")
    Deliverable.objects.bulk_create(
        Deliverable(commitment=commitment, position=position, text=text)
        for position, text in enumerate(answers["deliverables"], start=1)
    )


def _read_partners(commitment):
    return {"partners": "\n".join(partner.name for partner in commitment.partners.all())}


def _save_partners(commitment, answers):
    """Keep each name as typed, with the organisation that it plainly means; what is unclear is asked next."""
    known = {partner.name: partner.organisation_id for partner in commitment.partners.all()}
    partners = understood(answers["partners"], known)
    commitment.partners.all().delete()
    Partner.objects.bulk_create(
        Partner(commitment=commitment, position=position, name=name, organisation_id=organisation)
        for position, (name, organisation) in enumerate(partners, start=1)
    )


def understood(names, known):
    """Each partner's name with the id of the organisation that it is `known` to mean or plainly means, or None.

    An organisation is a partner once: a second name for it is kept as it was typed.
    """
    meant = known | plainly_meant([name for name in names if name not in known])
    taken, partners = set(), []
    for name in names:
        partners.append((name, None if meant[name] in taken else meant[name]))
        taken.add(meant[name])
    return partners


def plainly_meant(names):
    """For each partner's name the id of the one organisation that it means, or None for none or several."""
    offered = Organisation.objects.checked().existing(timezone.localdate())
    found = offered.exactly_called_each(names)
    return {name: found[name][0].pk if len(found[name]) == 1 else None for name in names}


def mean(partner, organisation):
    """Store which organisation a partner's name means; None where that is a partner by another name already."""
    if organisation and partner.commitment.partners.filter(organisation=organisation).exclude(pk=partner.pk).exists():
        organisation = None
    Partner.objects.filter(pk=partner.pk).update(organisation=organisation)


QUESTIONS = [
    Question("title", forms.TitleForm, _read_fields("title", "language"), _save_title),
    Question("principles", forms.PrinciplesForm, _read_principles, _save_principles, _has_principles),
    Question("mission", forms.MissionForm, _read_mission, _save_fields("mission", "due_on")),
    Question("deliverables", forms.DeliverablesForm, _read_deliverables, _save_deliverables),
    Question("partners", forms.PartnersForm, _read_partners, _save_partners),
    Question("impact", forms.ImpactForm, _read_fields("impact"), _save_fields("impact")),
]
BY_SLUG = {question.slug: question for question in QUESTIONS}


def following(slug):
    """The question after this one, or None after the last."""
    position = [question.slug for question in QUESTIONS].index(slug) + 1
    return QUESTIONS[position] if position < len(QUESTIONS) else None


def preceding(slug):
    """The question before this one, or None before the first."""
    position = [question.slug for question in QUESTIONS].index(slug)
    return QUESTIONS[position - 1] if position else None


def first_unanswered(commitment):
    """The first question whose stored answer is not valid (any more), or None when all are."""
    for question in QUESTIONS:
        is_answered = question.is_answered or partial(_form_is_valid, question)
        if not is_answered(commitment):
            return question
    return None


def _form_is_valid(question, commitment):
    return question.form(_as_posted(question, commitment)).is_valid()


def _as_posted(question, commitment):
    """Stored answers in the shape that a browser posts them in, to be checked again."""
    data = question.read(commitment)
    if "due_on" in data:
        due_on = commitment.due_on
        data |= {f"due_on-{part}": str(getattr(due_on, part, "")) for part in ("day", "month", "year")}
    return data
