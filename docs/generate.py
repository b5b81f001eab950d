"""Writes docs/checks.md, docs/formats.md, docs/words.md and the tables of docs/rules.md from the
code: `python docs/generate.py`.

A test keeps the pages true.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from deploy_checklist.checklist.parse import parse
from deploy_checklist.checks import value
from deploy_checklist.checks.registry import Kind, kinds, summary
from deploy_checklist.commands.described_check import (
    DescribedParameter,
    described_check,
    resolved,
    takes_one,
)
from deploy_checklist.commands.lint_findings import KINDS
from deploy_checklist.doctor.model import FACTS
from deploy_checklist.inference.patterns.closed import CLOSED
from deploy_checklist.inference.understand import Understood, understood
from deploy_checklist.report.formats import FORMATS
from deploy_checklist.rules import key_meanings
from deploy_checklist.rules.key_meanings import KeyMeaning
from deploy_checklist.schemas import json_schema

PAGE = Path(__file__).parent / "checks.md"
FORMATS_PAGE = Path(__file__).parent / "formats.md"
WORDS = Path(__file__).parent / "words.md"
RULES = Path(__file__).parent / "rules.md"

_HEAD = """# Checks

<!-- Written by docs/generate.py from src/deploy_checklist/checks; change it there. -->

A check is a key of a rule under `items:` in the [rules file](rules.md), and every check of a rule must pass. A check without
parameters takes `true`. Durations are written `30s`, `10m`, `4h`, `90d` or `2w`. `deploy-checklist explain --check tls` prints the
section of one check.

```yaml
items:
  PAYMENT_CALLBACK_URL:
    url:
      scheme: https
      host: pay.acme.example
    tls: true
```

| Check | Passes when |
| --- | --- |
"""

_COMPARATORS = """
## Comparators

