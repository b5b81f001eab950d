"""Which simple commands a script runs, and whether the failure of each one fails the script."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, field
from functools import lru_cache
from posixpath import normpath

from msgspec import Struct

from .grammar import Group, Parser, Pipeline, Simple, Statement
from .tokens import UnreadableScript, tokens

# GitHub replaces these before a shell sees the script.
_EXPRESSION = re.compile(r"\$\{\{(?:(?!\$\{\{).)*?\}\}", re.DOTALL)
_PLAIN_FOLDER = re.compile(r"[\w./-]+")
_CHANGES_THE_SHELL = re.compile(
    r"(?<![\w.-])(?:set|shopt|exit|exec|return|trap|alias)(?![\w.-])|\(\)|exit"
)
_LETTERS = {"e": "errexit", "n": "noexec", "t": "onecmd"}
_RUNS_NOTHING = frozenset(("noexec", "onecmd"))
# What may stand before `&&` without making the rest a condition.
_SURE = frozenset(("cd", "pushd", "export"))


class ShellCommand(Struct, frozen=True, kw_only=True):
    """A simple command of a script."""

    words: tuple[str, ...]  # without assignments and redirections
    line: int  # in the script, from 1
    # Why its failure does not fail the script, or why it may not run; None if it is effective.
    why_ineffective: str | None
    # Where it runs, after a `cd`: "" for the script's own folder; None if that is not certain.
    folder: str | None


# The same script is read when a rule is observed, when it is judged, and for each further rule.
@lru_cache(maxsize=1_000)
def commands(
    script: str, *, errexit: bool = True, pipefail: bool = False
) -> tuple[ShellCommand, ...]:
    """Every simple command of a script, in order; none if it cannot be read."""
    text = _EXPRESSION.sub(_as_word, script.replace("\r\n", "\n"))
    try:
        statements = Parser(list(tokens(text))).statements()
    except (UnreadableScript, IndexError):
        return ()
    return tuple(_Walk(errexit=errexit, pipefail=pipefail).over(statements))


def _as_word(expression: re.Match[str]) -> str:
    """`__github_ref_name__`: what it becomes is not known, what it asks for is; the lines stay as
    many.
    """
    asked = re.sub(r"\W+", "_", expression[0]).strip("_")
    return f"__{asked}__" + "\\\n" * expression[0].count("\n")


@dataclass(slots=True)
class _Walk:
    """Follows a script from statement to statement, with what it has set so far."""

    errexit: bool
    pipefail: bool
    errexit_applies: bool = (
        True  # `set -e` does nothing where `&&`, `||` or `!` ask for the outcome
    )
    folder: str | None = ""
    uncertain: str | None = None  # why nothing from here on is certain
    functions: set[str] = field(default_factory=set)

    def over(
        self, statements: tuple[Statement, ...], above: str | None = None
    ) -> Iterator[ShellCommand]:
        """The commands of a script or a group, whose last statement decides how it ends.

        `above`: why the whole group is ineffective.
        """
        for number, statement in enumerate(statements, start=1):
            last = number == len(statements)
            for place, pipeline in enumerate(statement.pipelines):
                why = (
                    above
                    or self.uncertain
                    or self._joined(statement, place, last)
                    or _negated(pipeline)
                )
                followed = place < len(statement.joints)
                yield from self._pipeline(
                    pipeline, why, certain=above is None and place == 0, followed=followed
                )

    def _joined(self, statement: Statement, place: int, last: bool) -> str | None:
        """Why a pipeline's failure is lost among its neighbours, or why it may not run."""
        before, after = statement.joints[:place], statement.joints[place:]
        if statement.background:
            return "runs in the background"
        if "||" in before:
            return "runs only if another command fails"
        if "||" in after:
            given_up = (
                after.count("||") == 1 and after[-1] == "||" and _gives_up(statement.pipelines[-1])
            )
            return None if given_up else "is followed by `||`, which hides its failure"
        if last:
            return None
        if after:
            return "is followed by `&&` and then more lines, which hides its failure"
        if before and not all(_is_sure(pipeline) for pipeline in statement.pipelines[:place]):
            return "runs only if the command before `&&` succeeds"
        return (
            None
            if self.errexit and self.errexit_applies
            else "is followed by more lines without `set -e`, which hides its failure"
        )

    def _pipeline(
        self, pipeline: Pipeline, why: str | None, *, certain: bool, followed: bool
    ) -> Iterator[ShellCommand]:
        alone = len(pipeline.parts) == 1
        for number, part in enumerate(pipeline.parts, start=1):
            piped = number < len(pipeline.parts) and not self.pipefail
            ineffective = why or (
                "is piped without `pipefail`, which hides its failure" if piped else None
            )
            walk = self if alone else self._apart()
            if isinstance(part, Simple):
                yield from walk._simple(part, ineffective, certain=certain and alone)
            else:
                yield from walk._group(
                    part, ineffective, errexit_applies=not followed and not pipeline.negated
                )

    def _simple(self, simple: Simple, why: str | None, *, certain: bool) -> Iterator[ShellCommand]:
        if not simple.words:
            return
        name = simple.words[0]
        why = why or (
            f"is a call of the script's own function `{name}`" if name in self.functions else None
        )
        yield ShellCommand(
            words=simple.words, line=simple.line, why_ineffective=why, folder=self.folder
        )
        self._take_effect(simple.words, certain=certain)

    def _group(
        self, group: Group, why: str | None, *, errexit_applies: bool
    ) -> Iterator[ShellCommand]:
        if group.name is not None:
            self.functions.add(group.name)
            why = "is in a function"
        elif not group.runs_in_place:
            why = why or "runs only under a condition, or in a loop"
        walk = self._apart() if group.opener == "(" else self
        before = walk.errexit_applies
        walk.errexit_applies = before and errexit_applies
        yield from walk.over(group.statements, why)
        walk.errexit_applies = before

    def _apart(self) -> _Walk:
        """A subshell: what it sets stays in it."""
        walk = copy(self)
        walk.functions = set(self.functions)
        return walk

    def _take_effect(self, words: tuple[str, ...], *, certain: bool) -> None:
        name, *rest = words
        if name in ("builtin", "command") and rest:
            self._take_effect(tuple(rest), certain=certain)
        elif name == "set":
            self._set(rest, certain=certain)
        elif name in ("cd", "pushd", "popd"):
            self.folder = _inside(self.folder, rest) if certain and name != "popd" else None
        elif name in ("exit", "return") and not _fails(words):
            self.uncertain = "comes after an `exit` that may skip it"
        elif name == "exec" and rest:
            self.uncertain = "comes after `exec`"
        elif name == "trap" and any("exit" in word for word in rest):
            self.uncertain = "comes after a `trap` that may change how the script ends"
        elif name == "eval" and any(map(_CHANGES_THE_SHELL.search, rest)):
            self.uncertain = "comes after an `eval` that may change how the script ends"
        elif name == "shopt":
            self._shopt(rest, certain=certain)
        elif name == "alias":
            self.functions |= {word.partition("=")[0] for word in rest}

    def _set(self, rest: list[str], *, certain: bool) -> None:
        """Its options end at the first word that is none; `-` and `--` end them too."""
        rest = list(rest)
        while rest and rest[0][:1] in ("-", "+", "$", "`") and rest[0] not in ("-", "--", "+"):
            option = rest.pop(0)
            if "$" in option or "`" in option:
                self.uncertain = "comes after a `set` whose options are not certain"
            elif option.startswith("--"):
                return  # no option of bash: it sets nothing, and fails
            for letter in option[1:]:
                named = (
                    rest.pop(0) if letter == "o" and rest and rest[0][:1] not in ("-", "+") else ""
                )
                self._switch(
                    _LETTERS.get(letter, named), on=option.startswith("-"), certain=certain
                )

    def _shopt(self, rest: list[str], *, certain: bool) -> None:
        """`shopt -o` sets what `set -o` does."""
        letters = "".join(word[1:] for word in rest if word.startswith("-"))
        if "o" in letters and ("u" in letters or "s" in letters):
            for word in rest:
                self._switch("$" if "$" in word else word, on="u" not in letters, certain=certain)

    def _switch(self, option: str, *, on: bool, certain: bool) -> None:
        """What may be off is off; what is on is so for certain."""
        if "$" in option or (on and option in _RUNS_NOTHING):
            self.uncertain = f"comes after `set -o {option}`, after which nothing may run"
        elif option == "errexit" and (certain or not on):
            self.errexit = on
        elif option == "pipefail" and (certain or not on):
            self.pipefail = on


