"""A value that is not of its declared shape is told by its place and kind, never by what it says."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import pytest
from msgspec import Struct, field

from deploy_checklist.data_formats.shapes import Moment, WrongShape, shaped

SECRET = "sk_live_4eC39HqLyjWDarjtT1zdp7dc"


class Colour(StrEnum):
    RED = "red"


class Person(Struct):
    kind: str = field(name="__typename")
    id: int | None = None

    def __post_init__(self) -> None:
        if self.kind == "User" and self.id is None:
            raise ValueError("expected a number in `id` of a user")


class Note(Struct, rename="camel"):
    created_at: Moment
    author: Person | None
    colour: Colour = Colour.RED


class Notes(Struct):
    nodes: list[Note]


def note(**changed: Any) -> dict[str, Any]:
    return {"createdAt": "2026-11-22T21:00:00Z", "author": None, "other": SECRET} | changed


WRONG: dict[str, tuple[Any, str]] = {
    "a number for a date": (
        note(createdAt=7),
        "`nodes[1].createdAt`: expected a date, got a number",
    ),
    "a text for a date": (
        note(createdAt=SECRET),
        "`nodes[1].createdAt`: expected a date with a time zone",
    ),
    "a date without a time zone": (
        note(createdAt="2026-11-22T21:00:00"),
        "`nodes[1].createdAt`: expected a date with a time zone",
    ),
    "a text for an object": (
        note(author=SECRET),
        "`nodes[1].author`: expected an object or null, got a text",
    ),
    "a missing field": (note(author={}), "`nodes[1].author.__typename`: is missing"),
    "true for a number": (
        note(author={"__typename": "Bot", "id": True}),
        "`nodes[1].author.id`: expected a number or null, got true or false",
    ),
    "what the shape refuses itself": (
        note(author={"__typename": "User"}),
        "`nodes[1].author`: expected a number in `id` of a user",
    ),
    "another word": (
        note(colour=SECRET),
        "`nodes[1].colour`: is not one of the known values",
    ),
    "another word that tells of a place": (
        note(colour=f"x - at `$.{SECRET}"),
        "`nodes[1].colour`: is not one of the known values",
    ),
    "half a character": (
        note(author={"__typename": "\ud83d"}),
        "a string in it is not valid Unicode",
    ),
    "a list": ([SECRET], "`nodes[1]`: expected an object, got a list"),
}


@pytest.mark.parametrize("name", WRONG)
def test_the_message_has_the_place_and_not_the_value(name: str) -> None:
    sent, told = WRONG[name]
    with pytest.raises(WrongShape) as failure:
        shaped({"nodes": [note(), sent]}, Notes)
    assert str(failure.value) == told
    assert failure.value.__suppress_context__


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        (None, "expected an object, got null"),
        ([], "expected an object, got a list"),
        (SECRET, "expected an object, got a text"),
        ({}, "`nodes`: is missing"),
    ],
)
def test_of_the_whole_there_is_no_place(sent: object, told: str) -> None:
    with pytest.raises(WrongShape) as failure:
        shaped(sent, Notes)
    assert str(failure.value) == told


def test_what_is_not_declared_is_ignored() -> None:
    [found] = shaped({"nodes": [note()], "more": SECRET}, Notes).nodes
    assert found.created_at.isoformat() == "2026-11-22T21:00:00+00:00"