Comparators are keys of a rule on a variable. For a value in a document, they are keys of `data`, `http.json` and `terraform`, and
they also work in [facts](rules.md#facts-and-when). Numbers are compared as numbers, `true` and `false` as these words. An empty
variable and a null pass only `exists: false`, `empty: true` and `equals: null`. If a path leads to nothing, only `exists: false`
passes. The report says how a value differs ("only in a trailing slash"), but it never shows the value.

| Comparator | Passes when the value |
| --- | --- |
"""


def page() -> str:
    """The whole of docs/checks.md."""
    named = {name: kind for name, kind in kinds().items() if name not in value.KEYS}
    rows = (f"| [`{name}`](#{name}) | {_cell(_summary(kind))} |" for name, kind in named.items())
    comparators = (f"| `{key}` | {_cell(_meaning(value.Comparison, key))} |" for key in value.KEYS)
    sections = map(_section, named)
    index = [*rows, "| [a comparator](#comparators) | the value passes the comparison |"]
    return _HEAD + _lines(index) + _COMPARATORS + _lines(comparators) + "".join(sections)


def _lines(rows: Iterable[str]) -> str:
    return "".join(f"{row}\n" for row in rows)


def _summary(kind: Kind) -> str:
    return summary(kind.__doc__)


def _section(name: str) -> str:
    check = described_check(name)
    parts = [f"\n## `{name}`\n", f"\nPasses when: {check.passes}.\n"]
    parts += [f"\n{paragraph}\n" for paragraph in check.paragraphs]
    if not check.parameters:
        return "".join((*parts, "\nTakes `true`.\n"))
    rows = [
        f"| `{each.name}` | {each.takes} | {_default(each)} | {_cell(each.meaning)} |"
        for each in check.parameters
    ]
    if check.compares:
        rows.append("| *a comparator* | | | [what the value must be](#comparators) |")
    head = "\n| Parameter | Takes | Default | Meaning |\n| --- | --- | --- | --- |\n"
    return "".join((*parts, head, _lines(rows)))


def _default(parameter: DescribedParameter) -> str:
    return "required" if parameter.required else parameter.default or ""


def _meaning(model: type[value.Comparison], key: str) -> str:
    return model.model_fields[key].description or ""


def _cell(text: str) -> str:
    return text.replace("|", r"\|").replace("\n", " ")


# The table below `<!-- keys of the file -->`, and so on.
_KEYS_OF = {
    "the file": key_meanings.FILE,
    "a rule": key_meanings.RULE,
    "a fact": key_meanings.FACT,
    "a section": key_meanings.SECTION,
    "a waiver": key_meanings.WAIVER,
    "a signed entry": key_meanings.SIGNED,
    "the override": key_meanings.OVERRIDE,
}


def rules() -> str:
    """The whole of docs/rules.md: as it is, with its tables written anew."""
    found = RULES.read_text(encoding="utf-8")
    for name, meanings in _KEYS_OF.items():
        begin, end = f"<!-- keys of {name} -->\n", "<!-- /keys -->"
        before, _, rest = found.partition(begin)
        found = before + begin + _meanings(meanings) + end + rest.partition(end)[2]
    return found


def _meanings(meanings: Mapping[str, KeyMeaning]) -> str:
    rows = (f"| `{key}` | {_cell(_with_default(each))} |" for key, each in meanings.items())
    return "| Key | Meaning |\n| --- | --- |\n" + _lines(rows)


def _with_default(meaning: KeyMeaning) -> str:
    if meaning.default is None:
        return meaning.text
    return f"{meaning.text} Default: `{str(meaning.default).lower()}`."


_FORMATS_HEAD = """# Formats

<!-- Written by docs/generate.py from src/deploy_checklist/report; change it there. -->

This page is for anyone who reads a result with a program, or shows it in another tool. `deploy-checklist check --format junit` prints the
report as JUnit XML, for example, and `--output` writes it to a file. The other commands print
[JSON](#lint-explain-doctor-compare-and-init), too.

| Format | For what |
| --- | --- |
"""


_FORMATS_FOOT = """
[The report](report.md) lists the keys of `json`.

The `findings` of an item in `json` decide its `outcome`. Its `seen` has the same form, and contains what is left to the person who signs
the item: checks that found something wrong (`fail`), and checks that got no answer (`unknown`, or `pending` while CI is still running).
`seen` is empty if a rules file without `unverified: sign` decides. `text` and `markdown` show it next to the request to sign.
"""


_COMMANDS_HEAD = """
## `lint`, `explain`, `doctor`, `compare` and `init`

With `--format json`, these commands print everything that their text says, and more. The values of secrets are never in it. A key is
never left out, and an unknown value is null. Later versions may add keys. `deploy-checklist schema --lint` prints the JSON Schema;
`--explain`, `--doctor`, `--compare` and `--init` print the others. The exit codes are the same as without `--format`.

`lint --format github` prints the findings as workflow commands, so that GitHub marks the lines on the pull request. It needs no secret
and no network. It also marks mistakes in the rules file.

```yaml
- run: deploy-checklist lint --strict --format github
```
"""


_COMMANDS = {
    "lint": """
### `lint --format json`

If the checklist or the rules file is missing, cannot be read or has a mistake, nothing is compared: `findings` lists every mistake, and
the exit code is 2. The output is JSON even then. It is empty only if the command line is wrong or the program has a bug; the
standard error says which.
""",
    "explain": """
### `explain --format json`

A list with one object for each item. If a file cannot be used, the output is empty, the standard error says why, and the exit code is 2.
""",
    "explain-check": """
### `explain --check KIND --format json`

[The page of all checks](checks.md) is made of the same. It needs neither a checklist nor rules. For a kind that does not exist, the
output is empty, the standard error has the closest name, and the exit code is 2. `deploy-checklist schema --explain-check` prints
its JSON Schema.
""",
    "doctor": """
### `doctor --format json`

If the checklist or the rules cannot be used, or there is no token, the output is empty, the standard error says why, and the exit code
is 2. [Is the gate in force?](doctor.md) explains the facts.
""",
    "compare": """
### `compare --format json`

[How two environments differ](compare.md), and where they should. If a file cannot be used, the output is empty, the standard error says
why, and the exit code is 2.
""",
    "init": """
### `init --format json`

What was written, and which questions are open. With this format, `init` asks nothing, not even in a terminal. If nothing can be written,
`errors` says why, `change` is `none`, and the exit code is 2. [`--questions json`](init.md) writes nothing: it prints a list of the
questions, in the form of `questions`.
""",
}

_KINDS_HEAD = """
The kinds:

| Kind | What it says |
| --- | --- |
"""

_FACTS_HEAD = """
The facts:

| Fact | What it is about |
| --- | --- |
"""


def formats() -> str:
    """The whole of docs/formats.md: the first paragraph of each renderer's docstring, then the keys
    of each command's JSON.
    """
    modules = {
        name: import_module(f"deploy_checklist.report.{module}") for name, module in FORMATS.items()
    }
    table = _lines(f"| `{name}` | {_cell(_title(module))} |" for name, module in modules.items())
    commands = [head + _key_table(json_schema(name)) for name, head in _COMMANDS.items()]
    kinds_of_findings = _lines(f"| `{kind}` | {_cell(text)} |" for kind, text in KINDS.items())
    commands[0] += _KINDS_HEAD + kinds_of_findings
    facts = _lines(f"| `{fact}` | {_cell(text)} |" for fact, text in FACTS.items())
    commands[list(_COMMANDS).index("doctor")] += _FACTS_HEAD + facts
    return _FORMATS_HEAD + table + _FORMATS_FOOT + _COMMANDS_HEAD + "".join(commands)


def _key_table(schema: Mapping[str, Any]) -> str:
    rows = (f"| `{key}` | {takes} | {_cell(text)} |" for key, takes, text in _keys(schema, schema))
    return "\n| Key | Value | Meaning |\n| --- | --- | --- |\n" + _lines(rows)


def _keys(
    each: Mapping[str, Any], schema: Mapping[str, Any], path: str = ""
) -> Iterable[tuple[str, str, str]]:
    """Every key of an output by its path, with its value and its meaning."""
    for arm in resolved(each, schema).get("anyOf", [each]):
        found = resolved(arm, schema)
        if "items" in found:
            yield from _keys(found["items"], schema, f"{path}[]")
        for name, field in found.get("properties", {}).items():
            key = f"{path}.{name}" if path else name
            yield key, _value(field, schema), field.get("description", "")
            yield from _keys(field, schema, key)


def _value(field: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    """What a key holds, in words."""
    words = [_value_of(arm, schema) for arm in field.get("anyOf", [field])]
    return " or ".join(dict.fromkeys(words))


def _value_of(arm: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    found = resolved(arm, schema)
    if found.get("type") == "null":
        return "null"
    if "items" in found:
        return f"list of {_value(found['items'], schema)}"
    if "properties" in found:
        return "object"
    return takes_one(found, schema)


def _title(module: ModuleType) -> str:
    return summary(module.__doc__)


# Understood in part: a machine checks what is named, and a person decides about the rest.
EXAMPLES_IN_PART = (
    "`DATABASE_URL` points to the new cluster",
    "`SESSION_KEY` rotated and stored in the vault",
    "Set `LOG_LEVEL=warn`",
    "Set `LOG_LEVEL` to warn",
    "`LOG_LEVEL` is `warn` or `error`",
    "`UPLOAD_BUCKET`",
    "修改 `ADMIN_TOKEN`",
    "`MAIL_FROM` set when mail is on",
    "Run the suite: `pytest -q`",
    "`cargo clippy` is silent about the new crate",
    "`make schema` leaves no diff",
    "All tests passing",
    "The pipeline of the release commit is green",
    "로컬에서 `npm run lint` 확인",
    "`config/limits.yml` has the new quotas",
    "Runbook updated: docs/runbook.md",
    "`docker-compose.yml` sin base de datos local",
    "Remove `docs/draft.md`",
    "Add every fix since the last release to the changelog",
    "Bump the version in `package.json`",
    "Version bumped in all crates",
    "README.md updated",
    "Create and push the signed tag",
    "Draft a release from the notes",
    "https://shop.acme.dev/healthz answers",
    "`/readyz` returns 200",
    "`curl -fsS https://api.acme.dev/ready` returns 200",
    "TLS certificate of https://shop.acme.dev is valid",
    "SSL certificate issued for `pay.acme.dev`",
)

# Perhaps a machine could check these: `explain --format json` lists them under `maybe`.
EXAMPLES_MAYBE = (
    "Try to sign in (/login)",
    "Contract drift: `node scripts/contract.mjs`",
    "Upload the archive of the GitHub release",
)

# A person decides about each of these, for the reason beside it. Whatever a machine can check of them
# only helps that person.
EXAMPLES_LEFT_TO_PEOPLE = {
    "`API_URL` is set if the shop is on": "it applies only under a condition",
    "`API_URL` or `SHOP_URL` is set": "it is one of several ways",
    "`API_URL` is set in Vercel": "it is about another place, not this job",
    "`API_URL` is set to `<your-domain>`": "a placeholder is not a value",
    "`API_URL` is set to the shop's address, e.g. `https://shop.acme.dev`": (
        "an example is not the value"
    ),
    "`LEGACY_TOKEN` no longer used": "it is about a variable that is no longer there",
    "Note down your `API_URL`": "only a person can do that",
    "`git push $REMOTE v1.2.3`": "the variable belongs to the releaser's shell, not to the job",
    "`.env` created": "the file is on the host; it must not be in the repository",
    "Run `npm run migrate`": "the command changes something",
    "Run `ruff check --fix`": "a command that repairs what it finds never fails",
    "Deploy with `make deploy`": "that is the release itself",
    "Open https://console.acme.dev and add the key": (
        "an answer from a page to work on proves nothing"
    ),
    "http://localhost:3000/health answers": "it is on somebody's own machine",
    "`scripts/smoke.sh` works": "a file that exists may still not work",
    "See `docs/runbook.md` for the steps": "the file is only mentioned",
}

_WORDS_HEAD = """# Words

<!-- Written by docs/generate.py from src/deploy_checklist/inference; change it there. -->

This page is for teams that have no [rules file](rules.md) yet, and for anyone who wonders why the gate checks an item. Without rules,
the gate reads the items' own words. The tables show which sentences it understands, and what it then checks. `deploy-checklist explain`
says the same for your own items, and [`deploy-checklist init`](init.md) writes what was understood as rules, which you can then edit.

**An item passes automatically only if every clause of it is one of the closed sentence forms below, and every check passed.** Of any
other item, the gate checks the part that it understands, and a person signs the rest.

The only failure: a variable that an unconditional item names, and that has no value or an obviously wrong one. Everything else that
turns out wrong is left to the person who signs, and is shown next to the request (“a check failed: `SHOP_URL` does not begin with https://”). So
is a check that got no answer. The gate opens no connections except to GitHub's API, for this repository.

The gate looks for a path next to the checklist first, then at the repository's root. In a checkout, a path that is only mentioned and
does not exist, and a command that no workflow runs, are questions: they belong to [“Perhaps”](#perhaps). For a link, only its target
counts, from the checklist's own folder, and only if it is a file of this repository. The gate does not look for an env file, a private
key or credentials (by their names), because nobody should commit one.

## Closed sentence forms

They may begin with "verify", "ensure", "check", "confirm" or "make sure". They are understood only in part if the item applies under a
condition, names alternatives, is about another place (a platform, a server, staging) or says more below its first line. The same is
true for a `NAME=value` or a path alone, if a heading above it asks for more than a list.

| A sentence of this form | What is checked |
| --- | --- |
"""

_IN_PART_HEAD = """
## Understood in part

Names, values, commands, paths and addresses are understood in any language. Alone, they never let an item pass.

| Such as | What is checked | Left to a person |
| --- | --- | --- |
"""

_MAYBE_HEAD = """
## Perhaps

These items check nothing. `deploy-checklist explain --format json` lists what they might ask for under `maybe`, and `init` writes it as
lines that are commented out.

| Such as | What could be checked |
| --- | --- |
"""

_LEFT_HEAD = """
## Never passed by words alone

| Such as | Because |
| --- | --- |
"""


def words() -> str:
    """The whole of docs/words.md."""
    closed = (
        f"| {_cell(phrase.example)} | {_cell(_verified(phrase.example))} |" for phrase in CLOSED
    )
    in_part = (
        f"| {_cell(example)} | {_cell(_verified(example))} | {_cell(_left(example))} |"
        for example in EXAMPLES_IN_PART
    )
    maybe = (f"| {_cell(each)} | {_cell(_verified(each, maybe=True))} |" for each in EXAMPLES_MAYBE)
    left = (
        f"| {_cell(example)} | {_cell(why)} |" for example, why in EXAMPLES_LEFT_TO_PEOPLE.items()
    )
    return (
        _WORDS_HEAD
        + _lines(closed)
        + _IN_PART_HEAD
        + _lines(in_part)
        + _MAYBE_HEAD
        + _lines(maybe)
        + _LEFT_HEAD
        + _lines(left)
    )


def _verified(example: str, *, maybe: bool = False) -> str:
    one = _one(example)
    found = one.maybe if maybe else (*one.checks, *one.with_domain)
    return "; ".join(dict.fromkeys(each.description for each in found))


def _left(example: str) -> str:
    return _one(example).remainder or ""


def _one(example: str) -> Understood:
    checklist = parse(f"- [ ] {example}\n", "checklist.md")
    found = understood(checklist) | understood(checklist, _any, runs=_any)
    return found[1]


def _any(_name: str) -> bool:
    """In the examples every file is there, and workflows run every command."""
    return True


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    FORMATS_PAGE.write_text(formats(), encoding="utf-8")
    WORDS.write_text(words(), encoding="utf-8")
    RULES.write_text(rules(), encoding="utf-8")
