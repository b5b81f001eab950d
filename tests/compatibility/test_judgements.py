"""What docs/compatibility.md promises of checks: what passed passes, for one minor version at least with a notice."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

from checks.judging import finding_of
from deploy_checklist import __version__
from deploy_checklist.outcome import Finding, failed, passed
from fakes import world

# Rules and values that pass. A line that is in it is never changed.
PASSING: Mapping[str, tuple[str, object, str]] = {
    "a word": ("present", True, "production"),
    "a number": ("present", True, "0"),
    "a word of YAML": ("present", True, "false"),
    "JSON": ("present", True, '{"a": [1, 2]}'),
    "a text of several lines": ("present", True, "first\nsecond"),
    "another language": ("present", True, "münchen"),
    "a random secret": ("secret", True, "q7Yt2Lw9Zk4Rb8Nc"),
    "a pass phrase": ("secret", True, "correct horse battery staple"),
    "a secret of eight characters": ("secret", True, "x9!Kp2#v"),
    "hexadecimal digits": ("secret", True, "9f86d081884c7d659a2feaa0c55ad015"),
    "not set": ("absent", True, ""),
    "a web address": ("url", True, "https://shop.acme.example/x?y=1"),
    "an address with a port": ("url", {"scheme": "https"}, "https://shop.acme.example:8443"),
    "a host in capitals": ("url", {"host": "shop.acme.example"}, "https://SHOP.acme.example"),
    "a host below a name": ("url", {"host": ".acme.example"}, "https://a.b.acme.example"),
    "a private address": ("url", {"allow_private": True}, "http://collector:4318"),
    "another scheme": ("url", {"scheme": "rediss"}, "rediss://cache.acme.example:6380"),
    "origins with commas": ("origins", True, "https://a.example, https://b.example"),
    "origins as JSON": ("origins", True, '["https://a.example"]'),
    "the only origin": (
        "origins",
        {"include": ["https://a.example"], "only": True},
        "https://a.example",
    ),
    "the same text": ("equals", "live", "live"),
    "the same number": ("equals", 10, "10.0"),
    "one of several": ("one_of", ["stripe", "paynow"], "paynow"),
    "none of several": ("not_one_of", ["debug"], "info"),
    "an expression": ("matches", "(sk|rk)_live_.+", "rk_live_abc"),
    "a text within": ("contains", "acme", "shop.acme.example"),
    "entries of a list": ("contains", ["a", "b"], "b, a, c"),
    "a number above": ("above", 0, "0.5"),
    "a length": ("min_length", 4, "abcd"),
}
# Those that are to fail, and the version from which they may. Until then they pass with a notice
# that names it, for one minor version at least: "fails from 1.4.0 on: …".
MAY_FAIL_FROM: Mapping[str, str] = {}


def numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def keeps_the_promise(finding: Finding, may_fail_from: str | None, version: str) -> bool:
    """Whether a version may judge like this what passed before."""
    if may_fail_from is None:
        return finding.outcome == "pass"
    if numbers(version) >= numbers(may_fail_from):
        return True
    is_announced = any(f"fails from {may_fail_from} on" in each for each in finding.notices)
    return finding.outcome == "pass" and is_announced


@pytest.mark.parametrize("name", PASSING)
def test_what_passed_passes_or_says_from_when_it_fails(name: str) -> None:
    check, written, value = PASSING[name]
    finding = finding_of(check, written, around=world({"NAME": value}))
    assert keeps_the_promise(finding, MAY_FAIL_FROM.get(name), __version__), finding


def test_a_failure_is_announced_a_minor_version_before() -> None:
    """Not for a patch: the version that fails is one that ends in `.0`."""
    assert MAY_FAIL_FROM.keys() <= PASSING.keys()
    assert all(re.fullmatch(r"1\.\d+\.0", version) for version in MAY_FAIL_FROM.values())


@pytest.mark.parametrize(
    ("finding", "may_fail_from", "version", "is_kept"),
    [
        (passed("x"), None, "1.3.0", True),
        (failed("x"), None, "1.3.0", False),
        (passed("x"), "1.4.0", "1.3.0", False),
        (passed("x", notices=("fails from 1.4.0 on: x",)), "1.4.0", "1.3.9", True),
        (failed("x"), "1.4.0", "1.3.9", False),
        (failed("x"), "1.4.0", "1.4.0", True),
        (failed("x"), "1.4.0", "1.10.0", True),
    ],
)
def test_the_promise_is_kept_only_by_a_notice_first(
    finding: Finding, may_fail_from: str | None, version: str, is_kept: bool
) -> None:
    assert keeps_the_promise(finding, may_fail_from, version) is is_kept
