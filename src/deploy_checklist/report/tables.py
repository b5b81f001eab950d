"""Tables, laid out by tabulate, which escapes nothing: callers escape the cells."""

from __future__ import annotations

from collections.abc import Sequence

from tabulate import DataRow, TableFormat, tabulate

_PIPES = DataRow("|", "|", "|")
# No column is padded to its widest cell: one long message would make every row of a comment, whose
# length is limited, as long as itself.
_MARKDOWN = TableFormat(
    lineabove=None,
    linebelowheader=None,
    linebetweenrows=None,
    linebelow=None,
    headerrow=_PIPES,
    datarow=_PIPES,
    padding=1,
    with_header_hide=None,
)


def markdown_rows(rows: Sequence[Sequence[str]]) -> list[str]:
    """The lines of a table in a comment or a summary, its heading among them."""
    return tabulate(rows, tablefmt=_MARKDOWN, disable_numparse=True, stralign=None).split("\n")


def text_table(headings: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A table for a terminal, in aligned columns."""
    return tabulate(rows, headers=headings, tablefmt="simple", disable_numparse=True)
