"""What two environments do not have in common, and what they should not: names, and with two env
files also values. No value, part of a value, length or hash is in the result.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from shlex import quote

from msgspec import Struct

from ..drift.variable_uses import matches_one
from ..engine.env_file import is_shown
from ..engine.two_environments import EnvironmentValues, is_same, likeness, must_differ
from ..errors import Exit
from ..world.names_port import Kind as StoredKind
from ..world.names_port import StoredName
from ..world.ports import EnvFile
from .compare_result import KINDS, ComparedEnvironments, Difference, Kind

_KINDS: tuple[StoredKind, ...] = ("secret", "variable")
_NO_VALUES = "Only names were compared. To compare values too: `--env-file FILE OTHER_FILE`"


class KnownNames(Struct, frozen=True, kw_only=True):
    """What the checklist and the rules say about names."""

    named: frozenset[str] = frozenset()
    secrets: frozenset[str] = frozenset()
    ignored: tuple[str, ...] = ()  # patterns of names to ignore


def compare_files(
    one: EnvironmentValues,
    other: EnvironmentValues,
    known: KnownNames,
    places: tuple[str, str],
) -> ComparedEnvironments:
    """Two env files, called `places`: their names and their values."""
    sides = (one, other)
    files = [_file(side) for side in sides]
    every = dict.fromkeys(name for file in files for name in file.lines)
    names = [name for name in every if not matches_one(name, known.ignored)]
    shown = {name: None for name in names if name in known.named or _is_shown(name, files)}
    found = [*_lacking(shown, sides, files)]
    for name in shown:
        found += _mixed_up(name, one, other, known.secrets)
    unshown = sum(
        name not in shown and any(name not in file.lines for file in files) for name in names
    )
    return _result(
        sides=(one.name, other.name),
        places=places,
        names=len(names),
        differences=found,
        unshown=unshown,
        with_values=True,
    )


def compare_stored(
    environments: tuple[str, str],
    stored: tuple[Mapping[str, StoredName], Mapping[str, StoredName]],
    known: KnownNames,
) -> ComparedEnvironments:
    """What GitHub stores for two environments: names only."""
    every = sorted({*stored[0], *stored[1]})
    names = [name for name in every if not matches_one(name, known.ignored)]
    found = [each for name in names for each in _stored(name, environments, stored, known)]
    return _result(
        sides=environments,
        places=("GitHub", "GitHub"),
        names=len(names),
        differences=found,
        notice=_NO_VALUES,
    )


def not_compared(environments: tuple[str, str], why: str) -> ComparedEnvironments:
    """GitHub could not be read: nothing was compared."""
    return ComparedEnvironments(
        environments=environments,
        places=("GitHub", "GitHub"),
        names=0,
        with_values=False,
        differences=(),
        unreadable=why,
        exit_code=Exit.UNDETERMINED,
    )


def _result(
    *,
    sides: tuple[str, str],
    places: tuple[str, str],
    names: int,
    differences: Sequence[Difference],
    unshown: int = 0,
    with_values: bool = False,
    notice: str | None = None,
) -> ComparedEnvironments:
    order = list(KINDS)
    found = sorted(differences, key=lambda each: (order.index(each.kind), each.name))
    return ComparedEnvironments(
        environments=sides,
        places=places,
        names=names,
        with_values=with_values,
        differences=tuple(found),
        unshown=unshown,
        notice=notice,
        exit_code=Exit.HELD if found or unshown else Exit.READY,
    )


def _file(side: EnvironmentValues) -> EnvFile:
    file = side.world.variables.file()
    assert file is not None  # its world was made of one
    return file


def _is_shown(name: str, files: Sequence[EnvFile]) -> bool:
    """Whether it is surely a name, by one of the files: a pasted value is in one file only."""
    return any(is_shown(name, file) for file in files if name in file.lines)


def _lacking(
    names: Iterable[str], sides: Sequence[EnvironmentValues], files: Sequence[EnvFile]
) -> Iterator[Difference]:
    """Names that one of the files lacks, or leaves empty while the other has a value."""
    for name in names:
        for own, other in ((0, 1), (1, 0)):
            here, there = sides[own].name, sides[other].name
            if name not in files[own].lines:
                message = f"{here} lacks `{name}`, which {there} has"
                yield Difference(kind="missing", name=name, environment=here, message=message)
            elif name in files[own].empty and _has_value(name, files[other]):
                message = f"`{name}` is empty in {here}, but has a value in {there}"
                yield Difference(kind="empty", name=name, environment=here, message=message)


def _has_value(name: str, file: EnvFile) -> bool:
    return name in file.lines and name not in file.empty


def _mixed_up(
    name: str, one: EnvironmentValues, other: EnvironmentValues, secrets: frozenset[str]
) -> Iterator[Difference]:
    """What the values of a name show. For a secret, no reason is given."""
    is_secret = must_differ(name, secrets, one) or must_differ(name, secrets, other)
    same = is_same(name, one, other)
    if same and is_secret:
        message = f"`{name}` is a secret, but has the same value in {one.name} and {other.name}"
        yield Difference(kind="same", name=name, environment=None, message=message)
        return
    for own, its in ((one, other), (other, one)):
        why = likeness(name, own, its)
        if why is None:
            continue
        if same:
            message = f"`{name}` has the same value in {one.name} and {other.name}: {why}"
        else:
            message = f"`{name}` in {own.name} looks like the value for {its.name}"
            message += "" if is_secret else f": {why}"
        kind: Kind = "same" if same else "other"
        yield Difference(kind=kind, name=name, environment=own.name, message=message)


def _stored(
    name: str,
    environments: tuple[str, str],
    stored: tuple[Mapping[str, StoredName], Mapping[str, StoredName]],
    known: KnownNames,
) -> Iterator[Difference]:
    first, second = (each.get(name, StoredName()) for each in stored)
    kinds = [tuple(kind for kind in _KINDS if each.level(kind)) for each in (first, second)]
    if all(kinds) and not {*kinds[0]} & {*kinds[1]}:
        message = (
            f"`{name}` is a {kinds[0][0]} in {environments[0]} but a {kinds[1][0]} in "
            f"{environments[1]}: a workflow that reads one of them finds nothing in the other"
        )
        yield Difference(kind="stored", name=name, environment=None, message=message)
        return
    for kind in _KINDS:
        levels = (first.level(kind), second.level(kind))
        if None not in levels:
            if "environment" not in levels and kind == "secret" and name in known.named:
                yield _shared_secret(name, f"{levels[0]}", environments[1])
        elif any(levels):
            has, lacks = environments if levels[0] else environments[::-1]
            yield Difference(
                kind="missing",
                name=name,
                environment=lacks,
                message=f"{lacks} lacks the {kind} `{name}`, which {has} has",
                remedy=f"gh {kind} set {quote(name)} --env {quote(lacks)}",
            )


def _shared_secret(name: str, level: str, environment: str) -> Difference:
    """A secret of the release that both take: the repository has others, for its tests."""
    return Difference(
        kind="same",
        name=name,
        environment=None,
        message=f"both environments use the {level}'s secret `{name}`",
        remedy=f"gh secret set {quote(name)} --env {quote(environment)}",
    )
