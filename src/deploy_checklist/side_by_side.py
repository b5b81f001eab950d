"""Requests that do not depend on each other, made at the same time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import TypeVar

Answer = TypeVar("Answer")


def begun(question: Callable[[], Answer]) -> Future[Answer]:
    """The answer to a request made in its own thread; what it raised, as the result.

    Each request has its own time limit, so waiting always ends.
    """
    answer: Future[Answer] = Future()

    def ask() -> None:
        try:
            answer.set_result(question())
        except BaseException as error:  # raised again in the thread that wants the answer
            answer.set_exception(error)

    threading.Thread(target=ask, daemon=True).start()
    return answer


def answers_to(questions: Sequence[Callable[[], Answer]]) -> list[Answer]:
    """The answers, in order. Of several failures the first one is raised."""
    if len(questions) == 1:
        return [questions[0]()]
    return [answer.result() for answer in [begun(question) for question in questions]]
