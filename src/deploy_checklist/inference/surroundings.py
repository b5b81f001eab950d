"""What is known about an item besides its words: headings, the repository's files and workflows."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from ..checklist.environments import heading_environment
from ..checklist.model import Item, Phase
from ..checklist.phases import heading_phase
from . import phrases, vetoes
from .paths import DocumentPaths
from .words import Words

_IN_GITIGNORE = re.compile(r"\.gitignore|git-?ignored?\b")
_OPPOSITE = (phrases.GONE, vetoes.DENIED, vetoes.MISTAKES)
_ASKS_MORE = (
    *(phrases.GONE, phrases.WRITTEN, vetoes.PERSONS_ACT, vetoes.ASKS_MORE),
    *(vetoes.DENIED, vetoes.NEGATED),
)

Runs = Callable[[str], bool]  # whether a workflow of the repository runs a command


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What an item's words do not say themselves. Each answer is found when it is first asked."""

    paths: DocumentPaths
    runs: Runs | None  # None: the repository is not at hand
    title: str  # of the document
    section: tuple[str, ...]
    above: tuple[Item, ...]  # the items that it is in, the nearest first
    is_gated: bool  # the job's environment is the one that the section is for
    below: bool = False  # the text is not the item's first paragraph

    @cached_property
    def in_gitignore(self) -> bool:
        """Whether git has to ignore what is named."""
        return _IN_GITIGNORE.search(self._nearest) is not None

    @cached_property
    def in_changelog(self) -> bool:
        """Whether the item is about the changelog."""
        return phrases.CHANGELOG.found_in(self._nearest)

    @cached_property
    def keeps_out(self) -> bool:
        """Whether what is named must not be uploaded or committed."""
        return phrases.NOT_UPLOADED.found_in(self._nearest)

    @cached_property
    def opposite(self) -> bool:
        """Whether the things named must not exist, or must not be so."""
        return asks_opposite(self._nearest)

    @cached_property
    def in_files(self) -> bool:
        """Whether the heading mentions files."""
        return phrases.FILES.found_in(" ".join(self.section[-1:]).lower())

    @cached_property
    def in_plain_list(self) -> bool:
        """Whether nothing above asks more than that what is named is there."""
        is_plain = not (self.above or self.in_gitignore)
        return is_plain and not _has(_ASKS_MORE, " ".join(self.section).lower())

    @cached_property
    def for_others(self) -> bool:
        """Whether what is above is copied for a release, or is for those who change the code."""
        return any(vetoes.FOR_OTHERS.found_in(text.lower()) for text in self._headings[1:])

    @cached_property
    def elsewhere(self) -> bool:
        """Whether it is about another place than this job."""
        return self.other_environment or vetoes.elsewhere(" ".join(self._headings))

    @cached_property
    def other_environment(self) -> bool:
        """Whether what is above names another environment than the one of this job."""
        named = [heading_environment(each) for each in self._headings]
        environments = [each for each in named if each is not None and not each.is_step]
        is_other = any(each.name != "production" for each in environments)
        return is_other or vetoes.of_another_environment(" ".join(self._headings[1:]).lower())

    @cached_property
    def conditional(self) -> bool:
        """Whether an item that it is in may not hold in a release."""
        return any(map(vetoes.conditional, self.above))

    @cached_property
    def after(self) -> bool:
        """Whether an item that it is in is about what was deployed."""
        return any(heading_phase(each.text) is Phase.AFTER for each in self.above)

    @cached_property
    def _nearest(self) -> str:
        return f"{' '.join(self.section[-1:])} {' '.join(x.text for x in self.above[:1])}".lower()

    @cached_property
    def _headings(self) -> list[str]:
        """The title and all that is below it, but for the names of the job's own environment."""
        headings = [self.title, *self.section, *(each.text for each in self.above)]
        if not self.is_gated:
            return headings
        return [each for each in headings if heading_environment(each) is None]


def asks_opposite(above: str) -> bool:
    """Whether what is listed below these words, in lower case, must not be there or not be so."""
    return _has(_OPPOSITE, above)


def _has(tables: tuple[Words, ...], text: str) -> bool:
    return any(words.found_in(text) for words in tables)
