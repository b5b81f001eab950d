"""`python -m deploy_checklist` and the `deploy-checklist` command."""

from __future__ import annotations

import gc
import io
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import NoReturn, TextIO

from .errors import Exit, Terminated

_NOT_ON_WINDOWS = (
    "deploy-checklist does not run on Windows: it opens files by calls that Windows lacks. "
    "Run it in WSL or in a Linux job"
)
_SIGNALLED = 128  # the exit code of a signal is this and its number, as shells have it


def main() -> NoReturn:
    """Run the command line and end the process with its exit code."""
    gc.disable()  # a short process: collecting costs more than it frees (benchmarks/)
    os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"  # no plugin may see a value
    sys.stdout, sys.stderr = sys.stdout or _nowhere(), sys.stderr or _nowhere()
    if sys.platform == "win32":
        sys.stderr.write(f"{_NOT_ON_WINDOWS}\n")
        sys.exit(Exit.UNUSABLE)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A terminal that cannot show a sign shows a question mark.
        sys.stdout.reconfigure(errors="replace")
    try:
        code = _run_until_stopped()
    except KeyboardInterrupt as stopped:
        code = _SIGNALLED + (signal.SIGTERM if isinstance(stopped, Terminated) else signal.SIGINT)
        with suppress(OSError, ValueError):  # ValueError: it is closed
            sys.stdout.flush()
    if not sys.stderr.closed:
        sys.stderr.flush()
    # Waits neither for a probe's thread nor for the freeing of a long checklist (benchmarks/).
    os._exit(code)


def _run_until_stopped() -> int:
    """Runs the command line. KeyboardInterrupt if a signal ends it, Terminated if it is SIGTERM.

    The default action of SIGTERM would end the process at once, and leave the commit status
    pending; as process 1 of a container it would not even do that.
    """
    signal.signal(signal.SIGTERM, _stop)
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # else it is ignored
        signal.signal(signal.SIGINT, _stop)
    from .cli import run

    return run(sys.argv[1:], dict(os.environ), sys.stdout, sys.stderr)


def _stop(number: int, _frame: FrameType | None) -> NoReturn:
    """Ends the run in its own way, with the status `error`. A SIGTERM that follows changes nothing:
    `timeout` sends it twice, and GitHub sends it a while after SIGINT.
    """
    # No SIG_IGN: of a signal that has come already, Python would print that it is ignored.
    signal.signal(signal.SIGTERM, lambda _number, _frame: None)
    raise Terminated if number == signal.SIGTERM else KeyboardInterrupt


def _nowhere() -> TextIO:
    """For a stream that is closed."""
    return Path(os.devnull).open("w", encoding="utf-8")


if __name__ == "__main__":
    main()
