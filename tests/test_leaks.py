"""No encoding of any secret leaves the process, by whatever way: for random secrets in random rules."""

from __future__ import annotations

import base64
import html
import io
import json
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import reports
from deploy_checklist.checks.base import Observation
from deploy_checklist.checks.registry import kinds
from deploy_checklist.cli import run
from deploy_checklist.engine import results
from deploy_checklist.redaction.vocabulary import vocabulary
from deploy_checklist.report import formats

CHECKLIST = """\
# Release
- [ ] `API_KEY` is set
- [ ] `HOOK_URL` is ours
- [ ] `LEVEL` is right
- [ ] `ORIGINS` are right

| Secret | Source of truth | Owner |
| --- | --- | --- |
| `LEVEL` | vault | Ops |
"""
RULES = (
    "{ secret: true, matches: 'x+' }",
    "{ equals: else, min_length: 12 }",
    "{ one_of: [one, two] }",
    "{ url: { scheme: https, host: pay.example } }",
    "{ origins: { include: ['https://a.example'] } }",
    "{ contains: [a, b], not_one_of: [c] }",
    "{ equals_env: API_KEY }",
    "{ differs_from: API_KEY, above: 3 }",
    "[secret, { rotated_within: 90d }]",
    "{ absent: true }",
)
KNOWN = "\n".join(
    ["deploy-checklist.md", "deploy-checklist.yml", CHECKLIST, *vocabulary(reports.report())]
)
FORMS = tuple(formats.FORMATS)
# Long enough that finding it is no chance; every class of character that an encoding treats in its own way.
secrets = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs",), exclude_characters="\0"),
    min_size=10,
    max_size=60,
).filter(lambda text: len(set(text.strip())) > 7 and len(text.strip()) >= 10)


def forms_of(secret: str) -> set[str]:
    """The encodings that people and programs make, written down once more and by other means than redact.py's."""
    raw = secret.strip().encode()
    inner = {
        base64.b64encode(b"\0" * skip + raw)[4 if skip else 0 : -4].decode() for skip in range(3)
    }
    plain = {
        secret,
        secret.strip(),
        quote(secret.strip()),
        quote(secret.strip(), safe=""),
        html.escape(secret.strip()),
    }
    plain |= {json.dumps(secret.strip())[1:-1], raw.hex(), raw.hex().upper()}
    plain |= inner | {text.replace("+", "-").replace("/", "_") for text in inner}
    return {form for form in plain if len(form) >= 8}


def everything(folder: Path, environ: dict[str, str], arguments: tuple[str, ...]) -> str:
    out, err = io.StringIO(), io.StringIO()
    run(arguments, environ, out, err)
    return out.getvalue() + err.getvalue()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "deploy-checklist.md").write_text(CHECKLIST)
    return tmp_path


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    values=st.fixed_dictionaries(dict.fromkeys(("API_KEY", "LEVEL", "HOOK_TOKEN"), secrets)),
    rules=st.lists(st.sampled_from(RULES), min_size=4, max_size=4),
    form=st.sampled_from(FORMS),
    job=st.booleans(),
)
def test_no_encoding_of_a_secret_is_in_any_rendering(
    folder: Path, values: dict[str, str], rules: list[str], form: str, job: bool
) -> None:
    names = ("API_KEY", "HOOK_URL", "LEVEL", "ORIGINS")
    lines = "".join(f"  {name}: {rule}\n" for name, rule in zip(names, rules, strict=True))
    (folder / "deploy-checklist.yml").write_text(f"version: 1\nitems:\n{lines}")
    assume(
        not any(value.strip() in KNOWN for value in values.values())
    )  # a word of every report cannot be hidden
    credentials = quote(values["HOOK_TOKEN"], safe="")
    environ = {
        **values,
        "HOOK_URL": f"https://user:{credentials}@hook.example/x?sig={credentials}",
        "ORIGINS": values["LEVEL"],
    }
    environ |= {"GITHUB_ACTIONS": "true"} if job else {}
    said = everything(
        folder, environ, ("check", "--format", form, "-v", "--now", "2026-11-22T21:14:00Z")
    )
    for secret in values.values():
        for encoded in forms_of(secret):
            assert encoded not in said


COMMANDS = (
    ("lint",),
    ("lint", "--format", "json"),
    ("lint", "--format", "github"),
    ("explain",),
    ("explain", "--format", "json"),
    ("init", "--add", "--format", "json"),
    ("init", "--format", "json"),
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(secret=secrets, job=st.booleans(), by_name=st.booleans())
def test_no_encoding_of_a_secret_that_the_rules_quote_is_reported_by_a_command(
    folder: Path, secret: str, job: bool, by_name: bool
) -> None:
    """Nor does hiding it leave anything but JSON behind."""
    quoted = json.dumps(secret, ensure_ascii=False)
    rules = f"  API_KEY: {{ secret: true, one_of: [{quoted}, b] }}\n  {quoted}: sign\n  LEVEL: {quoted}\n"
    (folder / "deploy-checklist.yml").write_text(f"version: 1\nitems:\n{rules}")
    assume(secret.strip() not in KNOWN)
    environ = {"HOOK_TOKEN" if by_name else "API_KEY": secret}
    environ |= {"GITHUB_ACTIONS": "true"} if job else {}
    for arguments in COMMANDS:
        for text in (
            f"version: 1\nitems:\n{rules}",
            f"version: 1\nitems:\n{rules[: rules.rindex('  LEVEL')]}",
        ):
            (folder / "deploy-checklist.yml").write_text(text)
            said = everything(folder, environ, arguments)
            for encoded in forms_of(secret):
                assert encoded not in said
            if "json" in arguments and arguments[0] != "explain":
                json.loads(said)


def test_a_crash_of_a_check_tells_its_place_and_never_its_text(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An exception's text can hold a piece of a value. The other items are judged all the same."""

    class Broken:
        Params = kinds()["present"].Params

        @staticmethod
        def reads(params: object) -> frozenset[object]:
            return frozenset()

        @staticmethod
        def observe(params: object, subject: str | None, world: object) -> Observation:
            raise RuntimeError("the value is hunter2hunter2")

    monkeypatch.setattr(results, "kinds", lambda: {**kinds(), "one_of": Broken})
    (folder / "deploy-checklist.yml").write_text(
        "version: 1\nitems:\n  API_KEY: secret\n  LEVEL: { one_of: [a, b] }\n  HOOK_URL: present\n  ORIGINS: present\n"
    )
    environ = {
        "API_KEY": "hunter2hunter2",
        "LEVEL": "high",
        "HOOK_URL": "https://x.example",
        "ORIGINS": "https://y.example",
    }
    said = everything(
        folder, environ, ("check", "--format", "json", "--now", "2026-11-22T21:14:00Z")
    )
    assert "hunter2" not in said
    items = {item["id"]: item for item in json.loads(said)["items"]}
    assert items["LEVEL"]["outcome"] == "unknown"
    assert "a bug in deploy-checklist: RuntimeError at " in str(items["LEVEL"]["findings"])
    assert items["API_KEY"]["outcome"] == "pass"


def test_a_secret_in_the_rules_file_does_not_come_out_in_its_faults(folder: Path) -> None:
    (folder / "deploy-checklist.yml").write_text(
        "version: 1\nitems:\n  API_KEY: { hunter2hunter2: true }\n"
    )
    said = everything(folder, {"API_KEY": "hunter2hunter2"}, ("check",))
    assert "hunter2" not in said
    assert "deploy-checklist.yml:3:" in said
