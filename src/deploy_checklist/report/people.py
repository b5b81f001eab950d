"""The members of roles, as far as the rules list them by name."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from ..checklist.model import fold


def members(
    roles: Iterable[str], listed: Mapping[str, tuple[str, ...]], excluded: Collection[str] = ()
) -> tuple[str, ...]:
    """Logins, and teams as `organisation/team`, each once, without those who are `excluded`.

    A permission of GitHub's, such as `maintain`, is nobody in particular.
    """
    found = {fold(role): names for role, names in listed.items()}
    left_out = {name.lower() for name in excluded}
    names = (name for role in roles for name in found.get(fold(role), ()))
    people = (name.removeprefix("@") for name in names if name.startswith("@"))
    return tuple(dict.fromkeys(name for name in people if name.lower() not in left_out))
