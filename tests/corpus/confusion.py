"""How well items are understood, against a careful reader's labels: `python tests/corpus/confusion.py FOLDER`.

The folder has `documents/` and `labels-dev.tsv` (or `labels.tsv`); it lies outside of the project. An item is checkable
if its label names an argument (a variable, file, command, address) that stands in its words, or CI itself. Labels
such as "the tag exists on the remote" name a state of the world instead; those items are in the table alone.
"""

from __future__ import annotations

import csv
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from deploy_checklist.checklist.model import Checklist, Item
from deploy_checklist.checklist.parse import decode, parse
from deploy_checklist.inference.understand import Understood, understood

_KINDS = {
    "env_present": {"present", "secret", "equals"},
    "env_value": {"equals"},
    "env_absent": {"absent"},
    "url_reachable": {"http"},
    "tls": {"tls"},
    "dns": {"dns"},
    "ci_command": {"ci"},
    "ci_green": {"ci"},
    "file_exists": {"file", "data"},
    "file_absent": {"file"},
    "git_ignored": {"git"},
    "changelog_version": {"file", "data"},
}
_KIND = re.compile(rf"({'|'.join(_KINDS)})\b\s*")
_GREEN = "green"  # of CI itself: needs no argument
_WORDS_BEHIND = re.compile(r"(?<=\.md) contains .*")


@dataclass(frozen=True, kw_only=True)
class Judged:
    """One labelled item and what became of it."""

    where: str
    text: str
    verdict: str
    asked: tuple[
        tuple[str, str], ...
    ]  # kind and argument; empty: none, or none that stands in the item's words
    automation: str  # full | partial | person
    found: bool  # one of the arguments, under a kind that fits

    @property
    def checkable(self) -> bool:
        return self.verdict != "human" and bool(self.asked)

    @property
    def false(self) -> bool:
        """Would pass by itself although a person is needed."""
        return self.automation == "full" and self.verdict in ("human", "partly")


def judged(folder: Path) -> list[Judged]:
    """Every labelled item of the folder, in the labels' order."""
    labels = next(
        path for name in ("labels-dev.tsv", "labels.tsv") if (path := folder / name).is_file()
    )
    with labels.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    documents = {row["nnn"]: _read(folder, row["nnn"]) for row in rows}
    return [_judged(row, *documents[row["nnn"]]) for row in rows]


def _read(folder: Path, number: str) -> tuple[dict[int, Item], dict[int, Understood]]:
    path = next((folder / "documents").glob(f"{number}*.md"))
    checklist: Checklist = parse(decode(path.read_bytes(), path.name), path.name)
    return {item.line: item for item in checklist.items}, understood(checklist)


def _judged(row: dict[str, str], items: dict[int, Item], found: dict[int, Understood]) -> Judged:
    line = int(row["line"])
    one = found.get(line)
    words = (
        f"{row['item']} {items[line].words} {' '.join(items[line].links)}".lower()
        if line in items
        else ""
    )
    written = _arguments(row["verdict"], row["args"] or "")
    asked = tuple(
        (kind, argument)
        for kind, argument in written
        if argument == _GREEN or argument.lower() in words
    )
    return Judged(
        where=f"{row['nnn']}:{line}",
        text=items[line].text if line in items else row["item"],
        verdict=row["verdict"],
        asked=asked,
        automation="person" if one is None else "partial" if one.remainder else "full",
        found=one is not None and any(_has(one, *argument) for argument in asked),
    )


def _arguments(verdict: str, written: str) -> Iterator[tuple[str, str]]:
    """What a machine could look for as the reader wrote it: (kind, argument)."""
    for part in written.split(";"):
        named = _KIND.match(part.strip())
        kind = named[1] if named else verdict
        argument = part.strip()[named.end() if named else 0 :].strip()
        if kind == "ci_green":
            yield kind, _GREEN
        elif kind in _KINDS and argument and argument != "?" and not argument.startswith("("):
            several = (argument,) if kind == "ci_command" else argument.split(",")
            # "README.md contains version": the file is the argument
            yield from ((kind, _WORDS_BEHIND.sub("", each.strip())) for each in several)


def _has(one: Understood, kind: str, argument: str) -> bool:
    """One of its checks looks at this, and its kind fits."""
    checks = (check for check in one.checks if _KINDS[kind] & check.rule.keys())
    said = " ".join(
        f"{each.variable} {each.variable}={each.rule.get('equals')} {each.rule}" for each in checks
    )
    return argument.lower().rstrip("/") in said.lower()


def table(found: list[Judged]) -> str:
    """The confusion table, the misses, the false ones, and the two figures."""
    counts = Counter((each.verdict, each.automation) for each in found)
    lines = [f"{'label':<18}{'full':>6}{'partial':>9}{'person':>8}"]
    for verdict in sorted({each.verdict for each in found}):
        row = [counts[verdict, automation] for automation in ("full", "partial", "person")]
        lines.append(f"{verdict:<18}{row[0]:>6}{row[1]:>9}{row[2]:>8}")
    checkable = [each for each in found if each.checkable]
    lines += ["", "missed (checkable, with an argument, and not found with it):"]
    lines += [
        f"  {each.where}  {each.verdict}  {each.text[:90]}  {each.asked}"
        for each in checkable
        if not each.found
    ]
    lines += ["", "looked at although a person's alone:"]
    lines += [
        f"  {e.where}  {e.text[:110]}"
        for e in found
        if e.verdict == "human" and e.automation != "person"
    ]
    lines += ["", "false (would pass by themselves, and a person is needed):"]
    lines += [f"  {each.where}  {each.verdict}  {each.text[:90]}" for each in found if each.false]
    lines += [
        "",
        f"found {sum(e.found for e in checkable)} of {len(checkable)} checkable; {sum(e.false for e in found)} false",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(table(judged(Path(sys.argv[1]))) + "\n")
