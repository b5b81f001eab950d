"""Which pushes start a workflow: of which tags, of which branches."""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec import Struct

from .expressions import Value, evaluate
from .jobs import Workflow, WorkflowJob

_ALL = ("**",)
_REF_STARTS_WITH = re.compile(r"startswith\(github\.ref,'([^']{1,250})'\)")
_TAG_STARTS_WITH = re.compile(
    r"(?i)startsWith\(\s{0,9}github\.ref\s{0,9},\s{0,9}'refs/tags/([^']{1,250})'\s{0,9}\)"
)


class PushedRefs(Struct, frozen=True, kw_only=True):
    """Names of tags or branches: those that one of `include` matches and none of `exclude`.

    Where patterns with `!` stand between others, these are more than start it, never fewer.
    """

    include: tuple[str, ...]
    exclude: tuple[str, ...] = ()


def pushed_tags(workflow: Workflow, job: WorkflowJob) -> PushedRefs | None:
    """The tags whose push starts a job of a workflow; None if no push of a tag does."""
    known = {"github.event_name": "push", "github.ref_type": "tag"}
    if _keeps_out(job, known, ref="refs/tags/", is_whole=False):
        return None
    found = _pushed(workflow, "tags", "branches")
    if found is not None and found.include == _ALL and (begin := _demanded(job.condition)):
        literally = re.sub(r"(?=[*?+\[\]\\])", r"\\", begin)
        return PushedRefs(include=(f"{literally}**",), exclude=found.exclude)
    return found


def _demanded(condition: str) -> str | None:
    """With what the tags begin for which a condition may hold, if it asks for that."""
    for begin in dict.fromkeys(_TAG_STARTS_WITH.findall(condition)):
        asked = f"startswith(github.ref,'refs/tags/{begin.lower()}')"
        if evaluate(condition, {asked: False}.get) is False:
            return str(begin)
    return None


def pushed_branches(workflow: Workflow, job: WorkflowJob, branch: str) -> PushedRefs | None:
    """The same for branches; None if the job's `if:` does not let a push of `branch` pass."""
    ref = f"refs/heads/{branch}"
    known = {
        "github.event_name": "push",
        "github.ref_type": "branch",
        "github.ref_name": branch,
        "github.ref": ref,
    }
    if _keeps_out(job, known, ref=ref, is_whole=True):
        return None
    return _pushed(workflow, "branches", "tags")


def _keeps_out(job: WorkflowJob, values: Mapping[str, str], *, ref: str, is_whole: bool) -> bool:
    """Whether the `if:` of a job certainly does not hold. `is_whole`: `ref` is all of `github.ref`,
    and not only its beginning.
    """

    def known(name: str) -> Value:
        found = _REF_STARTS_WITH.fullmatch(name)
        if found is None:
            return values.get(name)
        if ref.startswith(found[1]):
            return True
        return None if not is_whole and found[1].startswith(ref) else False

    return evaluate(job.condition, known) is False


def _pushed(workflow: Workflow, kind: str, other: str) -> PushedRefs | None:
    if "push" not in workflow.triggers:
        return None
    filters = workflow.triggers["push"]
    filters = filters if isinstance(filters, dict) else {}
    if kind in filters:
        return _named(_texts(filters[kind]))
    if f"{kind}-ignore" in filters:
        return PushedRefs(include=_ALL, exclude=_texts(filters[f"{kind}-ignore"]))
    if other in filters or f"{other}-ignore" in filters:
        return None
    return PushedRefs(include=_ALL)


def _named(patterns: tuple[str, ...]) -> PushedRefs:
    taken_out = tuple(each[1:] for each in patterns if each.startswith("!"))
    include = tuple(each for each in patterns if not each.startswith("!"))
    # A later pattern takes in again what an earlier `!` has taken out.
    is_last = patterns[len(include) :] == tuple(f"!{each}" for each in taken_out)
    return PushedRefs(include=include, exclude=taken_out if is_last else ())


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(each) for each in value) if isinstance(value, list) else (str(value),)
