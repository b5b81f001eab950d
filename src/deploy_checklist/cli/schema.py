"""`schema`: the JSON Schema of the rules file, or of what is printed."""

from __future__ import annotations

import argparse
import json

from ..errors import Exit
from ..schemas import json_schema
from .shell import Shell


def run(given: argparse.Namespace, shell: Shell) -> int:
    """Runs it and returns the exit code. Raises Unusable."""
    shell.out.write(json.dumps(json_schema(given.of), indent=2, ensure_ascii=False) + "\n")
    return Exit.READY
