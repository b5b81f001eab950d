"""Writes the rules file that a checklist's own words ask for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from ..checklist.model import Checklist, Item, Phase, fold
from ..rules.bind import ItemIndex
from ..rules.clauses import SHORT
from ..rules.model import is_variable
from ..rules.yaml_writer import comment, to_yaml, to_yaml_key
from ..values.secret_forms import looks_like_a_secret
from .paths import Exists, nothing_exists
from .patterns.sentence import ProposedCheck
from .surroundings import Runs
from .understand import Understood, understood

_HEAD = """\
# Written by `deploy-checklist init` from the words of {path}. From here on it is yours.
# Each `# TODO` is a question that the words leave open; `deploy-checklist schema` tells an editor
# what can be verified.
version: 1
"""
_ASSIST = """
# What could not be looked at is asked of a person; what was looked at and is wrong fails.
# Delete this line on the day when what could not be looked at should hold the release, too.
unverified: sign
"""
_ROLES = """
# Who may sign: name people or teams, then write `sign: {{ by: [{0}] }}` in a rule.
# roles:
"""
_SECTIONS = """
# Asked in that environment only (`-e`); `environment: any` asks a section in every one.
sections:
"""
_PIN = re.compile(r"[\w.:/~-]{1,100}")


class Line(Struct, frozen=True):
    """One rule of the file."""

    key: str
    rule: object  # as rules-file data
    questions: tuple[str, ...]


class Proposal(Struct, frozen=True):
    """The file's text, the questions in it, and the pins that the checklist needs for it."""

    text: str
    questions: tuple[tuple[int, str], ...]  # the item's line, and what its words leave open
    pins: Mapping[int, str]  # by the item's line


ReleasingJobs = Callable[[str], Sequence[str]]  # of a command: the jobs that release after it


def no_job(_command: str) -> Sequence[str]:
    """Where the workflows are not at hand."""
    return ()


def proposed(
    checklist: Checklist,
    *,
    path: str | None,
    pin: bool,
    exists: Exists = nothing_exists,
    releasing: ReleasingJobs = no_job,
    runs: Runs | None = None,
) -> Proposal:
    """The rules file for a checklist. `path` is the checklist's path from the repository's root;
    `pin` asks for keys that are pins; `exists` tells which files are in the repository, and
    `releasing` which jobs of its workflows release after a command, and `runs` which commands they
    run.
    """
    settings = _section_settings(checklist)

    def is_in_its_environment(item: Item) -> bool:
        return any(fold(title) in settings for title in item.section)

    understood_items = understood(checklist, exists, is_in_its_environment, runs)
    found = {line: _with_jobs(each, releasing) for line, each in understood_items.items()}
    keys = _Keys(checklist, pin=pin)
    body: list[str] = []
    section: tuple[str, ...] | None = None
    for item in checklist.items:
        lines = list(_lines(item, found.get(item.line), keys, exists))
        if not lines:
            continue
        if item.section != section:
            section = item.section
            body += ["", f"  # {comment(' › '.join(section))}"] if section else [""]
        for line in lines:
            todo = f"  # TODO {comment(' '.join(line.questions))}" if line.questions else ""
            body.append(f"  {to_yaml_key(line.key)}: {to_yaml(line.rule)}{todo}")
        body += _maybe(found.get(item.line), lines[0].key)
    parts = [
        _HEAD.format(path=comment(checklist.path)),
        f"checklist: {to_yaml(path)}\n" if path else "",
        _ASSIST,
        _roles(checklist),
        _SECTIONS + "\n".join(settings.values()) + "\n" if settings else "",
        "\nitems:" + "\n".join(body) + "\n" if body else "\nitems: {}\n",
    ]
    questions = [(line, question) for line, each in found.items() for question in each.questions]
    return Proposal(text="".join(parts), questions=tuple(questions), pins=keys.pins)


def _maybe(found: Understood | None, key: str) -> list[str]:
    """What the item may ask besides, as lines that cost nothing when they are wrong."""
    checks = (*found.with_domain, *found.maybe) if found else ()
    return [
        f"  # maybe: {comment(f'{to_yaml_key(check.variable or key)}: {to_yaml(check.rule)}')}"
        for check in checks
    ]


def _with_jobs(found: Understood, releasing: ReleasingJobs) -> Understood:
    """The same, with the jobs that release in the place of `before: tag`."""
    checks = [_naming_jobs(check, releasing) for check in found.checks]
    return replace(found, checks=tuple(checks))


def _naming_jobs(check: ProposedCheck, releasing: ReleasingJobs) -> ProposedCheck:
    workflow = check.rule.get("workflow")
    jobs = releasing(str(workflow.get("runs"))) if isinstance(workflow, Mapping) else ()
    if not isinstance(workflow, Mapping) or not jobs:
        return check
    return replace(check, rule={"workflow": {**workflow, "before": {"jobs": list(jobs)}}})


