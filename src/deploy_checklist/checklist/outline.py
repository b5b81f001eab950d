"""The headings around a place in the document, and the titles that work as headings."""

from __future__ import annotations

import re

from msgspec import Struct

from .model import Phase, Section
from .phases import environment_candidate, heading_phase, is_release
from .rollback import rollback_heading

_COLON = re.compile(r"[:：]")
_SENTENCE = re.compile(r"[.!?]\s+|[。！？]\s*")


class SectionScope(Struct, kw_only=True):
    """A heading or a title, until a heading of its rank, or the end of its container, closes it."""

    title: str
    path: tuple[str, ...]
    line: int
    level: int
    depth: int  # of the container that it is in
    phase: Phase | None
    environment: str | None
    rollback: bool | None = None  # see rollback.rollback_heading
    pinned: bool = False  # a person wrote the phase down
    is_section: bool = False  # a title counts only if there is a box under it

    def section(self, known_environment: str | None) -> Section:
        return Section(
            title=self.title,
            path=self.path,
            line=self.line,
            level=self.level,
            phase=self.phase,
            environment=self.environment,
            known_environment=known_environment,
        )


class SectionContext(Struct, frozen=True, kw_only=True):
    """The sections around an item, and what they say of it."""

    path: tuple[str, ...]
    line: int | None  # of the innermost
    phase: Phase | None  # of the innermost that has one
    pinned: bool  # that phase was written down by a person
    rollback: int | None  # line of the innermost that is about a rollback, if none inside is not
    environments: tuple[tuple[int, str], ...]  # lines and candidates, innermost first
    lines: tuple[int, ...]  # of all of them, innermost first


class Outline:
    """The scopes that are open, and every one that turned out to be a section."""

    def __init__(self, title_line: int | None) -> None:
        self.sections: list[SectionScope] = []
        self._open: list[SectionScope] = []
        self._context: SectionContext | None = None  # None: a scope opened or closed since
        # Line of the document's own title, which is in no other section's path.
        self._title_line = title_line

    def context(self) -> SectionContext:
        """The sections around a box. What was offered as a title above it is a section now."""
        if self._context is None:
            for at, scope in enumerate(self._open):
                if not scope.is_section:
                    scope.path = (*self._path(at), scope.title)
                    scope.is_section = True
                    self.sections.append(scope)
            outwards = self._open[::-1]
            phased = next((scope for scope in outwards if scope.phase), None)
            telling = (each for each in outwards if each.phase or each.rollback is not None)
            said = next(telling, None)
            self._context = SectionContext(
                path=outwards[0].path if outwards else (),
                line=outwards[0].line if outwards else None,
                phase=phased.phase if phased else None,
                pinned=phased is not None and phased.pinned,
                rollback=said.line if said is not None and said.rollback else None,
                environments=tuple(
                    (scope.line, scope.environment) for scope in outwards if scope.environment
                ),
                lines=tuple(scope.line for scope in outwards),
            )
        return self._context

    def path(self) -> tuple[str, ...]:
        """The path of the innermost section that is known to be one."""
        return next((scope.path for scope in reversed(self._open) if scope.is_section), ())

    def heading(self, title: str, *, line: int, level: int, depth: int) -> SectionScope:
        self._open = [scope for scope in self._open if scope.level < level or scope.depth < depth]
        scope = SectionScope(
            title=title,
            path=(*self._path(len(self._open)), title),
            line=line,
            level=level,
            depth=depth,
            phase=heading_phase(title, whole=not self.sections),
            # The first heading names the whole document.
            environment=environment_candidate(title) if self.sections else None,
            rollback=rollback_heading(title) if self.sections else None,
            is_section=True,
        )
        self._open.append(scope)
        self._context = None
        self.sections.append(scope)
        return scope

    def offer_title(self, text: str, *, line: int, depth: int) -> SectionScope:
        """Opens what is a title if a box is found under it.

        Of a paragraph only the last sentence introduces the list.
        """
        sentence = _SENTENCE.split(text)[-1] or text
        colon = _last_colon(sentence)
        title = sentence[:colon].strip() or sentence
        scope = SectionScope(
            title=title,
            path=(),
            line=line,
            level=(self._open[-1].level if self._open else 0) + 1,
            depth=depth,
            phase=heading_phase(title) or (Phase.AFTER if is_release(text) else None),
            environment=environment_candidate(title),
            rollback=rollback_heading(title),
        )
        self._open.append(scope)
        self._context = None
        return scope

    def close(self, depth: int) -> None:
        """Closes the scopes in a container that ended at this depth."""
        while self._open and self._open[-1].depth > depth:
            self._open.pop()
            self._context = None

    def _path(self, at: int) -> tuple[str, ...]:
        outer = self._open[at - 1] if at else None
        return () if outer is None or outer.line == self._title_line else outer.path


def introduces(text: str) -> bool:
    """Whether a text ends in a colon, whatever marks or signs come after it."""
    return _last_colon(text) is not None


def _last_colon(text: str) -> int | None:
    """The position of the colon that ends a text; of several without a word between, the first."""
    end = len(text)
    while end and not (text[end - 1].isalnum() or text[end - 1] == "_"):
        end -= 1
    colon = _COLON.search(text, end)
    return colon.start() if colon else None
