"""What only a real GitHub can answer, and what the gate assumes until somebody has tried."""

from __future__ import annotations

from typing import NamedTuple


class Question(NamedTuple):
    asked: str
    until_then: str  # the safest answer to assume


QUESTIONS = {
    1: Question(
        "Does a tag ruleset that names GitHub Actions as the source accept a commit status of "
        "`GITHUB_TOKEN`, and does it check the commit that an annotated tag points to?",
        "Use lightweight tags, and name no source in the ruleset unless an App of your own posts"
        " the status. The deploy job checks everything again in any case.",
    ),
    2: Question(
        "Does a tick always leave a revision in the comment's history, can `GITHUB_TOKEN` read "
        "it, and do two quick ticks leave two?",
        "If GitHub does not say who ticked, the item stays to sign. The comment always offers "
        "`/checklist sign`, too.",
    ),
    3: Question(
        "Does the identity token name the environment in a job with `deployment: false`?",
        "If the token does not name it, nothing proves which environment the values come from.",
    ),
    4: Question(
        "Does a re-run get a secret that was changed in the meantime, and does an approval of "
        "the first attempt let the second one through?",
        "The values of a re-run may be old, so the gate does not judge them; approvals do not "
        "count in a re-run.",
    ),
    5: Question(
        "How long after a merge does it take until GitHub knows the commit's pull request?",
        "The gate asks again for up to 30 seconds. After that the items are not checked, and the"
        " report has the command that starts the gate again.",
    ),
    6: Question(
        "Does SIGINT or SIGTERM reach the container when a run is cancelled?",
        "It may not. Then the status stays `pending`, which lets nothing through, until the next"
        " run replaces it.",
    ),
    7: Question(
        "Does a ruleset also hold a tag that GitHub creates for a release?",
        "Push the tag with git, and create the release from the existing tag.",
    ),
    8: Question(
        "Does GitHub answer 403 or 404 to a token that may not read secrets' names, an "
        "environment's or a team?",
        "Both leave the item not checked, unless the gate could read what contains it.",
    ),
}
