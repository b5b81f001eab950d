"""Twice the text takes every regular expression of the program about twice as long."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from time import process_time

import pytest

from regular_expressions import Expression, expressions, hostile_units

# Expressions that take longer, and the most characters that they are given, with the reason.
BOUNDS = {
    "checklist.environments._ADDRESS": (200, "of a heading, environments._LONGEST"),
    "inference.verifying_commands._VERIFYING": (200, "verifying_commands._LONGEST"),
    "inference.patterns.releases._BUMPED": (2_000, "a clause, understand._MOST_CLAUSE"),
    "values.changelog._BARE": (300, "a line, changelog._LONGEST"),
    "values.changelog._DEBIAN": (300, "a line, changelog._LONGEST"),
    "values.changelog._QUOTED": (300, "a line, changelog._LONGEST"),
    "values.secret_files._OF_ENVIRONMENT": (255, "a file's name, secret_files._LONGEST_NAME"),
    "values.secret_forms._CAPABILITY_URL": (10_000, "secret_forms._LONGEST"),
    "values.secret_forms._USER_INFORMATION": (10_000, "secret_forms._LONGEST"),
    "values.versions._SHAPES": (255, "a tag, versions._LONGEST"),
    "workflows.gathering._ASKS_JQ": (500, "gathering._LONGEST"),
    "workflows.gathering._IF_NOT_SUCCESS": (500, "gathering._LONGEST"),
}
END = "\0\n!"  # what no expression matches
# Expressions that are made while the program runs, and why none of them takes too long.
MADE = {
    "checklist.phases._any_of": "a row of phase_words; the corpus of hostile documents runs them",
    "checklist.rollback._any_of": "searched in rollback._ENOUGH characters",
    "checks.ci._listed_as": "the names of a workflow's job and step, and `.*` for expressions",
    "commands.workflow_files._filled": "the names of the fields of a template",
    "gfm.walk._source_of": "at most as many signs as quotes may be nested",
    "inference.patterns.closed.regex": "matched with understand._LONGEST characters",
    "inference.words._compiled": "the tables of phrases and vetoes, all of which are in `expressions`",
    "inference.tokenize._asks_for": "a literal text",
    "inference.tokenize._without_files": "a literal text",
    "report.escape._places": "a literal text",
    "report.markdown_sections._without_names": "literal names",
    "rules.schema._for_editors": "searched in a text of two characters",
    "values.changelog._names": "a line, changelog._LONGEST",
    "workflows.gate_jobs._is_listed": "a job's name; what stands between its expressions is atomic",
    "workflows.layout._entry": "one line, with a number of blanks before a sign",
    "workflows.layout.above": "one line, with a number of blanks before a sign",
    "workflows.gathering._asks_jq": "gathering._LONGEST",
    "workflows.search.__init__": "the words of a rule's command, and blanks between them",
    "world.repository.repository_name": "the address of the person's own remote",
}
REPEATS = 22  # of a text: what doubles with each of them takes long already
SIZES = ((256, 0.001), (4_096, 0.002))  # characters, and seconds that are few
LONGEST_BOUNDED = 0.1  # seconds


@pytest.mark.measures_time
def test_every_expression_is_linear() -> None:
    every, _ = expressions()
    assert len(every) > 300
    slow = [told for each in every for told in slow_texts(each)]
    assert not slow, "\n".join(slow)


def test_every_bound_is_still_needed_for_an_expression_of_the_program() -> None:
    every, made = expressions()
    assert BOUNDS.keys() <= {each.place for each in every}
    assert {each.place for each in made if not each.place.endswith(".")} == MADE.keys()


@pytest.mark.measures_time
def test_an_expression_that_is_not_linear_is_found() -> None:
    quadratic = Expression("here", re.compile(r"a+b"), frozenset(("finditer",)))
    assert slow_texts(quadratic)
    assert too_long(re.compile(r"(?:a|a)+b"), "match", "", "a", None)


def slow_texts(expression: Expression) -> list[str]:
    """For which texts an expression takes too long: one for each way of running it."""
    bound = BOUNDS.get(expression.place, (None, ""))[0]
    found: dict[str, str] = {}
    for start, unit in hostile_units(expression.pattern):
        for method in expression.methods - set(found):
            took = too_long(expression.pattern, method, start, unit, bound)
            if took:
                found[method] = f"{expression.place} {method} {start!r} {unit!r}: {took}"
    return list(found.values())


def too_long(
    pattern: re.Pattern[str], method: str, start: str, unit: str, bound: int | None
) -> str | None:
    """The seconds, if they grow faster than the text; None if not."""

    def seconds(size: int) -> float:
        text = start + unit * (size // len(unit) + 1) + END
        begin = process_time()
        if method == "finditer":
            for _ in pattern.finditer(text):
                pass
        else:
            getattr(pattern, method)(text)
        return process_time() - begin

    if bound is not None:
        took = min(seconds(bound), seconds(bound))
        return f"{took:.3f} at its bound" if took > LONGEST_BOUNDED else None
    if seconds(REPEATS * len(unit)) > 0.005 and (took := seconds(REPEATS * len(unit))) > 0.005:
        return f"{took:.3f} for {REPEATS} of them"
    for size, few in SIZES:
        if seconds(size) > few and (grown := grows(seconds, size, few)):
            return grown
    return None


def grows(seconds: Callable[[int], float], size: int, few: float) -> str | None:
    """The seconds of four sizes, each twice the last, if one is 2.5 times the one before."""
    took: list[float] = []
    for attempt in range(4):  # a busy machine slows one or the other
        now = []
        for doubled in range(4):
            now.append(seconds(size << doubled))
            if now[-1] > 1:
                break
        took = [min(pair) for pair in zip(took, now, strict=False)] if attempt else now
        if all(later <= 2.5 * max(earlier, few) for earlier, later in pairwise(took)):
            return None
    return ", ".join(f"{each:.4f}" for each in took)
