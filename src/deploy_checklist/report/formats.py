"""Every form in which `check` can show the Report: the one table that the command line, the docs,
the redaction and the tests read.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:  # the command line reads the table before it needs a report
    from .model import Report


class Renderer(Protocol):
    """A module of this folder."""

    def render(self, report: Report) -> str:
        """The whole report, as text that ends with a newline."""


# The name that `--format` takes, and the module of this folder, which is imported when it is used.
FORMATS: Mapping[str, str] = {
    "text": "terminal",
    "markdown": "markdown",
    "json": "json_v1",
    "junit": "junit",
    "sarif": "sarif",
    "github": "annotations",
}

# Those in which a forecast can be shown: the others are read as what was found today.
OF_FORECASTS = ("text", "markdown", "json")


def render(
    report: Report,
    form: str,
    *,
    colour: bool = False,
    verbose: bool = False,
    width: int = 100,
    folder: str | None = None,
) -> str:
    """The report in one of FORMATS. Only `text` depends on the screen, and takes its options."""
    if form == "text":
        from . import terminal

        return terminal.render(report, colour=colour, verbose=verbose, width=width, folder=folder)
    renderer = cast(Renderer, import_module(f".{FORMATS[form]}", __package__))
    return renderer.render(report)
