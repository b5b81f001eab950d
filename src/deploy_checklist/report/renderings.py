"""Every form the Report can be shown in, by the name that `--format` gives it."""

from __future__ import annotations

from .model import Report

FORMATS = ("text", "markdown", "json", "junit", "sarif", "github")


def render(report: Report, form: str, *, colour: bool = False, verbose: bool = False, width: int = 100) -> str:
    """The report as text that ends with a newline. Only the module of that form is imported."""
    match form:
        case "json":
            from .json_v1 import render as as_json

            return as_json(report)
        case "markdown":
            from .markdown import render as as_markdown

            return as_markdown(report, boxes=False)
        case "junit":
            from .junit import render as as_junit

            return as_junit(report)
        case "sarif":
            from .sarif import render as as_sarif

            return as_sarif(report)
        case "github":
            from .annotations import commands

            return "".join(f"{command}\n" for command in commands(report))
        case _:
            from .terminal import render as as_text

            return as_text(report, colour=colour, verbose=verbose, width=width)
