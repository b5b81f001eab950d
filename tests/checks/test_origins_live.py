"""What a running server lets in, asked of real Socket.IO servers."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploy_checklist.outcome import Finding, Outcome
from outside import looked
from servers import free_port
from servers.socketio import socketio
from servers.web import Answer, Asked, web

BOTH = "https://acme.example,https://app.acme.example"


def found(port: int, origins: str = BOTH, **more: object) -> Finding:
    url = f"http://localhost:{port}/socket.io/?EIO=4&transport=polling"
    return looked("origins", {"include": ["https://acme.example"], "probe": url, **more}, {"NAME": origins})


@pytest.mark.parametrize("cors", ["list", "function"])
@pytest.mark.parametrize("websocket_only", [False, True])
def test_an_allow_list_lets_in_each_and_no_decoy(tmp_path: Path, cors: str, websocket_only: bool) -> None:
    """And what CORS does not guard is said: WebSocket takes the decoy all the same."""
    with socketio(tmp_path, cors=cors, websocket_only=websocket_only) as port:
        finding = found(port)
    assert finding.outcome is Outcome.PASS, finding
    assert finding.message.endswith("the server lets in each of them and no decoy")
    assert finding.notices == (
        "a decoy origin is let in over WebSocket, which CORS does not guard: see `allowRequest` of Socket.IO",
    )


def test_an_origin_that_the_running_server_does_not_know_fails(tmp_path: Path) -> None:
    with socketio(tmp_path) as port:
        finding = found(port, f"{BOTH},https://admin.acme.example")
    assert (finding.outcome, finding.message) == (Outcome.FAIL, "`localhost` does not allow entry 3")


def test_one_fixed_origin_sent_to_everybody_is_no_permission(tmp_path: Path) -> None:
    """A `cors.origin` that is one text is sent to every origin: its presence alone would prove nothing."""
    with socketio(tmp_path, cors="string") as port:
        alone = found(port, "https://acme.example")
        both = found(port)
    assert alone.outcome is Outcome.PASS
    assert both.message == "`localhost` does not allow entry 2"


def test_a_server_without_cors_settings(tmp_path: Path) -> None:
    with socketio(tmp_path, cors="none") as port:
        finding = found(port)
    assert finding.outcome is Outcome.FAIL and "has it CORS settings at all?" in finding.message


def test_a_server_that_lets_everybody_in(tmp_path: Path) -> None:
    with socketio(tmp_path, cors="any") as port:
        finding = found(port)
    assert (finding.outcome, finding.message) == (Outcome.FAIL, "`localhost` lets any origin in (`*`)")


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
