"""Random histories of a release: none ends ready by an override, each leaves its trace, none outlives its time.

What people do is written down as it happens, and held against what the gate makes of the comments
alone. `OVERRIDE_HISTORIES=10000` tries so many of them.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from msgspec.structs import replace

from deploy_checklist.checklist.model import Phase
from deploy_checklist.checklist.parse import parse
from deploy_checklist.deadline import Deadline
from deploy_checklist.engine.gate import Options, exit_code, gate
from deploy_checklist.github.model import Actor, Comment, Issue, Revision
from deploy_checklist.publish import outputs, override_issue
from deploy_checklist.publish.base import Destinations
from deploy_checklist.publish.comment import Marker
from deploy_checklist.publish.status import STATES
from deploy_checklist.report import markdown
from deploy_checklist.report.exceptions import exception_in
from deploy_checklist.report.model import Report, TargetRef, Verdict
from deploy_checklist.report.status import sentence
from deploy_checklist.rules.load import load, resolve
from deploy_checklist.signoffs.evaluate import GitHubSignOffs
from deploy_checklist.signoffs.names import item_names
from deploy_checklist.world.clock import FixedClock
from destinations import RecordingWriter, destinations_below
from fakes import world
from test_signoffs import AUTHOR, BOT, CAT, LEAD, START, comment, comment_by, pull, statements

HISTORIES = int(os.environ.get("OVERRIDE_HISTORIES", "60"))
CHECKLIST = parse("# Release\n- [ ] `MODE` is live\n- [ ] Team told\n", "docs/checklist.md")
RULES = """version: 1
environments: { staging: {}, production: {} }
roles: { on-call: ["@octo-lead", "@octo-author"] }
items:
  MODE: { equals: live }
  Team told: { sign: { by: [on-call], per: commit } }
"""
WORDS = (  # each with whether it is an override of production, as it has to be written
    ("/checklist override production checkout is down", True),
    ("We must go on.\n\n/checklist override Production the fix is in it\n\nSorry!", True),
    ("/checklist override staging checkout is down", False),
    ("/checklist override production", False),
    ("> /checklist override production checkout is down", False),
    ("/checklist overide production checkout is down", False),
    ("/checklist unoverride staging", False),
    ("/checklist sign team", False),
)
WEIGHTS = (8, 4, 1, 1, 1, 1, 1, 1)
PEOPLE = (LEAD, LEAD, LEAD, AUTHOR, AUTHOR, CAT, BOT)
STEPS = ("run", "run", "run", *("say",) * 6, "take back", "edit", "delete", "push", "push and back")
STEPS += ("merge", "deploy", "deploy", "break", *("mend",) * 3, *("sign",) * 3)


@dataclass
class Said:
    """A comment, and what was so when it was written."""

    comment: Comment
    commit: str  # that was there
    overrides: bool
    takes_back: bool = False
    gone: bool = False  # deleted or edited

    @property
    def at(self) -> datetime:
        return self.comment.created_at


@dataclass
class Issues(RecordingWriter):
    """GitHub's issues of the gate."""

    opened: list[Issue] = field(default_factory=list)

    def issues(self, label: str) -> Sequence[Issue]:
        return self.opened

    def create_issue(self, title: str, body: str, label: str) -> int:
        number = len(self.opened) + 1
        self.opened.append(Issue(number=number, title=title, body=body, open=True, own=True))
        return number


