"""`compare`: what two environments do not have in common, and what they should not."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from ..checklist.model import Checklist
from ..commands import compare
from ..commands.compare_formats import render
from ..engine.pool import Pool
from ..engine.two_environments import EnvironmentValues, environment_values, must_differ
from ..engine.variables import named_variables, secrets_among
from ..errors import Unusable
from ..outcome import Unobservable
from ..rules.model import Rules
from ..run.document_files import Documents
from ..runtime.local import LocalRuntime
from ..world.files import STANDARD_INPUT, found_rules
from ..world.names_port import NoSuchEnvironment
from .shell import Shell, root_folder, write

_NAMED_MOST = 10  # environments; some platforms make one for each preview


def run(given: argparse.Namespace, shell: Shell) -> int:
    """Runs it and returns the exit code. Raises Unusable."""
    one, other = given.environments
    if one.casefold() == other.casefold():  # GitHub takes them for one
        raise Unusable(f"both environments are {one}", hint="give two different environments")
    root = root_folder()
    here = LocalRuntime(root, shell.environ)
    documents = None
    # Two env files can be compared without documents: then only names decide what is a secret.
    if given.file or given.rules or found_rules(lambda name: (root / name).exists()):
        documents = here.documents(given.file, given.rules)
    known = _known(here, documents, (one, other))
    if given.env_file is not None:
        return _files(given, shell, documents, known)
    try:
        names = here.stored_names()
        found = compare.compare_stored((one, other), (names.of(one), names.of(other)), known)
    except NoSuchEnvironment as absent:
        raise _no_such_environment(absent) from None
    except Unobservable as unobservable:
        why = ". ".join(filter(None, (unobservable.reason, unobservable.remedy)))
        found = compare.not_compared((one, other), why)
    write(render(found, given.format, shell.environ, ()), given.output, shell.out)
    return found.exit_code


def _no_such_environment(absent: NoSuchEnvironment) -> Unusable:
    from ..values.near_names import did_you_mean  # only after a mistake

    listed = f"It has {', '.join(absent.others[:_NAMED_MOST])}" if absent.others else "It has none"
    hint = " ".join(filter(None, (did_you_mean(absent.name, absent.others), listed)))
    return Unusable(f"the repository has no environment `{absent.name}`", hint=hint)


def _files(
    given: argparse.Namespace, shell: Shell, documents: Documents | None, known: compare.KnownNames
) -> int:
    if [str(path) for path in given.env_file].count(STANDARD_INPUT) > 1:
        raise Unusable(
            "standard input can be only one of the two files", hint="give a file for the other"
        )
    sides: list[EnvironmentValues] = []
    values: dict[str, str] = {}
    secrets: set[str] = set()
    for name, path in zip(given.environments, given.env_file, strict=True):
        here = LocalRuntime(root_folder(), shell.environ, env_file=path, offline=True)
        side = _side(here, documents, name)
        # For both files, as they have the same names. The end of a name says if it is a secret.
        file = side.world.variables.file()
        of_file = {f"{name}/{each}": each for each in (file.lines if file else ())}
        values |= {key: text for key, each in of_file.items() if (text := side.text(each))}
        secrets |= {key for key, each in of_file.items() if must_differ(each, known.secrets, side)}
        shell.known.update(values)
        sides.append(side)
    found = compare.compare_files(sides[0], sides[1], known, _places(given.env_file))
    write(render(found, given.format, values, secrets), given.output, shell.out)
    return found.exit_code


def _places(paths: Sequence[str]) -> tuple[str, str]:
    """What the two files are called: by their whole paths, if their names are the same."""
    names = [Path(path).name for path in paths]
    shown = paths if len({*names}) < len(names) else names
    one, other = (
        "a pipe" if Path(path).is_fifo() else f"the file {name}"
        for path, name in zip(paths, shown, strict=True)
    )
    return one, other


def _side(here: LocalRuntime, documents: Documents | None, name: str) -> EnvironmentValues:
    rules = _rules(here, documents, name)
    with Pool(here.deadline, laptop=True) as pool:
        return environment_values(name, rules, here.world(), here.now(), pool)


def _rules(here: LocalRuntime, documents: Documents | None, name: str) -> Rules:
    if documents is None:
        return Rules(path=None, checklist=None, environment=name, rules=())
    return here.rules(documents, name)


def _known(
    here: LocalRuntime, documents: Documents | None, environments: tuple[str, str]
) -> compare.KnownNames:
    """What the documents say of names, in either environment."""
    if documents is None:
        return compare.KnownNames()
    checklist: Checklist = documents.checklist
    both = [here.rules(documents, name) for name in environments]
    named = frozenset(name for rules in both for name in named_variables(checklist, rules))
    secrets = [secrets_among(named, checklist, rules) for rules in both]
    ignored = dict.fromkeys(pattern for rules in both for pattern in rules.ignore)
    return compare.KnownNames(named=named, secrets=secrets[0] | secrets[1], ignored=tuple(ignored))
