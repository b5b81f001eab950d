"""Writes answers, and rules for new items, into a rules file that is there. Only lines that are
still as `init` wrote them, with their `# TODO`, are replaced; all others stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set

from ...data_formats import Node, parse_yaml
from ...errors import Unusable
from ...rules.open_questions import TODO
from ..init_writer import Entry, block_text
from .known import DOMAIN, FACT, MEMBERS, question_id

Blocks = Mapping[str, Sequence[Entry]]

# Where YAML 1.1 ends a line, by which the parser counts them.
_LINE_END = re.compile("(\r\n|[\n\r\x85\u2028\u2029])")
# The blocks that declare what rules name, and the kind of question about each.
_DECLARING = {"environments": DOMAIN, "facts": FACT, "roles": MEMBERS}


class RulesText:
    """The lines of a rules file, to be amended."""

    def __init__(self, text: str, file: str) -> None:
        self._file = file
        parts = _LINE_END.split(text)
        self._lines, ends = parts[::2], parts[1::2]
        self._end = max(("\n", "\r\n", "\r"), key=ends.count)
        self._ends = [*ends, self._end]
        self._declared = _declared(text, file)

    def text(self) -> str:
        """The file as it is now, each line with the end that it had."""
        *ended, (last, _) = zip(self._lines, self._ends, strict=True)
        return "".join(line + end for line, end in ended) + last

    def _put(self, start: int, end: int, lines: Sequence[str]) -> None:
        """Lines in place of those from `start` to `end`."""
        self._lines[start:end] = lines
        self._ends[start:end] = [self._end] * len(lines)

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
        lines = [line for entry in entries for line in entry.lines]
        block = self._block(name)
        if block is None:
            items = self._line_of_items()
            self._put(items, items, [*block_text(name, entries).strip("\n").split("\n"), ""])
        else:
            indent = self._indent(name, block, lines)
            self._put(block.key_line, block.key_line, _indented(lines, indent))

    def append(self, entries: Sequence[Entry]) -> None:
        """Adds rules behind the last one. Raises Unusable if `items:` takes no further line."""
        lines = [line for entry in entries for line in entry.lines]
        items = self._block("items")
        assert items is not None  # a rules file has it
        indent = self._indent("items", items, lines)
        end = items.key_line
        for at in range(items.key_line, len(self._lines)):
            line = self._lines[at]
            if line[:1] not in ("", " ", "#", "\t"):
                break
            if line[:1] == " " and line.strip():
                end = at + 1
        self._put(end, end, _indented(lines, indent))

    def _block(self, name: str) -> Node | None:
        return _root(self.text(), self._file).get(name)

    def _indent(self, name: str, block: Node, lines: Sequence[str]) -> int:
        """How far the entries of a block are indented. Raises Unusable if `lines` cannot be added
        because the block is written on one line.
        """
        keys = list(block.value.values()) if isinstance(block.value, dict) else []
        if block.value is not None and (not keys or keys[0].key_line == block.key_line):
            raise _closed(self._file, block.key_line, name, lines)
        return keys[0].key_column - 1 if keys else 2

    def _line_of_items(self) -> int:
        """The index of the line with `items:`, or of the first comment directly above it, unless
        that is the head of the file.
        """
        items = self._block("items")
        at = above = items.key_line - 1 if items else 0
        while above and self._lines[above - 1].startswith("#"):
            above -= 1
        return above or at


def _entries(blocks: Blocks) -> Iterator[Entry]:
    return (entry for entries in blocks.values() for entry in entries if entry.id)


def _declared(text: str, file: str) -> frozenset[str]:
    """The ids of the environments, facts and roles of a rules file."""
    root = _root(text, file)
    blocks = {name: root[name].value for name in _DECLARING if name in root}
    return frozenset(
        question_id(_DECLARING[name], key)
        for name, block in blocks.items()
        if isinstance(block, dict)
        for key in block
    )


def _root(text: str, file: str) -> Mapping[str, Node]:
    root = parse_yaml(text, file).value
    assert isinstance(root, dict)  # it was loaded
    return root


def _indented(lines: Sequence[str], indent: int) -> list[str]:
    """Lines that are written for an indentation of two spaces."""
    return [" " * indent + line[2:] if line.startswith("  ") else line for line in lines]


def _closed(file: str, line: int, name: str, lines: Sequence[str]) -> Unusable:
    message = (
        f"{file}:{line}: `{name}:` is written on one line, and `init` does not change your lines"
    )
    added = "\n".join(lines)
    return Unusable(message, hint=f"Write its entries on lines of their own, and add:\n{added}")
