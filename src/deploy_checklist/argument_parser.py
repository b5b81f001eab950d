"""How every command's parser differs from argparse's own."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import takewhile
from typing import Any, NoReturn

from . import screen


class Parser(argparse.ArgumentParser):
    """Accepts only complete flags, suggests the closest word for a misspelt one, and prints the
    help as written.
    """

    def __init__(self, **given: Any) -> None:  # noqa: ANN401 - argparse's own
        width = screen.width(os.environ) - 2  # once: argparse makes a formatter for each flag
        formatter = partial(argparse.RawDescriptionHelpFormatter, width=width)
        super().__init__(**given, formatter_class=formatter, allow_abbrev=False)

    def parse_known_args(  # type: ignore[override] # argparse has overloads
        self,
        args: Sequence[str] | None = None,
        namespace: Any = None,  # noqa: ANN401
    ) -> tuple[Any, list[str]]:
        """Refuses unknown words here, so that the command's own usage is shown."""
        self._typed = sys.argv[1:] if args is None else list(args)
        found, others = namespace, list(filter(self._lacks_a_dash, self._words()))
        if not others:  # else `-environment` would be `-e nvironment`
            found, others = super().parse_known_args(args, namespace)
        if others:
            self.error(f"unrecognized arguments: {' '.join(others)}")
        return found, others

    def _words(self) -> Iterator[str]:
        """Those that may be flags."""
        return takewhile(lambda word: word != "--", self._typed)

    def _lacks_a_dash(self, word: str) -> bool:
        """Whether it is a long flag of this command with one dash, such as `-environment`."""
        return word[:1] == "-" and f"-{word.partition('=')[0]}" in self._option_string_actions

    def error(self, message: str) -> NoReturn:
        """Exits, and suggests a flag for each unknown one, which may be why a word is missing."""
        from .redaction.report import safe_for_log  # only after a mistake

        hints = " ".join(self._hints())
        if hints:
            message += f" {hints}" if message.endswith("?") else f". {hints}"
        super().error(safe_for_log(message, os.environ))

    def _hints(self) -> Iterator[str]:
        """A suggestion for each unknown flag."""
        flags = [flag for action in self._actions for flag in action.option_strings]
        words = self._words()
        own = takewhile(lambda word: word.startswith("-"), words)  # others are of a command
        for word in own if self._subparsers else words:
            flag = word.partition("=")[0]
            longer = [known for known in flags if len(flag) > 3 and known.startswith(flag)]
            if flag in flags:
                continue
            if self._lacks_a_dash(word):
                yield f"Did you mean `-{flag}`?"
            elif longer:
                yield f"Did you mean {' or '.join(f'`{known}`' for known in longer)}?"
            elif flag.startswith("--"):
                yield from _meant(flag, flags)

    def _check_value(self, action: argparse.Action, value: Any) -> None:  # noqa: ANN401
        try:
            super()._check_value(action, value)
        except argparse.ArgumentError as error:
            flag = f"--{value}"
            known = [flag] if flag in self._option_string_actions else action.choices or ()
            hints = "".join(f". {hint}" for hint in _meant(str(value), known))
            raise argparse.ArgumentError(action, f"{error.message}{hints}") from None


def _meant(word: str, known: Iterable[str]) -> Iterator[str]:
    from .values.near_names import did_you_mean  # only after a mistake

    hint = did_you_mean(word, known)
    if hint:
        yield hint
