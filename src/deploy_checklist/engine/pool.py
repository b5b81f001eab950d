"""Threads for every check that may wait, all of them under the run's one deadline."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Generic, TypeVar

from ..deadline import Deadline
from ..outcome import Unobservable

MOST_THREADS = 128  # 100 probes of 200 ms must wait side by side (benchmarks/probes.py)

Result = TypeVar("Result")


class Pending(Generic[Result]):
    """The result of a task that a thread of the pool works on, or will work on."""

    def __init__(self, task: Callable[[], Result], deadline: Deadline, remedy: str) -> None:
        self._task = task
        self._deadline = deadline
        self._remedy = remedy
        self._started = False
        self._done = threading.Event()
        self._result: Result
        self._error: BaseException | None = None

    def run(self) -> None:
        """Does the task, unless the time is up already."""
        if not self._deadline.remaining():
            return
        self._started = True
        try:
            self._result = self._task()
        except BaseException as error:  # raised again in the thread that asks for the result
            self._error = error
        self._done.set()

    def result(self) -> Result:
        """Waits for the result until the deadline; Unobservable if it is not there by then."""
        if not self._done.wait(self._deadline.remaining()):
            missed = "no answer within" if self._started else "not started before"
            reason = f"{missed} the run's deadline of {self._deadline.seconds:g}s"
            raise Unobservable(reason, self._remedy)
        if self._error is not None:
            raise self._error
        return self._result


class Pool:
    """To be used as a context manager, which ends the idle threads.

    Threads are daemons: neither the pool nor the interpreter's exit waits for one that hangs.
    """

    def __init__(
        self, deadline: Deadline, most_threads: int = MOST_THREADS, *, laptop: bool = False
    ) -> None:
        self._deadline = deadline
        self._remedy = f"raise `{'--' if laptop else ''}deadline`"
        self._most_threads = most_threads
        self._threads = 0
        self._tasks: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()

    def __enter__(self) -> Pool:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for _ in range(self._threads):
            self._tasks.put(None)

    def start(self, task: Callable[[], Result]) -> Pending[Result]:
        """Hands a task to a new thread, or once there are enough, to the first that is free."""
        pending = Pending(task, self._deadline, self._remedy)
        self._tasks.put(pending.run)
        if self._threads < self._most_threads:
            self._threads += 1
            threading.Thread(target=self._work, daemon=True).start()
        return pending

    def _work(self) -> None:
        while (run := self._tasks.get()) is not None:
            run()
