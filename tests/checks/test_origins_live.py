"""What a running server lets in, asked of real Socket.IO servers."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from deploy_checklist.checks.shared.decoys import UNRELATED
from deploy_checklist.outcome import Finding, Outcome
from outside import looked
from servers import free_port
from servers.socketio import socketio
from servers.web import Answer, Asked, web

BOTH = "https://acme.example,https://app.acme.example"


def found(port: int, origins: str = BOTH, **more: object) -> Finding:
    url = f"http://localhost:{port}/socket.io/?EIO=4&transport=polling"
    return looked(
        "origins", {"include": ["https://acme.example"], "probe": url, **more}, {"NAME": origins}
    )


@pytest.mark.parametrize("cors", ["list", "function"])
@pytest.mark.parametrize("websocket_only", [False, True])
def test_an_allow_list_lets_in_each_and_no_decoy(
    tmp_path: Path, cors: str, websocket_only: bool
) -> None:
    """And what CORS does not guard is said: WebSocket takes the decoy all the same."""
    with socketio(tmp_path, cors=cors, websocket_only=websocket_only) as port:
        finding = found(port)
    assert finding.outcome is Outcome.PASS, finding
    assert finding.message.endswith("the server allows each of them and no decoy")
    assert finding.notices == (
        "a decoy origin is allowed over WebSocket, which CORS does not cover: see `allowRequest` of Socket.IO",
    )


def test_an_origin_that_the_running_server_does_not_know_fails(tmp_path: Path) -> None:
    with socketio(tmp_path) as port:
        finding = found(port, f"{BOTH},https://admin.acme.example")
    assert (finding.outcome, finding.message) == (
        Outcome.FAIL,
        "`localhost` does not allow entry 3",
    )


def test_one_fixed_origin_sent_to_everybody_is_not_permission(tmp_path: Path) -> None:
    """A `cors.origin` that is one text is sent to every origin: its presence alone would prove nothing."""
    with socketio(tmp_path, cors="string") as port:
        alone = found(port, "https://acme.example")
        both = found(port)
    assert alone.outcome is Outcome.PASS
    assert both.message == "`localhost` does not allow entry 2"


def test_a_server_without_cors_settings(tmp_path: Path) -> None:
    with socketio(tmp_path, cors="none") as port:
        finding = found(port)
    assert finding.outcome is Outcome.FAIL and "check that it has CORS settings" in finding.message


def test_a_server_that_lets_everybody_in(tmp_path: Path) -> None:
    with socketio(tmp_path, cors="any") as port:
        finding = found(port)
    assert (finding.outcome, finding.message) == (
        Outcome.FAIL,
        "`localhost` allows any origin (`*`)",
    )


def test_a_server_that_mirrors_the_origin_is_found_out_by_the_decoy() -> None:
    def mirror(asked: Asked) -> Answer:
        return Answer(status=204, headers={"Access-Control-Allow-Origin": asked.headers["origin"]})

    with web(mirror) as there:
        finding = looked("origins", {"probe": there.url}, {"NAME": BOTH})
    assert "a decoy was allowed" in finding.message


def test_a_list_that_is_wrong_already_is_not_probed() -> None:
    with web(lambda asked: Answer()) as there:
        finding = looked("origins", {"probe": there.url}, {"NAME": "https://*.acme.example"})
        assert there.asked == []
    assert finding.outcome is Outcome.FAIL


def test_a_server_that_cannot_be_reached_is_unknown() -> None:
    finding = found(free_port())
    assert finding.outcome is Outcome.UNKNOWN
    assert finding.message == "`localhost` refused the connection, twice"


def lets_in(asked: Asked) -> Answer:
    """Hosts of one label below acme.example that are numbers or `app`, and acme.example."""
    origin = asked.headers["origin"]
    listed = re.fullmatch(r"https://((\d+|app)\.)?acme\.example", origin)
    return Answer(headers={"Access-Control-Allow-Origin": origin}) if listed else Answer()


@pytest.mark.parametrize("status", [429, 500, 503])
@pytest.mark.parametrize(
    ("busy_to", "name"), [("https://app.acme.example", "entry 2"), (UNRELATED, "a decoy")]
)
def test_a_server_that_is_too_busy_to_say_is_unknown(status: int, busy_to: str, name: str) -> None:
    """It has neither let that origin in nor refused it."""
    with web(
        lambda asked: (
            Answer(status=status) if asked.headers["origin"] == busy_to else lets_in(asked)
        )
    ) as there:
        finding = looked("origins", {"probe": there.url}, {"NAME": BOTH})
    assert (finding.outcome, finding.message) == (
        Outcome.UNKNOWN,
        f"the server answered {status} (no content type, 0 bytes) to the preflight of {name}, "
        "so the origins that it allows are not known",
    )


@pytest.mark.parametrize(("number", "outcome"), [(50, "pass"), (51, "unknown")])
def test_more_than_fifty_origins_are_not_all_asked_for_and_so_unknown(
    number: int, outcome: str
) -> None:
    origins = ",".join(f"https://{each}.acme.example" for each in range(number))
    with web(lets_in) as there:
        finding = looked("origins", {"probe": there.url}, {"NAME": origins})
        asked = [each.headers["origin"] for each in there.asked]
    assert asked[:50] == origins.split(",")[:50]
    assert finding.outcome == outcome
    assert outcome == "pass" or finding.message == "only the first 50 of 51 origins were checked"


@pytest.mark.measures_time
def test_all_origins_together_have_one_time_out() -> None:
    """A server that takes its time with each of them does not get the time-out for each."""

    def slowly(asked: Asked) -> Answer:
        time.sleep(0.09)
        return lets_in(asked)

    origins = ",".join(f"https://{each}.acme.example" for each in range(40))
    began = time.monotonic()
    with web(slowly) as there:
        finding = looked("origins", {"probe": there.url, "timeout": "1s"}, {"NAME": origins})
    assert time.monotonic() - began < 1.5
    assert finding.outcome is Outcome.UNKNOWN


CARELESS = {
    "a regular expression with plain dots": lambda o: re.fullmatch("https://a.acme.dev", o),
    "one without an end": lambda o: re.match(r"https://a\.acme\.dev", o),
    "one without a beginning": lambda o: re.search(r"acme\.dev$", o),
    "one for any subdomain": lambda o: re.fullmatch(r"https://[a-z]+\.acme\.dev", o),
    "one glued to the domain": lambda o: re.fullmatch(r"https://(a\.|[^.]*)acme\.dev", o),
    "one for subdomains of the host": lambda o: re.fullmatch(r"https://(.+\.)?a\.acme\.dev", o),
    "the ending alone": lambda o: o.endswith("acme.dev"),
    "the beginning alone": lambda o: o.startswith("https://a.acme.dev"),
    "the text anywhere": lambda o: "a.acme.dev" in o,
    "any scheme": lambda o: o.partition("://")[2] == "a.acme.dev",
    "any port": lambda o: re.fullmatch(r"https://a\.acme\.dev(:\d+)?", o),
    "the host name alone": lambda o: urlsplit(o).hostname == "a.acme.dev",
    "no origin as well": lambda o: o in ("https://a.acme.dev", "null"),
}


@pytest.mark.parametrize("allows", CARELESS.values(), ids=CARELESS)
def test_a_careless_comparison_is_found_out_by_a_decoy(allows: Callable[[str], object]) -> None:
    """A server that lets in whatever ends with the domain lets in a domain that anybody may buy."""

    def answer(asked: Asked) -> Answer:
        origin = asked.headers["origin"]
        return Answer(headers={"Access-Control-Allow-Origin": origin} if allows(origin) else {})

    with web(answer) as there:
        finding = looked("origins", {"probe": there.url}, {"NAME": "https://a.acme.dev"})
    assert finding.outcome is Outcome.FAIL
    assert "allows more than the listed origins: a decoy was allowed" in finding.message
    assert "acme" not in finding.message


@pytest.mark.parametrize(
    "origins",
    [
        "https://a.acme.dev,http://a.acme.dev,https://a.acme.dev:8443,https://axacme.dev",
        "http://localhost:3000,capacitor://localhost,https://acme.dev",
        "https://192.0.2.7,https://[2001:db8::7]:8443",
    ],
)
def test_an_exact_list_passes_whatever_it_holds(origins: str) -> None:
    """No decoy is an origin of the list."""

    def answer(asked: Asked) -> Answer:
        origin = asked.headers["origin"]
        listed = origin in origins.split(",")
        return Answer(headers={"Access-Control-Allow-Origin": origin} if listed else {})

    with web(answer) as there:
        written = {"probe": there.url, "allow_insecure": True}
        finding = looked("origins", written, {"NAME": origins})
    assert finding.outcome is Outcome.PASS, finding


def test_only_the_first_origins_are_imitated_and_a_notice_says_so() -> None:
    origins = [f"https://{each}.acme.example" for each in range(10)]
    with web(lets_in) as there:
        finding = looked("origins", {"probe": there.url}, {"NAME": ",".join(origins)})
        assert len(there.asked) < 80
    assert finding.outcome is Outcome.PASS
    assert finding.notices == ("no decoys were tried for the last 2 origins",)
