"""What is known of an item besides its words: headings, the repository's files and workflows."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from msgspec import Struct

from ..checklist.environments import heading_environment
from ..checklist.model import Item, Phase
from ..checklist.phases import heading_phase
from . import phrases, vetoes
from .paths import DocumentPaths

_IN_GITIGNORE = re.compile(r"\.gitignore|git-?ignored?\b")
_OPPOSITE = (phrases.GONE, vetoes.DENIED, vetoes.MISTAKES)
_ASKS_MORE = (phrases.GONE, phrases.WRITTEN, vetoes.PERSONS_ACT, vetoes.ASKS_MORE)

Runs = Callable[[str], bool]  # whether a workflow of the repository runs a command


class Surroundings(Struct, frozen=True, kw_only=True):
    """What an item's words do not say themselves."""

    paths: DocumentPaths
    runs: Runs | None  # None: the repository is not at hand
    in_gitignore: bool
    in_changelog: bool
    in_files: bool  # its heading speaks of files
    in_plain_list: bool  # nothing above it asks more than that what it names is there
    keeps_out: bool  # what is named must not be uploaded or committed
    opposite: bool  # what is named must not be there, or not be so
    elsewhere: bool  # its section, or an item that it is in, is about another place than this job
    other_environment: bool  # they name another environment than the one of this job
    conditional: bool  # an item that it is in may not hold in a release
    for_others: bool  # what is above it is copied for a release, or is for contributors
    after: bool  # an item that it is in is about what was deployed
    below: bool = False  # the text is not the item's first paragraph


def surroundings(
    title: str,
    section: Sequence[str],
    above: Sequence[Item],
    paths: DocumentPaths,
    runs: Runs | None,
    *,
    is_gated: bool,
) -> Surroundings:
    """Above an item stand the document's title, its section, and the items that it is in, the
    nearest first. `is_gated`: the job's environment is the one that the section is for.
    """
    texts = [*section, *(each.text for each in above)]
    headings = [title, *texts]
    if is_gated:
        headings = [each for each in headings if heading_environment(each) is None]
    is_other = _name_another_environment(headings)
    heading = " ".join(section[-1:]).lower()
    nearest = f"{heading} {above[0].text.lower() if above else ''}"
    whole = " ".join(section).lower()
    in_gitignore = _IN_GITIGNORE.search(nearest) is not None
    asks_more = any(words.found_in(whole) for words in _ASKS_MORE) or vetoes.negated(whole)
    return Surroundings(
        paths=paths,
        runs=runs,
        in_gitignore=in_gitignore,
        in_changelog=phrases.CHANGELOG.found_in(nearest),
        in_files=phrases.FILES.found_in(heading),
        in_plain_list=not (above or in_gitignore or asks_more),
        keeps_out=phrases.NOT_UPLOADED.found_in(nearest),
        opposite=asks_opposite(nearest),
        elsewhere=is_other or vetoes.elsewhere(" ".join(headings)),
        other_environment=is_other,
        conditional=any(map(vetoes.conditional, above)),
        for_others=any(vetoes.FOR_OTHERS.found_in(text.lower()) for text in texts),
        after=any(heading_phase(each.text) is Phase.AFTER for each in above),
    )


def asks_opposite(above: str) -> bool:
    """Whether what is listed below these words, in lower case, must not be there or not be so."""
    return any(words.found_in(above) for words in _OPPOSITE)


def _name_another_environment(headings: Sequence[str]) -> bool:
    """Whether what is above an item is for another environment than production."""
    named = [heading_environment(each) for each in headings]
    environments = [each for each in named if each is not None and not each.is_step]
    is_other = any(each.name != "production" for each in environments)
    return is_other or vetoes.of_another_environment(" ".join(headings[1:]).lower())
