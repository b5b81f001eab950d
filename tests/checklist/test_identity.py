"""Every item has a name that people can type, and no two have the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy_checklist.checklist.identity import NameSource, identify
from deploy_checklist.checklist.model import words_hash

from .reading import items


def ids(*lines: str) -> list[str]:
    return [item.id for item in items(*lines)]


def test_is_the_pin_else_the_first_variable_else_the_fewest_first_words() -> None:
    assert ids(
        "- [ ] `A_B` and `C_D` <!-- rule: both -->",
        "- [ ] `A_B` and `C_D`",
        "- [ ] Tests pass on the branch",
        "- [ ] Tests passed by hand",
        "- [ ] Logs rotate",
    ) == ["both", "A_B", "tests-pass", "tests-passed", "logs"]


def test_is_all_of_its_words_where_another_item_goes_on_from_there() -> None:
    assert ids("- [ ] Tests", "- [ ] Tests pass") == ["tests", "tests-pass"]


def test_is_lower_case_in_any_script_and_the_same_for_composed_and_decomposed_letters() -> None:
    assert ids("- [ ] 🔥 Überprüfung!") == ids("- [ ] U\u0308berpru\u0308fung") == ["überprüfung"]
    assert ids("- [ ] 配置 完成", "- [ ] 配置 检查") == ["配置-完成", "配置-检查"]


def test_has_the_last_heading_before_it_where_several_have_the_same_name() -> None:
    assert ids("# T", "## Staging", "- [ ] `A_B`", "## Production", "- [ ] `A_B`") == [
        "staging/A_B",
        "production/A_B",
    ]


def test_has_more_of_the_path_where_one_heading_is_not_enough() -> None:
    assert ids(
        *(
            "# T",
            "## Staging",
            "### Keys",
            "- [ ] `A_B`",
            "## Production",
            "### Keys",
            "- [ ] `A_B`",
        ),
        *("## Local", "- [ ] `A_B`"),
    ) == ["staging/keys/A_B", "production/keys/A_B", "local/A_B"]


def test_is_numbered_where_nothing_else_tells_them_apart() -> None:
    assert ids("## Keys", "- [ ] `A_B`", "- [ ] again `A_B`", "- [ ] 🔥", "- [ ] !") == [
        "keys/A_B",
        "keys/A_B~2",
        "keys/item",
        "keys/item~2",
    ]


def test_differs_even_from_what_a_pin_makes_up() -> None:
    assert ids(
        *(
            "## A",
            "- [ ] x <!-- rule: b -->",
            "- [ ] y <!-- rule: b -->",
            "- [ ] z <!-- rule: a/b -->",
        ),
        "- [ ] w <!-- rule: a/b~2 -->",
    ) == ["a/b", "a/b~2", "a/b~3", "a/b~2~2"]


NAMED = st.builds(
    NameSource,
    st.none() | st.sampled_from(["A_B", "a", "A", "s/a", "a~2", "A~2", "item"]),
    st.text(alphabet="ab é_", max_size=8),
    st.lists(st.sampled_from(["s", "S", "t t", "!"]), max_size=3).map(tuple),
)


@given(st.lists(NAMED, max_size=12))
def test_no_two_items_ever_share_an_id(named: list[NameSource]) -> None:
    """Whichever case they are typed in."""
    given_ids = identify(named)
    assert len(given_ids) == len({each.lower() for each in given_ids}) == len(named)
    assert all(given_ids)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("replicas > 5", "replicas < 5"),
        ("replicas > 5", "replicas 5"),
        ("MODE != test", "MODE = test"),
        ("at least -5", "at least 5"),
        ("10 %", "10"),
        ("keys rotated", "keys not rotated"),
    ],
)
def test_words_that_say_something_else_have_another_hash(one: str, other: str) -> None:
    """A sign-off of the one must not count for the other."""
    assert words_hash(one) != words_hash(other)


def test_marks_and_spaces_alone_are_no_other_words() -> None:
    assert words_hash("The  key, `API_KEY`:\n is scoped.") == words_hash(
        "the key API_KEY is scoped"
    )
