"""Answers that are asked for once in a run."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

Answer = TypeVar("Answer")


class Answers(Generic[Answer]):
    """Answers by key. Threads that want the same one wait for it; a failure is not kept."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._locks: dict[Hashable, Lock] = {}
        self._answers: dict[Hashable, Answer] = {}

    def get(self, key: Hashable, ask: Callable[[], Answer]) -> Answer:
        """The answer; `ask` is called if there is none yet."""
        with self._lock:
            asking = self._locks.setdefault(key, Lock())
        with asking:
            if key not in self._answers:
                self._answers[key] = ask()
            return self._answers[key]
