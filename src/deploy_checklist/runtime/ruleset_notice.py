"""The notice of a pull request's comment that nothing requires the gate's status of a tag."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ..outcome import Unobservable
from ..report.model import Notice
from ..run.model import Run, Stage
from ..world.enforcement_port import RulesetName

if TYPE_CHECKING:
    from .github import GitHubConnection

_LONGEST = 2.0  # seconds that the comment waits for it after the checks; then it goes without
_NOTHING_REQUIRES = "No ruleset of this repository is active"
_NOTICE = Notice(
    message=f"{_NOTHING_REQUIRES}, so a release tag does not need the gate's status: "
    f"`deploy-checklist doctor` shows how to add one"
)


class RulesetNotice:
    """Asks for the rulesets beside the checks. The rest of them costs a request each, which
    `doctor` spends: a repository without any needs this one only.
    """

    def __init__(self, ask: Callable[[], Sequence[RulesetName]]) -> None:
        self._ask = ask
        self._found: Sequence[RulesetName] | None = None
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    @classmethod
    def of(cls, run: Run, github: GitHubConnection | None) -> RulesetNotice | None:
        """Only for the first comment on a pull request that the run may hold, and as long as the
        comment says so.
        """
        home = run.resolved.home if run.resolved else None
        is_asked = run.target.stage is Stage.REVIEW and run.mode == "enforce" and run.keeps_comment
        if github is None or home is None or not is_asked:
            return None
        own = [each.text for each in home.comments if each.own]
        is_known = own and not any(_NOTHING_REQUIRES in text for text in own)
        return None if is_known else cls(github.rulesets)

    def notices(self) -> tuple[Notice, ...]:
        """The notice, if GitHub said that no ruleset is active; without an answer there is nothing
        to say.
        """
        self._thread.join(_LONGEST)
        if self._found is None or any(_may_hold(each) for each in self._found):
            return ()
        return (_NOTICE,)

    def _look(self) -> None:
        try:
            self._found = self._ask()
        except Unobservable:
            return


def _may_hold(ruleset: RulesetName) -> bool:
    return ruleset.enforcement == "active" and ruleset.target in ("tag", "branch")