def _lines(item: Item, found: Understood | None, keys: _Keys, exists: Exists) -> Iterator[Line]:
    """The rules of one item. The first of them asks a person for what is not understood."""
    if item.is_title or item.struck or item.phase is Phase.REFERENCE:
        return
    if found is None:
        key = keys.of_words(item)
        if key:
            yield Line(key, "sign", ())
        return
    remainder = [{"sign": _as_written(found)}] if found.remainder is not None else []
    names = list(dict.fromkeys(check.variable for check in found.checks if check.variable))
    if names and item.pin is None and all(keys.names_only(name, item) for name in names):
        for name in names:
            is_first = name == names[0]
            subjects = (name, None) if is_first else (name,)
            checks = (check for check in found.checks if check.variable in subjects)
            rules = [{**check.rule, **_severity(check, found, exists)} for check in checks]
            if is_first:
                yield Line(name, _shortest([*rules, *remainder], variable=True), found.questions)
            else:
                yield Line(name, _shortest(rules, variable=True), ())
        return
    key = keys.of_words(item)
    if key:
        with_subjects = [
            {**check.as_rule(), **_severity(check, found, exists)} for check in found.checks
        ]
        rule = _shortest([*with_subjects, *remainder], variable=False)
        yield Line(key, rule, found.questions)


def _severity(check: ProposedCheck, found: Understood, exists: Exists) -> dict[str, str]:
    """What a check finds only warns where a person decides whether it holds: under a condition;
    of a file that is not there today, which the words may speak of without asking for it.
    """
    path = check.rule.get("file")
    is_missing = check.only_named and isinstance(path, str) and exists(path) is False
    only_warns = found.remainder is not None and (is_missing or not found.may_fail)
    return {**check.settings, **({"severity": "warning"} if only_warns else {})}


def _as_written(found: Understood) -> object:
    """What a person signs: the whole item, or the part of it that remains. No secret is copied."""
    remainder = found.remainder or ""
    if fold(remainder) == fold(found.item.text) or looks_like_a_secret(remainder):
        return True
    return remainder.replace("${", "$${")


def _shortest(rules: Sequence[Mapping[str, object]], *, variable: bool) -> object:
    """The same rules, written as shortly as the loader understands them."""
    merged: list[dict[str, object]] = []
    for rule in rules:
        fitting = next((each for each in merged if _may_merge(each, rule)), None)
        if fitting is None:
            merged.append(dict(rule))
        else:
            fitting.update(rule)
    first = merged[0]
    if variable and len(first) > 1 and first.get("present") is True and "severity" not in first:
        del first["present"]  # a variable's name implies it
    short: list[object] = []
    for each in merged:
        key = next(iter(each))
        short.append(key if key in SHORT and each == {key: True} else each)
    return short[0] if len(short) == 1 else short


_SETTINGS = ("severity", "phase")


def _may_merge(one: Mapping[str, object], other: Mapping[str, object]) -> bool:
    """Whether two rules have no check in common, judge the same variable and hold alike."""
    if one.keys() & other.keys() - {"env", *_SETTINGS}:
        return False
    if any(one.get(setting) != other.get(setting) for setting in _SETTINGS):
        return False
    return "env" not in other or one.get("env") == other["env"]


# A key does not end with one of these, nor with punctuation alone, which folds to nothing.
_SMALL = frozenset(
    (
        "",
        *[
            "a",
            "an",
            "and",
            "are",
            "as",
            "at",
            "by",
            "for",
            "from",
            "in",
            "is",
            "of",
            "on",
            "or",
            "the",
            "to",
            "with",
        ],
    )
)


class _Keys:
    """Keys of rules. Each names one item and no other."""

    def __init__(self, checklist: Checklist, *, pin: bool) -> None:
        self._index = ItemIndex(checklist.items)
        self._pin = pin
        self._taken: set[str] = set()
        self.pins: dict[int, str] = {}

    def names_only(self, variable: str, item: Item) -> bool:
        """Whether the variable is named by this item alone."""
        return is_variable(variable) and self._index.names_only(variable, item)

    def of_words(self, item: Item) -> str | None:
        """The item's pin, or its first words; None if none of these names it alone."""
        may_pin = self._pin and item.pin is None and not item.names
        if may_pin and _PIN.fullmatch(item.id) and self._is_free(item.id):
            self.pins[item.line] = item.id
            self._taken.add(item.id)
            return item.id
        first_words = self._index.first_words(item)
        candidates = (
            item.pin or "",
            self._whole_phrase(item, first_words),
            first_words,
            item.text,
            item.id,
        )
        for key in candidates:
            if key and self._is_free(key) and self._index.names_only(key, item):
                self._taken.add(key)
                return key
        return None

    def _whole_phrase(self, item: Item, first_words: str) -> str:
        """The first words, and more up to one that can end a phrase."""
        words, count = item.text.split(), len(first_words.split())
        while count < len(words):
            opened = sum(word.count("(") - word.count(")") for word in words[:count])
            if opened <= 0 and fold(words[count - 1]) not in _SMALL:
                break
            count += 1
        return " ".join(words[:count]).rstrip(".,;:")

    def _is_free(self, key: str) -> bool:
        return not is_variable(key) and key not in self._taken


def _section_settings(checklist: Checklist) -> dict[str, str]:
    """The sections that are for one environment, unless another section has the same title; by
    their folded titles, each as a line of the file.
    """
    environments: dict[str, set[str | None]] = {}
    for section in checklist.sections:
        environments.setdefault(fold(section.title), set()).add(section.known_environment)
    return {
        fold(section.title): f"  {to_yaml_key(section.title)}: "
        + to_yaml({"environment": section.known_environment})
        for section in checklist.sections
        if section.known_environment and len(environments[fold(section.title)]) == 1
    }


def _roles(checklist: Checklist) -> str:
    owners = dict.fromkeys(row.owner for row in checklist.secret_rows if row.owner)
    slugs = ["-".join(fold(owner).split()) for owner in owners if owner and fold(owner)]
    if not slugs:
        return ""
    return _ROLES.format(slugs[0]) + "".join(f'#   {slug}: ["@your-login"]\n' for slug in slugs)
