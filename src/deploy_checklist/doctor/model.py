"""What `doctor` checks, and what it found, as its JSON has it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from msgspec import Meta, Struct

from ..outcome import Severity

ACTIONS_APP = 15368  # GitHub Actions on github.com

# Every fact that is checked, and what it is about.
FACTS: Mapping[str, str] = {
    "required": "every tag that starts the deployment, or the branch, needs the status",
    "app": "which App must post the status",
    "bypass": "who may release without the status",
    "status": "a job on the default branch posts the status, and its token may write",
    "deploy": "the job that uses the environment runs the gate with `phase: deploy`",
    "environment": "which refs and which people the environment accepts",
    "owners": "who must approve changes to the checklist, the rules and the workflows",
    "last-tag": "the newest release tag has the status",
}


class ExaminedGate(Struct, frozen=True, kw_only=True):
    """The gate that is checked, as its documents name it."""

    repository: str
    environment: str | None
    status: str  # that a release tag needs
    review_status: str  # that a pull request needs
    files: tuple[str, ...]  # the checklist and the rules file, from the repository's root
    checklist: str | None  # the inputs that a step of the gate must have; None: it must have none
    rules: str | None
    app: int | None  # the App that posts the status; None: not given, which means GitHub Actions
    on_github_com: bool  # else the number of GitHub Actions is not known
    flags: str  # those that a command needs for this gate, quoted: " -e production"


_OUTCOME = Meta(
    description="`fail`: wrong. `unknown`: not checked. `skipped`: not asked.",
    extra_json_schema={"enum": ["fail", "unknown", "pass", "skipped"]},
)
_SEVERITY = Meta(
    description="`blocker`: if it fails, the gate is not in force. `warning`: it is in "
    "force anyway.",
    extra_json_schema={"enum": ["blocker", "warning"]},
)


class Examined(Struct, frozen=True, kw_only=True):
    """One fact."""

    fact: Annotated[
        str,
        Meta(
            description="Which fact it is, from the list below.",
            extra_json_schema={"enum": [*FACTS]},
        ),
    ]
    outcome: Annotated[str, _OUTCOME]  # an Outcome
    severity: Annotated[str, _SEVERITY] = Severity.BLOCKER
    message: Annotated[str, Meta(description="What was found.")]
    remedy: Annotated[str | None, Meta(description="What to do, or a command to run.")] = None


class DoctorResult(Struct, frozen=True, kw_only=True):
    """All that `doctor` found."""

    schema: Annotated[Literal[1], Meta(description="Version of this format.")] = 1
    exit_code: Annotated[
        int,
        Meta(
            description="0: in force. 1: not in force. 3: not known.",
            extra_json_schema={"enum": [0, 1, 3]},
        ),
    ]
    in_force: Annotated[
        bool | None, Meta(description="Whether the gate is in force; null: not known.")
    ]
    repository: Annotated[str, Meta(description="`owner/name`, from the remote `origin`.")]
    environment: Annotated[
        str | None, Meta(description="The environment; null: the gate has none.")
    ]
    status: Annotated[str, Meta(description="The commit status that a release tag needs.")]
    facts: Annotated[
        tuple[Examined, ...], Meta(description="Everything that was checked, one fact each.")
    ]
