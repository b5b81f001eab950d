"""The filter for everything that leaves the process: no secret gets through, in any encoding.

The report's texts are cleaned before they are rendered, and what was rendered is searched once
more. Both take time linear in the text.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from .needles import SHORTEST, Needle, encodings, needles_of
from .texts import rewritten, texts_in

MARK = "***"
_SHORTEST_CUT, _LONGEST_CUT = 6, 200  # characters before the ellipsis of a text that was cut
_FEW = 400  # forms; up to here the C search of each one beats one pass in Python
_MARKUP = re.compile(r"<!-- -->|\\(?=[!-/:-@\[-`{-~])")
_T = TypeVar("_T")


class Leak(Exception):
    """A secret was found in a text that was about to leave. Names the variable, not the value."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"the value of {name} was found in the finished report, so the report is not shown. If "
            "the value is an ordinary word, choose a real secret; if it is a real secret, this is "
            "a bug in deploy-checklist"
        )


@dataclass(frozen=True)
class Redactor:
    """Knows every form that a secret could take. Its repr shows none of them."""

    forms: Mapping[str, str] = field(repr=False)  # each with the name of what it belongs to
    # Names whose value is one of the report's own words, so that it cannot be hidden.
    exposed: tuple[str, ...] = ()
    # Returns what every rendering contains; called only where a secret was found.
    fixed_text: Callable[[], str] = field(default=str, repr=False, compare=False)

    @classmethod
    def of(
        cls,
        environment: Mapping[str, str],
        secret_names: Collection[str] = (),
        vocabulary: Iterable[str] = (),
    ) -> Redactor:
        """For these variables. A value in the `vocabulary` is not hidden: `exposed` names it."""
        return cls.hiding(needles_of(environment, secret_names), vocabulary)

    @classmethod
    def hiding(cls, needles: Iterable[Needle], vocabulary: Iterable[str] = ()) -> Redactor:
        """For these needles."""
        words = "\n".join(vocabulary)
        forms: dict[str, str] = {}
        exposed: list[str] = []
        for needle in needles:
            stripped = needle.text.strip()
            if len(stripped) < SHORTEST:
                continue
            if stripped not in words:
                forms |= dict.fromkeys(encodings(needle.text), needle.name)
            elif not needle.minor:
                exposed.append(needle.name)
        hidden = {form: name for form, name in forms.items() if form not in words}
        return cls(hidden, tuple(dict.fromkeys(exposed)))

    def text(self, text: str) -> str:
        """The text with every secret replaced."""
        return self._masked(text, self._present(text))

    def clean(self, value: _T) -> _T:
        """The same value with every secret replaced in every text of it, however deep."""
        if not self.forms:
            return value
        everything = "\n".join(texts_in(value))
        present = self._present(everything)
        if not present and next(self._beginnings(everything), None) is None:
            return value
        return rewritten(value, lambda text: self._masked(text, present))

    def check(self, rendered: str | bytes) -> None:
        """Raises Leak if a secret is in a rendered text, with or without its markup."""
        if isinstance(rendered, bytes):
            rendered = rendered.decode("utf-8", "surrogateescape")
        for text in {rendered, _without_markup(rendered)}:
            found = [(form, self.forms[form]) for form in self._present(text)]
            found += [(text[start:end], name) for start, end, name in self._beginnings(text)]
            for form, name in found:
                if form not in self._fixed_text:
                    raise Leak(name)

    def _present(self, text: str) -> list[str]:
        """Which forms are in the text."""
        if len(self.forms) <= _FEW:
            return [form for form in self.forms if form in text]
        return _present_in_one_pass(text, self._by_start)

    def _masked(self, text: str, present: Sequence[str]) -> str:
        """Overlapping and touching secrets become one mark."""
        places = [(at, at + len(form)) for form in present for at in _places(text, form)]
        places += [(start, end) for start, end, _ in self._beginnings(text)]
        parts: list[str] = []
        end = 0
        for start, stop in sorted(places):
            if start > end or not parts:
                parts += [text[end:start], MARK]
            end = max(end, stop)
        return "".join((*parts, text[end:]))

    def _beginnings(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Start, end and name of each secret that was cut: its beginning, then an ellipsis."""
        if "…" not in text:
            return
        starts = frozenset(start for start in self._starts if start in text)
        for end in _places(text, "…") if starts else ():
            window = text[max(0, end - _LONGEST_CUT) : end]
            for at in range(len(window) - _SHORTEST_CUT + 1):
                if window[at : at + SHORTEST] not in starts:
                    continue
                name = self._name_by_beginning(window[at:])
                if name is not None:
                    yield end - len(window) + at, end, name
                    break

    def _name_by_beginning(self, piece: str) -> str | None:
        """Whose secret begins with these characters."""
        at = bisect_left(self._sorted, piece)
        if at < len(self._sorted) and self._sorted[at].startswith(piece):
            return self.forms[self._sorted[at]]
        return None

    @cached_property
    def _sorted(self) -> Sequence[str]:
        return sorted(self.forms)

    @cached_property
    def _starts(self) -> frozenset[str]:
        return frozenset(form[:SHORTEST] for form in self.forms)

    @cached_property
    def _fixed_text(self) -> str:
        return self.fixed_text()

    @cached_property
    def _by_start(self) -> Mapping[str, Mapping[int, set[str]]]:
        """The forms by their first characters, then by their length."""
        table: dict[str, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
        for form in self.forms:
            table[form[:SHORTEST]][len(form)].add(form)
        return table


def _present_in_one_pass(text: str, table: Mapping[str, Mapping[int, set[str]]]) -> list[str]:
    """Looks up, wherever a form could begin, the piece of each length that a form has."""
    found: set[str] = set()
    for at in range(len(text) - SHORTEST + 1):
        start = text[at : at + SHORTEST]
        if start in table:
            for length, forms in table[start].items():
                piece = text[at : at + length]
                if piece in forms:
                    found.add(piece)
    return sorted(found)


def _places(text: str, form: str) -> Iterator[int]:
    at = text.find(form)
    while at >= 0:
        yield at
        at = text.find(form, at + 1)


def _without_markup(text: str) -> str:
    """Without what `report.escape` adds: a secret could hide behind a backslash or an entity."""
    return html.unescape(_MARKUP.sub("", text).replace("<span>$</span>", "$"))
