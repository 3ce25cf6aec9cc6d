"""Dates and moments as they may be asked about: in ISO 8601 alone, since pydantic reads bare numbers as seconds too."""

import re
from datetime import date
from typing import Annotated

from pydantic import AwareDatetime, BeforeValidator
from pydantic_core import PydanticCustomError

DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"


def _written_like(pattern, example):
    def check(value):
        if not re.fullmatch(pattern, value, re.ASCII):
            raise PydanticCustomError("iso_8601", "Write this like {example}", {"example": example})
        return value

    return BeforeValidator(check)


AskedDate = Annotated[date, _written_like(DATE, "2020-03-27")]
# The rest of it, and that it says its distance from UTC, is checked by pydantic.
AskedMoment = Annotated[AwareDatetime, _written_like(rf"{DATE}[Tt ][0-9].+", "2026-11-01T00:00:00Z")]
