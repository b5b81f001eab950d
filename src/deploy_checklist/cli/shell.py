"""What every command has: its variables, its streams, the folder of the documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TextIO

from msgspec.structs import replace

from ..errors import Unusable
from ..opaque import OpaqueStruct
from ..report.places import from_folder
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


def working_folder() -> str:
    """The working directory, from the root."""
    return Path.cwd().resolve().relative_to(root_folder()).as_posix()


def openable(error: Unusable) -> Unusable:
    """The same, with the path of each file from the working directory: mistakes in the
    documents are named from the root, those in what was typed as typed.
    """
    try:
        root, folder = root_folder(), working_folder()
    except Unusable:  # the working directory is gone
        return error

    def leading(file: str) -> str:
        is_from_root = (root / file).exists() and not Path(file).exists()
        return from_folder(file, folder) if is_from_root else file

    return Unusable(
        error.reason,
        hint=error.hint,
        faults=tuple(replace(each, file=leading(each.file)) for each in error.faults),
        file=leading(error.file) if error.file else None,
        line=error.line,
    )


def write(rendered: str, path: str | None, out: TextIO) -> None:
    """To the file that `--output` names, or to the screen."""
    if path is None:
        out.write(rendered)
    else:
        from ..publish import report_file  # most commands write to the screen

        report_file.write_at(Path(path), rendered)
