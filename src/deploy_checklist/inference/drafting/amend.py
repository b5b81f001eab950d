"""Writes answers, and rules for new items, into a rules file that is there. Only lines that are
still as `init` wrote them, with their `# TODO`, are replaced; all others stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set

from ...data_formats import Node, parse_yaml
from ...errors import Unusable
from ...rules.open_questions import TODO
from ..init_writer import Entry, block_text
from .known import DOMAIN, FACT, MEMBERS, question_id

Blocks = Mapping[str, Sequence[Entry]]

# The blocks that declare what rules name, and the kind of question about each.
_DECLARING = {"environments": DOMAIN, "facts": FACT, "roles": MEMBERS}


class RulesText:
    """The lines of a rules file, to be amended."""

    def __init__(self, text: str, file: str) -> None:
        self._file = file
        lines = text.split("\n")
        self._ends = ["\r\n" if line.endswith("\r") else "\n" for line in lines[:-1]]
        self._ends.append(self._ends[0] if self._ends else "\n")
        self._lines = [*(line.removesuffix("\r") for line in lines[:-1]), lines[-1]]
        self._declared = _declared(text, file)

    def text(self) -> str:
        """The file as it is now, each line with the end that it had."""
        *ended, (last, _) = zip(self._lines, self._ends, strict=True)
        return "".join(line + end for line, end in ended) + last

    def _put(self, start: int, end: int, lines: Sequence[str]) -> None:
        """Lines in place of those from `start` to `end`."""
        self._lines[start:end] = lines
        self._ends[start:end] = [self._ends[0]] * len(lines)

    def replace_open(self, before: Iterable[Blocks], after: Blocks) -> tuple[Entry, ...]:
        """Replaces the lines that `init` wrote for open questions (`before`) by its lines of now;
        returns the entries that were written.
        """
        now = {entry.id: entry for entry in _entries(after)}
        first_lines: dict[str, list[Entry]] = {}
        for blocks in before:
            for entry in _entries(blocks):
                if any(TODO in line for line in entry.lines):
                    first_lines.setdefault(entry.lines[0], []).append(entry)
        written, at = [], 0
        while at < len(self._lines):
            for entry in first_lines.get(self._lines[at], ()):
                end = at + len(entry.lines)
                changed = now.get(entry.id, Entry(entry.id, ()))
                if changed in written:  # the question is here twice
                    changed = Entry(entry.id, ())
                if changed.lines != entry.lines and self._is_whole(entry, at):
                    self._put(at, end, changed.lines)
                    written.append(changed)
                    at += len(changed.lines) - 1
                    break
            at += 1
        return tuple(written)

    def _is_whole(self, entry: Entry, at: int) -> bool:
        """Whether the entry is here, and nothing was added to it."""
        end = at + len(entry.lines)
        # After a line that became a comment, the lines that belonged to it belong to this entry.
        following = (line for line in self._lines[end:] if line.strip() and line[0] != "#")
        is_longer = next(following, "").startswith("   ")
        return tuple(self._lines[at:end]) == entry.lines and not is_longer

    def _has(self, entry: Entry) -> bool:
        """Whether the lines of the entry stand somewhere in the file."""
        count = len(entry.lines)
        starts = range(len(self._lines) - count + 1)
        return any(tuple(self._lines[at : at + count]) == entry.lines for at in starts)

    def declared_by_hand(self, before: Iterable[Blocks]) -> frozenset[str]:
        """The ids of the environments, facts and roles that are here in another line than those
        that `init` wrote (`before`).
        """
        own: dict[str, set[str]] = {}
        for blocks in before:
            for entry in (each for name in _DECLARING for each in blocks.get(name, ())):
                own.setdefault(entry.id, set()).update(entry.lines)
        here = self._declared
        return frozenset(id_ for id_ in here if own.get(id_, set()).isdisjoint(self._lines))

    def declare(self, ids: Set[str], after: Blocks) -> None:
        """Adds the environments, facts and roles with these ids. Raises Unusable if their block
        takes no further line.
        """
        for name in _DECLARING:
            entries = [
                entry
                for entry in after.get(name, ())
                if entry.id in ids - self._declared and not self._has(entry)
            ]
            if entries:
                self._add(name, entries)

    def _add(self, name: str, entries: Sequence[Entry]) -> None:
        heads = [at for at, line in enumerate(self._lines) if line.startswith(f"{name}:")]
        lines = [line for entry in entries for line in entry.lines]
        if not heads:
            items = next((at for at, line in enumerate(self._lines) if line.startswith("items")), 0)
            self._put(items, items, [*block_text(name, entries).strip("\n").split("\n"), ""])
            return
        after_key = self._lines[heads[0]].partition(":")[2].strip()
        if after_key and not after_key.startswith("#"):
            raise _closed(self._file, heads[0] + 1, name, lines)
        indent = _indent(self._lines[heads[0] + 1 :])
        self._put(heads[0] + 1, heads[0] + 1, _indented(lines, indent))

    def append(self, entries: Sequence[Entry]) -> None:
        """Adds rules behind the last one. Raises Unusable if `items:` takes no further line."""
        lines = [line for entry in entries for line in entry.lines]
        items = _items(self.text(), self._file)
        keys = list(items.value.values()) if isinstance(items.value, dict) else []
        if items.value is not None and (not keys or keys[0].key_line == items.key_line):
            raise _closed(self._file, items.key_line, "items", lines)
        end = items.key_line
        for at in range(items.key_line, len(self._lines)):
            line = self._lines[at]
            if line[:1] not in ("", " ", "#", "\t"):
                break
            if line[:1] == " " and line.strip():
                end = at + 1
        indent = keys[0].key_column - 1 if keys else 2
        self._put(end, end, _indented(lines, indent))


def _entries(blocks: Blocks) -> Iterator[Entry]:
    return (entry for entries in blocks.values() for entry in entries if entry.id)


def _declared(text: str, file: str) -> frozenset[str]:
    """The ids of the environments, facts and roles of a rules file."""
    root = parse_yaml(text, file).value
    assert isinstance(root, dict)  # it was loaded
    blocks = {name: root[name].value for name in _DECLARING if name in root}
    return frozenset(
        question_id(_DECLARING[name], key)
        for name, block in blocks.items()
        if isinstance(block, dict)
        for key in block
    )


def _items(text: str, file: str) -> Node:
    root = parse_yaml(text, file).value
    assert isinstance(root, dict)  # it was loaded
    items: Node = root["items"]
    return items


def _indent(lines: Sequence[str]) -> int:
    """How far the entries of a block are indented that begins with these lines."""
    for line in lines:
        if line.strip() and not line.lstrip().startswith("#"):
            return len(line) - len(line.lstrip(" ")) or 2
    return 2


def _indented(lines: Sequence[str], indent: int) -> list[str]:
    """Lines that are written for an indentation of two spaces."""
    return [" " * indent + line[2:] if line.startswith("  ") else line for line in lines]


def _closed(file: str, line: int, name: str, lines: Sequence[str]) -> Unusable:
    message = (
        f"{file}:{line}: `{name}:` is written on one line, and `init` does not change your lines"
    )
    added = "\n".join(lines)
    return Unusable(message, hint=f"Write its entries on lines of their own, and add:\n{added}")
