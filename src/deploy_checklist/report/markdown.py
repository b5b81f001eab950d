"""The Report as Markdown, for the comment on a pull request and for the job's summary."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from ..box_marker import encode_marker
from ..outcome import Outcome
from . import view
from .escape import code, inline, line, link
from .escape import words as quoted
from .model import Box, ItemResult, Report, Verdict
from .view import Groups, cut, groups

COMMENT_MOST = (
    59_500  # characters, and 500 for its last line; GitHub refuses a comment beyond 65,536
)
SUMMARY_MOST = 1_000_000  # bytes, of the 1 MiB of a step
_LIGHT = {
    Verdict.READY: "🟢",
    Verdict.WAITING: "🔵",
    Verdict.BLOCKED: "🔴",
    Verdict.UNDETERMINED: "⚪",
}
_SAID_MOST = 1_000  # characters of one message
_CLAUSES_MOST = 60  # of one section's box
_PASTE_MOST = 100
_NAMED_MOST = 20


def render(report: Report, *, boxes: bool = False) -> str:
    """`boxes`: with boxes that can be ticked, as a comment; without, as a summary that shows them
    as ☐.
    """
    found = groups(report)
    head = [*_head(report, found, boxes)]
    foot = [_footer(report, found)]
    if report.nothing_in_phase:
        return _text([*head, *foot])
    parts = [_to_do(report, found, boxes), _done(report, found), _remarks(report)]
    return _fitted(
        head, parts, foot, COMMENT_MOST if boxes else SUMMARY_MOST, len if boxes else _bytes
    )


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "replace"))


def _text(blocks: Iterable[str]) -> str:
    return "\n".join(blocks) + "\n"


def _head(report: Report, found: Groups, boxes: bool) -> Iterator[str]:
    light = "⚪" if report.mode == "report" else _LIGHT[report.verdict]
    counts = ", ".join(view.open_counts(found) or [said for _, said in view.closed_counts(found)])
    if not report.rules and report.not_handed_over:
        counts += f", {view.counted(len(report.not_handed_over), 'variable')} not handed over"
    if report.nothing_in_phase:
        yield f"## ⏭️ {inline(report.environment or 'The release')}: no item belongs to the phase {report.phase.value}"
    else:
        yield f"## {light} {inline(view.verdict_words(report))}{f': {counts}' if counts else ''}"
    if report.all_ticked:
        yield "**Every box in the file is ticked; ticks in the file are claims, not sign-offs.**"
        yield ""
    for notice in report.notices:
        if notice.prominent:
            yield f"**{inline(notice.message)}.**"
            yield ""
    if not boxes and report.target.pull_request is not None and found.boxes:
        place = link(f"PR #{report.target.pull_request}", _url(report, "pull_request"))
        yield f"**Fix and sign on {place}; this page does not update itself.**"
        yield ""
    yield _about(report, found)


def _url(report: Report, name: str) -> str | None:
    return (report.links or {}).get(name)


def _about(report: Report, found: Groups) -> str:
    file = link(code(report.checklist), _url(report, "file"))
    commit = f" at {code(report.target.commit[:7])}" if report.target.commit else ""
    changed = " + uncommitted changes" if report.target.uncommitted else ""
    if report.rules is None:
        trial = (
            "Trial run (`mode: report`): nothing is blocked. " if report.mode == "report" else ""
        )
        return (
            f"{trial}I read {file}{commit}{changed} by its own words; there is no rules file yet."
        )
    counts = "".join(f" · {sign} {said}" for sign, said in view.closed_counts(found))
    trial = " · trial run (`mode: report`), nothing is blocked" if report.mode == "report" else ""
    return f"{file}{commit}{changed}{counts}{trial}"


def _to_do(report: Report, found: Groups, boxes: bool) -> list[str]:
    lines = [*_first_steps(report)]
    lines += _listed(report, "❌ To fix", found.fix)
    lines += _listed(report, "❔ Could not look", found.unseen)
    lines += _to_sign(report, found, boxes)
    lines += _listed(report, "⏳ To wait for", found.held)
    lines += _listed(report, "⚠️ Warnings", found.warned)
    return lines


def _first_steps(report: Report) -> Iterator[str]:
    """Without these two, a first run has little to say."""
    if not report.not_handed_over or report.laptop:
        return
    names = report.not_handed_over
    yield ""
    if report.rules is None:
        yield "**Two steps make this useful**"
        none = {name for entry in report.entries for name in entry.item.names} <= set(names)
        which = "none of them" if none else f"all but {len(names)}"
        yield f"1. **Let me see the variables it names.** This step hands me {which}."
        yield from _to_paste(report, "   ")
        left = (
            f" It leaves {view.counted(report.open_questions, 'question')} open."
            if report.open_questions
            else ""
        )
        yield f"2. **Commit the rules file** that `deploy-checklist init` writes.{left}"
    else:
        were, they = ("was", "it") if len(names) == 1 else ("were", "they")
        missing = view.counted(len(names), "variable")
        yield f"**{missing} {were} not handed over** to this step, so {they} could not be looked at."
        yield from _to_paste(report, "")


def _to_paste(report: Report, indent: str) -> Iterator[str]:
    names = report.not_handed_over
    block = [
        f"<details><summary>{view.counted(len(names), 'line')} to paste under the step</summary>",
        "",
        "```yaml",
        "env:",
    ]
    for name in names[:_PASTE_MOST]:
        safe = line(name)
        if safe.isidentifier():
            context = "secrets" if name in report.secret_names else "vars"
            block.append(f"  {safe}: ${{{{ {context}.{safe} }}}}")
    if len(names) > _PASTE_MOST:
        block.append(f"  # … {len(names) - _PASTE_MOST} more")
    yield ""
    yield from (f"{indent}{each}".rstrip() for each in (*block, "```", "</details>", ""))


def _listed(report: Report, title: str, entries: Sequence[ItemResult]) -> Iterator[str]:
    if not entries:
        return
    yield ""
    yield f"### {title}"
    for entry in entries:
        why = view.why(entry)
        said = _sentence(inline(cut(why, _SAID_MOST)))
        between = (
            " " if entry.item.names and why[:1].islower() else ": "
        )  # a message continues a variable's name
        owner = f"**{inline(entry.owner)}**: " if entry.owner else ""
        todo = map(_remedy, view.remedies(entry))
        remedies = "".join(
            f" <br>{owner}{each if owner else each[:1].upper() + each[1:]}" for each in todo
        )
        yield f"- **{_named(report, entry)}**{between if said else ''}{said}{remedies}"


def _named(report: Report, entry: ItemResult) -> str:
    return link(view.label_markdown(entry), line_url(report, entry.item.line))


def line_url(report: Report, number: int) -> str | None:
    """Where GitHub shows that line of the checklist: only the plain view of a Markdown file has
    lines.
    """
    file = _url(report, "file")
    return f"{file}?plain=1#L{number}" if file else None


def _remedy(remedy: str) -> str:
    """A bare command is set as code, so that it can be copied."""
    return ", then ".join(map(_step, remedy.split(", then ")))


def _step(text: str) -> str:
    if text.startswith(("gh ", "git ", "deploy-checklist ")) and "`" not in text:
        return code(text)
    return inline(cut(text, _SAID_MOST))


def _sentence(text: str) -> str:
    return text if not text or text.endswith((".", "!", "?")) else f"{text}."


_HOMELESS_LAPTOP = "People sign on a pull request or a release ticket, not on a laptop."
_HOMELESS = (
    "This run knows no pull request and no release ticket to sign on: open one, name it in the input `ticket`, or "
    "write `Release ticket: #12` in the pull request."
)


def _to_sign(report: Report, found: Groups, boxes: bool) -> Iterator[str]:
    if not found.boxes:
        return
    sections = all(box.section for box in found.boxes)
    yield ""
    yield "### ✋ To sign" + (", one box per section" if sections else "")
    if boxes:
        yield "Tick what you have checked, or comment `/checklist sign ID…`."
    elif report.target.pull_request is None:
        yield _HOMELESS_LAPTOP if report.laptop else _HOMELESS
    yield ""
    for box in found.boxes:
        yield (
            f"- [ ] {_box(report, box)} {encode_marker(box.words)}"
            if boxes
            else f"☐ {_box(report, box)}<br>"
        )


def _box(report: Report, box: Box) -> str:
    if box.section:
        return _section(box)
    entry = box.entries[0]
    same = box.title.rstrip(".") == entry.item.text.rstrip(".")
    title = view.label_markdown(entry) if same else quoted(_capital(box.title), entry.item.spans)
    said = [f"**{title}**", inline(view.waits_for(box))]
    if not same and entry.item.names:
        said.append(_named(report, entry))
    said += [
        f"✅ {inline(cut(finding.message, _SAID_MOST))}" for finding in view.verified_parts(entry)
    ]
    if "review" in box.via:
        said.append("an approving review counts")
    kept = [
        each.keep for each in report.ignored_signoffs if each.keep and each.item == entry.item.id
    ]
    said += [
        f"signed, and to be kept by this line under `signed:`: {code(line)}"
        for line in kept
        if line
    ]
    return " · ".join(said)


def _section(box: Box) -> str:
    spans = tuple(span for entry in box.entries for span in entry.item.spans)
    shown = [quoted(cut(clause, 200), spans) for clause in box.clauses[:_CLAUSES_MOST]]
    if len(box.clauses) > len(shown):
        shown.append(f"… {len(box.clauses) - len(shown)} more")
    who = "" if box.by == ("write",) else f" · {inline(view.signers(box))}"
    return f"**{inline(box.title)}** ({len(box.entries)}){who} <br>{' · '.join(shown)}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _done(report: Report, found: Groups) -> list[str]:
    rows = [*_rows(found)]
    if not rows:
        return []
    from .tables import markdown_rows  # tabulate takes 17 ms to import

    counts = view.closed_counts(found)
    summary = ", ".join(f"{sign} {said}" for sign, said in counts if sign != "⚠️")
    head = ["", f"<details><summary>{summary}</summary>", "", "| | Item | Why |", "|---|---|---|"]
    return [*head, *markdown_rows(rows), "</details>"]


def _rows(found: Groups) -> Iterator[tuple[str, str, str]]:
    """Sign, item and reason, as cells of Markdown."""
    for entry in found.waived:
        yield "🟡", view.label_markdown(entry), _waived(entry)
    signs: tuple[tuple[str, Sequence[ItemResult]], ...] = (
        ("⏭️", found.skipped),
        ("⏳", found.later),
        ("✍️", found.signed),
        ("✅", found.verified),
    )
    for sign, entries in signs:
        for entry in entries:
            why = inline(cut(view.why(entry), _SAID_MOST))
            yield sign, view.label_markdown(entry), why


def _waived(entry: ItemResult) -> str:
    waived = entry.waived
    would = inline(cut(view.waiver_words(entry), _SAID_MOST))
    if waived is None:
        return would
    reason = inline(cut(waived.reason, _SAID_MOST))
    return f"{would} · until **{waived.expires}** · {reason} · {inline(waived.approved_by)}"


def _remarks(report: Report) -> list[str]:
    said = [*_ignored(report), *_kept(report), *_notices(report), *_drift(report)]
    if not said:
        return []
    return ["", f"<details><summary>{len(said)} to know</summary>", "", *said, "</details>"]


def _ignored(report: Report) -> Iterator[str]:
    for each in report.ignored_signoffs:
        whose = f"the {inline(each.via)} of {inline('@' + each.by)} on {code(each.item)}"
        yield f"- {whose} does not count: {inline(each.reason)}" + (
            f": {code(each.keep)}" if each.keep else ""
        )


def _kept(report: Report) -> Iterator[str]:
    """How a word that holds longer than a release outlives this one."""
    for entry in report.entries:
        signed = (sign for finding in entry.findings for sign in finding.signed)
        for sign in signed:
            if sign.keep:
                word = f"{inline('@' + sign.by)}'s word on {code(entry.item.id)}"
                yield f"- {word} counts for later releases, too, with this line under `signed:`: {code(sign.keep)}"


def _notices(report: Report) -> Iterator[str]:
    for each in report.notices:
        if each.prominent:
            continue
        yield f"- {f'{code(each.item)}: ' if each.item else ''}{inline(each.message)}"


def _drift(report: Report) -> Iterator[str]:
    for each in report.drift:
        place = f"{each.file}:{each.line}" if each.line else each.file
        where = f" ({code(place)})" if place else ""
        hint = f". {inline(each.hint)}" if each.hint else ""
        yield f"- {inline(each.kind)}: {inline(each.message)}{where}{hint}"


def _footer(report: Report, found: Groups) -> str:
    run = f"run {report.run_number}" if report.run_number else "this run"
    said = [link(run, _url(report, "run"))] if _url(report, "run") else []
    said.append(f"{report.at:%Y-%m-%d %H:%M} UTC")
    if any(
        entry.item.conditional or entry.item.optional
        for box in report.boxes
        for entry in box.entries
    ):
        said.append("not applicable? `/checklist skip ID reason`")
    if report.rules and (found.fix or found.unseen):
        said.append(
            f"needs an exception? a dated waiver in {link(code(report.rules), _url(report, 'rules'))}"
        )
    return f"{_by_themselves(report)}\n<sub>{' · '.join(said)}</sub>"


def _by_themselves(report: Report) -> str:
    """Items that a person is asked only because the step was not handed their values."""
    absent = set(report.not_handed_over)
    waiting = [
        each
        for each in report.entries
        if each.automation == "full" and each.outcome is Outcome.PENDING
    ]
    names = [name for each in waiting for name in each.item.names if name in absent]
    if report.rules is not None or not names:
        return ""
    more = f" and {len(names) - _NAMED_MOST} more" if len(names) > _NAMED_MOST else ""
    return f"\n<sub>Will pass by themselves once I see them: {' '.join(map(code, names[:_NAMED_MOST]))}{more}</sub>\n"


def _fitted(
    head: Sequence[str],
    parts: Sequence[Sequence[str]],
    foot: Sequence[str],
    most: int,
    size: Callable[[str], int],
) -> str:
    """Everything that has room, cut between lines; what was cut is said, and every block that was
    opened is closed.
    """
    whole = _text([*head, *(text for part in parts for text in part), *foot])
    if size(whole) <= most:
        return whole
    room = most - size(_text([*head, *foot])) - 400
    kept: list[str] = []
    left = 0
    for text in (text for part in parts for text in part):
        room -= size(text) + 1
        if room >= 0 and not left:
            kept.append(text)
        else:
            left += 1
    opened = sum("<details>" in text for text in kept) - sum("</details>" in text for text in kept)
    fenced = sum(text.strip().startswith("```") for text in kept) % 2
    closing = ["```"] * fenced + ["</details>"] * opened
    return _text(
        [
            *head,
            *kept,
            *closing,
            "",
            f"**… cut here: {left} lines more**; the input `report-file` has everything written.",
            *foot,
        ]
    )
