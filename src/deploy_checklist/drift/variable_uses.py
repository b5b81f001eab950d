"""Which variables the files of a repository name: workflows, examples of env files, compose files,
and Kubernetes manifests. Reads lines, because templates of manifests are not YAML.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import chain

from msgspec import Struct

from ..checklist.model import Checklist, Drift
from ..rules.model import is_variable
from ..values.secret_forms import looks_like_a_secret

_LONGEST_LINE = 2_000  # characters; a longer one is generated
_LONGEST_NAME = 100
_NAMED_MOST = 20

_WORKFLOW = re.compile(r"\.github/workflows/[^/]+\.ya?ml")
_COMPOSE = re.compile(r"(?:docker-)?compose(?:[._-].*)?\.ya?ml")
_YAML = re.compile(r".*\.ya?ml")
_WORD = re.compile(r"[a-z0-9]+")
_EXAMPLE_WORDS = frozenset({"example", "sample", "template", "tmpl", "tpl", "dist", "defaults"})
_NO_ENV_FILE = frozenset({"md", "js", "cjs", "mjs", "ts", "py", "json", "yml", "yaml", "toml"})
_NOT_THEIRS = frozenset({"node_modules", "vendor", "testdata", "fixtures"})

# In a workflow: `secrets.NAME`, `vars['NAME']`, and `NAME:` before it.
_FROM_CONTEXT = re.compile(
    r"\b(?:secrets|vars)(?:\.(?P<name>[A-Za-z_]\w{0,99})\b|\[['\"](?P<quoted>[A-Za-z_]\w{0,99})['\"])"
)
_KEY = re.compile(r"[ ]{0,99}(?:-[ ])?[\"']?(?P<name>[A-Z][A-Z0-9_]{0,99})[\"']?:(?=\s|$)")
_GATE = re.compile(r"\buses:[^#]{0,300}\bdeploy-checklist\b")
_GITHUBS_OWN = ("GITHUB_", "ACTIONS_", "RUNNER_")
_ASSIGNED = re.compile(r"\s{0,99}(?:export\s{1,9})?(?P<name>[A-Za-z_]\w{0,99})\s{0,9}=")
_SUBSTITUTED = re.compile(r"(?<!\$)\$\{(?P<name>[A-Za-z_]\w{0,99})")
_ENVIRONMENT = re.compile(r"[ ]{0,99}(?:environment|args):(?:[ ].*)?")
_ENTRY = re.compile(
    r"[ ]{0,99}(?:-[ ]{1,9})?[\"']?(?P<name>[A-Za-z_]\w{0,99})[\"']?"
    r"(?=\s{0,9}[:=]|\s{0,9}$)"
)
_KIND = re.compile(r"kind:[ ]{0,9}[\"']?(?P<kind>[A-Za-z]{1,60})")
_HOLDS_NAMES = frozenset({"ConfigMap", "Secret", "SealedSecret"})
_NAMED = re.compile(
    r"[ ]{0,99}(?:-[ ]{1,9})?(?:name|secretKey):[ ]{0,9}"
    r"[\"']?(?P<name>[A-Z][A-Z0-9_]{0,99})[\"']?\s{0,9}"
)


class VariableUse(Struct, frozen=True, kw_only=True):
    """A variable that a file names."""

    name: str
    handed_on_as: str | None = None  # the name that a workflow gives to the value
    is_read: bool = True  # False: the file only sets it


def reader_of(path: str) -> Callable[[str], Iterator[VariableUse]] | None:
    """What reads the variables of a file with this path; None if there are none to look for."""
    folders, name = path.split("/")[:-1], path.rsplit("/", 1)[-1].lower()
    if _WORKFLOW.fullmatch(path):
        return _in_workflow
    if not _NOT_THEIRS.isdisjoint(folders) or ".github" in folders:
        return None
    if _COMPOSE.fullmatch(name):
        return _in_compose_file
    if _YAML.fullmatch(name):
        return _in_manifest
    words = _WORD.findall(name)
    is_example = "env" in words and not _EXAMPLE_WORDS.isdisjoint(words)
    return _in_example if is_example and words[-1] not in _NO_ENV_FILE else None


def uses_in(path: str, text: str) -> tuple[VariableUse, ...]:
    """The variables that a file names, in order, once each. Nothing that may be a secret."""
    reader = reader_of(path)
    found = dict.fromkeys(reader(text)) if reader else {}
    return tuple(
        use
        for use in found
        if is_variable(use.name)
        and len(use.name) <= _LONGEST_NAME
        and not use.name.startswith(_GITHUBS_OWN)
        and not looks_like_a_secret(use.name)
    )


def _lines(text: str) -> Iterator[str]:
    """The lines that are not comments and not generated."""
    for line in text.splitlines():
        if len(line) <= _LONGEST_LINE and not line.lstrip().startswith("#"):
            yield line


def _in_workflow(text: str) -> Iterator[VariableUse]:
    """What a workflow names, except in the gate's own step, which gets every variable."""
    entries = (each for each in _list_entries(_lines(text)) if not any(map(_GATE.search, each)))
    for line in chain.from_iterable(entries):
        key = _KEY.match(line)
        expressions = "${{" in line or line.lstrip(" -").startswith("if:")
        found = False
        for use in _FROM_CONTEXT.finditer(line):
            name = use["name"] or use["quoted"]
            if expressions or is_variable(name):  # `secrets.md` is a file
                found = True
                yield VariableUse(name=name.upper(), handed_on_as=key["name"] if key else None)
        if key and not found:
            yield VariableUse(name=key["name"], is_read=False)


