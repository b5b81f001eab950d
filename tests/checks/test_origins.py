"""`origins`: a list of exact origins, as browsers send them, with everything that must be in it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from checks.judging import finding_of, said
from deploy_checklist.checks.origins import Params
from deploy_checklist.outcome import Finding, Outcome
from fakes import world

PORT = "has a port that browsers never send: use 1 to 65535, without a leading zero"
SPELT = "lists a host that browsers write differently (lower case, Punycode, no final dot)"
APP, WEB = "https://app.acme.example", "https://acme.example"


def judged(written: object, value: str, **around: Any) -> Finding:
    return finding_of("origins", written, around=world({"NAME": value}), **around)


@pytest.mark.parametrize(
    ("written", "value", "message"),
    [
        (True, APP, "exact origins"),
        ({"include": [WEB, APP]}, f"{APP},{WEB}", f"includes `{WEB}`, `{APP}`"),
        ({"include": APP}, f"{WEB} {APP}\nhttps://third.example:8443", f"includes `{APP}`"),
        ({"include": [APP], "only": True}, f'["{APP}"]', f"exactly `{APP}`"),
        ({"allow_insecure": True}, "http://intranet.example", "exact origins"),
        (True, f"{APP}, capacitor://localhost, ionic://localhost", "exact origins"),
        (True, "https://[2606:4700::1111]:8443", "exact origins"),
    ],
)
def test_a_list_that_is_as_the_rule_says_passes(written: object, value: str, message: str) -> None:
    finding = judged(written, value)
    assert (finding.outcome, finding.message, finding.notices) == (Outcome.PASS, message, ())


@pytest.mark.parametrize(
    ("written", "value", "message"),
    [
        (True, "", "lists no origin"),
        (True, " , ", "lists no origin"),
        (True, "*", "lists a wildcard"),
        (True, f"{APP},https://*.acme.example", "lists a wildcard (entry 2)"),
        (True, f"{APP} null", "lists null, which is the origin of every sandboxed page (entry 2)"),
        (True, f"{APP}/", "lists an origin with a trailing slash"),
        (True, f"{APP}/socket.io", "lists a URL, not an origin: remove everything after the host and port"),
        (True, "HTTPS://app.acme.example", "lists an origin in upper case; browsers send lower case"),
        (True, "https://App.acme.example", SPELT),
        (True, "https://münchen.example", SPELT),
        (True, f"{APP}:443", "has a default port, which browsers leave out"),
        *((True, f"{APP}:{port}", PORT) for port in ("0", "99999", "0443", "08080")),
        (True, f"{APP},https://your-domain.com", "is a URL that contains a placeholder (entry 2)"),
        (True, f"{APP},https://undefined", "is a URL with a word for a missing value in it (entry 2)"),
        (True, "ftp://app.acme.example", "lists an origin with ftp://, but no page can send requests from there"),
        (True, "http://app.acme.example", "lists an origin with http://"),
        (True, "app.acme.example", "lists something that is not an origin (scheme://host)"),
        (True, "https://user@app.acme.example", "lists something that is not an origin (scheme://host)"),
        (True, "[1, 2]", "lists something that is not an origin (scheme://host) (entry 1)"),
        ({"include": [WEB, APP]}, WEB, f"lacks `{APP}`"),
        ({"include": [WEB], "only": True}, f"{WEB},{APP},https://x.example", "lists 2 that the rule does not name"),
    ],
)  # fmt: skip
def test_a_list_that_is_not_says_what_is_wrong(written: object, value: str, message: str) -> None:
    finding = judged(written, value)
    assert (finding.outcome, finding.message) == (Outcome.FAIL, message)


def test_another_environments_origin_is_worth_a_notice() -> None:
    finding = judged({"include": APP}, f"{APP},https://app.staging.acme.example")
    assert (finding.outcome, finding.notices) == (Outcome.PASS, ("lists an origin of staging",))


def test_what_could_not_be_probed_is_unknown_and_what_is_written_wrong_still_fails() -> None:
    probing = {"probe": "https://rt.acme.example/socket.io/"}
    assert judged(probing, APP).outcome is Outcome.UNKNOWN
    assert judged(probing, "*").outcome is Outcome.FAIL


@pytest.mark.parametrize("origin", ["https://a.example/", "*", "a.example", 5, "https://A.example"])
def test_an_include_that_no_browser_sends_is_a_fault_at_load(origin: object) -> None:
    with pytest.raises(ValidationError):
        Params.model_validate({"include": [origin]})


@given(
    st.text(min_size=1).map(lambda text: f"§{text}§"), st.sampled_from(["", "https://", f"{APP},"])
)
def test_no_entry_is_shown(text: str, before: str) -> None:
    assert "§" not in said(judged({"include": APP}, before + text))
