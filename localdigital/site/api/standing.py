"""Had this organisation signed on a date: the answer for programs, with the words that a person would be told."""

from typing import Annotated, Literal

from django.http import JsonResponse
from django.utils import timezone
from ninja import Path, Query
from pydantic import BaseModel, Field

from localdigital.addresses import page_of
from localdigital.govuk.writing import date as in_words
from localdigital.govuk.writing import listed
from localdigital.open_data import Type, partial
from localdigital.site.api.dates import AskedDate
from localdigital.site.api.filters import organisation_called
from localdigital.site.api.lists import KEYS, refuse_what_is_not_asked_here
from localdigital.site.api.problems import Problem, invalid
from localdigital.site.api.shapes import ADDRESS, DATE, HELD_AS, Shape
from signatories.models.partial_date import Precision
from signatories.open_data import CODE, REFERENCE
from signatories.signed_on import LAUNCHED_ON, Answer, signed_on

SAID = Literal[tuple(Answer.values)]
PRECISIONS = Literal[tuple(Precision.values)]
PAGE = "https://register.example.gov.uk"


class Body(Shape):
    """One organisation."""

    code: str = Field(description="Its code.", examples=[CODE])
    name: str = Field(description="Its official name.", examples=["Bromsgrove District Council"])
    url: ADDRESS = Field(description="Its page.", examples=[f"{PAGE}/organisations/bromsgrove/"])


class OwnStanding(Shape):
    """What the register says of one organisation by itself."""

    organisation: Body = Field(description="Which organisation.")
    answer: SAID = Field(
        description="Whether it had signed, and not withdrawn, by then: “cannot-say” where the day is not known.",
        examples=["signed"],
    )
    version: str | None = Field(description="The version of the Declaration in question.", examples=["2018"])
    reference: str | None = Field(
        description="The document that shows it; of one that had not signed, the one that it had left by then or "
        "signed later.",
        examples=[REFERENCE],
    )
    since: HELD_AS[Type.PARTIAL_DATE] | None = Field(
        description="When it signed that, as far as it is known.", examples=["2018-11-09"]
    )
    since_precision: PRECISIONS | None = Field(description="How much of that date is known.", examples=["day"])
    withdrew_on: DATE | None = Field(
        description="The day on which it withdrew from that document, perhaps after the date asked about.",
        examples=[None],
    )
    ended_on: DATE | None = Field(description="The last day on which it existed; null while it does.", examples=[None])
    signature_url: ADDRESS | None = Field(
        description="The page of that document.", examples=[f"{PAGE}/signatures/{REFERENCE}/"]
    )


class SignedAnswer(OwnStanding):
    """Whether an organisation had signed on a date. Of one that had ended, those that took over answer for it."""

    asked_on: DATE = Field(description="The date asked about.", examples=["2020-03-27"])
    in_words: str = Field(
        description="The same in a sentence.",
        examples=["Bromsgrove District Council had signed by 27 March 2020."],
    )
    answered_by: list[OwnStanding] = Field(
        description="Where it had ended by then: those that took over and existed then, each with its own answer. "
        "“answer” is then what all of them say alike, or “cannot-say”.",
        examples=[[]],
    )
    successors: list[OwnStanding] = Field(
        description="Where it has ended since: those that took over, as of today.", examples=[[]]
    )


class SignedQuestion(BaseModel):
    """Of which date it is asked."""

    on: AskedDate = Field(
        None,
        description="A date from 4 July 2018 to today, like 2020-03-27; today where left out.",
        json_schema_extra={"example": "2020-03-27"},
    )


Key = Annotated[str, Path(max_length=200, description=KEYS["organisations"])]


def signed(request, key: Key, asked: Query[SignedQuestion]):
    """Whether an organisation had signed on a date, which version, by which document, and since when.

    An organisation that had ended by then cannot sign any more: those that took over answer for it, and the answer
    says who they are.
    """
    refuse_what_is_not_asked_here(request, SignedQuestion)
    today = timezone.localdate()
    on = asked.on or today
    refuse_dates(on, today)
    standing = standing_of(key, on, today)
    return JsonResponse(_whole(standing))


def refuse_dates(on, last):
    """A Problem for a date before there was a Declaration, or after the last of which anything can be said."""
    if on < LAUNCHED_ON:
        raise invalid("on", f"Date must be on or after {in_words(LAUNCHED_ON)}, when the Declaration was launched")
    if on > last:
        raise invalid("on", f"Date must be on or before {in_words(last)}")


def standing_of(key, on, today):
    """The Standing of the organisation with that code or slug; a Problem where there is none."""
    found = organisation_called(key)
    if found is None:
        raise Problem("not-found", "The register knows no organisation with that code or slug.")
    return signed_on([found], on, today)[found]


def body_of(organisation):
    """An organisation as an answer names it."""
    url = page_of(organisation)
    return {"code": organisation.code, "name": organisation.official_name, "url": url}


def own_standing(standing):
    """What is said of one organisation by itself."""
    part, since = standing.part, standing.since
    return {
        "organisation": body_of(standing.organisation),
        "answer": standing.own_answer.value,
        "version": part.declaration.version if part else None,
        "reference": part.signature.reference if part else None,
        "since": partial(since),
        "since_precision": str(since.precision) if since else None,
        "withdrew_on": standing.left_on.isoformat() if standing.left_on else None,
        "ended_on": standing.organisation.ends_on.isoformat() if standing.organisation.ends_on else None,
        "signature_url": page_of(part.signature) if part else None,
    }


def _whole(standing):
    return own_standing(standing) | {
        "answer": standing.answer.value,
        "asked_on": standing.on.isoformat(),
        "in_words": _said(standing),
        "answered_by": [own_standing(one) for one in standing.heirs],
        "successors": [own_standing(one) for one in standing.successors],
    }


# ---- The same in words

WORDS = {
    Answer.SIGNED: "{name} had signed by {on}.",
    Answer.NOT_SIGNED: "{name} had not signed by {on}.",
    Answer.CANNOT_SAY: "The register does not know the day on which {name} signed, so it cannot say whether that was "
    "by {on}.",
}


def _said(standing):
    name, on = standing.organisation.official_name, in_words(standing.on)
    if standing.not_begun:
        return f"{name} did not exist on {on}: it began on {in_words(standing.organisation.starts_on)}."
    if not standing.has_ended:
        return _said_of_itself(standing)
    ended = f"{name} ended on {in_words(standing.organisation.ends_on)}"
    if not standing.heirs:
        return f"{ended}. The register knows nobody that took over from it."
    heirs = listed([one.organisation.official_name for one in standing.heirs])
    return " ".join([f"{ended}; {heirs} took over from it.", *map(_said_of_itself, standing.heirs)])


def _said_of_itself(standing):
    name, on = standing.organisation.official_name, in_words(standing.on)
    if standing.had_left:
        return f"{name} had signed, and withdrew on {in_words(standing.left_on)}."
    return WORDS[standing.own_answer].format(name=name, on=on)
