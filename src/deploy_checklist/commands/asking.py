"""Asks questions on a terminal: one line each, Enter skips."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TextIO

from ..inference.drafting.answers import WrongAnswer, answered
from ..inference.drafting.known import CHOICES, MEMBERS, STATUS
from ..inference.drafting.questions import OpenQuestion
from ..report.escape import log_text

ReadLine = Callable[[], str]  # empty at the end of the input

_SEVERAL = frozenset((CHOICES, MEMBERS, STATUS))


def ask(
    questions: Sequence[OpenQuestion], read_line: ReadLine, out: TextIO
) -> Mapping[str, object]:
    """The answers, as rules-file data. At the end of the input, the other questions stay open."""
    answers: dict[str, object] = {}
    out.write("Press Enter to skip a question, or Ctrl-C to stop without writing a file.\n")
    for number, question in enumerate(questions, 1):
        prompt = f"{number}/{len(questions)}  line {question.line}: {_prompt(question)}"
        while True:
            out.write(log_text(prompt))
            out.flush()
            typed = read_line()
            if not typed:
                out.write("\n")
                return answers
            try:
                answer = answered(question, _given(question, typed.strip()))
            except WrongAnswer as wrong:
                hint = f". {wrong.hint}" if wrong.hint else ""
                out.write(log_text(f"     This {wrong.why}{hint}\n"))
                continue
            if answer is not None:
                answers[question.id] = answer
            break
    return answers


def _prompt(question: OpenQuestion) -> str:
    if question.default is not None:
        return f"{question.question} [`yes` for {_shown(question.default)}] "
    return f"{question.question} [such as {_shown(question.example)}] "


def _shown(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _given(question: OpenQuestion, typed: str) -> object:
    if not typed:
        return None
    if typed.lower() in ("y", "yes") and question.default is not None:
        return True
    if question.kind in _SEVERAL:
        return [part.strip() for part in typed.split(",")]
    return typed
