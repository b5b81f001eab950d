"""Text → Checklist: every box that GitHub shows, in linear time, with the lines of the file."""

from __future__ import annotations

import re

from ..errors import Fault, Unusable
from ..gfm.blocks import BlockKind, UnreadableMarkdown
from .blocks import BlockReader, OpenBox
from .identity import NameSource, identify
from .model import Checklist, Item, Phase, fold
from .names import variables
from .outline import SectionContext
from .phases import is_release
from .tables import log_template, secret_rows

LARGEST = 5 * 1024 * 1024  # bytes; the longest checklist of the corpus has 30,000

_EXAMPLE = "an item looks like `- [ ] words`"
_FRONT_MATTER = re.compile(r"---[ \t]*\n(?:(?P<body>(?:[^\n]*\n)*?))(?:---|\.\.\.)[ \t]*(?:\n|\Z)")
_KEY = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\n)*[^\s:#\-\[{][^:\n]*:(?:\s|\Z)")
_TASK = re.compile(r"^[ \t]*(?:[-*+]|\d+[.)])[ \t]+\[[ xX]\]\s", re.MULTILINE)
_NEAR_MISS = re.compile(
    r"^[ \t>]*(?:[-*+]|\d+[.)])[ \t]+(?:\[\]|\[[ xX]\](?=\S)|\[[^\sxX]\][ \t])", re.MULTILINE
)
_NOT_APPLICABLE = re.compile(r"\W*[nN]\s?/\s?[aA]\b")
_OPTIONAL = r"(?i:optional|optionnel|opcional|optioneel|необязательно|tùy chọn|可选|可選|선택)"
_BEGINS_OPTIONAL, _SAYS_OPTIONAL = (
    re.compile(rf"\W*{_OPTIONAL}"),
    re.compile(rf"[(（\[]{_OPTIONAL}"),
)

_CONDITIONS = frozenset(("if", "when", "whenever", "unless"))
_BEGIN_CONDITION = frozenset(("in", "only", "where", "as"))
_CONDITION = re.compile(
    r" (?:in case|only for|(?:where|as) (?:applicable|relevant|needed|appropriate))\b"
)


def decode(data: bytes, path: str) -> str:
    """The text of a checklist file; refused if it is too large, empty or not UTF-8."""
    if len(data) > LARGEST:
        raise Unusable(
            f"{path}: too large for a checklist ({len(data):,} bytes; at most {LARGEST:,} are read)"
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        fault = Fault(
            file=path,
            line=line,
            column=None,
            message=f"not UTF-8 (byte {error.start + 1} of the file)",
        )
        raise Unusable(faults=(fault,), hint="Save it as UTF-8.") from None
    if not text.strip():
        raise Unusable(
            f"{path}: is empty", hint=f"Write what must hold before a deployment; {_EXAMPLE}."
        )
    return text


def parse(text: str, path: str) -> Checklist:
    """The document, read. Never refuses a text, unless its lists are nested deeper than can be
    read.
    """
    source = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    body = _without_front_matter(source)
    reader = _read(body, path)
    return Checklist(
        path=path,
        title=reader.title,
        sections=tuple(
            scope.section() for scope in sorted(reader.outline.listed, key=lambda scope: scope.line)
        ),
        items=_items(reader.boxes),
        secret_rows=secret_rows(reader.tables),
        log_template=log_template(reader.tables),
        line_count=source.count("\n") + (not source.endswith("\n") and bool(source)),
        source=source,
    )


def require_items(checklist: Checklist) -> Checklist:
    """The same checklist, or Unusable if nothing in it is an item."""
    if checklist.items:
        return checklist
    hint = f"GitHub shows no box in it: {_EXAMPLE}."
    if near := _NEAR_MISS.search(checklist.source):
        line = checklist.source.count("\n", 0, near.start()) + 1
        hint = f"Line {line} looks like one, but GitHub shows no box there: {_EXAMPLE}."
    raise Unusable(f"{checklist.path}: has no items", hint=hint)


def _without_front_matter(source: str) -> str:
    """Leading YAML front matter as empty lines. Anything that may be a list of tasks is left alone."""
    match = _FRONT_MATTER.match(source)
    if (
        match is None
        or (match["body"].strip() and not _KEY.match(match["body"]))
        or _TASK.search(match["body"])
    ):
        return source
    return "\n" * match[0].count("\n") + source[match.end() :]


def _read(body: str, path: str) -> BlockReader:
    from ..gfm.parse import (
        parse as blocks_of,
    )  # a library of its own, for those who read a document

    try:
        blocks = blocks_of(body.replace("\0", "\ufffd"))
    except UnreadableMarkdown as error:
        raise Unusable(
            faults=(Fault(file=path, line=error.line, column=None, message=error.reason),)
        ) from None
    headings = [block for block in blocks if block.kind is BlockKind.HEADING and block.level == 0]
    titled = [heading.rank for heading in headings].count(1) == 1 and headings[0].rank == 1
    reader = BlockReader(title_line=headings[0].line if titled else None)
    reader.read(blocks)
    return reader


def _items(boxes: list[OpenBox]) -> tuple[Item, ...]:
    names = [variables(box.spans) for box in boxes]
    folded = [fold(box.own.text) for box in boxes]
    ids = identify(
        [
            NameSource(box.pin or next(iter(own), None), words, box.place.path)
            for box, own, words in zip(boxes, names, folded, strict=True)
        ]
    )
    return tuple(map(_item, boxes, ids, names, folded))


def _item(box: OpenBox, identity: str, names: tuple[str, ...], folded: str) -> Item:
    text, place = box.own.text, box.place
    return Item(
        id=identity,
        line=box.line,
        end_line=box.end_line,
        markdown=box.markdown,
        text=text,
        words="\n".join(box.words),
        section=place.path,
        section_line=place.line,
        ticked=box.ticked,
        depth=box.depth,
        parent=box.parent,
        is_title=box.is_title,
        pin=box.pin,
        names=names,
        spans=tuple(box.spans),
        fences=tuple(box.fences),
        links=tuple(dict.fromkeys(box.links)),
        phase=_phase(text, folded, place),
        environment=place.environments[0] if place.environments else None,
        environments=place.environments,
        struck=box.own.struck or bool(_NOT_APPLICABLE.match(text)),
        conditional=_is_conditional(folded),
        optional=bool(_BEGINS_OPTIONAL.match(text) or _SAYS_OPTIONAL.search(text)),
    )


def _is_conditional(folded: str) -> bool:
    words = folded.split()
    return not _CONDITIONS.isdisjoint(words) or bool(
        not _BEGIN_CONDITION.isdisjoint(words) and _CONDITION.search(f" {folded}")
    )


def _phase(text: str, folded: str, place: SectionContext) -> Phase:
    """What a pin says; else an item that is the release is `after`; else the innermost heading that
    says.
    """
    if place.pinned and place.phase:
        return place.phase
    return Phase.AFTER if is_release(text, folded) else place.phase or Phase.BEFORE
