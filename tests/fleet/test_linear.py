"""Twice the reports take about twice as long, and none of them stays in memory."""

from __future__ import annotations

import gc
import io
import json
import tracemalloc
from collections.abc import Callable, Iterator
from itertools import pairwise
from time import process_time
from typing import BinaryIO

import pytest

from deploy_checklist.fleet.formats import FORMATS, render
from deploy_checklist.fleet.model import Fleet
from deploy_checklist.fleet.read import read_fleet
from fleet.given import NOW, data, written

ONE = json.dumps(written(), indent=2)
LINE = data(written()).decode() + "\n"
Files = Callable[[int], Iterator[tuple[str, BinaryIO]]]


def each_in_a_file(count: int) -> Iterator[tuple[str, BinaryIO]]:
    for number in range(count):
        text = ONE.replace("acme/shop", f"acme/shop-{number}")
        yield f"{number}.json", io.BytesIO(text.encode())


def one_on_each_line(count: int) -> Iterator[tuple[str, BinaryIO]]:
    yield "-", io.BytesIO((LINE * count).encode())


def none_of_them_a_report(count: int) -> Iterator[tuple[str, BinaryIO]]:
    for number in range(count):
        yield f"{number}.json", io.BytesIO(b"{" + ONE.encode())


FILES: dict[str, Files] = {
    "each in a file": each_in_a_file,
    "one on each line": one_on_each_line,
    "no reports": none_of_them_a_report,
}


@pytest.fixture(autouse=True)
def without_collecting() -> Iterator[None]:
    """As in a run: collecting costs more the more tests were run before."""
    gc.disable()
    yield
    gc.enable()


def page(files: Iterator[tuple[str, BinaryIO]]) -> Fleet:
    found = read_fleet(files, NOW)
    for form in FORMATS:
        render(found, form)
    return found


@pytest.mark.measures_time
@pytest.mark.parametrize("files", FILES.values(), ids=FILES)
def test_twice_the_reports_take_twice_as_long(files: Files) -> None:
    took: list[float] = []
    for attempt in range(4):  # a busy machine slows one or the other
        now = [seconds(files, 50 << doubled) for doubled in range(4)]
        took = [min(pair) for pair in zip(took, now, strict=True)] if attempt else now
        if all(later <= 2.5 * max(earlier, 0.020) for earlier, later in pairwise(took)):
            return
    pytest.fail(f"seconds for 50 to 400 reports: {took}")


def seconds(files: Files, count: int) -> float:
    start = process_time()
    page(files(count))
    return process_time() - start


def test_a_report_more_takes_a_row_of_memory_and_no_more() -> None:
    """A report of 24 kB becomes a row, and is forgotten."""
    tracemalloc.start()
    read_fleet(each_in_a_file(20), NOW)  # what is imported and compiled once
    tracemalloc.reset_peak()
    before, _ = tracemalloc.get_traced_memory()
    found = read_fleet(each_in_a_file(400), NOW)
    after, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(found.rows) == 400
    assert (after - before) / 400 < 6_000
    assert peak - after < 2_000_000
