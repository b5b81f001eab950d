"""The `# TODO` of `init` in a rules file are counted, and nothing that only looks like one."""

from __future__ import annotations

import pytest

from deploy_checklist.rules.open_questions import left_open, open_lines, open_questions


@pytest.mark.parametrize(
    ("line", "ids"),
    [
        ("  # TODO fact:chat Which variable tells?", ("fact:chat",)),
        ("  A: sign  # TODO choices:A Which values? For example: [a]", ("choices:A",)),
        ('  A: { sign: "it\'s \\"in\\" # x" }  # TODO status:A Which?', ("status:A",)),
        ("# TODO members:backend-lead", ("members:backend-lead",)),
        ("  # TODO fact:облако Which?", ("fact:облако",)),
        ("  A: sign  # TODO domain: its value is open", ("domain",)),
        ("  A: sign  # TODO ask Ana", ()),
        ("  A: sign  # TODO which values may A have?", ()),
        ('  A: { sign: "do it # TODO fact:chat now" }', ()),
        ("  A: { sign: 'do it # TODO fact:chat' }", ()),
        ("  A: sign  # see # TODO fact:chat", ("fact:chat",)),
        ("  A: x# TODO fact:chat", ()),
        ("  # TODO fact::x", ()),
        ("  # TODO wish:x", ()),
    ],
)
def test_a_question_is_what_init_writes_for_one(line: str, ids: tuple[str, ...]) -> None:
    assert open_questions(f"version: 1\n{line}\n{line}\n") == ids


def test_a_rule_that_waits_for_domains_counts_where_none_of_them_is_open() -> None:
    rule = "  A: sign  # TODO domain: its value is open"
    assert open_questions(f"  # TODO domain:production What?\n{rule}\n") == ("domain:production",)


def test_the_lines_of_questions_are_those_of_yaml() -> None:
    text = "version: 1\r\n  # TODO fact:chat Which?\r\n  A: sign\r\n  B: sign  # TODO status:B Which?\r\n"
    assert open_lines(text) == (2, 4)


def test_the_first_seven_are_named() -> None:
    assert left_open(["fact:a"]) == "1 question left open: fact:a"
    nine = [f"fact:{letter}" for letter in "abcdefghi"]
    assert left_open(nine) == (
        "9 questions left open: fact:a, fact:b, fact:c, fact:d, fact:e, fact:f, fact:g and 2 more"
    )
