"""Whole runs of random checklists and rules: `ready` exactly if nothing that blocks is open and something passed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from deploy_checklist.checklist.model import Phase
from deploy_checklist.checklist.parse import parse
from deploy_checklist.deadline import Deadline
from deploy_checklist.engine.gate import Options, gate
from deploy_checklist.outcome import Outcome
from deploy_checklist.report import json_v1
from deploy_checklist.report.model import Report, TargetRef, Verdict
from deploy_checklist.rules.load import load, resolve
from deploy_checklist.signoffs.unavailable import NoSignOffs
from fakes import FakeRepository, world

PASS, FAIL, UNKNOWN, PENDING, SKIPPED = (
    *(Outcome.PASS, Outcome.FAIL, Outcome.UNKNOWN),
    *(Outcome.PENDING, Outcome.SKIPPED),
)
SECTIONS = {  # heading, and what it says of items without a word of their own: phase, environment
    "## Before the deployment": (Phase.BEFORE, None),
    "## After the deployment": (Phase.AFTER, None),
    "## Staging": (Phase.BEFORE, "staging"),
    "## Production": (Phase.BEFORE, "production"),
    "## Handbook\n<!-- phase: reference -->": (Phase.REFERENCE, None),
}
CHECKS = {
    "file: README.md": PASS,
    "file: missing": FAIL,
    "ci: true": UNKNOWN,
    "sign: true": PENDING,
}
FACTS = {
    None: True,
    "sure": True,
    "off": False,
    "odd": None,
    "not odd": None,
    "production": True,
    "staging": False,
}
SEVERITIES = {
    "": True,
    ", severity: warning": False,
    ", severity: { staging: warning }": True,
    ", severity: { production: warning }": False,
    ", enforce_from: 2026-11-22": True,
    ", enforce_from: 2026-11-23": False,
}
VALUES = {"fine": PASS, "": FAIL, None: UNKNOWN}
LOOKED_AT = {
    Phase.BEFORE: {Phase.BEFORE},
    Phase.DEPLOY: {Phase.BEFORE, Phase.DEPLOY},
    Phase.AFTER: {Phase.AFTER},
}


@dataclass(frozen=True)
class Clause:
    check: str | None
    when: str | None
    strict: str
    phase: Phase | None

    def __str__(self) -> str:
        said = [self.check] if self.check else []
        said += [f"when: {self.when}"] if self.when else []
        said += [f"phase: {self.phase.value}"] if self.phase else []
        return f"{{ {', '.join(said) or 'owner: Ops'}{self.strict} }}"


@dataclass(frozen=True)
class Written:
    section: str
    variable: bool
    mark: str  # of the text: plain, struck, optional, or a colon that may make it a title
    nested: bool
    clauses: tuple[Clause, ...]
    value: str | None
    waived: bool


clauses = st.builds(
    Clause,
    check=st.sampled_from([*CHECKS, None]),
    when=st.sampled_from(list(FACTS)),
    strict=st.sampled_from(list(SEVERITIES)),
    phase=st.sampled_from([None, None, None, *Phase]),
)
items = st.builds(
    Written,
    section=st.sampled_from(list(SECTIONS)),
    variable=st.booleans(),
    mark=st.sampled_from(["%s", "%s", "~~%s~~", "%s (optional)", "%s:"]),
    nested=st.booleans(),
    clauses=st.lists(clauses, max_size=3).map(tuple),
    value=st.sampled_from(list(VALUES)),
    waived=st.sampled_from([False, False, False, True]),
)


def document(written: Sequence[Written]) -> tuple[str, list[int]]:
    """The Markdown, and the line of each item."""
    lines, places, section = ["# Release"], [], ""
    for number, each in enumerate(written):
        nested = each.nested and each.section == section
        if each.section != section:
            section = each.section
            lines += ["", *section.split("\n")]
        text = each.mark % (f"`VAR_{number}` holds" if each.variable else f"Step{number} is done")
        lines.append(f"{'  ' if nested else ''}- [ ] {text}")
        places.append(len(lines))
    return "\n".join(lines) + "\n", places


def rules(written: Sequence[Written], ids: Sequence[str]) -> str:
    said = [
        "version: 1",
        "environments: { staging: {}, production: {} }",
        "facts: { sure: { env: SURE }, off: { env: OFF_NOW }, odd: { env: ODD } }",
        "items:",
    ]
    for number, each in enumerate(written):
        if each.clauses:
            key = f"VAR_{number}" if each.variable else f"Step{number}"
            said.append(f"  {key}: [ {', '.join(map(str, each.clauses))} ]")
    if said[-1] == "items:":
        said[-1] = "items: {}"
    waived = [f"{{ item: {name}, reason: r, approved_by: o, expires: 2026-12-01 }}" for name in ids]
    if waived:
        said.append(f"waivers: [ {', '.join(waived)} ]")
    return "\n".join(said) + "\n"


def run(written: Sequence[Written], phase: Phase) -> tuple[Report, list[bool]]:
    """The Report, and which of the items turned out to be titles."""
    text, places = document(written)
    checklist = parse(text, "checklist.md")
    by_line = {item.line: item for item in checklist.items}
    found = [by_line[line] for line in places]
    asked = [
        (each, item)
        for each, item in zip(written, found, strict=True)
        if each.clauses or not item.is_title
    ]
    ids = [
        item.id for each, item in asked if each.waived
    ]  # of a mere title nothing is asked: waiving it is refused
    resolved = resolve(load(rules(written, ids), "rules.yml"), "production", {})
    values = {f"VAR_{n}": each.value for n, each in enumerate(written) if each.value is not None}
    here = world(
        {**values, "SURE": "yes", "OFF_NOW": "no", "ODD": "maybe"},
        repository=FakeRepository({"README.md": ""}),
        sign_offs=NoSignOffs(),
    )
    options = Options(phase=phase, deadline=Deadline.after(5), target=TargetRef())
    return gate(checklist, resolved, here, options), [item.is_title for item in found]


def outcomes(each: Written, phase: Phase, *, title: bool) -> list[tuple[Outcome, bool]]:
    """By the design's own words: what each clause comes to, and if it blocks."""
    section, environment = SECTIONS[each.section]
    if environment == "staging" or (title and not each.clauses):
        return []
    if not each.clauses:
        unasked = each.mark == "~~%s~~" or section not in LOOKED_AT[phase]
        return [] if unasked else [(PENDING, True)]
    found = []
    plain = not each.variable and not any(clause.check for clause in each.clauses)
    for clause in each.clauses:
        asked_in = clause.phase or (Phase.BEFORE if section is Phase.REFERENCE else section)
        if asked_in not in LOOKED_AT[phase] or FACTS[clause.when] is False:
            continue
        blocks = SEVERITIES[clause.strict]
        if FACTS[clause.when] is None:
            found.append((UNKNOWN, blocks))
            continue
        if each.variable:
            found.append((VALUES[each.value], blocks))
        if clause.check:
            found.append((CHECKS[clause.check], blocks))
        elif plain:
            found.append((PENDING, blocks))
    return found


