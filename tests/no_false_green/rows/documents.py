"""The rows of kinds that read a document, wherever it lies."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from fakes import FakeGitHub
from no_false_green.asking import Row
from no_false_green.rows.good import ISO, PROBE, saying


def in_sources(
    kind: str, key: str, written: Mapping[str, object], text: str, wrong: Mapping[str, object]
) -> tuple[Row, ...]:
    """A document of the repository, at a URL and on GitHub."""
    good: Any = json.loads(text)
    own: Mapping[str, Any] = {"within": "90d", "source": "data"} if kind == "rotated_within" else {}
    there = {"acme/infra": "state.json"}
    [(repository, path)] = there.items()
    dated = kind == "rotated_within"
    return (
        Row(
            kind=kind,
            label="of a file",
            written={key: "state.json", **own, **written},
            files={"state.json": text},
            dated=dated,
        ),
        Row(
            kind=kind,
            label="at a URL",
            written={"url": "@URL@/state.json", **own, **written, **PROBE},
            over="http",
            about="document",
            answer=saying(good),
            wrong={name: saying(document) for name, document in wrong.items()},
            dated=dated,
        ),
        Row(
            kind=kind,
            label="on GitHub",
            written={"github": f"{repository}/{path}@main", **own, **written},
            ports={"github": FakeGitHub(contents={(repository, path): text.encode()})},
            dated=dated,
        ),
    )


DOCUMENTS = (
    *in_sources(
        "data",
        "file",
        {"at": "price", "above": 1},
        '{"price": 2}',
        {"lower": {"price": 1}, "none": {}, "null": {"price": None}, "a word": {"price": "NaN"}},
    ),
    Row(
        kind="data",
        label="of each entry",
        written={"file": "prices.yml", "at": "prices", "each": {"above": 0}},
        covers=("each",),
        files={"prices.yml": "prices: [1, 2]\n"},
    ),
    Row(
        kind="data",
        label="that is there",
        written={"file": "prices.yml", "at": "prices", "exists": True},
        files={"prices.yml": "prices: [1, 2]\n"},
    ),
    Row(
        kind="data",
        label="in TOML",
        written={"file": "app.toml", "at": "app.mode", "equals_env": "OTHER"},
        values={"OTHER": "live"},
        files={"app.toml": '[app]\nmode = "live"\n'},
    ),
    *in_sources(
        "terraform",
        "state",
        {"output": "mode", "equals": "live"},
        '{"version": 4, "outputs": {"mode": {"value": "live", "type": "string"}}}',
        {
            "another": {"version": 4, "outputs": {"mode": {"value": "test"}}},
            "null": {"version": 4, "outputs": {"mode": {"value": None}}},
            "masked": {"version": 4, "outputs": {"mode": {"value": "(sensitive value)"}}},
            "none": {"version": 4, "outputs": {}},
            "a plan": {"format_version": "1.2", "planned_values": {"outputs": {}}},
        },
    ),
    Row(
        kind="terraform",
        label="resource",
        written={"state": "state.json", "resource": "aws_lb.main", "at": "name", "equals": "lb"},
        files={
            "state.json": '{"version": 4, "resources": [{"mode": "managed", "type": "aws_lb",'
            ' "name": "main", "instances": [{"attributes": {"name": "lb"}}]}]}'
        },
    ),
    *in_sources(
        "rotated_within",
        "file",
        {"at": "on"},
        f'{{"on": "{ISO}"}}',
        {
            "long ago": {"on": "2020-01-01"},
            "in the future": {"on": "2100-01-01"},
            "no date": {"on": "soon"},
            "null": {"on": None},
            "nothing": {},
        },
    ),
)
