"""What a publisher is and what it is given: the run's files, and where on GitHub it may write."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol, TextIO

from msgspec import Struct

if TYPE_CHECKING:
    from datetime import datetime

    from ..github.model import Comment, Issue, Posted
    from ..report.evidence import EvidenceBasis
    from ..report.model import Report
    from ..settings import Inputs, RunContext
    from .last_looks import LastLooks
    from .status import OvertakenBy


class GitHubWriter(Protocol):
    """What is written on GitHub. What cannot be written is NotPublished."""

    def comment_text(self, comment: int) -> str | None: ...

    def create_comment(self, number: int, text: str) -> Posted: ...

    def update_comment(self, comment: int, text: str) -> Posted: ...

    def minimize(self, node: str) -> None: ...

    def issues(self, label: str) -> Sequence[Issue]: ...

    def create_issue(self, title: str, body: str, label: str) -> int: ...

    def close_issue(self, number: int) -> None: ...


class Conversation(Protocol):
    """A pull request or an issue, with the comments that it had when this run looked."""

    @property
    def number(self) -> int: ...

    @property
    def comments(self) -> Sequence[Comment]: ...


class GitHubPlaces(Struct, frozen=True, kw_only=True):
    """Where on GitHub this run may write; what is None or False is left as it is."""

    writer: Callable[[], GitHubWriter]  # made by the first publisher that writes
    repository_id: int
    commit: str  # that the comment is about
    began: datetime  # when this run began to look
    overtaken: Callable[[], OvertakenBy | None]
    comments_now: Callable[[Conversation], Sequence[Comment]]  # asks GitHub for them once more
    comment_on: Conversation | None = None  # gets the comment
    log_on: Conversation | None = None  # the release ticket, which gets the log row
    follow_ups: bool = False  # whether issues may be opened and closed
    may_open_issues: bool = False  # of what no input turns off
    # Beside the final status; None: there is none, or something is written before it.
    last_looks: LastLooks | None = None


class Destinations(Struct, frozen=True, kw_only=True):
    """Where this run publishes."""

    inputs: Inputs
    context: RunContext  # with the paths of the runner's own files; None outside of it
    out: TextIO  # the step's log, which the runner reads as commands
    log_columns: tuple[str, ...] = ()  # of the checklist's deployment log
    github: GitHubPlaces | None = None
    evidence: EvidenceBasis | None = None  # known once the report file and the status are written


class Publisher(Protocol):
    """A module of this folder. `publish_all` alone calls it, and searches its text for secrets."""

    def text(self, report: Report, to: Destinations) -> str | None:
        """Everything that `write` may write; None if this run has nothing to publish there."""

    def write(self, text: str, report: Report, to: Destinations) -> Mapping[str, str]:
        """Writes the text, of which nothing but layout may be added; gives outputs of the step.

        Raises Unusable, OSError or NotPublished if it cannot be written.
        """
