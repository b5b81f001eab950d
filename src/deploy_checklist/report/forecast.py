"""The Forecast as a table: the day, the item, its new state, whose turn it is, what to type.

As text, as Markdown, and as JSON, version 1: a key is never left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC

from ..outcome import Outcome
from . import escape, view
from .columns import cut, wrap
from .json_v1 import data_text
from .markdown_sections import steps
from .model import Change, Forecast, ItemResult
from .next_steps import what_is_asked, what_to_type, whose_turn
from .places import place, with_places
from .states import State, verdict_word

_HEADINGS = ("Day", "Item", "Turns to", "Whose turn", "What to type")
_TEXT_LEAST, _TEXT_MOST = 28, 48  # columns of the new state and why
_NARROWEST = 60
_NAME_MOST = 34  # columns; more where the terminal is wide
_BESIDE_NAMES = 130  # columns of all else, about
_WHY_MOST = 500  # characters
_OTHERS = 60  # columns of the others, about


def _turns_to(entry: ItemResult) -> State:
    return view.item_state(entry, asked=bool(whose_turn(entry)))


def _why(change: Change) -> str:
    """What is found then, and before it what changes in the rules."""
    before, after = change.before, change.after
    if after.outcome is Outcome.WAIVED:
        return view.waived_message(after)
    reason = ": ".join([*what_is_asked(after)[:1], view.why(after)])
    if before.waived is not None:
        return f"the waiver ended on {before.waived.expires}: {reason}"
    if before.outcome is after.outcome and before.severity is not after.severity:
        return f"holds the release from then on: {reason}"
    return reason


def text(forecast: Forecast, width: int = 100, folder: str = ".") -> str:
    """For a terminal. `folder`: the working directory, from the root."""
    from .tables import text_table  # tabulate takes 17 ms to import

    columns = min(max(width - _OTHERS, _TEXT_LEAST), _TEXT_MOST)
    rows = []
    for each in forecast.changes:
        what = f"{_turns_to(each.after).mark}: {escape.log_words(_why(each))}"
        line = place(forecast.report.checklist, each.after.item.line, folder)
        to_do = [line] if whose_turn(each.after) else []
        to_do += map(with_places, what_to_type(each.after))
        rows.append(
            (
                each.on.isoformat(),
                _name(each.after, width),
                "\n".join(wrap(what, columns)),
                "\n".join(map(escape.log_line, whose_turn(each.after))),
                "\n".join(map(escape.log_words, to_do)),
            )
        )
    table = [text_table(_HEADINGS, rows), ""] if rows else []
    report = forecast.report
    commit = report.target.commit[:7] if report.target.commit else None
    named = [report.checklist, report.environment, report.target.tag, commit]
    lines = [
        "   ".join(escape.log_line(part) for part in named if part),
        *_head(forecast, escape.log_words),
        "",
        *table,
        *(line for note in _notes(forecast) for line in wrap(note, max(width, _NARROWEST))),
    ]
    return "\n".join(lines) + "\n"


def _name(entry: ItemResult, width: int) -> str:
    """Variables are never cut: people search for them. Words have what room there is."""
    name = escape.log_line(view.label(entry))
    return name if entry.item.names else cut(name, max(_NAME_MOST, width - _BESIDE_NAMES))


def markdown(forecast: Forecast) -> str:
    """For a page, a job summary or an issue."""
    from .tables import markdown_rows  # the same

    rows = [_HEADINGS, ("---",) * len(_HEADINGS)]
    for each in forecast.changes:
        state = _turns_to(each.after)
        rows.append(
            (
                each.on.isoformat(),
                f"**{view.label_markdown(each.after)}**",
                f"{state.sign} {state}: {escape.inline(view.cut(_why(each), _WHY_MOST))}",
                " <br>".join(map(escape.inline, whose_turn(each.after))),
                " <br>".join(map(steps, what_to_type(each.after))),
            )
        )
    lines = [
        f"## 📅 Forecast for {escape.inline(view.subject(forecast.report))}",
        *(f"{line}  " for line in _head(forecast, escape.inline)),
        "",
        *(markdown_rows(rows) if forecast.changes else []),
        *([""] if forecast.changes else []),
        *_notes(forecast),
    ]
    return "\n".join(lines) + "\n"


def _head(forecast: Forecast, escaped: Callable[[str], str]) -> Iterator[str]:
    """The days of the forecast, and when the verdict changes."""
    report = forecast.report
    first, last = f"{report.at:%Y-%m-%d %H:%M} UTC", forecast.until
    yield f"A forecast until {last}, from what was found on {first}. It is not a verdict."
    turns = [f"{verdict_word(verdict)} from {on} on" for on, verdict in forecast.verdicts]
    yield escaped("; ".join([f"Today, {view.verdict_text(report)}", *turns])) + "."


def _notes(forecast: Forecast) -> Iterator[str]:
    if not forecast.changes:
        yield "No item changes on a known date until then."
    count = view.item_count(forecast.report)
    undated = count - forecast.dated
    if undated:
        have = "has" if undated == 1 else "have"
        yield (
            f"{undated} of {view.counted(count, 'item')} {have} no known date. The forecast "
            "assumes that what was found today, such as an answer over HTTP, stays the same."
        )
    if forecast.report.laptop:
        yield "Only GitHub knows who has signed, and until when that counts."


def json(forecast: Forecast) -> str:
    """For other programs."""
    report = forecast.report
    return data_text(
        {
            "schema": 1,
            "environment": report.environment,
            "phase": report.phase.value,
            "checklist": report.checklist,
            "rules": report.rules,
            "looked_at": report.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "until": forecast.until.isoformat(),
            "verdict": report.verdict.value,
            "verdicts": [
                {"on": on.isoformat(), "verdict": verdict.value}
                for on, verdict in forecast.verdicts
            ],
            "changes": [_change(each) for each in forecast.changes],
            "undated": view.item_count(report) - forecast.dated,
        }
    )


def _change(change: Change) -> dict[str, object]:
    entry = change.after
    return {
        "on": change.on.isoformat(),
        "item": entry.item.id,
        "text": entry.item.text,
        "line": entry.item.line,
        "from": change.before.outcome.value,
        "to": entry.outcome.value,
        "severity": entry.severity.value,
        "why": _why(change),
        "who": list(whose_turn(entry)),
        "commands": list(what_to_type(entry)),
    }


FORMS: dict[str, Callable[[Forecast], str]] = {"text": text, "markdown": markdown, "json": json}
