"""A rehearsal of a whole release on the real GitHub, in a repository that is there for nothing else.

python tests/on_github.py OWNER/SCRATCH --action OWNER/deploy-checklist@REF
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from types import FrameType
from typing import NamedTuple

from rehearsal.clean_up import SECONDS, clean_up
from rehearsal.github_api import GitHub, NotDone
from rehearsal.image import pull_image
from rehearsal.probing import (
    cancel_container,
    look,
    prepare_settings,
    read_probes,
    rerun,
    start_probes,
)
from rehearsal.questions import QUESTIONS
from rehearsal.scratch import TOPIC, marked, scratch
from rehearsal.steps import (
    Stage,
    accept_tags,
    commit_documents,
    deploy,
    merge,
    open_pull_request,
    refuse_tag,
    tick,
)

LIMIT = 600.0  # seconds for everything, cleaning up included
PERMISSIONS = f"""\
The token is read from GITHUB_TOKEN, or else GH_TOKEN, and never shown. A fine-grained one for this
repository alone needs, read and write: Actions, Administration, Commit statuses, Contents,
Deployments, Environments, Issues, Pull requests, Secrets and Workflows. A classic one needs
`repo` and `workflow`. For `--team` it reads Members of the organization, or `read:org`, too. It has to be
a person's: a tick of an App would not be theirs.

The repository has to be new: made with a README, one commit on `main`, nothing else, and marked
by its owner with the topic `{TOPIC}`.

Exit codes: 0 every step was done and all is cleaned up; 1 otherwise; 2 nothing was begun.
"""


class Step(NamedTuple):
    """`questions`: those that stay open if it does not get to its end."""

    does: Callable[[Stage], str]
    questions: tuple[int, ...] = ()


STEPS = (
    Step(commit_documents),
    Step(prepare_settings, (3, 4)),
    Step(start_probes, (4, 6)),
    Step(open_pull_request),
    Step(tick, (2,)),
    Step(cancel_container, (6,)),
    Step(look, (3, 8)),
    Step(refuse_tag, (1, 7)),
    Step(merge, (5,)),
    Step(accept_tags, (1, 7)),
    Step(deploy),
    Step(rerun, (4,)),
    Step(read_probes, (3, 8)),
    Step(pull_image),
)


def main(
    words: Sequence[str],
    variables: Mapping[str, str],
    clock: Callable[[], float] = time.monotonic,
    pause: Callable[[float], None] = time.sleep,
    limit: float = LIMIT,
) -> int:
    given = arguments(words)
    token = variables.get("GITHUB_TOKEN") or variables.get("GH_TOKEN") or ""
    began = clock()
    api_url = variables.get("GITHUB_API_URL", "https://api.github.com")
    github = GitHub(
        given.repository,
        token,
        api_url=api_url,
        graphql_url=variables.get("GITHUB_GRAPHQL_URL") or f"{api_url.removesuffix('/v3')}/graphql",
        clock=clock,
        pause=pause,
        ends=began + limit - SECONDS,
    )
    try:
        if not token:
            raise NotDone("there is no token in GITHUB_TOKEN or GH_TOKEN")
        if not re.match(r"https://|http://127\.0\.0\.1:", api_url):
            raise NotDone("GITHUB_API_URL has to begin with https://, since the token goes there")
        if given.clean_up:
            marked(github)
            return 0 if clean_up(github, say) else 1
        stage = Stage(github, scratch(github), given.action, given.team)
    except NotDone as refused:
        say(f"Nothing was begun: {refused}")
        return 2
    done = False
    try:
        done = rehearse(stage)
    except KeyboardInterrupt:
        say("It was interrupted.")
    finally:
        github.ends = began + limit
        clean = clean_up(github, say)
    say(f"{clock() - began:.0f} s; " + ("all is cleaned up" if clean else "not all is cleaned up"))
    return 0 if done and clean else 1


def rehearse(stage: Stage) -> bool:
    """Whether every step was done. Says what each saw, and the answers that were found."""
    done = True
    try:
        for step in STEPS:
            done &= taken(stage, step)
    finally:
        say("\nWhat only a real GitHub can answer:")
        for number, question in QUESTIONS.items():
            say(f"\n{number}. {question.asked}")
            say(f"   Answer: {stage.answers.get(number, 'not answered: it was interrupted')}")
            say(f"   Until now: {question.until_then}")
        say("")
    return done


def taken(stage: Stage, step: Step) -> bool:
    """Whether the step was done."""
    name = step.does.__name__.replace("_", " ")
    try:
        say(f"✓ {name}: {step.does(stage)}")
        return True
    except NotDone as error:
        why = str(error)
    except (LookupError, TypeError, ValueError) as error:
        why = f"GitHub's answer is not as its description says ({type(error).__name__}: {error})"
    say(f"✗ {name}: {why}")
    for number in step.questions:
        stage.answers.setdefault(number, f"not answered: {why}")
    return False


def say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - this is a program


def arguments(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="tests/on_github.py",
        description=__doc__,
        epilog=PERMISSIONS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("repository", metavar="OWNER/SCRATCH", type=repository_name)
    parser.add_argument(
        "--action", metavar="OWNER/NAME@REF", help="what the workflows use", default=""
    )
    parser.add_argument("--team", default="", help="a team of the owner, for question 8")
    parser.add_argument(
        "--clean-up", action="store_true", help="after a rehearsal that was cut off"
    )
    given = parser.parse_args(words)
    if not given.clean_up and not re.fullmatch(r"[\w.-]+/[\w.-]+@[\w./-]+", given.action):
        parser.error("--action has to be OWNER/NAME@REF")
    return given


def repository_name(text: str) -> str:
    if not re.fullmatch(r"[\w.-]+/[\w.-]+", text):
        raise argparse.ArgumentTypeError("has to be OWNER/NAME")
    return text


def interrupt(*_: int | FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, interrupt)
    sys.exit(main(sys.argv[1:], os.environ))
