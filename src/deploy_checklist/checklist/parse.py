"""Text → Checklist: every box that GitHub shows, in linear time, with the lines of the file."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from ..errors import Fault, Unusable
from ..gfm.blocks import Block, BlockKind, UnreadableMarkdown
from .blocks import BlockReader, OpenBox
from .environments import SectionContents, named_environments, section_environments
from .identity import NameSource, identify
from .model import Checklist, Item, Phase, fold
from .names import variables
from .near_boxes import near_boxes
from .outline import SectionContext
from .phases import is_release
from .rollback import is_step, takes_back
from .tables import log_template, secret_rows

LARGEST = 1_048_576  # bytes; the longest checklist of the corpus has 30,000
MOST_ITEMS = 20_000

_SPLIT = "Split it into several checklists; each can have its own rules file."
_EXAMPLE = "an item looks like `- [ ] words`"
_FRONT_MATTER = re.compile(r"---[ \t]*\n(?:(?P<body>(?:[^\n]*\n)*?))(?:---|\.\.\.)[ \t]*(?:\n|\Z)")
_KEY = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\n)*[^\s:#\-\[{][^:\n]*:(?:\s|\Z)")
_TASK = re.compile(r"^[ \t]*(?:[-*+]|\d+[.)])[ \t]+\[[ xX]\]\s", re.MULTILINE)
_NEAR_MISS = re.compile(
    r"^[ \t>]*(?:[-*+]|\d+[.)])[ \t]+(?:\[\]|\[[ xX]\](?=\S)|\[[^\sxX]\][ \t])", re.MULTILINE
)
_NOT_APPLICABLE = re.compile(r"\W*[nN]\s?/\s?[aA]\b")
_OPTIONAL = r"(?i:optional|optionnel|opcional|optioneel|необязательно|tùy chọn|可选|可選|선택)"
_BEGINS_OPTIONAL = re.compile(rf"\W*{_OPTIONAL}")
_SAYS_OPTIONAL = re.compile(rf"[(（\[]{_OPTIONAL}")

_CONDITIONS = frozenset(("if", "when", "whenever", "unless"))
_BEGIN_CONDITION = frozenset(("in", "only", "where", "as"))
_CONDITION = re.compile(
    r" (?:in case|only for|(?:where|as) (?:applicable|relevant|needed|appropriate))\b"
)


def decode(data: bytes, path: str) -> str:
    """The text of a checklist file; refused if it is too large, empty or not UTF-8."""
    if len(data) > LARGEST:
        size = f"{len(data):,} bytes, at most {LARGEST:,} allowed"
        raise Unusable(f"too large for a checklist ({size})", hint=_SPLIT, file=path)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"not UTF-8 (byte {error.start + 1} of the file)"
        fault = Fault(file=path, line=line, column=None, message=message)
        raise Unusable(faults=(fault,), hint="Save it as UTF-8.") from None
    if not text.strip():
        hint = f"Add what must be true before a deployment; {_EXAMPLE}."
        raise Unusable("is empty", hint=hint, file=path)
    return text


def parse(text: str, path: str) -> Checklist:
    """The document as a Checklist.

    Raises Unusable if its lists are nested too deeply, or if it has too many items.
    """
    source = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    body = _without_front_matter(source)
    blocks = _blocks(body, path)
    reader = _read(blocks)
    if (found := len(reader.boxes)) > MOST_ITEMS:
        count = f"{found:,}, at most {MOST_ITEMS:,} allowed"
        raise Unusable(f"too many items for a checklist ({count})", hint=_SPLIT, file=path)
    scopes = sorted(reader.outline.sections, key=lambda scope: scope.line)
    named = named_environments(scopes)
    contents = _contents(reader.boxes, named) if named else {}
    known = section_environments(scopes, named, contents)
    return Checklist(
        path=path,
        title=reader.title,
        sections=tuple(scope.section(known.get(scope.line)) for scope in scopes),
        items=_items(reader.boxes, known),
        secret_rows=secret_rows(reader.tables),
        log_template=log_template(reader.tables),
        line_count=source.count("\n") + (not source.endswith("\n") and bool(source)),
        source=source,
        near_boxes=near_boxes(blocks, body.split("\n")),
    )


def require_items(checklist: Checklist) -> Checklist:
    """The same checklist, or Unusable if nothing in it is an item."""
    if checklist.items:
        return checklist
    hint = f"GitHub displays no checkbox in this file; {_EXAMPLE}."
    if near := _NEAR_MISS.search(checklist.source):
        line = checklist.source.count("\n", 0, near.start()) + 1
        hint = f"Line {line} looks like one, but GitHub displays no checkbox there; {_EXAMPLE}."
    raise Unusable("has no items", hint=hint, file=checklist.path)


def _without_front_matter(source: str) -> str:
    """The same with empty lines for YAML front matter, unless that may be a list of tasks."""
    match = _FRONT_MATTER.match(source)
    if match is None or _TASK.search(match["body"]):
        return source
    if match["body"].strip() and not _KEY.match(match["body"]):
        return source
    return "\n" * match[0].count("\n") + source[match.end() :]


def _blocks(body: str, path: str) -> tuple[Block, ...]:
    # Imports a library that only a run with a document needs.
    from ..gfm.parse import parse as blocks_of

    try:
        return blocks_of(body.replace("\0", "\ufffd"))
    except UnreadableMarkdown as error:
        fault = Fault(file=path, line=error.line, column=None, message=error.reason)
        raise Unusable(faults=(fault,)) from None


def _read(blocks: tuple[Block, ...]) -> BlockReader:
    headings = [block for block in blocks if block.kind is BlockKind.HEADING and block.level == 0]
    titled = [heading.rank for heading in headings].count(1) == 1 and headings[0].rank == 1
    reader = BlockReader(title_line=headings[0].line if titled else None)
    reader.read(blocks)
    return reader


def _contents(boxes: list[OpenBox], lines: Collection[int]) -> dict[int, SectionContents]:
    """What the items of the sections at these lines say."""
    found: dict[int, SectionContents] = {}
    for box in boxes:
        sections = [line for line in box.context.lines if line in lines]
        if not sections:
            continue
        pairs = [span.partition("=") for span in box.spans if "=" in span]
        values = {name.strip(): value.strip() for name, _, value in pairs}
        names = variables(box.spans)
        for line in sections:
            empty = SectionContents(values={}, names=set(), texts=set())
            section = found.setdefault(line, empty)
            section.values.update(values)
            section.names.update(names)
            section.texts.add(fold(box.inline.text))
    return found


def _items(boxes: list[OpenBox], known_environments: Mapping[int, str]) -> tuple[Item, ...]:
    names = [variables(box.spans) for box in boxes]
    folded = [fold(box.inline.text) for box in boxes]
    ids = identify(
        [
            NameSource(box.pin or next(iter(variables_of), None), words, box.context.path)
            for box, variables_of, words in zip(boxes, names, folded, strict=True)
        ]
    )
    phases = _phases(boxes, folded)
    parts = zip(boxes, ids, names, folded, phases, strict=True)
    return tuple([_item(*each, known_environments) for each in parts])


def _item(
    box: OpenBox,
    identity: str,
    names: tuple[str, ...],
    folded: str,
    phase: Phase,
    known_environments: Mapping[int, str],
) -> Item:
    text, context = box.inline.text, box.context
    known_line, environments = 0, tuple[str, ...]()
    if context.environments or known_environments:
        known_line = next((line for line in context.lines if line in known_environments), 0)
        # A section that is surely for one environment outweighs those around it.
        environments = tuple(name for line, name in context.environments if line >= known_line)
    return Item(
        id=identity,
        line=box.line,
        end_line=box.end_line,
        markdown=box.markdown,
        text=text,
        words="\n".join(box.words),
        section=context.path,
        section_line=context.line,
        ticked=box.ticked,
        depth=box.depth,
        parent=box.parent,
        is_title=box.is_title,
        pin=box.pin,
        names=names,
        spans=tuple(box.spans),
        fences=tuple(box.fences),
        links=tuple(dict.fromkeys(box.links)),
        link_texts=tuple(dict.fromkeys(box.link_texts)),
        phase=phase,
        environment=environments[0] if environments else None,
        environments=environments,
        known_environment=known_environments.get(known_line),
        struck=box.inline.struck or bool(_NOT_APPLICABLE.match(text)),
        conditional=_is_conditional(folded),
        optional=bool(_BEGINS_OPTIONAL.match(text) or _SAYS_OPTIONAL.search(text)),
    )


def _is_conditional(folded: str) -> bool:
    words = folded.split()
    if not _CONDITIONS.isdisjoint(words):
        return True
    # Checking the words first is quick, and saves most items the regular expression.
    return not _BEGIN_CONDITION.isdisjoint(words) and bool(_CONDITION.search(f" {folded}"))


def _phases(boxes: list[OpenBox], folded: list[str]) -> Iterator[Phase]:
    rollbacks = {
        box.context.rollback
        for box in boxes
        if box.context.rollback is not None and takes_back(box.inline.text)
    }
    for box, words in zip(boxes, folded, strict=True):
        in_rollback = box.context.rollback in rollbacks
        yield _phase(box.inline.text, words, box.context, in_rollback=in_rollback)


def _phase(text: str, folded: str, context: SectionContext, *, in_rollback: bool) -> Phase:
    """The phase that a pin names; else `reference` for a step of a rollback, `after` for the
    release itself, and the section's for any other item.
    """
    if context.pinned and context.phase:
        return context.phase
    if in_rollback and is_step(text):
        return Phase.REFERENCE
    if is_release(text, folded):
        return Phase.AFTER
    return context.phase or Phase.BEFORE
