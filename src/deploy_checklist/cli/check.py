"""`check`: judges every item; the exit code is the gate."""

from __future__ import annotations

import argparse

from msgspec.structs import replace

from .. import screen
from ..engine.gate import exit_code, report_at
from ..errors import Unusable
from ..redaction.report import redact_report
from ..report import formats
from ..runtime.typed import as_typed, evidence_asked, look, typed_names
from .shell import Shell, root_folder, working_folder, write


def run(given: argparse.Namespace, shell: Shell) -> int:
    """Runs it and returns the exit code. Raises Unusable."""
    evidence = evidence_asked(given)
    here = as_typed(given, root_folder(), shell.environ)
    shell.known.update(here.values())  # a pipe can be read once only
    on = None
    if given.on:
        from ..commands.forecast import moment_of  # few look ahead

        on = moment_of(given.on, here.now())
        if given.format not in formats.OF_FORECASTS:
            forms = ", ".join(formats.OF_FORECASTS)
            raise Unusable(
                f"a forecast cannot be written as `{given.format}`", hint=f"choose one of {forms}"
            )
    report = report_at(look(given, here, shell.err, shell.environ), on)
    report = replace(report, typed=tuple(shell.arguments))
    clean, redactor = redact_report(report, here.values(), typed=typed_names(given, report))
    rendered = formats.render(
        clean,
        given.format,
        colour=_colour(given, shell),
        verbose=given.verbose,
        width=screen.width(shell.environ),
        folder=working_folder(),
    )
    redactor.check(rendered)
    write(rendered, given.output, shell.out)
    if evidence is not None:
        evidence.write(clean, redactor)
    return exit_code(report)


def _colour(given: argparse.Namespace, shell: Shell) -> bool:
    """Whether the text is coloured; in a file only if that is asked for."""
    wanted: str = given.color
    if given.output is not None:
        return wanted == "always"
    return screen.colour(shell.out, shell.environ, wanted)
