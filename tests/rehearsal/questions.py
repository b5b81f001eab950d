"""What only a real GitHub can answer, and what the gate supposes until somebody has asked it."""

from __future__ import annotations

from typing import NamedTuple


class Question(NamedTuple):
    asked: str
    until_then: str  # the safest thing to suppose


QUESTIONS = {
    1: Question(
        "Does a tag ruleset that names GitHub Actions as the source accept a commit status of "
        "`GITHUB_TOKEN`, and does it look at the commit that an annotated tag leads to?",
        "Use lightweight tags, and no source in the ruleset unless an App of your own posts the "
        "status. The deploy job asks everything again in any case.",
    ),
    2: Question(
        "Does a tick always leave a revision in the comment's history, can `GITHUB_TOKEN` read it, "
        "and do two quick ticks leave two?",
        "A tick whose author is not known leaves the item to sign. The comment always offers "
        "`/checklist sign`, too.",
    ),
    3: Question(
        "Does the identity token name the environment in a job with `deployment: false`?",
        "Where the token does not name it, it is not proven whose values the job has.",
    ),
    4: Question(
        "Does a re-run see a secret that was changed meanwhile, and does an approval of the first "
        "attempt let the second through?",
        "On a re-run, values may be old and are not judged, and approvals do not count.",
    ),
    5: Question(
        "How long after a merge does GitHub not yet know the commit's pull request?",
        "It is asked again for up to 30 seconds; then it could not be looked at, and the report "
        "has the command that starts the gate again.",
    ),
    6: Question(
        "Does SIGINT or SIGTERM reach the container when a run is cancelled?",
        "It may not: the status `pending` stays, which lets nothing through, and the next run "
        "replaces it.",
    ),
    7: Question(
        "Does a ruleset hold the tag that a release makes in the same way?",
        "Push the tag with git, and make the release of the tag that is there.",
    ),
    8: Question(
        "Does GitHub answer 403 or 404 to a token that may not read secrets' names, an "
        "environment's or a team?",
        "Both mean that it could not be looked at, unless what holds it could be read.",
    ),
}
