"""`@frozen` is a frozen dataclass to whoever uses it."""

from __future__ import annotations

import pytest

from deploy_checklist.frozen import fields, frozen, replace


@frozen
class Place:
    file: str
    line: int = 1


@frozen(kw_only=False, shown=False)
class Secret:
    text: str


@frozen
class Other:
    file: str
    line: int = 1


def test_values_with_the_same_fields_are_equal_and_hash_alike() -> None:
    assert Place(file="a") == Place(file="a", line=1)
    assert hash(Place(file="a")) == hash(Place(file="a", line=1))
    assert Place(file="a") != Place(file="b")


def test_values_of_two_classes_are_never_equal() -> None:
    assert Place(file="a") != Other(file="a")


def test_nothing_of_a_value_can_be_changed_or_added() -> None:
    place = Place(file="a")
    for name in ("file", "line", "new"):
        with pytest.raises(AttributeError, match=f"Place is frozen: {name}"):
            setattr(place, name, "b")
    with pytest.raises(AttributeError, match="Place is frozen: file"):
        del place.file
    assert place == Place(file="a")


def test_a_replaced_field_leaves_the_first_value_alone() -> None:
    place = Place(file="a", line=3)
    assert replace(place, line=4) == Place(file="a", line=4)
    assert place.line == 3
    assert replace(Secret("a"), text="b") == Secret("b")


def test_a_field_may_have_any_name_of_a_field() -> None:
    @frozen
    class Odd:
        kind: str
        new: int
        same: int = 0
        made: int = 0

    assert replace(Odd(kind="a", new=1), new=2) == Odd(kind="a", new=2)


@pytest.mark.parametrize("given", [{}, {"line": 1}, {"file": "a", "fil": "b"}])
def test_a_missing_or_unknown_field_is_refused(given: dict[str, object]) -> None:
    with pytest.raises(TypeError, match="Place"):
        Place(**given)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="unknown"):
        replace(Place(file="a"), unknown=1)


def test_fields_are_given_by_name_unless_the_class_says_otherwise() -> None:
    with pytest.raises(TypeError, match="positional"):
        Place("a")  # type: ignore[misc]
    assert Secret("a") == Secret(text="a")


def test_its_repr_tells_the_fields_unless_they_are_not_to_be_shown() -> None:
    assert repr(Place(file="a")) == "Place(file='a', line=1)"
    assert "a secret" not in repr(Secret("a secret"))


def test_the_fields_of_a_class_can_be_asked_for() -> None:
    assert dict(fields(Place)) == {"file": "str", "line": "int"}
    assert not fields(str)
