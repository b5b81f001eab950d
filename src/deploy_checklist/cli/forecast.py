"""`forecast`: what changes by its date."""

from __future__ import annotations

import argparse

from .. import screen
from ..commands.forecast import last_day
from ..engine.gate import report_at
from ..engine.turns import forecast
from ..errors import Exit
from ..redaction.report import redact_forecast
from ..report.forecast import FORMS, text
from ..runtime.typed import as_typed, look, typed_names
from .shell import Shell, root_folder, working_folder, write


def run(given: argparse.Namespace, shell: Shell) -> int:
    """Runs it and returns the exit code. Raises Unusable."""
    here = as_typed(given, root_folder(), shell.environ)
    shell.known.update(here.values())  # a pipe can be read once only
    until = last_day(given.until, here.now())
    seen = look(given, here, shell.err, shell.environ)
    found = forecast(seen, report_at(seen), until)
    typed = typed_names(given, found.report)
    clean, redactor = redact_forecast(found, here.values(), typed)
    if given.format == "text":
        rendered = text(clean, screen.width(shell.environ), working_folder())
    else:
        rendered = FORMS[given.format](clean)
    redactor.check(rendered)
    write(rendered, given.output, shell.out)
    return Exit.READY