def expected(written: Sequence[Written], titles: Sequence[bool], phase: Phase) -> Verdict:
    each = [
        (one, outcomes(one, phase, title=title)) for one, title in zip(written, titles, strict=True)
    ]
    still = [
        outcome
        for one, found in each
        for outcome, blocks in found
        if blocks and outcome in (FAIL, UNKNOWN, PENDING) and not one.waived
    ]
    for outcome, verdict in (
        (FAIL, Verdict.BLOCKED),
        (UNKNOWN, Verdict.UNDETERMINED),
        (PENDING, Verdict.WAITING),
    ):
        if outcome in still:
            return verdict
    carried = any((PASS, True) in _together(one, found) for one, found in each)
    return Verdict.READY if carried else Verdict.UNDETERMINED


def _together(one: Written, found: list[tuple[Outcome, bool]]) -> list[tuple[Outcome, bool]]:
    """What an item can carry `ready` with: nothing if a waiver had to close it."""
    is_open = any(outcome in (FAIL, UNKNOWN, PENDING) for outcome, _ in found)
    return [] if one.waived and is_open else found


@settings(max_examples=40, deadline=None)
@given(st.lists(items, min_size=1, max_size=5), st.sampled_from(list(LOOKED_AT)))
def test_ready_is_said_exactly_if_nothing_that_blocks_is_open(
    written: list[Written], phase: Phase
) -> None:
    written.sort(key=lambda each: list(SECTIONS).index(each.section))
    report, titles = run(written, phase)
    asks_nothing_any_more = phase is Phase.AFTER and not any(
        outcomes(each, phase, title=title) for each, title in zip(written, titles, strict=True)
    )
    assert report.verdict is (
        Verdict.READY if asks_nothing_any_more else expected(written, titles, phase)
    )
    if report.nothing_in_phase:
        assert not any(
            outcomes(each, phase, title=title) for each, title in zip(written, titles, strict=True)
        )
    again, _ = run(written, phase)
    assert json_v1.render(again) == json_v1.render(report)
