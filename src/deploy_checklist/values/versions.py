"""The version that a release's tag names, and which tag of a commit is its release's."""

from __future__ import annotations

import re
from collections.abc import Sequence

_LONGEST = 255  # characters; git keeps a tag as a file
_NUMBERS = r"(?:\d+\.\d|\d{4}-\d\d).*"  # 1.2.3-rc.1, 2026-11-29
# In this order: the part before a version may have numbers of its own, as in `py3.11-v1.2.3`.
_SHAPES = tuple(
    re.compile(shape)
    for shape in (
        rf"[vV]?({_NUMBERS})",
        rf".*?[-_.=][vV]({_NUMBERS})",
        rf".*?[-_=]({_NUMBERS})",
        r"[vV]?(\d+(?:[-+].*)?)",
        r"(?:.*[^\d])??[-_=][vV]?(\d+)",
        rf"[A-Za-z.-]*[A-Za-z]\.?({_NUMBERS})",
    )
)


def is_plain(tag: str) -> bool:
    """Whether a tag is made of letters, digits and `._+=@/-`, so that it cannot add anything to a
    URL, a query or an expression. Git lets a tag have `%`, `"`, `'`, `&`, `|` and more.
    """
    return all(sign.isalnum() or sign in "._+=@/-" for sign in tag)


def version_of(tag: str) -> str | None:
    """The version in a tag: 1.2.3 in `v1.2.3`, `1.2.3`, `ui-v1.2.3`, `ui/v1.2.3`, `@acme/ui@1.2.3`.

    None if the tag names no version.
    """
    if len(tag) > _LONGEST:
        return None
    last_part = re.split("[@/]", tag)[-1]
    for shape in _SHAPES:
        if found := shape.fullmatch(last_part):
            return found[1]
    return None


def release_tag(tags: Sequence[str]) -> str | None:
    """The tag that a commit is released by; `tags`: all that are on it, the newest first.

    A tag that is nothing but a version comes before one that names a component as well. None if
    no tag names a version, or if they name several components, so that the choice is not clear.
    """
    component_of = {
        tag: tag.removesuffix(version).removesuffix("v").removesuffix("V")
        for tag in tags
        if (version := version_of(tag)) is not None
    }
    whole = [tag for tag, component in component_of.items() if not component]
    if whole:
        return whole[0]
    if len(set(component_of.values())) == 1:
        return next(iter(component_of))
    return None
