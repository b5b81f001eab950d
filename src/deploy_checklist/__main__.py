"""`python -m deploy_checklist` and the `deploy-checklist` command."""

from __future__ import annotations

import gc
import io
import os
import sys
from typing import NoReturn

from . import plugins


def main() -> NoReturn:
    """Run the command line and end the process with its exit code."""
    gc.disable()  # a short process: collecting costs more than it frees (benchmarks/)
    plugins.use_none()
    from .cli import run

    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal that cannot show a sign shows a question mark
    code = run(sys.argv[1:], dict(os.environ), sys.stdout, sys.stderr)
    if not sys.stderr.closed:
        sys.stderr.flush()
    # Nothing holds the exit: no probe's thread, and no taking apart of a long checklist's values (benchmarks/).
    os._exit(code)


if __name__ == "__main__":
    main()
