"""Time zones by their names: an area and a city, from the data of the machine, if it has any."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC
from pathlib import Path

import pytest

from deploy_checklist.values.time_zones import is_zone_name, knows_zones, zone_named

SOURCE = Path(__file__).parents[2] / "src"
WITHOUT_DATA = """
import sys, zoneinfo
sys.modules["tzdata"] = None  # nor Python's package of that name
zoneinfo.reset_tzpath(to=())
from deploy_checklist.values.time_zones import knows_zones, zone_named
print(zone_named("Europe/Berlin"), knows_zones(), zone_named("UTC"))
"""


@pytest.mark.parametrize(
    "name", ["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Etc/GMT+5", "Asia/Kolkata"]
)
def test_an_area_and_a_city_is_a_zone(name: str) -> None:
    assert is_zone_name(name)
    assert zone_named(name) is not None


@pytest.mark.parametrize(
    "name",
    [
        *("", "localtime", "posixrules", "EST", "CET", "Factory", "utc", "europe/berlin"),
        *("right/Europe/Berlin", "posix/Europe/Berlin", "Europe/", "/Europe/Berlin", "Europe"),
        *("../../etc/passwd", "Europe/../Europe/Berlin", "Europe/Berlin\n", "Europe/Berlin\0"),
        *("Europe//Berlin", "A/B/C/D", "Europe/Bérlin", "UTC+1"),
    ],
)
def test_anything_else_is_none(name: str) -> None:
    assert not is_zone_name(name)


@pytest.mark.parametrize("name", ["Europe/Nowhere", "America/Argentina", "Etc/GMT+99"])
def test_a_zone_that_is_not_in_the_data_is_not_known(name: str) -> None:
    assert is_zone_name(name)
    assert zone_named(name) is None
    assert knows_zones()


def test_without_data_only_utc_is_known() -> None:
    command = [sys.executable, "-c", WITHOUT_DATA]
    here = {"PYTHONPATH": str(SOURCE)}
    found = subprocess.run(command, env=here, check=True, capture_output=True, text=True)
    assert found.stdout.split() == ["None", "False", str(UTC)]