class Release:
    """A pull request, from its opening to the deployment of what became of it."""

    def __init__(self, seed: int, to: Destinations) -> None:
        self.random, self.to, self.issues = Random(seed), to, Issues()
        self.now, self.heads, self.merged = START, ["a" * 40], False
        self.right, self.hours = False, self.random.choice((1, 4, 24))
        self.not_author = self.random.random() < 0.5
        by = f"{{ by: [on-call], for: {self.hours}h, not_author: {str(self.not_author).lower()} }}"
        key = self.random.random() < 0.9
        self.rules = resolve(
            load(f"{RULES}{f'override: {by}' if key else ''}", "r.yml"), "production", {}
        )
        self.said: list[Said] = []
        self.ours: list[Revision] = []
        self.shown: list[tuple[datetime, str]] = []
        self.decided: set[datetime] = set()

    @property
    def commit(self) -> str:
        """That is gated now."""
        return f"{'0' * 38}ed" if self.merged else self.heads[-1]

    def live(self) -> None:
        self.run(Phase.BEFORE)
        for _ in range(self.random.randint(4, 14)):
            minutes = self.random.choice((0, 0, 0, 1, 5, 30, 90, 200))
            self.now += timedelta(minutes=minutes, seconds=self.random.choice((1, 2, 29)))
            self.step(self.random.choice(STEPS))
        self.now += timedelta(hours=self.random.choice((0, 1, 4, 24)))
        self.run(Phase.BEFORE)
        self.run(Phase.DEPLOY)

    def step(self, name: str) -> None:
        living = [each for each in self.said if not each.gone]
        match name:
            case "run":
                self.run(Phase.BEFORE)
            case "deploy":
                self.run(Phase.DEPLOY)
            case "say":
                self.say(*self.random.choices(WORDS, WEIGHTS)[0], by=self.random.choice(PEOPLE))
            case "sign":
                self.say("/checklist sign team", False, by=LEAD)
            case "take back":
                text = "/checklist unoverride" + self.random.choice(("", " production"))
                self.say(text, False, by=self.random.choice(PEOPLE), takes_back=True)
            case "edit" | "delete" if living:
                self.change(self.random.choice(living), deleted=name == "delete")
            case "push" if not self.merged:
                self.heads.append(f"{len(self.heads):x}".rjust(40, "b"))
                self.run(Phase.BEFORE)
            case "push and back" if not self.merged:
                before = self.heads[-1]
                self.step("push")
                self.heads.append(before)
                self.now += timedelta(seconds=self.random.choice((1, 60)))
                self.run(Phase.BEFORE)
            case "merge":
                self.merged = True
            case "mend" | "break":
                self.right = name == "mend"

    def say(self, text: str, overrides: bool, *, by: Actor, takes_back: bool = False) -> None:
        url = f"https://github.example/pull/412#issuecomment-{len(self.said)}"
        written = comment_by(text, by, created_at=self.now, url=url, via_app=by is BOT)
        self.said.append(Said(written, self.commit, overrides, takes_back))

    def change(self, said: Said, *, deleted: bool) -> None:
        said.gone = True
        if deleted:
            self.said.remove(said)
        else:
            said.comment = replace(said.comment, edited_at=self.now)

    # What is so

    def deciding(self) -> Said | None:
        """The newest override that counts at this moment, by what is known of how it was written."""
        found = (each for each in reversed(self.said) if self.counts(each))
        return next(found, None) if self.rules.override else None

    def counts(self, said: Said) -> bool:
        targets = {self.commit, *(self.heads[-1:] if self.merged else ())}
        by = said.comment.author
        before = [commit for at, commit in self.shown if at <= said.at]
        since = {commit for at, commit in self.shown if at >= said.at}
        return (
            said.overrides
            and not said.gone
            and (by is LEAD or (by is AUTHOR and not self.not_author))
            and self.now < said.at + timedelta(hours=self.hours)
            and said.commit in targets
            and {*before[-1:], *since} <= targets  # the gate was about nothing else
            and bool(before)
            and not any(self.takes_back(each, said) for each in self.said)
        )

    def takes_back(self, other: Said, said: Said) -> bool:
        fit = other.comment.author in (LEAD, AUTHOR)
        return other.takes_back and not other.gone and fit and other.at >= said.at

    # What the gate makes of it

    def run(self, phase: Phase) -> None:
        expected, report = self.deciding(), self.judged(phase)
        without = self.judged(phase, overridden=False)
        if without.verdict is Verdict.READY or expected is None:
            assert report.verdict is without.verdict
            assert report.override is None
        else:
            assert report.verdict is Verdict.OVERRIDDEN
            assert report.override is not None
            assert report.override.at == expected.at
            self.decided.add(expected.at)
        self.publish(report, phase)
        self.check_trace(report)

    def judged(self, phase: Phase, *, overridden: bool = True) -> Report:
        ours = (comment(*self.ours),) if self.ours else ()
        request = replace(
            pull(*ours, *(each.comment for each in self.said)),
            head=self.heads[-1],
            merged=self.merged,
            merge_commit=self.commit if self.merged else None,
        )
        sign_offs = GitHubSignOffs(
            statements(
                request,
                roles=self.rules.roles,
                commit=self.commit,
                now=self.now,
                names=item_names(CHECKLIST, self.rules),
                override=self.rules.override,
                override_roles=self.rules.roles,
                environments=tuple(self.rules.environments),
                may_override=True,
            )
        )
        options = Options(
            phase=phase,
            deadline=Deadline.after(60),
            target=TargetRef(repository="acme/shop", commit=self.commit, pull_request=412),
            override=sign_offs.override() if overridden else None,
        )
        values = {"MODE": "live" if self.right else "test"}
        here = world(values, clock=FixedClock(self.now), sign_offs=sign_offs)
        return gate(CHECKLIST, self.rules, here, options)

    def publish(self, report: Report, phase: Phase) -> None:
        text = override_issue.text(report, self.to)
        if text is not None:
            override_issue.publish(text, self.issues)
        if phase is Phase.BEFORE:
            marker = Marker(
                repository=1,
                number=412,
                environment="production",
                phase="before",
                started_at=self.now,
                head=self.commit,
            )
            shown = f"{markdown.render(report, boxes=True)}\n{marker}"
            self.ours.append(Revision(editor=BOT, at=self.now, text=shown, by_gate=True))
            self.shown.append((self.now, self.commit))

    def check_trace(self, report: Report) -> None:
        is_overridden = report.verdict is Verdict.OVERRIDDEN
        found = exception_in(sentence(report))
        assert found is (Verdict.OVERRIDDEN if is_overridden else None)
        said = outputs.values(report)
        assert (said["overridden"] == "true") is is_overridden
        assert (said["ready"] == "true") is (report.verdict is Verdict.READY)
        if is_overridden:
            assert (STATES[report.verdict], exit_code(report)) == ("success", 0)
            assert "is overridden by @" in markdown.render(report, boxes=True).replace(
                "<!-- -->", ""
            )
        assert len(self.issues.opened) == len(self.decided)  # one for each, never a second one


@pytest.mark.parametrize("first", range(0, HISTORIES, 60))
def test_of_random_histories_none_is_let_through_by_anything_else(
    first: int, tmp_path: Path
) -> None:
    """Those that count, that end, and that are not needed are among them."""
    to = destinations_below(tmp_path).to
    ends: Counter[Verdict] = Counter()
    overridden = 0
    for seed in range(first, first + 60):
        release = Release(seed, to)
        try:
            release.live()
        except AssertionError as error:
            raise AssertionError(f"history {seed}") from error
        overridden += bool(release.decided)
        ends[release.judged(Phase.BEFORE).verdict] += 1
    assert overridden >= 5
    assert ends[Verdict.READY] >= 1
    assert ends[Verdict.OVERRIDDEN] >= 1
