"""A value that may hold a secret shows no field of it."""

from __future__ import annotations

import pytest

from deploy_checklist.opaque import OpaqueStruct


class Handed(OpaqueStruct, frozen=True, kw_only=True):
    name: str
    text: str


def test_no_field_is_shown() -> None:
    handed = Handed(name="API_KEY", text="a-secret")
    for shown in (
        repr(handed),
        str(handed),
        f"{handed}",
        f"{handed!r}",
        repr([handed]),
        repr({"a": (handed,)}),
    ):
        assert "a-secret" not in shown
        assert "API_KEY" not in shown
    assert repr(handed) == "<Handed>"
    assert handed.__rich_repr__() == []


def test_nothing_of_it_can_be_changed() -> None:
    with pytest.raises(AttributeError):
        Handed(name="API_KEY", text="a-secret").text = "another"  # type: ignore[misc]


def test_values_with_the_same_fields_are_equal() -> None:
    assert Handed(name="A", text="b") == Handed(name="A", text="b")
    assert Handed(name="A", text="b") != Handed(name="A", text="c")
