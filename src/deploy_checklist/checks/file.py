"""the repository has the file and the file contains what the rule says; with `exists: false`, the
repository does not have it
"""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from ..outcome import Finding, Unobservable, failed, passed
from ..values.changelog import entry_fault
from ..values.comparators import COMPARATORS, ComparedValue
from ..values.globs import literal_glob, path_fault
from ..values.plain import quoted
from ..values.secret_files import holds_secrets
from ..world.ports import World
from . import base
from .base import JudgeContext, Needs, Observation
from .value import Pattern

Text = Annotated[str, Field(min_length=1)]


def _one_path(path: str) -> str:
    if why := path_fault(path):
        raise PydanticCustomError("vacuous", why)
    return path


class Params(base.Params):
    """`contains`, `matches` and `entry` check the file's text."""

    shorthand = "path"

    path: Annotated[Text, AfterValidator(_one_path)] = Field(
        description="Path from the repository's root, with `/`. A `/` at the end means a folder. "
        "Links are not followed.",
        examples=["docs/runbook.md"],
    )
    exists: bool = Field(default=True, description="`false`: there must be no such file.")
    contains: Annotated[tuple[Text, ...], Field(min_length=1), base.ONE_OR_MORE] | None = Field(
        default=None,
        description="A text, or a list of texts, that the file must contain.",
        examples=["FROM node:24"],
    )
    matches: Pattern | None = Field(
        default=None,
        min_length=1,
        description="A Rust regular expression that must match a whole line of the file.",
        examples=["replicas: [2-9]"],
    )
    entry: Text | None = Field(
        default=None,
        description="A version. The changelog must have an entry for exactly this version: a "
        "heading that is not marked as unreleased, with something below it.",
        examples=["${version}"],
    )
    show: bool = Field(default=False, description="`true`: the report shows the line that matches.")

    @model_validator(mode="after")
    def _asks_one_thing(self) -> Params:
        if not self.exists and self.looks_inside:
            raise PydanticCustomError(
                "contradiction", "a file that must not exist has no text to check"
            )
        if self.path.endswith("/") and self.looks_inside:
            raise PydanticCustomError("contradiction", "a folder has no text to check")
        if self.show and not self.matches:
            raise PydanticCustomError(
                "vacuous", "`show` shows the line that `matches` finds, so it needs `matches`"
            )
        return self

    @property
    def looks_inside(self) -> bool:
        """Whether a parameter checks the file's text."""
        return bool(self.contains or self.matches or self.entry)


def reads(params: Params) -> frozenset[Needs]:
    return frozenset({Needs.REPOSITORY})


def observe(params: Params, subject: str | None, world: World) -> Observation:
    kind = world.repository.kind(params.path.rstrip("/"))
    data = None
    if kind == "file" and params.looks_inside:
        data = world.repository.read(params.path)
    deeper = _deeper(params.path, world) if kind is None and params.exists else None
    source = f"`{params.path}` in {world.repository.place()}"
    return Observation(source=source, data=(kind, data, deeper))


def _deeper(path: str, world: World) -> str | None:
    """The only tracked file with this path in some folder, if there is one."""
    try:
        found = world.repository.tracked([f"**/{literal_glob(path)}"])
    except Unobservable:  # it is needed only for the remedy
        return None
    return found[0] if len(found) == 1 and found[0].endswith(f"/{path}") else None


def judge(params: Params, observation: Observation, context: JudgeContext) -> Finding:
    kind, data, deeper = observation.data
    if not params.exists:
        if kind:
            return failed(f"`{params.path}` exists, but must not")
        return passed(f"no `{params.path}`")
    if kind is None:
        return failed(f"`{params.path}` does not exist", _remedy(params.path, deeper))
    expected = "folder" if params.path.endswith("/") else "file"
    if kind != expected:
        return failed(f"`{params.path}` is a {kind}, not a {expected}")
    if data is None:
        return passed(f"`{params.path}` exists")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return failed(f"`{params.path}` is not UTF-8 text")
    return _judge_text(params, text)


def _remedy(path: str, deeper: str | None) -> str:
    if holds_secrets(path):
        return (
            "do not commit this file. Write `git: "
            f"{{ ignored: {path} }}` instead, and `sign` if a person must confirm that it exists"
        )
    if deeper is None:
        return f"add `{path}`"
    meant = f"if you mean `{deeper}`, write that (paths start at the repository's root)"
    return f"{meant}; otherwise add `{path}`"


def _judge_text(params: Params, text: str) -> Finding:
    if conflict := _line_of_conflict(text):
        return failed(
            f"`{params.path}` contains an unresolved merge conflict (line {conflict})",
            "resolve it, and commit the file",
        )
    faults = [
        f"does not contain {quoted(each)}" for each in params.contains or () if each not in text
    ]
    found = _matching_line(params.matches, text) if params.matches else None
    if params.matches and found is None:
        faults.append(f"has no line that matches {quoted(params.matches)}")
    if params.entry and (fault := entry_fault(text, params.entry)):
        faults.append(fault)
    if faults:
        return failed(f"`{params.path}` {' and '.join(faults)}")
    if found is None:
        return passed(f"`{params.path}` contains the required text")
    number, line = found
    shown = f": {quoted(line.strip())}" if params.show else " matches"
    return passed(f"`{params.path}` line {number}{shown}")


def _line_of_conflict(text: str) -> int | None:
    """The number of the line where git's marks of a conflict begin, if all three are there."""
    begins, divided = None, False
    for number, line in enumerate(text.split("\n"), start=1):
        if line.startswith("<<<<<<< "):
            begins, divided = number, False
        elif begins and line.rstrip("\r") == "=======":
            divided = True
        elif divided and line.startswith(">>>>>>> "):
            return begins
    return None


def _matching_line(pattern: str, text: str) -> tuple[int, str] | None:
    """The number and the text of the first line that matches as a whole."""
    # Lines as an editor counts them: splitlines() also splits at a form feed and at U+2028.
    lines = re.split(r"\r\n|\r|\n", text)
    if not lines[-1]:
        lines.pop()
    for number, line in enumerate(lines, start=1):
        compared = ComparedValue(value=line, others={}, secret=False, show=False)
        if COMPARATORS["matches"](pattern, compared) is None:
            return number, line
    return None
