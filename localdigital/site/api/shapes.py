"""The shape of what the API answers, made of the columns of each dataset: an answer, the documentation and the files
to download cannot differ."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model

from localdigital.open_data import PARTIAL_DATE, Type

HELD_AS = {
    Type.STRING: str,
    Type.INTEGER: int,
    Type.NUMBER: float,
    Type.BOOLEAN: bool,
    Type.DATE: Annotated[str, Field(json_schema_extra={"format": "date"})],
    Type.PARTIAL_DATE: Annotated[str, Field(pattern=PARTIAL_DATE)],
    Type.MOMENT: Annotated[str, Field(json_schema_extra={"format": "date-time"})],
    # Sources give addresses as they stand: they are not checked against the grammar again.
    Type.ADDRESS: str,
    Type.LIST: list[str],
}
MOMENT = HELD_AS[Type.MOMENT]
ADDRESS = HELD_AS[Type.ADDRESS]
DATE = HELD_AS[Type.DATE]


class Shape(BaseModel):
    """All fields are always there; one that is not known is null."""

    model_config = ConfigDict(extra="forbid")


def field(held_as, description, example, *, is_required=True):
    """One property: its type, what it means, an example. Null where it may be empty."""
    held_as = held_as if is_required else held_as | None
    return held_as, Field(description=description, examples=[example])


def _property(column):
    held_as = Literal[tuple(column.choices)] if column.choices and column.type == Type.STRING else HELD_AS[column.type]
    is_required = column.is_required or column.type == Type.LIST
    description = column.description
    if column.refers_to:
        description += f" See {column.refers_to}."
    return field(held_as, description, column.example, is_required=is_required)


def name_of(dataset):
    """What one record of a dataset is called in the documentation: "fund-rounds" is FundRounds."""
    return "".join(part.capitalize() for part in dataset.name.split("-"))


def record_of(dataset):
    """One record: exactly the columns of its dataset."""
    return create_model(
        name_of(dataset),
        __base__=Shape,
        __doc__=dataset.description,
        **{column.name: _property(column) for column in dataset.columns},
    )


def page_of(dataset, record):
    """One page of a list of records, or of what changed in it."""
    key = next(column for column in dataset.columns if column.name == dataset.key)
    gone = create_model(
        f"{name_of(dataset)}Gone",
        __base__=Shape,
        __doc__="Something that was public and is not any more: take it out of your copy.",
        **{
            key.name: _property(key),
            "gone": field(Literal[True], "Always true.", True),
            "changed_at": field(MOMENT, "When it was found to be gone.", "2026-11-22T09:00:00.000000Z"),
        },
    )
    example = {column.name: column.example for column in dataset.columns}
    return create_model(
        f"{name_of(dataset)}Page",
        __base__=Shape,
        __doc__=f"A page of: {dataset.title.lower()}.",
        items=field(list[record], "The records, as they are now.", [example]),
        gone=field(list[gone], "What was taken away. Always empty without “modified_since”.", []),
        as_of=field(
            MOMENT,
            "Up to when this tells of changes: send that of the last page as “modified_since” next time. "
            "Null without “modified_since”.",
            None,
            is_required=False,
        ),
        next=field(ADDRESS, "The address of the next page; null on the last.", None, is_required=False),
    )


class Fault(Shape):
    """What is wrong with one parameter."""

    parameter: str = Field(description="Its name.", examples=["limit"])
    detail: str = Field(description="What is wrong with it.", examples=["Input should be less than or equal to 200"])


class ProblemDetails(BaseModel):
    """Why there is no other answer (RFC 9457)."""

    type: ADDRESS = Field(description="Where this kind of problem is explained.")
    title: str = Field(description="What kind of problem it is.")
    status: int = Field(description="The status of the answer.")
    detail: str = Field(description="What it means here.")
    errors: list[Fault] = Field(default=[], description="What is wrong with each parameter, where that is the problem.")
