"""The steps of the rehearsal, from the first commit to the pulled image. Each says in a sentence what it saw."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from rehearsal.clean_up import RELEASE_BRANCH, TAGS
from rehearsal.documents import BOXES, documents, printed_ruleset
from rehearsal.github_api import GitHub, NotDone, Refused, one_line
from rehearsal.scratch import BEFORE, Scratch

A_RUN = 150.0  # seconds: a machine is found, the image pulled or built, the gate has looked
A_MOMENT = 45.0  # seconds: what GitHub makes known by itself
REVIEW, TAG_GATE = "deploy-checklist/production/review", "deploy-checklist/production"
LIGHT, ANNOTATED, RELEASED, REFUSED, REFUSED_RELEASE = TAGS
EDITS = """query($id: ID!) { nodes(ids: [$id]) { ... on IssueComment {
  userContentEdits(first: 50) { nodes { editor { login } } } } } }"""


@dataclass
class Stage:
    """What the steps know so far. A commit or number that is empty was not reached."""

    github: GitHub
    scratch: Scratch
    action: str
    team: str
    main: str = ""
    reviewed: bool = False
    pull: int = 0
    head: str = ""
    comment: str = ""
    merged: str = ""
    ready: bool = False  # the merged commit has the status that the tag needs
    answers: dict[int, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    runs: dict[str, int] = field(default_factory=dict)  # by the probe that was asked for

    def reached(self, *names: str) -> None:
        """NotDone unless an earlier step got so far."""
        missing = [name for name in names if not getattr(self, name)]
        if missing:
            raise NotDone(f"an earlier step did not get so far: no {' and no '.join(missing)}")

    def statuses(self, sha: str) -> dict[str, dict[str, Any]]:
        """The newest status of each context, once GITHUB_TOKEN has posted one."""
        found = self.github.ask("GET", f"commits/{sha}/status?per_page=100")["statuses"]
        return {each["context"]: each for each in found}

    def told(self, about: str) -> str:
        """What a probe said of it."""
        status = self.statuses(self.main).get(f"rehearsal/{about}")
        if status is None:
            raise NotDone(f"the probe of {about} did not say anything; see its run")
        return str(status["description"])


def commit_documents(stage: Stage) -> str:
    github, before = stage.github, stage.scratch.tip
    github.ask("POST", "git/refs", {"ref": f"refs/heads/{BEFORE}", "sha": before})
    stage.files = documents(stage.scratch.login, stage.action)
    stage.main = commit(github, before, stage.files, "Begin a rehearsal")
    github.ask("PATCH", "git/refs/heads/main", {"sha": stage.main})
    return f"main holds {len(stage.files)} files, of them the workflows that are printed for a team"


def commit(github: GitHub, parent: str, files: dict[str, str], message: str) -> str:
    """A commit on top of `parent`, which no branch holds yet."""
    below = github.ask("GET", f"git/commits/{parent}")["tree"]["sha"]
    entries = [
        {
            "path": path,
            "mode": "100755" if path.endswith(".sh") else "100644",
            "type": "blob",
            "content": text,
        }
        for path, text in files.items()
    ]
    tree = github.ask("POST", "git/trees", {"base_tree": below, "tree": entries})["sha"]
    made = github.ask(
        "POST", "git/commits", {"message": message, "tree": tree, "parents": [parent]}
    )
    return str(made["sha"])


def open_pull_request(stage: Stage) -> str:
    stage.reached("main")
    github = stage.github
    stage.head = commit(
        github, stage.main, {"CHANGES.md": "The rehearsal\n"}, "Prepare the release"
    )
    github.ask("POST", "git/refs", {"ref": f"refs/heads/{RELEASE_BRANCH}", "sha": stage.head})
    pull = {
        "title": "Rehearsal of deploy-checklist",
        "head": RELEASE_BRANCH,
        "base": "main",
        "body": "Made by `tests/on_github.py`, and closed by it.",
    }
    stage.pull = github.ask("POST", "pulls", pull)["number"]
    comment = github.wait("the gate's comment on the pull request", A_RUN, lambda: own(stage))
    stage.comment = comment["node_id"]
    return f"pull request #{stage.pull} got the gate's comment"


def own(stage: Stage) -> dict[str, Any] | None:
    """The gate's comment, once it has a box for each item."""
    for comment in stage.github.ask("GET", f"issues/{stage.pull}/comments"):
        is_bot = comment["user"]["login"] == "github-actions[bot]"
        if is_bot and all(line_of(comment["body"], box) is not None for box in BOXES):
            return dict(comment)
    return None


def line_of(body: str, box: str) -> int | None:
    """The number of the line that has the open box."""
    lines = enumerate(body.split("\n"))
    return next((n for n, line in lines if "- [ ]" in line and box in line), None)


def tick(stage: Stage) -> str:
    """Two boxes, one right after the other, as a quick person would."""
    stage.reached("comment")
    github = stage.github
    found = own(stage)
    if found is None:
        raise NotDone("the comment has no boxes any more")
    body = found["body"]
    for box in BOXES:
        lines = body.split("\n")
        number = line_of(body, box)
        if number is None:
            raise NotDone(f"the comment has no box of “{box}” any more")
        lines[number] = lines[number].replace("- [ ]", "- [x]", 1)
        path = f"issues/comments/{found['id']}"
        body = github.ask("PATCH", path, {"body": "\n".join(lines)})["body"]
    mine = revisions(stage)
    stage.answers[2] = f"with your token, two quick ticks left {mine} revision(s) of yours"
    wait_for_green(stage, stage.head, REVIEW)
    stage.answers[2] += "; the gate under `GITHUB_TOKEN` took both as yours"
    return "two boxes were ticked, and the pull request's status is green"