def _negated(pipeline: Pipeline) -> str | None:
    return "stands after `!`, which turns its failure around" if pipeline.negated else None


def _is_sure(pipeline: Pipeline) -> bool:
    part = pipeline.parts[0]
    if len(pipeline.parts) > 1 or pipeline.negated or isinstance(part, Group):
        return False
    return not part.words or part.words[0] in _SURE


def _gives_up(pipeline: Pipeline) -> bool:
    """`exit 1`, or a group that ends with it."""
    part = pipeline.parts[0]
    if len(pipeline.parts) > 1 or pipeline.negated:
        return False
    if isinstance(part, Simple):
        return _fails(part.words)
    if part.opener != "{" or part.name is not None or not part.statements:
        return False
    *others, last = part.statements
    calm = all(_is_echo(statement) for statement in others)
    return (
        calm and len(last.pipelines) == 1 and not last.background and _gives_up(last.pipelines[0])
    )


def _is_echo(statement: Statement) -> bool:
    part = statement.pipelines[0].parts[0]
    return (
        len(statement.pipelines) == 1
        and isinstance(part, Simple)
        and part.words[:1] in (("echo",), ("printf",))
    )


def _fails(words: tuple[str, ...]) -> bool:
    """`exit` with a code that is a failure for certain."""
    return (
        len(words) == 2
        and words[0] == "exit"
        and words[1].isdecimal()
        and 0 < int(words[1][:3]) < 256
    )


def _inside(folder: str | None, rest: list[str]) -> str | None:
    if (
        folder is None
        or len(rest) != 1
        or not _PLAIN_FOLDER.fullmatch(rest[0])
        or rest[0].startswith(("/", "-"))
    ):
        return None
    found = normpath(f"{folder}/{rest[0]}" if folder else rest[0])
    return "" if found == "." else found
