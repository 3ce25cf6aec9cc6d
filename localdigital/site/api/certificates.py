"""The check of a certificate for programs: the same answer as on the page."""

from typing import Literal

from django.http import JsonResponse
from ninja import Query
from pydantic import BaseModel, Field

from localdigital.addresses import page_of
from localdigital.site.api.lists import refuse_what_is_not_asked_here
from localdigital.site.api.problems import Problem
from localdigital.site.api.shapes import ADDRESS, DATE, Shape
from localdigital.site.api.standing import PAGE, Body, body_of
from signatories.certificate.verifying import Answer, may_check, verify
from signatories.open_data import REFERENCE

AN_HOUR = "3600"


class VerifyAnswer(Shape):
    """Whether a certificate is genuine, and whether what it certifies still stands."""

    answer: Literal[tuple(Answer.values)] = Field(
        description="“not-shown” is genuine, but was taken off the register.", examples=["stands"]
    )
    in_words: str = Field(description="The same in words.", examples=["Genuine, and the signature stands"])
    reference: str | None = Field(
        description="The document, where the register shows it; else null.", examples=[REFERENCE]
    )
    version: str | None = Field(description="The version of the Declaration.", examples=["2018"])
    organisations: list[Body] = Field(description="Who signed it and did not withdraw alone.")
    withdrawn_on: DATE | None = Field(description="The day on which all of it was withdrawn.", examples=[None])
    url: ADDRESS | None = Field(description="Its page.", examples=[f"{PAGE}/signatures/{REFERENCE}/"])


class VerifyQuestion(BaseModel):
    """What stands on the certificate."""

    reference: str = Field(
        description="The reference, however it is typed.",
        max_length=100,
        json_schema_extra={"example": REFERENCE},
    )
    code: str = Field(
        description="The check code, however it is typed.",
        max_length=100,
        json_schema_extra={"example": "7QXP2-K9D4M"},
    )


def verify_certificate(request, asked: Query[VerifyQuestion]):
    """Whether a reference and a check code belong together, and whether the signature still stands.

    One network can check so many an hour as would be of use to no one who guesses.
    """
    refuse_what_is_not_asked_here(request, VerifyQuestion)
    if not may_check(request):
        raise Problem("too-many", headers={"Retry-After": AN_HOUR})
    found = verify(asked.reference, asked.code)
    document = found.signature
    return JsonResponse(
        {
            "answer": found.answer.value,
            "in_words": str(found.answer.label),
            "reference": document.reference if document else None,
            "version": document.declaration.version if document else None,
            "organisations": [body_of(one.organisation) for one in found.signatories if not one.withdrawn_at],
            "withdrawn_on": found.withdrawn_on.isoformat() if found.withdrawn_on else None,
            "url": page_of(document) if document else None,
        }
    )
