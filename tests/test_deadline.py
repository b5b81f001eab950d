"""One deadline for a whole run: whatever may wait, waits side by side under it, and what is cut says so truthfully."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from deploy_checklist.deadline import Deadline
from deploy_checklist.engine.pool import Pool
from deploy_checklist.outcome import IgnoredSignOff, Outcome, Override, SignOff, Unobservable
from deploy_checklist.signoffs.port import FoundSignOffs, SignOffRequest, Terms
from deploy_checklist.world.ports import HttpAnswer, HttpRequest, SecretDate
from fakes import FakeGitHub, FakeHttp, FakeRepository, shell
from test_gate import OPTIONS, at, judged

LATE = "no answer within the run's deadline of {}s"
NOT_STARTED = "not started before the run's deadline of {}s"
PROBE = "http: { url: 'https://a.example' }"


def under(seconds: float, **more: object) -> object:
    return replace(OPTIONS, deadline=Deadline.after(seconds), **more)


@dataclass
class SlowHttp(FakeHttp):
    """A server that answers after a while."""

    seconds: float = 0.1

    def __post_init__(self) -> None:
        super().__init__()

    def send(self, request: HttpRequest) -> HttpAnswer:
        time.sleep(self.seconds)
        return super().send(request)


@dataclass
class SlowSignOffs:
    """Sign-offs of people whose permissions are asked of GitHub, `turns`: one request at a time."""

    seconds: float
    turns: bool = True
    asked: list[str] = field(default_factory=list)
    turn: threading.Lock = field(default_factory=threading.Lock)

    def waits(self, request: SignOffRequest) -> bool:
        return True

    def find(self, request: SignOffRequest, terms: Terms) -> FoundSignOffs:
        self.asked.append(request.item)
        with self.turn if self.turns else nullcontext():
            time.sleep(self.seconds)
        at = datetime(2026, 11, 22, tzinfo=UTC)
        signed = SignOff(
            by="octo-lead", by_id=1, role="write", at=at, commit=None, words="", via="tick"
        )
        return FoundSignOffs(counted=(signed,), place="PR #412")

    def override(self) -> Override | None:
        return None

    def unattributed(self) -> Sequence[IgnoredSignOff]:
        return ()


@pytest.mark.measures_time
def test_slow_sign_offs_end_with_the_run_and_hold_up_no_probe() -> None:
    """Four look-ups of 0.5 s, one after the other, and a probe of 0.1 s, under a deadline of 1 s."""
    document = "".join(f"- [ ] Step {n} is done\n" for n in range(1, 5)) + "- [ ] Probe\n"
    began = time.monotonic()
    report = judged(
        document,
        f"items: {{ Probe: {{ {PROBE} }} }}\n",
        sign_offs=SlowSignOffs(seconds=0.5),
        http=SlowHttp(),
        options=under(1),
    )
    assert time.monotonic() - began < 1.5
    assert at(report, 5).outcome is Outcome.PASS
    messages = {at(report, line).findings[0].message for line in range(1, 5)}
    assert messages == {"signed by @octo-lead", LATE.format(1)}


def test_what_was_never_started_is_not_said_to_have_been_silent() -> None:
    document = "- [ ] Probe\n- [ ] Readme\n"
    rules = f"items: {{ Probe: {{ {PROBE} }}, Readme: {{ file: README.md }} }}\n"
    http = FakeHttp()
    report = judged(document, rules, http=http, options=under(0))
    assert [each.outcome for each in report.entries] == [Outcome.UNKNOWN, Outcome.PASS]
    finding = at(report, 1).findings[0]
    assert (finding.message, finding.remedy) == (NOT_STARTED.format(0), "raise `deadline`")
    assert http.requests == []
    here = judged(document, rules, given=shell({}), http=http, options=under(0))
    assert at(here, 1).findings[0].remedy == "raise `--deadline`"


def test_a_task_behind_one_that_hangs_is_distinguished_from_it() -> None:
    hanging = threading.Event()
    with Pool(Deadline.after(0.1), most_threads=1) as pool:
        first, second = pool.start(hanging.wait), pool.start(hanging.wait)
        with pytest.raises(Unobservable, match=LATE.format(0.1)):
            first.result()
        with pytest.raises(Unobservable, match=NOT_STARTED.format(0.1)):
            second.result()
    hanging.set()


def test_what_came_in_before_the_deadline_counts_whenever_it_is_asked_for() -> None:
    with Pool(Deadline.after(0.3)) as pool:
        done, failing = pool.start(lambda: 1), pool.start(lambda: 1 // 0)
        time.sleep(0.4)
        assert done.result() == 1
        with pytest.raises(ZeroDivisionError):
            failing.result()


def test_the_threads_of_a_pool_end_with_it() -> None:
    before = threading.active_count()
    with Pool(Deadline.after(5)) as pool:
        assert [each.result() for each in [pool.start(lambda n=n: n) for n in range(200)]] == [
            *range(200)
        ]
        assert threading.active_count() <= before + 128
    for _ in range(100):
        if threading.active_count() <= before:
            break
        time.sleep(0.02)
    assert threading.active_count() <= before


@dataclass
class SlowRepository(FakeRepository):
    """A repository of which every file is asked through an API."""

    waits: bool = True
    seconds: float = 0.1

    def read(self, path: str, limit: int = 10_485_760) -> bytes | None:
        time.sleep(self.seconds)
        return super().read(path, limit)

    def kind(self, path: str) -> str | None:
        time.sleep(self.seconds)
        return super().kind(path)

    def changed(self, globs: Sequence[str]) -> tuple[str | None, Sequence[str]]:
        time.sleep(self.seconds)
        return super().changed(globs)


@pytest.mark.measures_time
def test_files_behind_an_api_are_read_side_by_side() -> None:
    """33 files of 0.1 s each took 3.3 s one after the other."""
    names = [f"config-{n}.yml" for n in range(33)]
    document = "".join(f"- [ ] `{name}` is there\n" for name in names)
    rules = "items:\n" + "".join(f"  {name}: {{ file: {name} }}\n" for name in names)
    repository = SlowRepository(contents=dict.fromkeys(names, "a: 1\n"))
    began = time.monotonic()
    report = judged(document, rules, repository=repository)
    assert time.monotonic() - began < 1.5
    assert {each.outcome for each in report.entries} == {Outcome.PASS}


CHANGED = """
    facts: { moved: { changed: ['infra/**'] }, grown: { changed: ['*.md'] } }
    items: { Readme: { when: moved, file: README.md }, License: { when: grown, file: README.md } }
