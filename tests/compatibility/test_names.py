"""What docs/compatibility.md promises of names: none is taken away or renamed within `v1`."""

from __future__ import annotations

import os
from pathlib import Path

from compatibility.names import OPTIONAL, names

# A line that is in it stays. UPDATE_PROMISED=1 writes new ones into it, and takes none out.
PROMISED = Path(__file__).parents[1] / "fixtures" / "promised" / "names.txt"


def promised() -> set[str]:
    return set(PROMISED.read_text(encoding="utf-8").splitlines())


def is_key_of_an_old_check(name: str) -> bool:
    sort, check, *_ = name.split()
    is_old = any(each.startswith(f"check {check} ") for each in promised())
    return sort == "check" and is_old and " = " not in name and not name.endswith(OPTIONAL)


def test_no_name_was_taken_away_or_renamed() -> None:
    assert promised() - names() == set()


def test_every_new_name_is_recorded() -> None:
    """From now on it is promised. A new key of an old check is one that may be left out."""
    new = names() - promised()
    required = [name for name in new if is_key_of_an_old_check(name) and name + OPTIONAL not in new]
    assert required == []
    if os.environ.get("UPDATE_PROMISED"):
        lines = sorted(promised() | names())
        PROMISED.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    assert names() - promised() == set(), "run: UPDATE_PROMISED=1 pytest tests/compatibility"


def test_each_sort_of_name_is_among_them() -> None:
    assert {
        "input metadata-token",
        "output rolled-back",
        "exit code 3 UNDETERMINED",
        "command check --env-file",
        "command check --format junit",
        "rules rule enforce_from",
        "check url allow_private",
        "check value each",
        "check sign per = once",
        "check http json.at",
        "check http timeout (optional)",
        "rules items = secret",
        "input mode = report",
        "command completion bash",
        "json report items[].findings[].outcome = unknown",
        "json report verdict = rolled_back",
        "json lint findings[].kind = orphan",
        "json explain [].rules[].key",
    } <= promised()
