"""How well the words of checklists are understood, against a careful reader's labels:

    CORPUS_DIR=FOLDER python benchmarks/words.py [-v]

The folder, and each folder in it, may have `documents/` and labels (`labels-dev.tsv` or
`labels.tsv`, columns nnn, line, item, verdict, args, note); it lies outside of the project. An item
is wanted if its label is not `human` and names an argument: a variable, file, command, address,
one of GitHub's own objects, or CI itself. A wanted item is found if anything of it is looked at,
and right if that has the label's kind and argument. `-v` lists every disagreement.
"""

from __future__ import annotations

import csv
import os
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy_checklist.checklist.parse import decode, parse
from deploy_checklist.inference.understand import Understood, understood

LABELS = ("labels-dev.tsv", "labels.tsv")
_KINDS = {
    "env_present": {"present", "secret", "equals"},
    "env_value": {"equals"},
    "env_absent": {"absent"},
    "url_reachable": {"http"},
    "tls": {"tls"},
    "ci_command": {"ci"},
    "ci_green": {"ci"},
    "file_exists": {"file", "data"},
    "file_absent": {"file", "git"},
    "git_ignored": {"git"},
    "changelog_version": {"file", "data"},
    "release": {"release"},
}
_NAMED = re.compile(rf"({'|'.join(_KINDS)})\b\s*")
_OBJECT = re.compile(r"(?:git ?hub|git tag|tag)\b", re.IGNORECASE)
_WORDS_BEHIND = re.compile(r"(?<=\.md) contains .*")


@dataclass(frozen=True, kw_only=True)
class Judged:
    """One labelled item and what became of it."""

    where: str
    item: str
    verdict: str
    wanted: tuple[tuple[str, str], ...]  # kinds and arguments; an empty argument is any
    checks: tuple[Mapping[str, object], ...]
    maybe: tuple[Mapping[str, object], ...]
    automation: str  # full | partial | person

    @property
    def is_wanted(self) -> bool:
        return bool(self.wanted)

    @property
    def is_found(self) -> bool:
        return bool(self.checks)

    @property
    def is_right(self) -> bool:
        return any(_is_one_of(each, self.checks) for each in self.wanted)

    @property
    def is_false(self) -> bool:
        """Passes by itself although a person is needed."""
        return self.automation == "full" and self.verdict in ("human", "partly")


def labelled_folders(folder: Path) -> list[Path]:
    """The folder and those in it, if they have labels."""
    inner = sorted(each for each in folder.iterdir() if each.is_dir())
    return [each for each in (folder, *inner) if _labels(each) is not None]


def _labels(folder: Path) -> Path | None:
    return next((folder / name for name in LABELS if (folder / name).is_file()), None)


def judged(folder: Path) -> list[Judged]:
    """Every labelled item of one folder, in the labels' order."""
    labels = _labels(folder)
    assert labels is not None
    with labels.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    paths = _paths(folder / "index.tsv")
    documents = {row["nnn"]: _read(folder, row["nnn"], paths) for row in rows}
    return [_judged(row, documents[row["nnn"]].get(int(row["line"]))) for row in rows]


def _paths(index: Path) -> dict[str, str]:
    """The documents' paths in their repositories, by number."""
    with index.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return {row["nnn"]: row["path"] for row in rows}


def _read(folder: Path, number: str, paths: Mapping[str, str]) -> Mapping[int, Understood]:
    file = next((folder / "documents").glob(f"{number}*.md"))
    return understood(parse(decode(file.read_bytes(), file.name), paths.get(number, file.name)))


def _judged(row: Mapping[str, str], found: Understood | None) -> Judged:
    automation = "person"
    asked = (*found.checks, *found.with_domain) if found else ()
    if found is not None and asked:
        automation = "partial" if found.remainder else "full"
    return Judged(
        where=f"{row['nnn']}:{row['line']}",
        item=row["item"],
        verdict=row["verdict"],
        wanted=tuple(_wanted(row["verdict"], row["args"] or "")),
        checks=tuple(check.as_rule() for check in asked),
        maybe=tuple(check.as_rule() for check in found.maybe) if found else (),
        automation=automation,
    )