def revisions(stage: Stage) -> int:
    """How many revisions of the comment were made by the token's owner."""
    data = stage.github.query(EDITS, {"id": stage.comment})
    edits = data["nodes"][0]["userContentEdits"]["nodes"]
    return sum((edit["editor"] or {}).get("login") == stage.scratch.login for edit in edits)


def wait_for_green(stage: Stage, sha: str, context: str) -> None:
    """NotDone has the gate's own words, where it ends otherwise."""
    newest: dict[str, Any] = {}

    def green() -> bool | None:
        newest.update(stage.statuses(sha).get(context, {}))
        return True if newest.get("state") == "success" else None

    try:
        stage.github.wait(f"the green status {context}", A_RUN, green)
    except NotDone as error:
        said = f"{newest.get('state', 'none')} {newest.get('description', '')}"
        raise NotDone(f"{error}; the newest is: {one_line(said)}") from None


def refuse_tag(stage: Stage) -> str:
    """The ruleset, and a tag and a release that it has to refuse."""
    stage.reached("main")
    github = stage.github
    github.ask("POST", "rulesets", json.loads(printed_ruleset(stage.files)))
    let_in = tagged(stage, REFUSED, stage.scratch.tip)
    stage.answers[7] = (
        "no: a release made a tag although its commit has no status"
        if released(stage, REFUSED_RELEASE, stage.scratch.tip)
        else "yes: a release could not make a tag whose commit has no status"
    )
    if let_in:
        raise NotDone(f"the ruleset let in {REFUSED}, whose commit has no status")
    return f"the ruleset is in force, and refused {REFUSED}"


def tagged(stage: Stage, name: str, sha: str) -> bool:
    """Whether the tag could be made; False if a ruleset refused it."""
    try:
        stage.github.ask("POST", "git/refs", {"ref": f"refs/tags/{name}", "sha": sha})
    except Refused as refused:
        if refused.by_a_rule:
            return False
        raise
    return True


def released(stage: Stage, name: str, sha: str) -> bool:
    """Whether a release could make its tag; False if a ruleset refused it."""
    release = {"tag_name": name, "target_commitish": sha, "prerelease": True}
    try:
        stage.github.ask("POST", "releases", release)
    except Refused as refused:
        if refused.by_a_rule:
            return False
        raise
    return True


def merge(stage: Stage) -> str:
    stage.reached("pull")
    github = stage.github
    done = github.wait(
        "the merge",
        A_MOMENT,
        lambda: github.ask(
            "PUT", f"pulls/{stage.pull}/merge", {"sha": stage.head, "merge_method": "squash"}
        ),
    )
    stage.merged = done["sha"]
    began = github.now()
    pulls = f"commits/{stage.merged}/pulls"
    first = bool(github.ask("GET", pulls))
    if not first:
        github.wait(
            "the merged commit's pull request", A_RUN, lambda: github.ask("GET", pulls) or None
        )
    seconds = github.now() - began
    stage.answers[5] = (
        "not at all: the first question after the merge was answered"
        if first
        else f"{seconds:.0f} s, to within 3 s"
    )
    wait_for_green(stage, stage.merged, TAG_GATE)
    stage.ready = True
    return "merged, and the commit on main has the status that the tag needs"


def accept_tags(stage: Stage) -> str:
    stage.reached("ready")
    light = tagged(stage, LIGHT, stage.merged)
    annotated = tagged(stage, ANNOTATED, tag_object(stage))
    words = {True: "accepted", False: "refused"}
    stage.answers[1] = (
        f"with GitHub Actions as the source of the status, a lightweight tag is {words[light]}, "
        f"an annotated one is {words[annotated]}"
    )
    also = released(stage, RELEASED, stage.merged)
    stage.answers[7] = (
        f"{stage.answers.get(7, 'not known for a commit without the status')}; of a commit with "
        f"the status, the release's tag is {words[also]}"
    )
    if not light:
        raise NotDone(f"{LIGHT} was refused although its commit has the status")
    return f"{LIGHT} was accepted"


def tag_object(stage: Stage) -> str:
    """The annotated tag, which no ref holds yet."""
    about = {"tag": ANNOTATED, "message": "rehearsal", "object": stage.merged, "type": "commit"}
    return str(stage.github.ask("POST", "git/tags", about)["sha"])


def deploy(stage: Stage) -> str:
    stage.reached("ready")
    github = stage.github

    def ended() -> str | None:
        asked = f"actions/runs?event=push&head_sha={stage.merged}&per_page=100"
        for run in github.ask("GET", asked)["workflow_runs"]:
            if run["head_branch"] == LIGHT and run["status"] == "completed":
                return str(run["conclusion"])
        return None

    conclusion = github.wait(f"the end of the deployment of {LIGHT}", A_RUN, ended)
    if conclusion != "success":
        raise NotDone(f"the deployment of {LIGHT} ended as {conclusion}; see its run")
    return f"the gate let the deployment of {LIGHT} through"
