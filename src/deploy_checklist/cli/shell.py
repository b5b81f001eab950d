"""What every command has: its variables, its streams, the folder of the documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TextIO

from ..errors import Unusable
from ..opaque import OpaqueStruct
from ..world.files import root_of


class Shell(OpaqueStruct, frozen=True, kw_only=True):
    """What a command reads its variables from and writes to.

    `arguments`: the words that were typed. `known`: the values that were read so far, by name; no
    message may show one of them.
    """

    arguments: Sequence[str]
    environ: Mapping[str, str]
    known: dict[str, str]
    out: TextIO
    err: TextIO


def root_folder() -> Path:
    """The folder of the documents and of paths in the rules; paths of flags are relative to `.`."""
    try:
        return root_of(Path.cwd())
    except FileNotFoundError:
        raise Unusable(
            "this folder no longer exists", hint="change to the repository's folder"
        ) from None


def write(rendered: str, path: str | None, out: TextIO) -> None:
    """To the file that `--output` names, or to the screen."""
    if path is None:
        out.write(rendered)
    else:
        from ..publish import report_file  # most commands write to the screen

        report_file.write_at(Path(path), rendered)