"""


@pytest.mark.measures_time
def test_facts_wait_side_by_side_under_the_same_deadline() -> None:
    document = "- [ ] Readme\n- [ ] License\n"
    slow = SlowRepository(
        contents={"README.md": "a"}, since=("v1", ["infra/lb.tf", "README.md"]), seconds=0.4
    )
    began = time.monotonic()
    report = judged(document, CHANGED, repository=slow, options=under(2))
    assert time.monotonic() - began < 1.2
    assert {each.outcome for each in report.entries} == {Outcome.PASS}
    late = judged(document, CHANGED, repository=replace_seconds(slow, 5), options=under(0.2))
    assert at(late, 1).findings[0].message == f"cannot decide moved: {LATE.format(0.2)}"


def replace_seconds(slow: SlowRepository, seconds: float) -> SlowRepository:
    return SlowRepository(contents=slow.contents, since=slow.since, seconds=seconds)


@dataclass
class SlowGitHub(FakeGitHub):
    """GitHub, taking its time for the metadata of each secret."""

    def secret(self, name: str, environment: str | None) -> SecretDate | None:
        time.sleep(0.4)
        return super().secret(name, environment)


@pytest.mark.measures_time
def test_secrets_that_only_github_can_tell_of_are_asked_side_by_side() -> None:
    names = [f"API_{n}_KEY" for n in range(5)]
    document = "".join(f"- [ ] `{name}`\n" for name in names)
    rules = f"items: {{ {', '.join(f'{name}: {{ secret: true, min_length: 20 }}' for name in names)} }}\n"
    began = time.monotonic()
    report = judged(document, rules, github=SlowGitHub())
    assert time.monotonic() - began < 1.5
    findings = [each.findings for each in report.entries]
    assert [[finding.message for finding in each] for each in findings] == [
        ["was not passed to the step, and the repository has no secret of that name"]
    ] * 5


def test_a_passed_secret_waits_for_nobody() -> None:
    report = judged(
        "- [ ] `API_KEY`\n",
        "items: { API_KEY: secret }\n",
        {"API_KEY": "q8f7-2hd9-zk31"},
        options=under(0),
    )
    assert at(report, 1).outcome is Outcome.PASS


@pytest.mark.measures_time
def test_a_second_round_of_questions_gets_no_second_deadline() -> None:
    """Where the machine only helps, people are asked for what a probe could not tell: with what is left of the time."""
    sign_offs = SlowSignOffs(seconds=0)
    began = time.monotonic()
    report = judged(
        "- [ ] Probe\n",
        f"unverified: sign\nitems: {{ Probe: {{ {PROBE} }} }}\n",
        sign_offs=sign_offs,
        http=SlowHttp(seconds=5),
        options=under(0.3),
    )
    assert time.monotonic() - began < 1
    assert sign_offs.asked == []
    assert at(report, 1).findings[-1].message == NOT_STARTED.format(0.3)


@pytest.mark.measures_time
def test_people_are_asked_side_by_side_for_all_that_the_machine_could_not_verify() -> None:
    """Twelve look-ups of 0.2 s took 2.4 s one after the other."""
    names = [f"Step {n} is done" for n in range(12)]
    document = "".join(f"- [ ] {name}\n" for name in names)
    rules = "unverified: sign\nitems:\n" + "".join(f"  {name}: {{ {PROBE} }}\n" for name in names)
    began = time.monotonic()
    report = judged(document, rules, sign_offs=SlowSignOffs(seconds=0.2, turns=False))
    assert time.monotonic() - began < 1.5
    assert {each.outcome for each in report.entries} == {Outcome.PASS}
    assert [len(each.findings) for each in report.entries] == [1] * 12


@dataclass
class OutOfOrder:
    """Sign-offs of which those of the first item are known last."""

    def waits(self, request: SignOffRequest) -> bool:
        return True

    def find(self, request: SignOffRequest, terms: Terms) -> FoundSignOffs:
        time.sleep(0.3 / request.line)
        mine = IgnoredSignOff(item=request.item, by="octocat", via="tick", reason="not in leads")
        return FoundSignOffs(ignored=(mine, mine), place="PR #412")

    def override(self) -> Override | None:
        return None

    def unattributed(self) -> Sequence[IgnoredSignOff]:
        return (IgnoredSignOff(item="", by="nobody", via="tick", reason="the account was deleted"),)


def test_sign_offs_that_do_not_count_are_reported_in_the_order_of_the_items() -> None:
    document = "# Release\n" + "".join(f"- [ ] Step {n} is done\n" for n in range(1, 5))
    report = judged(document, "items: {}\n", sign_offs=OutOfOrder())
    told = [each.item for each in report.ignored_signoffs]
    assert told == ["", *(each.item.id for each in report.entries)]


def test_a_deadline_tells_what_is_left_by_its_own_clock() -> None:
    now = [100.0]
    deadline = Deadline.after(10, lambda: now[0])
    now[0] = 104
    assert (deadline.remaining(), deadline.extended(5).remaining()) == (6, 11)
    now[0] = 112
    assert (deadline.remaining(), deadline.extended(5).remaining()) == (0, 3)
