"""The page as one HTML file that needs nothing else: light and dark, sortable, for a screen, a
screen reader and paper.
"""

from __future__ import annotations

import base64
import hashlib
from html import escape as escape_html
from pathlib import Path

from ..report.escape import line
from .model import Fleet, FleetRow, Standing
from .texts import COLUMNS, RowTexts, moment, row_texts, summary

_FOLDER = Path(__file__).parent
_ORDER = {standing: str(number) for number, standing in enumerate(Standing)}
_TITLE = "Release gates"


def render(fleet: Fleet) -> str:
    """A Content-Security-Policy allows this style and this script alone, by their digests: whatever
    a report contains, nothing else runs, and nothing is loaded or sent.
    """
    style = (_FOLDER / "page.css").read_text(encoding="utf-8")
    script = (_FOLDER / "sort.js").read_text(encoding="utf-8")
    policy = (
        f"default-src 'none'; style-src {_digest(style)}; script-src {_digest(script)}; "
        "base-uri 'none'; form-action 'none'"
    )
    heads = "".join(_head(column) for column in COLUMNS)
    rows = "\n".join(_row(row) for row in fleet.rows)
    return f"""\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{_TITLE}</title>
<style>{style}</style>
</head>
<body>
<main>
<h1>{_TITLE}</h1>
<p>{_text(summary(fleet))}.</p>
<div class="scroll" role="region" aria-label="{_TITLE}" tabindex="0">
<table>
<caption>One row for each report, what needs people first</caption>
<thead><tr>{heads}</tr></thead>
<tbody>
{rows}
</tbody>
</table>
</div>
<p class="quiet">{moment(fleet.at)} UTC · deploy-checklist {_text(fleet.version)}</p>
</main>
<script>{script}</script>
</body>
</html>
"""


def _digest(content: str) -> str:
    digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
    return f"'sha256-{digest}'"


def _head(column: str) -> str:
    sorted_by = ' aria-sort="ascending"' if column == "Verdict" else ""
    return f'<th scope="col"{sorted_by}>{column}</th>'


def _row(row: FleetRow) -> str:
    shown = row_texts(row)
    name = _breakable(shown.name)
    cells = (shown.turn, shown.waived, shown.red)
    return (
        f'<tr><th scope="row">{f"<code>{name}</code>" if shown.is_file else name}</th>'
        f"<td>{_text(shown.environment)}</td><td>{_text(shown.release)}</td>"
        f'<td class="verdict {row.standing}" data-key="{_ORDER[row.standing]}">'
        f"{_text(shown.verdict)}</td>"
        f"{''.join(f'<td>{_breakable(text)}</td>' for text in cells)}"
        f"<td>{_judged(row, shown)}</td><td>{_text(shown.version)}</td></tr>"
    )


def _judged(row: FleetRow, shown: RowTexts) -> str:
    if row.run is None:
        return _text(shown.judged)
    return f'<a href="{_text(row.run)}" rel="noopener noreferrer">{_text(shown.judged)}</a>'


def _breakable(text: str) -> str:
    """A long name goes on in the next line behind its `_` and `/`."""
    return _text(text).replace("_", "_<wbr>").replace("/", "/<wbr>")


def _text(text: str) -> str:
    """Text and nothing else, in an element or an attribute; and no command to a runner's log."""
    return escape_html(line(text)).replace("##[", "##&#91;")
