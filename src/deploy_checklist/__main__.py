"""`python -m deploy_checklist` and the `deploy-checklist` command."""

from __future__ import annotations

import gc
import io
import os
import sys
from pathlib import Path
from typing import NoReturn, TextIO


def main() -> NoReturn:
    """Run the command line and end the process with its exit code."""
    gc.disable()  # a short process: collecting costs more than it frees (benchmarks/)
    os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"  # no plugin may see a value
    from .cli import run

    sys.stdout, sys.stderr = sys.stdout or _nowhere(), sys.stderr or _nowhere()
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A terminal that cannot show a sign shows a question mark.
        sys.stdout.reconfigure(errors="replace")
    code = run(sys.argv[1:], dict(os.environ), sys.stdout, sys.stderr)
    if not sys.stderr.closed:
        sys.stderr.flush()
    # Waits neither for a probe's thread nor for the freeing of a long checklist (benchmarks/).
    os._exit(code)


def _nowhere() -> TextIO:
    """For a stream that is closed."""
    return Path(os.devnull).open("w", encoding="utf-8")


if __name__ == "__main__":
    main()
