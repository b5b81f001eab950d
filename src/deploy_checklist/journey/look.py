"""Looks at everything planned: local checks one after the other, waiting ones in parallel, under one deadline."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import chain

from ..checks.base import Context, Kind, Reads, Seen
from ..errors import place_of
from ..frozen import frozen, replace
from ..outcome import Evidence, Finding, Outcome, Unobservable, unknown
from ..rules.model import Use
from ..world.ports import World

MOST_THREADS = 128  # 100 probes of 200 ms must wait side by side (benchmarks/probes.py)
_WAITING = frozenset({Reads.NETWORK, Reads.GITHUB})
_PRESENCE = frozenset({"present", "secret", "absent"})


@frozen
class Look:
    """One use of a check on one subject, in the world as this item sees it."""

    use: Use
    kind: Kind
    reads: frozenset[Reads]  # what this use needs
    subject: str | None
    context: Context
    world: World
    rule: Hashable = None  # looks with the same are of one rule on one item, and hold the release alike


def look(looks: Sequence[Look], deadline: timedelta) -> list[tuple[Finding, ...]]:
    """The findings of each look, in order; those that were not ready at the deadline are unknown.

    A rule's value checks of a subject that is not present are not run, because its presence says it all: their
    findings are empty. Those of another item, or of a clause that holds the release otherwise, speak for themselves.
    """
    ends = time.monotonic() + deadline.total_seconds()
    found: list[tuple[Finding, ...] | None] = [None] * len(looks)
    absent: set[tuple[Hashable, str]] = set()
    for index in _presence_first(looks):
        each = looks[index]
        if each.use.problem is not None or each.use.params is None:
            found[index] = (_stamp(unknown(each.use.problem or "its parameters are not known here"), each, None),)
        elif each.use.kind in _PRESENCE and each.subject:
            found[index] = (_one(each),)
            if found[index][0].outcome in (Outcome.FAIL, Outcome.UNKNOWN):  # type: ignore[index]
                absent.add((each.rule, each.subject))
        elif each.subject and (each.rule, each.subject) in absent and Reads.VALUE in each.reads:
            found[index] = ()
        elif each.reads.isdisjoint(_WAITING):
            found[index] = (_one(each),)
        elif each.world.offline:
            found[index] = (_stamp(unknown("not looked at: this run is offline"), each, None),)
    waiting = [index for index in range(len(looks)) if found[index] is None]
    for index, finding in _in_parallel({i: looks[i] for i in waiting}, ends).items():
        found[index] = (finding,)
    late = unknown(f"no answer within the run's deadline of {deadline.total_seconds():g}s", "raise `--deadline`")
    return [each if each is not None else (_stamp(late, looks[i], None),) for i, each in enumerate(found)]


def _presence_first(looks: Sequence[Look]) -> Iterable[int]:
    presence = [index for index, each in enumerate(looks) if each.use.kind in _PRESENCE]
    return chain(presence, (index for index, each in enumerate(looks) if each.use.kind not in _PRESENCE))


def _in_parallel(looks: Mapping[int, Look], ends: float) -> Mapping[int, Finding]:
    """Findings that came in before `ends`. Threads are daemons: the interpreter's exit waits for none of them."""
    work: queue.SimpleQueue[tuple[int, Look]] = queue.SimpleQueue()
    done: queue.SimpleQueue[tuple[int, Finding]] = queue.SimpleQueue()
    for pair in looks.items():
        work.put(pair)
    for _ in range(min(len(looks), MOST_THREADS)):
        threading.Thread(target=_drain, args=(work, done), daemon=True).start()
    found: dict[int, Finding] = {}
    while len(found) < len(looks) and (left := ends - time.monotonic()) > 0:
        try:
            index, finding = done.get(timeout=left)
        except queue.Empty:
            break
        found[index] = finding
    return found


def _drain(work: queue.SimpleQueue[tuple[int, Look]], done: queue.SimpleQueue[tuple[int, Finding]]) -> None:
    while True:
        try:
            index, each = work.get_nowait()
        except queue.Empty:
            return
        done.put((index, _one(each)))


def _one(each: Look) -> Finding:
    """Observe, then judge. Whatever goes wrong with our own means stays with this one item."""
    source: str | None = None
    try:
        seen: Seen = each.kind.observe(each.use.params, each.subject, each.world)
        source = seen.source
        finding = each.kind.judge(each.use.params, seen, each.context)
    except Unobservable as trouble:
        finding = unknown(trouble.reason, trouble.remedy)
    except KeyboardInterrupt:
        raise
    except BaseException as bug:  # one crash is one finding (design §3), a panic of a Rust library too: no Exception
        finding = unknown(
            f"a bug in deploy-checklist: {type(bug).__name__} at {place_of(bug)}",
            "please report it with this line; no value is in it",
        )
    return _stamp(finding, each, source)


def _stamp(finding: Finding, each: Look, source: str | None) -> Finding:
    evidence = _evidence(source, each.context.now) if source else None
    return replace(finding, check=each.use.kind, subject=each.subject, evidence=evidence)


@lru_cache(maxsize=64)
def _evidence(source: str, at: datetime) -> Evidence:
    """Of one source there is one: a long checklist is mostly read in one place."""
    return Evidence(source=source, at=at)
