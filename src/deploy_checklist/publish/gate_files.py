"""Whose a status or a comment is: the gate's name and files, as everything it writes carries them.

Two gates of one name would overwrite each other. What carries no files was written by 1.0.0, and
counts as the own.
"""

from __future__ import annotations

from posixpath import normpath
from urllib.parse import parse_qs, quote

from msgspec import Struct

from ..errors import Unusable


class GateFiles(Struct, frozen=True, kw_only=True):
    """A gate's name, and the checklist and the rules file that it reads."""

    name: str | None = None
    checklist: str | None = None  # None: not known, written by 1.0.0
    rules: str | None = None  # None: it has no rules file

    @classmethod
    def of(cls, name: str | None, checklist: str, rules: str | None) -> GateFiles:
        """Of these paths, which may be written in several ways: "./docs/checklist.md"."""
        rules = normpath(rules) if rules else None
        return cls(name=name, checklist=normpath(checklist), rules=rules)

    def fields(self) -> tuple[str, ...]:
        """ "gate=services/api", "checklist=services/api/checklist.md", … of what there is."""
        fields = {"gate": self.name, "checklist": self.checklist, "rules": self.rules}
        return tuple(f"{key}={quote(value)}" for key, value in fields.items() if value)

    def other_file(self, written: GateFiles) -> str | None:
        """The file by which `written` is another gate's; None if it may be this one's.

        A rules file may have come since.
        """
        if written.checklist not in (None, self.checklist):
            return written.checklist
        if written.rules and self.rules and written.rules != self.rules:
            return written.rules
        return None


class NameTaken(Unusable):
    """Another gate has written under this gate's name. Nothing is written, not even an error."""

    def __init__(self, what: str, file: str) -> None:
        """`what` was written, such as "the status deploy-checklist/production"."""
        super().__init__(
            f"{what} belongs to another gate, the one of {file}, and was not changed",
            hint="give each gate its own `name:` in its rules",
        )


def address_with(run: str | None, files: GateFiles) -> str | None:
    """The run's page as the address of a status, with the gate behind `#`."""
    return f"{run}#{'&'.join(files.fields())}" if run else None


def files_in(address: str | None) -> GateFiles:
    """The gate that posted a status with this address."""
    found = parse_qs((address or "").partition("#")[2])
    name, checklist, rules = (found.get(key, [None])[0] for key in ("gate", "checklist", "rules"))
    return GateFiles(name=name, checklist=checklist, rules=rules)
