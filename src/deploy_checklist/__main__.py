"""`python -m deploy_checklist` and the `deploy-checklist` command."""

from __future__ import annotations

import gc
import os
import sys

from . import plugins


def main() -> int:
    """Run the command line; the exit code."""
    gc.disable()  # a short process: collecting costs more than it frees (benchmarks/)
    plugins.use_none()
    from .cli import run

    return run(sys.argv[1:], os.environ, sys.stdout, sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
