"""Writes docs/checks.md, docs/formats.md and docs/words.md from the code: `python docs/generate.py`.

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
from deploy_checklist.schemas import json_schema

PAGE = Path(__file__).parent / "checks.md"
FORMATS_PAGE = Path(__file__).parent / "formats.md"
WORDS = Path(__file__).parent / "words.md"

_HEAD = """# Checks

<!-- Written by docs/generate.py from src/deploy_checklist/checks; change it there. -->

A check is a key of a rule under `items:` in the rules file. All keys of a rule must hold. A kind that needs no
parameter takes `true`. Durations are `30s`, `10m`, `4h`, `90d` or `2w`.

| Check | It passes when |
| --- | --- |
"""

_COMPARATORS = """
## Comparators

Keys of a rule on a variable; and of `data`, `http.json`, `terraform` and facts, for a value of a document. Numbers are
compared as numbers, `true` and `false` as these words. An empty variable and a null pass `exists: false`, `empty: true`
and `equals: null` alone; where a path leads to nothing, `exists: false` alone. A difference is told ("only in a
trailing slash"), the value never is.

| Comparator | It holds when the value |
| --- | --- |
"""


def page() -> str:
    """The whole of docs/checks.md."""
    named = {name: kind for name, kind in kinds().items() if name not in value.KEYS}
    rows = (f"| [`{name}`](#{name}) | {_cell(_summary(kind))} |" for name, kind in named.items())
    comparators = (f"| `{key}` | {_cell(_meaning(value.Comparison, key))} |" for key in value.KEYS)
    sections = map(_section, named)
    index = [*rows, "| [a comparator](#comparators) | the value is as it says |"]
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


_FORMATS_HEAD = """# Formats

<!-- Written by docs/generate.py from src/deploy_checklist/report; change it there. -->

What `deploy-checklist check --format` can show, on the screen or with `--output` in a file.

| Format | What it is |
| --- | --- |
"""


_FORMATS_FOOT = """
[The report](report.md) has the keys of `json`.

In `json`, the `findings` of an item decide its `outcome`. `seen` has, in the same form, what is left to the person who signs the
item: what was looked at and found wrong (`fail`), and the looks that were tried and failed (`unknown`, or `pending` while CI
still runs). It is empty where a rules file without `unverified: sign` decides. `text` and `markdown` say it behind “seen” and “could
not look”.
"""


_COMMANDS_HEAD = """
## `lint`, `explain`, `doctor`, `compare` and `init`

`--format json` has all that the text says, and more of it as data. The value of no secret is in it; a key is never left
out, and an unknown value is null. Later versions may add keys. `deploy-checklist schema --lint`, `--explain`,
`--doctor`, `--compare` or `--init` prints the JSON Schema of each. The exit codes are those of the text.

`lint --format github` prints the findings as workflow commands, so that a step of a workflow marks the lines on the pull
request. It needs no secret and no network; mistakes in the rules file are marked, too.

```yaml
- run: deploy-checklist lint --strict --format github
```
"""

_COMMANDS = {
    "lint": """
### `lint --format json`

Where the checklist or the rules file is missing, cannot be read or has a mistake, nothing is compared: the findings have
every mistake, and the exit code is 2. The output is JSON all the same. It is empty only where the command line itself is
wrong, or where the program has a bug; then the standard error says so.
""",
    "explain": """
### `explain --format json`

A list with one object for each item. Where a file cannot be used the output is empty, the standard error says why, and
the exit code is 2.
""",
    "explain-check": """
### `explain --check KIND --format json`

[The page of all checks](checks.md) is made of the same. It needs neither a checklist nor rules. For a kind that does not exist, the
output is empty, the standard error has the closest name, and the exit code is 2. `deploy-checklist schema --explain-check` prints
its JSON Schema.
""",
    "doctor": """
### `doctor --format json`

Where the folder's documents cannot be used, or there is no token, the output is empty, the standard error says why, and the
exit code is 2. [Is the gate in force?](doctor.md) says what each fact is about.
""",
    "compare": """
### `compare --format json`

[What two environments do not have in common](compare.md), and what they should not. Where a file cannot be used the output is empty,
the standard error says why, and the exit code is 2.
""",
    "init": """
### `init --format json`

What was written, and what is left open. It asks nothing, on a terminal either. Where nothing can be written, `errors`
says why, `change` is `none`, and the exit code is 2. [`--questions json`](init.md) is another list: what would be asked,
in the form of `questions`, and it writes nothing.
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


# Understood in part: what is named is looked at, and a person decides about the rest.
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

# Perhaps a machine could look: `explain --format json` has these under `maybe`.
EXAMPLES_MAYBE = (
    "Try to sign in (/login)",
    "Contract drift: `node scripts/contract.mjs`",
    "Upload the archive of the GitHub release",
)

# A person decides about each of these, for the reason beside it. What can be verified of them only
# helps.
EXAMPLES_LEFT_TO_PEOPLE = {
    "`API_URL` is set if the shop is on": "it holds only under a condition",
    "`API_URL` or `SHOP_URL` is set": "one of several ways",
    "`API_URL` is set in Vercel": "it is about another place than this job",
    "`API_URL` is set to `<your-domain>`": "a placeholder is no value",
    "`API_URL` is set to the shop's address, e.g. `https://shop.acme.dev`": (
        "an example is not the value"
    ),
    "`LEGACY_TOKEN` no longer used": "a variable that is taken away is not looked for",
    "Note down your `API_URL`": "it is a person's own act",
    "`git push $REMOTE v1.2.3`": "what the releaser's own shell holds is no variable of the job",
    "`.env` created": "it is on the host; in the repository it would be a fault",
    "Run `npm run migrate`": "the command changes something",
    "Run `ruff check --fix`": "a command that mends what it finds never fails",
    "Deploy with `make deploy`": "it is the release itself",
    "Open https://console.acme.dev and add the key": (
        "a page to work on proves nothing by answering"
    ),
    "http://localhost:3000/health answers": "it is on somebody's own machine",
    "`scripts/smoke.sh` works": "that a file is there does not say that it works",
    "See `docs/runbook.md` for the steps": "the file is only spoken of",
}

_WORDS_HEAD = """# Words

<!-- Written by docs/generate.py from src/deploy_checklist/inference; change it there. -->

Without a rules file, items are read by their own words, and `deploy-checklist init` writes down what was understood.
**An item passes by itself only if every clause of it is one of the closed sentence forms below, and was verified.** Of
any other item the part that was understood is verified, and the rest waits for a person. `deploy-checklist explain`
shows which words were used.

Nothing fails for what was only inferred, but a variable that an unconditional item names and that was handed over
empty or with what is certainly no value. Whatever else was seen to be wrong is left to the person who signs, and is said
beside the request (“seen: `SHOP_URL` does not begin with https://”), as is a look that failed (“could not look: …”). No connection is opened but to GitHub's API, for
this repository.

A path is looked for beside the checklist first, then at the repository's root. In a checkout, a path that is only
mentioned and is not there, and a command that no workflow runs, are questions: they stand below under “perhaps”. Of a link only its target counts, which
begins at the checklist's own folder, and only if it is a file of this repository. For an env file, a private key or
credentials (told by their names) no file is looked for: nobody should commit one.

## Closed sentence forms

They may begin with "verify", "ensure", "check", "confirm" or "make sure". In an item that holds under a condition,
names alternatives, speaks of another place (a platform, a server, staging) or says more below its first line, they
are understood in part. So is a `NAME=value` or a path alone, where a heading above it asks more than a list.

| A sentence of the form | What is verified |
| --- | --- |
"""

_IN_PART_HEAD = """
## Understood in part

Names, values, commands, paths and addresses speak for themselves in any language; alone they never let an item pass.

| Such as | What is verified | Left to a person |
| --- | --- | --- |
"""

_MAYBE_HEAD = """
## Perhaps

Nothing is looked at for these; `deploy-checklist explain --format json` lists them under `maybe`, and `init` writes
them as lines that are commented out.

| Such as | What could be verified |
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
