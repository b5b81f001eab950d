"""What the loader takes an editor takes, and what it refuses an editor refuses, wherever a schema can tell."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from typing import Any, get_args

import pytest
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from deploy_checklist.checks.base import Params
from deploy_checklist.checks.registry import kinds
from deploy_checklist.errors import Unusable
from deploy_checklist.rules.clauses import META
from deploy_checklist.rules.load import TOP, load, resolve
from deploy_checklist.rules.schema import json_schema

CASES = int(os.environ.get("SCHEMA_CASES", "20"))  # of each kind; thousands by hand
# What people write. No whole number with a point, which JSON Schema takes for an integer.
WRITTEN: tuple[Any, ...] = (
    *("x", "a/b", "/x", "*.tf", "NAME", "https://a.example", "a.example", "90d", "GET", "tick"),
    *("write", "10", "+10", "1_000", "1.5", "-1", "yes", "No", "on", "off", "TRUE", "false", "t"),
    *("0", "1", "9z", "", " ", "a b", "mon", "09:00", "24:00", "UTC", "2026-01-01", "0s", "601s"),
    *(0, 1, -1, 10, 200, 601, 0.5, 1.5, True, False, None, [], [None], [True], [[1]], {}),
    *(["x"], ["NAME"], ["*.tf"], ["https://a.example"], ["tick"], [200], ["10"], ["90d"], ["mon"]),
    *({"A": "NAME"}, {"A": ["NAME"]}, {"above": 0}, {"above": True}, {"x": 1}),
)
MODELS = {kind.__name__.rpartition(".")[2]: kind.Params for kind in kinds().values()}
# Mistakes of what a text means, which no schema can tell; by pydantic's or the kind's own word.
OF_MEANING = frozenset(
    [
        *("aws", "command", "contradiction", "dns", "github", "host", "jmespath", "on_call"),
        *("order", "origin", "path", "probe", "regex", "show", "source", "url", "vacuous", "zone"),
    ]
)
# No schema can compare what is written as text: `"10"`, `90d`.
BOUNDS = frozenset({"greater_than", "greater_than_equal", "less_than", "less_than_equal"})


def models_in(annotation: Any) -> Iterator[type[Params]]:
    if isinstance(annotation, type) and issubclass(annotation, Params):
        yield annotation
    for part in get_args(annotation):
        yield from models_in(part)


def every_model() -> Iterator[tuple[str, type[Params]]]:
    """Each kind's parameters and those inside them, by the name under which the schema defines them."""
    for kind, params in MODELS.items():
        yield kind, params
        annotations = [field.annotation for field in params.model_fields.values()]
        inner = [model for annotation in annotations for model in models_in(annotation)]
        yield from ((f"{kind}.{model.__name__}", model) for model in dict.fromkeys(inner))


EVERY_MODEL = dict(every_model())


@cache
def schema() -> dict[str, Any]:
    return json_schema()


def editor(part: Mapping[str, Any]) -> Draft202012Validator:
    """What an editor holds to a part of the schema."""
    return Draft202012Validator({"$defs": schema()["$defs"], **part})


def parameters(definition: Any) -> Mapping[str, Any]:
    """The schemas of the parameters, wherever in a definition its mapping stands."""
    if isinstance(definition, dict) and "properties" in definition:
        found: Mapping[str, Any] = definition["properties"]
        return found
    inner = definition.values() if isinstance(definition, dict) else definition
    if not isinstance(definition, dict | list):
        return {}
    return next((found for each in inner if (found := parameters(each))), {})


def mistakes(model: type[Params], written: object) -> list[tuple[str, tuple[int | str, ...]]]:
    """The word and the place of each mistake that the loader finds in a kind's parameters."""
    try:
        model.model_validate(written)
    except ValidationError as error:
        return [(each["type"], each["loc"]) for each in error.errors()]
    return []


def can_be_told(words: Collection[str], written: object) -> bool:
    """Whether a schema can tell one of these mistakes."""
    texts = written if isinstance(written, list) else [written]
    beyond = OF_MEANING | BOUNDS if any(isinstance(each, str) for each in texts) else OF_MEANING
    return beyond.isdisjoint(words)


@pytest.mark.parametrize("name", EVERY_MODEL)
def test_an_editor_takes_of_each_parameter_what_the_loader_takes(name: str) -> None:
    model, known = EVERY_MODEL[name], parameters(schema()["$defs"][name])
    for key, field in model.model_fields.items():
        parameter = field.alias or key
        validator = editor(known[parameter])
        for each in WRITTEN:
            found = mistakes(model, {parameter: each})
            words = [word for word, place in found if place[:1] == (parameter,)]
            if can_be_told(words, each):
                assert validator.is_valid(each) is (not words), (parameter, each, words)


