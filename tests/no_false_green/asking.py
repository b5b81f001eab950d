"""How a cell of the table is run: one item, one rule, the whole gate, and what the item came to."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from deploy_checklist.checklist.model import Phase
from deploy_checklist.checklist.parse import parse
from deploy_checklist.checks.base import Needs
from deploy_checklist.checks.registry import kinds
from deploy_checklist.deadline import Deadline
from deploy_checklist.engine.gate import Options, gate
from deploy_checklist.outcome import Outcome
from deploy_checklist.report.model import TargetRef, Verdict
from deploy_checklist.rules.load import load, resolve
from deploy_checklist.world.clock import FixedClock
from deploy_checklist.world.dns import LiveDns
from deploy_checklist.world.http import LiveHttp
from deploy_checklist.world.ports import Variables
from deploy_checklist.world.redis import LiveRedis
from deploy_checklist.world.tls import LiveTls
from fakes import FakeRepository, job, world
from servers.authorities import NOW
from servers.services import Respond

SUBJECT = "NAME"  # the rule's own variable
CHECKLIST = parse("- [ ] It is so\n", "checklist.md")
SECONDS = 20  # of the run's deadline


@dataclass(frozen=True, kw_only=True)
class Row:
    """One use of a kind, with parameters that pass on a good world.

    In `written` and `values`, `@URL@` and `@PORT@` stand for the server that is looked at.
    """

    kind: str
    label: str = ""  # tells several rows of one kind apart
    written: Any
    values: Mapping[str, str] = field(default_factory=dict)  # what is handed over
    by_name: bool = False  # the rule names its variable, although nothing is handed over
    covers: tuple[str, ...] = ()  # further kinds that this use puts to work
    # Junk that may be a real value here: the rule asks for nothing that it is not.
    may_hold: frozenset[str] = frozenset()
    when: Mapping[str, object] = field(default_factory=dict)  # facts that must be on

    judges_value: bool = True  # else only the name of the rule's variable matters

    over: str = ""  # http, tls, redis or rediss
    about: str = ""  # the server is a "service", holds a "document", or is "deployed" itself
    answer: Respond | None = None  # of the server at its best
    looks_inside: bool = True  # at the body of the answer, or the text of the file
    no_faults: frozenset[str] = frozenset()  # names of answers that are right here, or its own
    wrong: Mapping[str, Respond] = field(default_factory=dict)  # answers that are its own faults

    files: Mapping[str, str] = field(default_factory=dict)  # the first is what is looked at
    wrong_texts: Mapping[str, str] = field(default_factory=dict)  # of that file
    ports: Mapping[str, Any] = field(default_factory=dict)  # of World, at their best
    dated: bool = False  # holds only for some time from now

    @property
    def name(self) -> str:
        return f"{self.kind} {self.label}".strip()

    def rule(self, timeout: float | str | None = None) -> str:
        """The rule in JSON, which is YAML. `timeout` stands for the one that is written."""
        subject = {"env": SUBJECT} if self.by_name or SUBJECT in self.values else {}
        written = self.written if timeout is None else {**self.written, "timeout": timeout}
        conditions = {"when": list(self.when)} if self.when else {}
        return json.dumps({**subject, **conditions, self.kind: written})

    def params(self) -> Any:
        """As the rules file is read: with a server at some place."""
        [rule] = _rules(self.rule(), "{}", "http://localhost:1").rules
        return rule.clauses[0].uses[0].params

    def needs(self) -> frozenset[Needs]:
        return kinds()[self.kind].reads(self.params())


def _filled(text: str, url: str) -> str:
    return text.replace("@URL@", url).replace("@PORT@", url.rpartition(":")[2])


@cache
def _rules(rule: str, facts: str, url: str) -> Any:
    written = {
        "version": 1,
        "environments": {"production": {"domain": "acme.example"}},
        "facts": json.loads(facts),
        "items": {"It is so": json.loads(_filled(rule, url))},
    }
    return resolve(load(json.dumps(written), "rules.yml"), "production", {})


@dataclass(frozen=True, kw_only=True)
class Cell:
    """What a cell came to."""

    outcome: Outcome
    verdict: Verdict
    messages: tuple[str, ...]

    @property
    def is_green(self) -> bool:
        return self.outcome is Outcome.PASS or self.verdict is Verdict.READY

    @property
    def is_bug(self) -> bool:
        return any("a bug in deploy-checklist" in message for message in self.messages)


def ask(
    row: Row,
    *,
    url: str = "http://localhost:9",
    values: Mapping[str, str] | None = None,
    without: str | None = None,
    place: Callable[[Mapping[str, str]], Variables] = job,
    now: datetime = NOW,
    timeout: float | str | None = None,
    seconds: float = SECONDS,
    **ports: object,
) -> Cell:
    """Runs the gate on the row's rule. `values` stand for the row's own of these names.

    `without`: the variable of this name is not handed over; `place`: who hands the others over.
    """
    handed_over = {name: _filled(text, url) for name, text in row.values.items()}
    handed_over.update(values or {})
    handed_over.pop(without or "", None)
    live: dict[str, object] = {
        "repository": FakeRepository(row.files),
        "clock": FixedClock(now),
        "http": LiveHttp(),
        "tls": LiveTls(),
        "redis": LiveRedis(),
        "dns": LiveDns(),
    }
    around = world(None, **{**live, **row.ports, **ports, "variables": place(handed_over)})
    options = Options(phase=Phase.BEFORE, deadline=Deadline.after(seconds), target=TargetRef())
    report = gate(CHECKLIST, _rules(row.rule(timeout), json.dumps(row.when), url), around, options)
    [entry] = report.entries
    messages = tuple(finding.message for finding in entry.findings)
    return Cell(outcome=entry.outcome, verdict=report.verdict, messages=messages)


def hold(cells: Mapping[str, Cell], *expected: Outcome) -> None:
    """The promise of the table, of all these cells at once, so that each wrong one is named."""
    assert cells, "a table without cells shows nothing"
    wrong = {
        name: (cell.outcome.value, *cell.messages)
        for name, cell in cells.items()
        if cell.is_green or cell.is_bug or (expected and cell.outcome not in expected)
    }
    assert not wrong, "\n".join(f"{name}: {found}" for name, found in wrong.items())
