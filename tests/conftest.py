"""Fixtures that every test may use, and the promise that under REQUIRE_SERVERS=1 a skip is a failure."""

from __future__ import annotations

import os
from collections.abc import Generator

import pytest

from servers.github_fixtures import contract_kept, hub

__all__ = ["contract_kept", "hub"]

REQUIRED = os.environ.get("REQUIRE_SERVERS") == "1"


def pytest_xdist_auto_num_workers() -> int:
    """Stories and deadlines wait most of their time, so a machine of few cores has room for more
    workers than cores. Whatever measures its own work measures processor time.
    """
    cores = os.cpu_count() or 1
    return cores * 3 if cores <= 4 else cores


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What is too slow is too slow each time; what a busy machine held up for a while is not."""
    for item in items:
        if item.get_closest_marker("measures_time"):
            item.add_marker(pytest.mark.flaky(reruns=3, reruns_delay=2))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that found no server to look at has shown nothing."""
    report = yield
    if REQUIRED and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped although REQUIRE_SERVERS=1: {report.longreprtext}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """The same for a whole file that was skipped."""
    report = yield
    if REQUIRED and report.outcome == "skipped":
        report.outcome = "failed"
        report.longrepr = f"skipped although REQUIRE_SERVERS=1: {report.longrepr}"
    return report
