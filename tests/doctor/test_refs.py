"""Which tags a ruleset holds, against another way to tell: regular expressions over many names."""

from __future__ import annotations

import os
import random
import re
from datetime import UTC, datetime
from itertools import product

import pytest

from deploy_checklist.doctor.refs import TAGS, in_words, not_covered
from deploy_checklist.workflows.jobs import parse_workflow
from deploy_checklist.workflows.pushes import PushedRefs, pushed_branches, pushed_tags
from deploy_checklist.world.enforcement_port import Ruleset, RulesetName

CASES = int(os.environ.get("GLOB_CASES", "150"))
NAMES = [
    "".join(parts)
    for parts in product(
        ("v", "", "a/"), ("1", "10", "a"), (".2", "-rc", "/x", ""), (".3", "", "-b")
    )
]


def ruleset(include: list[str], exclude: list[str] | None = None) -> Ruleset:
    name = RulesetName(
        id=1,
        name="tags",
        target="tag",
        enforcement="active",
        source="acme/shop",
        of_repository=True,
    )
    return Ruleset(
        name=name,
        include=tuple(include),
        exclude=tuple(exclude or ()),
        required=(),
        holds_creation=True,
        bypasses=(),
        own_bypass=None,
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


def as_expression(pattern: str, *, folders: bool = True) -> str:
    """`folders`: whether `**/` is any number of folders, as it is in rulesets."""
    anything = "[^/]*" if folders else ".*"
    signs = {"**/": "(?:[^/]+/)*", "**": anything, "*": "[^/]*", "?": "[^/]"}
    in_ruby = r"((?<=/)\*\*/|\*\*|\*|\?)"
    parts = re.split(in_ruby if folders else r"(\*\*|\*)", pattern)
    return "".join(signs.get(part, re.escape(part)) for part in parts)


def held(found: Ruleset, name: str) -> bool:
    """As Ruby's File.fnmatch with FNM_PATHNAME tells, where `**` ends no pattern."""

    def one_of(patterns: tuple[str, ...]) -> bool:
        return any(re.fullmatch(as_expression(each), TAGS + name) for each in patterns)

    return one_of(found.include) and not one_of(found.exclude)


def pattern_of(chance: random.Random) -> str:
    signs = ["v", "1", "*", ".", "?", "a/", "**/", "-rc", "10", ".2"]
    text = "".join(chance.choices(signs, k=chance.randint(1, 4)))
    return re.sub(r"\*{3,}|\*+\Z", "*", text)  # `**` at the end is read narrowly, or widely


def test_a_name_that_is_found_starts_the_workflow_and_is_not_held() -> None:
    for number in range(CASES):
        chance = random.Random(number)
        started = pattern_of(chance).replace("?", "")  # it means something else there
        rules = ruleset(
            [TAGS + pattern_of(chance) for _ in range(chance.randint(0, 2))],
            [TAGS + pattern_of(chance) for _ in range(chance.randint(0, 1))],
        )
        free = not_covered([PushedRefs(include=(started,))], [rules], TAGS)
        starts = re.compile(as_expression(started, folders=False))
        told = f"case {number}: {started!r} {rules.include} {rules.exclude}: {free!r}"
        if free is None:
            assert not [n for n in NAMES if n and starts.fullmatch(n) and not held(rules, n)], told
        else:
            assert starts.fullmatch(free), told
            assert not held(rules, free), told


FREE: list[tuple[str, list[str], list[str], str | None]] = [
    ("v*.*.*", ["refs/tags/v*.*.*"], [], None),
    ("v[0-9]+.[0-9]+.[0-9]+", ["refs/tags/v*.*.*"], [], None),
    ("v[0-9]+", ["refs/tags/v[0-9]*"], [], None),
    ("v*.*.*", ["refs/tags/v[0-9]*"], [], "v-.-.-"),
    ("v1.?0", ["refs/tags/v10"], [], "v1.0"),
    ("**", ["~ALL"], [], None),
    ("**", ["refs/tags/**"], [], "1/1"),
    ("**", ["refs/tags/**/*"], [], None),
    ("shop/v*", ["refs/tags/v*", "refs/tags/*/v*"], [], None),
    ("shop/v*", ["refs/tags/v*"], [], "shop/v"),
    ("v*", ["refs/tags/v*"], ["v*-beta"], "v-beta"),
    ("ü*", ["refs/tags/v*"], [], "ü"),
]


@pytest.mark.parametrize(("started", "include", "exclude", "free"), FREE)
def test_the_patterns_of_both_sides_mean_what_github_says(
    started: str, include: list[str], exclude: list[str], free: str | None
) -> None:
    found = not_covered([PushedRefs(include=(started,))], [ruleset(include, exclude)], TAGS)
    assert (found is None) is (free is None), found
    if free is not None:
        assert found is not None
        assert len(found) <= len(free) + 1


def test_two_rulesets_hold_together_what_neither_holds_alone() -> None:
    both = [ruleset(["refs/tags/v*"]), ruleset(["refs/tags/release-*"])]
    refs = PushedRefs(include=("v*", "release-*"))
    assert not_covered([refs], both, TAGS) is None
    assert not_covered([refs], both[:1], TAGS) == "release-1.2.3"


def test_the_refs_of_a_ruleset_in_words() -> None:
    assert in_words(ruleset(["refs/tags/v*"], ["refs/tags/*-rc"])) == "tags `v*` except `*-rc`"
    assert in_words(ruleset(["~ALL"])) == "all tags"
    assert in_words(ruleset([])) == "no tags"


def workflow(on: str, condition: str = "") -> tuple[PushedRefs | None, PushedRefs | None]:
    line = f"    if: {condition}\n" if condition else ""
    text = f"on: {on}\njobs:\n  x:\n{line}    runs-on: y\n    steps: []\n"
    found = parse_workflow(text.encode(), "x.yml")
    job = found.jobs["x"]
    return pushed_tags(found, job), pushed_branches(found, job, "main")


ALL = PushedRefs(include=("**",))
STARTS: dict[str, tuple[PushedRefs | None, PushedRefs | None]] = {
    "push": (ALL, ALL),
    "[push, release]": (ALL, ALL),
    "release": (None, None),
    "{ push: { tags: v* } }": (PushedRefs(include=("v*",)), None),
    "{ push: { tags: [v*, '!*-rc'] } }": (PushedRefs(include=("v*",), exclude=("*-rc",)), None),
    "{ push: { tags: ['!*-rc', v*] } }": (PushedRefs(include=("v*",)), None),
    "{ push: { tags-ignore: [x] } }": (PushedRefs(include=("**",), exclude=("x",)), None),
    "{ push: { branches: [main] } }": (None, PushedRefs(include=("main",))),
    "{ push: { branches: [main], tags: [v*] } }": (
        PushedRefs(include=("v*",)),
        PushedRefs(include=("main",)),
    ),
    "{ push: { paths: [x] } }": (ALL, ALL),
}


@pytest.mark.parametrize("on", STARTS)
def test_the_pushes_that_start_a_workflow(on: str) -> None:
    assert workflow(on) == STARTS[on]


def test_a_job_that_no_push_of_a_branch_reaches_is_started_by_none() -> None:
    of_v = PushedRefs(include=("v**",))
    assert workflow("push", "startsWith(github.ref, 'refs/tags/v')") == (of_v, None)
    assert workflow("push", "startsWith(github.ref, 'refs/tags/v') || inputs.x")[0] == ALL
    assert workflow("push", "startsWith(github.ref, 'refs/heads/')") == (None, ALL)
    assert workflow("push", "github.ref == 'refs/heads/main'")[1] == ALL
    assert workflow("push", "github.ref == 'refs/heads/next'")[1] is None
    assert workflow("push", "github.ref_type == 'branch'") == (None, ALL)
