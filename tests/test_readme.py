"""What the README has to paste is whole; tests/pages runs it, as all that the pages show."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import yaml

from deploy_checklist.checklist.parse import parse
from inputs import input_names

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
COMMANDS = [
    line[2:]
    for block in re.findall(r"```console\n(.*?)```", README, re.DOTALL)
    for line in block.splitlines()
]
BLOCKS = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)


def test_the_two_commands_of_a_fresh_machine_are_there() -> None:
    """The first shows a real result, the second passes the tests; `.ci/run` ends with the same test command."""
    fresh = [line for line in COMMANDS if line.startswith("pip install")]
    assert [line.split("&&")[0].strip() for line in fresh] == [
        "pip install .",
        "pip install --require-hashes -r requirements-dev.lock",
    ]
    assert fresh[1].split("&&")[1].strip() == "python -m pytest"
    assert (ROOT / ".ci" / "run").read_text().rstrip().endswith("python -m pytest")


(WORKFLOW,) = [block for block in BLOCKS if "uses: org/deploy-checklist" in block]


def test_the_step_to_add_uses_only_inputs_that_exist() -> None:
    steps = yaml.safe_load(WORKFLOW)["jobs"]["gate"]["steps"]
    given = next(step["with"] for step in steps if step["uses"].startswith("org/deploy-checklist@"))
    assert set(given) <= set(input_names())


def test_the_workflow_to_paste_is_whole_and_short(tmp_path: Path) -> None:
    """It passes the schema of workflows; tests/stories/test_readme_workflow.py runs it."""
    file = tmp_path / "deploy-checklist.yml"
    file.write_text(WORKFLOW)
    tool = str(Path(sys.executable).with_name("check-jsonschema"))
    line = [tool, "--builtin-schema", "vendor.github-workflows", str(file)]
    checked = subprocess.run(line, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout
    assert len(WORKFLOW.splitlines()) <= 15


def test_where_the_owner_is_a_placeholder_the_readme_says_so() -> None:
    after = README.partition(WORKFLOW)[2]
    assert after.partition("```\n")[2].lstrip().startswith("`org/` is a placeholder")


def rows(page: str, after: str) -> list[list[str]]:
    """The cells of the first table behind a text, without its head."""
    table = re.search(r"(?:^\|.*\n)+", page.partition(after)[2], re.MULTILINE)
    assert table is not None
    lines = table[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_there_is_a_row_for_each_item_of_the_example_in_its_order() -> None:
    """What stays with nobody does so on the page of the evidence, too, and only there a rule has no `sign`."""
    shown = rows(README, "## What it checks")
    evidence = rows((ROOT / "docs" / "coverage.md").read_text(), "# ")
    items = parse((ROOT / "examples" / "deployment-checklist.md").read_text(), "list.md").items
    assert len(shown) == len(evidence) == len(items) == 18
    for (item, _, left), (*_, left_there), each in zip(shown, evidence, items, strict=True):
        words = re.findall(r"`([A-Z_]+)`", item) or [item.split()[0]]
        assert all(word in each.text for word in words), (item, each.text)
        assert ("nothing" in left) == left_there.startswith("nothing"), item


def test_the_costs_are_those_of_their_page() -> None:
    """Runs, minutes, and the fewest and the most requests of a run."""
    page = (ROOT / "docs" / "costs.md").read_text()
    *_, runs, minutes, skipped = (cell.strip("*") for cell in rows(page, "minutes\n")[-1])
    requests = [int(before) + int(after) for _, before, _, after, _ in rows(page, "round_trips.py")]
    minutes = minutes.partition(",")[0]
    said = README.partition("## What it costs")[2]
    assert f"{skipped} are skipped and {minutes} are billed" in said
    assert f"about {runs} runs" in said
    assert f"about {minutes} billed minutes" in README.partition("```")[0]
    assert f"makes {min(requests)} to {max(requests)} requests" in said


def test_the_readme_is_read_in_ten_minutes() -> None:
    assert len(README.splitlines()) <= 200


def test_the_projects_own_files_name_no_registry_and_no_machine() -> None:
    for path in (ROOT / "requirements.lock", ROOT / "requirements-dev.lock"):
        assert "://" not in path.read_text()