def _wanted(verdict: str, written: str) -> Iterator[tuple[str, str]]:
    """What a machine could look for as the reader wrote it: kinds and arguments."""
    if verdict == "ci_green":
        yield verdict, ""
        return
    if verdict == "human" or written.startswith("?"):
        return
    for part in filter(None, map(str.strip, written.split(";"))):
        named = _NAMED.match(part)
        kind, argument = (named[1], part[named.end() :]) if named else (verdict, part)
        if _OBJECT.match(argument):
            yield "release", ""
        elif kind == "ci_green" or argument.startswith("("):
            yield kind, ""
        elif kind == "ci_command":
            yield kind, argument
        else:
            for each in argument.split(","):
                yield kind, _WORDS_BEHIND.sub("", each.strip().removeprefix("version in "))


def _is_one_of(wanted: tuple[str, str], checks: Iterable[Mapping[str, object]]) -> bool:
    """Whether one of these looks at what is wanted."""
    kind, argument = wanted
    fitting = (check for check in checks if _KINDS.get(kind, {kind}) & check.keys())
    said = (f"{each.get('env')} {each.get('env')}={each.get('equals')} {each}" for each in fitting)
    return any(argument.lower().rstrip("/") in each.lower() for each in said)


def figures(found: list[Judged]) -> dict[str, int]:
    """How many items are labelled, wanted, found, right, …"""
    wanted = [each for each in found if each.is_wanted]
    human = [each for each in found if each.verdict == "human"]
    return {
        "labelled": len(found),
        "wanted": len(wanted),
        "found": sum(each.is_found for each in wanted),
        "right": sum(each.is_right for each in wanted),
        "found or maybe": sum(each.is_found or bool(each.maybe) for each in wanted),
        "human": len(human),
        "looked at though human": sum(each.is_found for each in human),
        "proposed": sum(each.is_found for each in found),
        "proposed as labelled": sum(each.is_right for each in found),
        "full": sum(each.automation == "full" for each in found),
        "false full": sum(each.is_false for each in found),
    }


def disagreements(found: list[Judged]) -> str:
    """Every item on which reader and program differ, with both."""
    lines = []
    for title, selected in (
        ("not found", [e for e in found if e.is_wanted and not e.is_found]),
        (
            "found, but not as labelled",
            [e for e in found if e.is_found and e.is_wanted and not e.is_right],
        ),
        (
            "label without an argument",
            [e for e in found if e.is_found and e.verdict != "human" and not e.is_wanted],
        ),
        ("looked at though human", [e for e in found if e.is_found and e.verdict == "human"]),
        ("false full", [e for e in found if e.is_false]),
    ):
        lines += ["", f"{title}: {len(selected)}"]
        for each in selected:
            lines.append(f"  {each.where}  {each.verdict}  {each.item[:150]}")
            lines.append(f"      wanted {list(each.wanted)}")
            lines.append(f"      checks {list(each.checks)}  maybe {list(each.maybe)}")
    return "\n".join(lines)


def main() -> None:
    folder = os.environ.get("CORPUS_DIR")
    if not folder:
        sys.exit("CORPUS_DIR names no folder of labelled checklists")
    everything: list[Judged] = []
    for each in labelled_folders(Path(folder)):
        found = judged(each)
        everything += found
        print(each.name, figures(found))
    print("all", figures(everything))
    by_kind = Counter(kind for each in everything for kind, _ in each.wanted[:1])
    right = Counter(each.wanted[0][0] for each in everything if each.is_right)
    seen = Counter(each.wanted[0][0] for each in everything if each.is_wanted and each.is_found)
    for kind, count in by_kind.most_common():
        print(f"  {kind:<20} wanted {count:>3}  found {seen[kind]:>3}  right {right[kind]:>3}")
    if "-v" in sys.argv:
        print(disagreements(everything))


if __name__ == "__main__":
    main()