@pytest.mark.parametrize("name", MODELS)
def test_an_editor_takes_of_all_parameters_together_what_the_loader_takes(name: str) -> None:
    """Some of them, or another key, or what stands for all of them."""
    model, chance = MODELS[name], random.Random(name)
    validator = editor({"$ref": f"#/$defs/{name}"})
    fields = [field.alias or key for key, field in model.model_fields.items()]
    good = {
        key: [
            each
            for each in WRITTEN
            if not any(place[:1] == (key,) for _, place in mistakes(model, {key: each}))
        ]
        for key in fields
    }
    for number in range(CASES):
        chosen = chance.sample(fields, min(len(fields), chance.randint(0, 4)))
        written: Any = {key: chance.choice(good[key]) for key in chosen if good[key]}
        if number % 4 == 0:
            written["another"] = "x"
        if number % 10 == 1:
            written = chance.choice(WRITTEN)
        words = [word for word, _ in mistakes(model, written)]
        if can_be_told(words, written):
            assert validator.is_valid(written) is (not words), (written, words)


@pytest.mark.parametrize("key", kinds())
def test_an_editor_takes_what_the_loader_takes_for_all_parameters_of_a_rule(key: str) -> None:
    """As `true`, or the one that its shorthand names, or a comparator: as it stands in a rule."""
    validator = Draft202012Validator(schema())
    for each in WRITTEN:
        rules = {**FRAME, "items": {"KEY": {key: each}}}
        if refusal(rules) is None:
            assert validator.is_valid(rules), each


# --- everything that is no parameter of a check

FRAME: Mapping[str, Any] = {
    "version": 1,
    "environments": {"staging": {}},
    "facts": {"a": {"env": "A"}},
    "items": {"KEY": None},
}
WAIVER = {"item": "KEY", "reason": "x", "approved_by": "@octo", "expires": "2026-01-01"}
SIGNED = {"item": "KEY", "by": "@octo", "on": "2026-01-01", "words": "5be1c0d2"}
OVERRIDE = {"by": "write", "for": "4h"}
ELSEWHERE: tuple[Any, ...] = (
    *(
        "before",
        "any",
        "a",
        "not a",
        "staging",
        "warning",
        "4h",
        "25h",
        "2026-13-01",
        "2026-01-01 ",
    ),
    *("@octo", "@o/t", ["@octo"], "KEY", "NPM_*", ["KEY", None], "${x}", "5be1c0d2", 12345678),
    *("sign", "secret", "x//y", "stripe", "A_1", {"any_of": ["a"]}, {"any_of": []}, ["sign", None]),
    *({"staging": "warning"}, {"staging": "x"}, {"x": None}, {"x": ["@octo"]}, {"x": []}),
    *({"x": {}}, {"x": "sign"}, {"X": None}, {"x": {"when": "a"}}, [{}], [{"when": "a"}], "0x"),
)
# What the loader says where a name is not declared in the file, or a glob or a time is none.
NOT_IN_A_SCHEMA = (
    *(
        "is not a fact and not an environment",
        "is not an environment in this file",
        "is not a role",
    ),
    *("has two slashes in a row", "begins or ends with white space"),
    *("an override cannot last", "a real date", "needs a variable"),
)


def with_each(written: object) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """A rules file for each place, with this there."""
    yield from ((key, {**FRAME, key: written}) for key in TOP)
    for key in META:
        yield f"items.KEY.{key}", {**FRAME, "items": {"KEY": {key: written}}}
    for key in ("KEY", "The words"):
        yield f"items.{key}", {**FRAME, "items": {key: written}}
    yield "environments.staging", {**FRAME, "environments": {"staging": written}}
    yield "environments.staging.x", {**FRAME, "environments": {"staging": {"x": written}}}
    yield "facts.a", {**FRAME, "facts": {"a": written}}
    yield "facts.a.default", {**FRAME, "facts": {"a": {"env": "A", "default": written}}}
    for key in ("env", "changed", "ready"):
        yield f"facts.a.{key}", {**FRAME, "facts": {"a": {key: written}}}
    yield "roles.r", {**FRAME, "roles": {"r": written}}
    yield "sections.s", {**FRAME, "sections": {"s": written}}
    for key in ("skip", "phase", "environment"):
        yield f"sections.s.{key}", {**FRAME, "sections": {"s": {key: written}}}
    for key in (*OVERRIDE, "not_author"):
        yield f"override.{key}", {**FRAME, "override": {**OVERRIDE, key: written}}
    for key in (*WAIVER, "environment"):
        yield f"waivers.{key}", {**FRAME, "waivers": [{**WAIVER, key: written}]}
    for key in (*SIGNED, "until", "environment"):
        yield f"signed.{key}", {**FRAME, "signed": [{**SIGNED, key: written}]}


def refusal(rules: Mapping[str, Any]) -> str | None:
    """What the loader says first; JSON is YAML."""
    try:
        found = load(json.dumps(rules), "rules.yml")
        for environment in found.environments or (None,):
            resolve(found, environment, {})
    except Unusable as error:
        return str(error.faults[0])
    return None


@pytest.mark.parametrize("written", [*WRITTEN, *ELSEWHERE], ids=repr)
def test_an_editor_takes_of_the_rest_of_the_file_what_the_loader_takes(written: object) -> None:
    validator = Draft202012Validator(schema())
    for place, rules in with_each(written):
        said = refusal(rules)
        if not said or not any(each in said for each in NOT_IN_A_SCHEMA):
            assert validator.is_valid(rules) is (said is None), (place, said)