def _list_entries(lines: Iterable[str]) -> Iterator[list[str]]:
    """The lines, those of one entry of a list (such as a step) together."""
    entry: list[str] = []
    indent: int | None = None  # of the entry's dash
    for line in lines:
        here = len(line) - len(line.lstrip(" "))
        if indent is not None and (here > indent or not line.strip()):
            entry.append(line)
            continue
        if entry:
            yield entry
        entry, indent = [line], here if line.lstrip(" ").startswith("- ") else None
    if entry:
        yield entry


def _in_example(text: str) -> Iterator[VariableUse]:
    for line in _lines(text):
        if assigned := _ASSIGNED.match(line):
            yield VariableUse(name=assigned["name"])


def _in_compose_file(text: str) -> Iterator[VariableUse]:
    inside: int | None = None  # how far the `environment:` around this line is indented
    for line in _lines(text):
        for found in _SUBSTITUTED.finditer(line):
            yield VariableUse(name=found["name"])
        if not line.strip():
            continue
        indent = len(line) - len(line.lstrip(" "))
        is_entry = line.lstrip(" ").startswith("-")
        if inside is not None and (indent > inside or (indent == inside and is_entry)):
            if entry := _ENTRY.match(line):
                yield VariableUse(name=entry["name"])
            continue
        inside = indent if _ENVIRONMENT.fullmatch(line) else None


def _in_manifest(text: str) -> Iterator[VariableUse]:
    if "apiVersion:" not in text:
        return
    kind = ""
    for line in _lines(text):
        if found := _KIND.match(line):
            kind = found["kind"]
        elif line.startswith("---"):
            kind = ""
        if named := _NAMED.fullmatch(line):
            yield VariableUse(name=named["name"])
        elif kind in _HOLDS_NAMES and line.startswith(" ") and (key := _KEY.match(line)):
            yield VariableUse(name=key["name"])


def notices_on_variables(
    checklist: Checklist,
    asked: Collection[str],
    known: AbstractSet[str],
    uses: Mapping[str, Sequence[VariableUse]],
    ignored: Collection[str],
) -> Iterator[Drift]:
    """One for each file with variables that the checklist does not know, and one for those of the
    checklist that no file names.

    `asked` are the variables that the checklist's items and rules name, `known` those that they may
    also read. Unused ones are reported only if the files name at least one of `asked`: otherwise
    the variables are stored elsewhere.
    """
    for path, named in uses.items():
        unlisted = dict.fromkeys(
            use.name
            for use in named
            if use.is_read
            and known.isdisjoint({use.name, use.handed_on_as})
            and not matches_one(use.name, ignored)
        )
        if unlisted:
            message = f"this file reads {_listed(tuple(unlisted))}, but no item names "
            message += "it" if len(unlisted) == 1 else "them"
            yield Drift(kind="variables", message=message, file=path, line=None)
    used = {
        name for named in uses.values() for use in named for name in (use.name, use.handed_on_as)
    }
    unused = [name for name in asked if name not in used and not matches_one(name, ignored)]
    if unused and not used.isdisjoint(asked):
        message = (
            f"no workflow, example of an env file, compose file or manifest names {_listed(unused)}"
        )
        yield Drift(kind="variables", message=message, file=checklist.path, line=None)


def _listed(names: Sequence[str]) -> str:
    listed = ", ".join(f"`{name}`" for name in names[:_NAMED_MOST])
    more = len(names) - _NAMED_MOST
    return f"{listed} and {more} more" if more > 0 else listed


def matches_one(name: str, patterns: Collection[str]) -> bool:
    """Whether a name matches one of these, where `*` matches any characters."""
    return any(_matches(name, pattern.split("*")) for pattern in patterns)


def _matches(name: str, parts: Sequence[str]) -> bool:
    """Whether the name consists of these parts in order, with anything between them. Linear: the
    first match of a part leaves the most room for the others.
    """
    if len(parts) == 1:
        return name == parts[0]
    first, *middle, last = parts
    at = len(first)
    for part in middle:
        found = name.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return name.startswith(first) and name.endswith(last) and at + len(last) <= len(name)
