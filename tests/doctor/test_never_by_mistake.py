"""Whatever GitHub does not tell, or tells in another shape, the gate is never said to be in force."""

from __future__ import annotations

from typing import Any

from servers.github import Fault

from .conftest import Team

REFUSALS = ("forbidden", "hidden", "422")
WRONG: tuple[Any, ...] = ({}, 7, [{}])


def asked(team: Team) -> list[tuple[str, str, Any]]:
    """Every request of a run in which the gate is in force, with its answer."""
    before = len(team.hub.requests)
    assert team.doctor()["in_force"] is True
    found = [(seen.method, seen.path, seen.answer) for seen in team.hub.requests[before:]]
    assert len(found) <= 12
    return found


def fail(team: Team, number: int, fault: Fault) -> dict[str, Any]:
    """What it says if the request of this number fails; those before it are answered."""
    team.hub.faults[:] = [Fault("slow", times=number), fault]
    found = team.doctor()
    assert fault.times == 0, "it was not asked"
    team.hub.faults.clear()
    return found


def test_whichever_one_read_fails_it_is_not_said_to_be_in_force(team: Team) -> None:
    for number, (method, path, _) in enumerate(asked(team)):
        for kind in REFUSALS:
            if path == "/graphql" and kind == "422":
                continue
            found = fail(team, number, Fault(kind))
            assert found["in_force"] is not True, f"{kind} at {method} {path}"
            assert any(each["outcome"] == "unknown" for each in found["facts"]), f"{kind} at {path}"


def test_whatever_has_another_shape_is_not_taken_for_an_answer(team: Team) -> None:
    for number, (method, path, right) in enumerate(asked(team)):
        for wrong in WRONG:
            body = {"data": {"repository": wrong}} if path == "/graphql" else wrong
            if body == right:
                continue
            found = fail(team, number, Fault("answer", body=body))
            assert found["in_force"] is not True, f"{wrong!r} at {method} {path}"


def test_a_list_that_a_proxy_cut_is_not_taken_for_the_whole(team: Team) -> None:
    short = {"total_count": 2, "environments": []}
    team.hub.faults.append(Fault("answer", path="/environments", body=short))
    assert team.doctor()["in_force"] is None
