"""What a file holds that is neither a Terraform state nor its outputs, and how to write those.

No message quotes the file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Self

from msgspec import Struct

from ...data_formats import Malformed
from ...outcome import Finding, failed, unknown

MASKED = frozenset({"<sensitive>", "(sensitive value)", "(sensitive)", "***"})
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_WRAPPER = re.compile(r"^\[command\]|^::debug::Terraform exited", re.MULTILINE)
_RESOURCE = re.compile(r"# [^\n]+:\n(resource|data) ")  # as `terraform show` prints it


class Commands(Struct, frozen=True, kw_only=True):
    """What to type for a file that can be read. Nothing here writes over a state."""

    file: str
    resource: bool  # the rule is about a resource, which outputs do not hold

    @classmethod
    def into(cls, state: str | None, *, resource: bool) -> Self:
        """`state`: the file that the rule names, if it is one of the checkout."""
        if state is not None and state.endswith(".json"):
            return cls(file=state, resource=resource)
        return cls(file="pulled.tfstate" if resource else "outputs.json", resource=resource)

    def write(self, program: str = "terraform") -> str:
        """The command that prints what the rule asks for, into the file."""
        printing = "state pull" if self.resource else "output -json"
        return f"`{program} {printing} > {self.file}`"

    def where(self) -> str:
        """The command again, for a file that has no outputs."""
        return f"run it in this environment's directory and workspace: {self.write()}"

    def remedy(self, program: str = "terraform") -> str:
        """The sentence around that command."""
        return f"use a file that an earlier step writes: {self.write(program)}"


def not_json(source: str, data: bytes, error: Malformed, commands: Commands) -> Finding:
    """For a file that no JSON parser reads: says what it is instead, where that is known."""
    shape, remedy = _packed_shape(data, commands) or _text_shape(data, commands) or (None, None)
    message = f"{source} cannot be read: line {error.line}: {error.why}"
    return failed(f"{message}; it {shape}" if shape else message, remedy or commands.remedy())


_Shape = tuple[str, str]  # what the file is, and what to type


def _packed_shape(data: bytes, commands: Commands) -> _Shape | None:
    if data.startswith(b"\x1f\x8b"):
        return "is compressed with gzip", "decompress it in an earlier step, with `gunzip`"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in data[:200]:
        as_utf8 = commands.write().replace(">", "| Out-File -Encoding utf8")
        return "is UTF-16, as `>` writes it in Windows PowerShell", f"write UTF-8: {as_utf8}"
    return None


def _text_shape(data: bytes, commands: Commands) -> _Shape | None:
    text = _COLOURS.sub("", data.decode("utf-8-sig", "replace")).strip()
    if not text:
        return (
            "is empty: the command that writes it printed nothing",
            f"check whether that step fails: {commands.write()}",
        )
    if text.startswith("version https://git-lfs.github.com/"):
        return "is a Git LFS pointer", "set `lfs: true` for actions/checkout, or run `git lfs pull`"
    if _WRAPPER.search(text):
        return (
            "has lines of setup-terraform's wrapper around the JSON",
            "set `terraform_wrapper: false` for hashicorp/setup-terraform",
        )
    if text.startswith("<"):
        return (
            "is XML or HTML, such as an error page of a storage service",
            "check that the step that downloads it has permission to read it",
        )
    return _printed_shape(text, commands)


def _printed_shape(text: str, commands: Commands) -> _Shape | None:
    if text.startswith(("╷", "│", "Warning:", "Error:", "No outputs")):
        return "is a message of Terraform's", commands.where()
    if text.startswith('{"@level"'):
        return "is Terraform's log in JSON", commands.remedy()
    if re.match(r"[\w-]+ = ", text):
        return "is what `terraform output` prints without `-json`", commands.remedy()
    if _RESOURCE.match(text):
        return "is what `terraform show` prints without `-json`", commands.remedy()
    if not re.search(r"\s", text) and text[0] not in "{[":
        return "is one value, as `terraform output -raw` prints it", commands.remedy()
    if _has_json_among_lines(text):
        return (
            "has other lines around the JSON",
            f"write only standard output, without `2>&1`: {commands.write()}",
        )
    return None


def _has_json_among_lines(text: str) -> bool:
    start = re.search(r"^\{", text, re.MULTILINE)
    if start is None:
        return False
    try:
        _, end = json.JSONDecoder().raw_decode(text, start.start())
    except (ValueError, RecursionError):
        return False
    return start.start() > 0 or end < len(text)


def single_value(source: str, commands: Commands) -> Finding:
    """For JSON that is not an object."""
    return failed(
        f"{source} is neither a state nor the output of `terraform output -json`: "
        "it is one value, as `terraform output -json NAME` prints it",
        f"remove the name: {commands.write()}",
    )


def foreign_document(
    source: str, document: Mapping[str, object], output: str | None, commands: Commands
) -> Finding | None:
    """Why a JSON object is not a state of version 4 or outputs; None if it may be one of them."""
    if "encrypted_data" in document:  # OpenTofu
        return unknown(f"{source} is encrypted, so it cannot be read", commands.remedy("tofu"))
    version = document.get("version")
    if isinstance(version, int):
        if version == 4 and not isinstance(version, bool):
            return None
        return unknown(f"{source} is a state whose version is not 4", commands.remedy())
    shape = _shape_of(document)
    if shape is not None:
        return unknown(f"{source} is {shape}, which this check cannot read", commands.remedy())
    if not document or any(map(_is_output, document.values())):
        return None
    if output in document:
        return unknown(
            f"{source} has `{output}` as a plain value, as `pulumi stack output --json` prints it",
            f"use the check `data` with `at: {json.dumps(output)}`",
        )
    return unknown(f"{source} is JSON, but not in Terraform's format", commands.remedy())


def _shape_of(document: Mapping[str, object]) -> str | None:
    if isinstance(document.get("format_version"), str):
        if "planned_values" in document:
            return "a plan, as `terraform show -json` prints it"
        return "a state as `terraform show -json` prints it"
    data = document.get("data")
    first = data[0] if isinstance(data, list) and data else data
    if isinstance(first, dict) and "attributes" in first:
        return "an answer of HCP Terraform's API"
    return None


def _is_output(entry: object) -> bool:
    return isinstance(entry, dict) and "value" in entry
