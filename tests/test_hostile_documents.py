"""Twice a hostile document takes the whole program about twice as long."""

from __future__ import annotations

import gc
import io
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from time import process_time

import pytest

from deploy_checklist.cli import run

Document = Callable[[int], str]
DOCUMENTS: dict[str, Document] = {
    "front matter of blank lines": lambda size: "---\na: b\n" + "\n" * size + "---\n- [ ] words\n",
    "combining marks": lambda size: "- [ ] a" + "\u0301\u0323" * (size // 4) + "\n",
    "a heading with blanks": lambda size: "# a" + " " * size + "b\n\n- [ ] words\n",
    "a definition with blanks": lambda size: "[a]: b" + " " * size + "c\n\n- [ ] words\n",
    "a title of many colons": lambda size: "a" + ":" * size + "b\n\n- [ ] words\n",
    "addresses behind a letter": lambda size: "- [ ] " + "éhttps://" * (size // 10) + "\n",
    "a long word before an address": lambda size: "- [ ] " + "a" * size + "://b\n",
    "items of many clauses": lambda size: (
        "- [ ] words\n" * (size // 24) + "- [ ] " + "a; " * (size // 6) + "\n"
    ),
    "clauses with names": lambda size: "- [ ] " + "`A_B` is set; " * (size // 14) + "\n",
    "items with names": lambda size: "".join(
        f"- [ ] `NAME_{at}` is set\n" for at in range(size // 24)
    ),
    "equal items": lambda size: "- [ ] the same words\n" * (size // 21),
    "wide brackets": lambda size: "［" + " " * size + "!\n\n- [ ] words\n",
    "nearly boxes": lambda size: "[ ]a " * (size // 5) + "\n\n- [ ] words\n",
    "steps of a rollback": lambda size: (
        "## Rollback\n- [ ] Roll back\n- [ ] " + "then next " * (size // 10) + "\n"
    ),
    "environments": lambda size: "# " + "a-b." * (size // 4) + "\n\n- [ ] words\n",
    "verbs": lambda size: "- [ ] `A_B` " + "add match bump " * (size // 15) + "\n",
    "one long command": lambda size: "- [ ] `npm" + " -w a" * (size // 5) + "`\n",
    "blanks in code": lambda size: "- [ ] `" + "a " * (size // 2) + "`\n",
}


@pytest.fixture(autouse=True)
def without_collecting() -> Iterator[None]:
    """As in a run: collecting costs more the more tests were run before."""
    gc.disable()
    yield
    gc.enable()


@pytest.mark.measures_time
@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS)
def test_twice_the_document_takes_twice_as_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, document: Document
) -> None:
    monkeypatch.chdir(tmp_path)
    took: list[float] = []
    for attempt in range(4):  # a busy machine slows one or the other
        now = [seconds(tmp_path, document(25_000 << doubled)) for doubled in range(5)]
        took = [min(pair) for pair in zip(took, now, strict=True)] if attempt else now
        if all(later <= 2.5 * max(earlier, 0.020) for earlier, later in pairwise(took)):
            return
    pytest.fail(f"seconds for 25 to 400 kB: {took}")


def seconds(folder: Path, text: str) -> float:
    (folder / "deploy-checklist.md").write_text(text)
    err = io.StringIO()
    start = process_time()
    codes = [run([command], {}, io.StringIO(), err) for command in ("lint", "check")]
    took = process_time() - start
    assert set(codes) <= {0, 1, 2}, err.getvalue()
    return took
