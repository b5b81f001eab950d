"""What a person corrects on a laptop: the line of the env file, and its wrong names.

Only names and lines are shown. A line that was pasted by mistake can look like a name, so a name is
shown only if the checklist knows one like it, or if it has the form of a variable's.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from ..report.model import Notice
from ..rules.model import is_variable
from ..values.secret_forms import looks_like_a_secret
from ..world.ports import Absence, EnvFile, Variables

_LIKE = 0.85  # how alike a misspelt name and the right one are, at least, of 1
_COMPARED_MOST = 200  # names: each missing one is compared with each unknown one
_NAMED_MOST = 20
_WORDS = re.compile(r"[A-Z]+[0-9]{0,4}(?:_[A-Z0-9]{1,20})*")
_LONGEST = 60


def place_to_correct(name: str, variables: Variables) -> str | None:
    """Where a person sets a variable first, before GitHub; None if that is nowhere else."""
    file = variables.file()
    if file is not None:
        lines = file.lines.get(name)
        return f"`{file.name}`, line {lines[-1]}" if lines else f"a line in `{file.name}`"
    if (
        variables.lookup(name) is Absence.UNSET
    ):  # in a laptop's shell: in a job it is NOT_HANDED_OVER
        return "this shell, or a file for `--env-file`"
    return None


def env_file_notices(
    needed: Sequence[str], known: Collection[str], told: Collection[str | None], file: EnvFile
) -> Iterator[Notice]:
    """What is wrong with the names of an env file: the run needs those `needed`, and may read all
    that are `known`. For those `told`, a finding already says that they are missing.
    """
    missing = [name for name in needed if name not in file.lines]
    unknown = [name for name in file.lines if name not in known]
    meant = _misspelt(missing, unknown)
    for written, name in meant.items():
        line = file.lines[written][-1]
        yield Notice(message=f"`{file.name}`, line {line}: `{written}`: did you mean `{name}`?")
    for name, lines in file.lines.items():
        if name in known and len(lines) > 1:
            where = f"{', '.join(map(str, lines[:-1]))} and {lines[-1]}"
            yield Notice(
                message=f"`{file.name}` sets `{name}` in lines {where}: the last one counts"
            )
    said = {*meant.values(), *told}
    if absent := [name for name in missing if name not in said]:
        yield Notice(message=f"`{file.name}` lacks {_listed(absent, len(absent))}")
    if others := [name for name in unknown if name not in meant]:
        shown = [name for name in others if is_shown(name, file)]
        what = "name" if len(others) == 1 else "names"
        yield Notice(
            message=f"`{file.name}` has {len(others)} {what} that no item or rule uses: "
            f"{_listed(shown, len(others))}".removesuffix(": ")
        )


def _misspelt(missing: Sequence[str], unknown: Sequence[str]) -> dict[str, str]:
    """The names of the file that seem to be misspelt, each with the missing one it resembles."""
    if not missing or not unknown:
        return {}
    from difflib import get_close_matches  # only after a mistake

    by_folded = {_folded(name): name for name in reversed(unknown[:_COMPARED_MOST])}
    found: dict[str, str] = {}
    for name in missing[:_COMPARED_MOST]:
        near = get_close_matches(_folded(name), list(by_folded), n=1, cutoff=_LIKE)
        if near:
            found.setdefault(by_folded.pop(near[0]), name)
    return found


def _folded(name: str) -> str:
    return name.lower().replace("-", "_").replace(".", "_")


def is_shown(name: str, file: EnvFile) -> bool:
    """Whether it is surely a name: a line of a key that ends in `=` reads as one, too."""
    if not is_variable(name) or len(name) > _LONGEST or looks_like_a_secret(name):
        return False
    return bool(_WORDS.fullmatch(name)) and ("_" in name or name not in file.empty)


def _listed(names: Sequence[str], total: int) -> str:
    """The first of the names, and how many more there are; empty if none is shown."""
    shown = names[:_NAMED_MOST]
    listed = ", ".join(f"`{name}`" for name in shown)
    more = total - len(shown)
    return f"{listed} and {more} more" if shown and more else listed
