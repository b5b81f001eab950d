"""What a run's status is called, and whether that name is free. Decided before anything is written.

Several gates in one repository have their own names. If two have the same name, the first one that
writes keeps it, and the other posts nothing on the commit.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from posixpath import dirname, normpath
from typing import TYPE_CHECKING

from ..errors import Unusable
from ..outcome import Unobservable
from ..publish.gate_files import GateFiles, NameTaken, files_in
from ..publish.status_name import context
from ..run.document_files import load_rules
from ..run.gate_name import gate_name
from ..run.model import Run, Stage, Target
from ..settings import Inputs
from ..world.files import FOLDERS, RULES
from ..world.ports import NotPublished

if TYPE_CHECKING:
    from .github import GitHubConnection


def gate_files(run: Run) -> GateFiles:
    """The name and the files of the gate that decides."""
    name = gate_name(run.rules, run.checklist.path)
    return GateFiles.of(name, run.checklist.path, run.rules.path)


def status_name(target: Target, environment: str | None, gate: str | None) -> str:
    """The context of the status on the target's commit."""
    review = target.stage is Stage.REVIEW
    return context(environment, target.phase.value, review=review, gate=gate)


def refuse_taken_status(run: Run, name: str, github: GitHubConnection) -> bool:
    """Whether the commit has a status of that name. Raises NameTaken if its newest one is another
    gate's.

    Asks GitHub only if the query for the commit's files could not answer that.
    """
    addresses = run.tree.addresses if run.tree else None
    if addresses is None:
        with suppress(NotPublished):  # posting the status will show why
            addresses = github.first_statuses.addresses(run.commit)
    stands = False
    for each, address in (addresses or {}).items():
        if each.casefold() == name.casefold():  # as GitHub compares them
            _refuse(f"the status {each}", files_in(address), run, github)
            stands = True
    return stands


def refuse_taken_comment(run: Run, github: GitHubConnection, began: datetime) -> None:
    """Raises NameTaken if another gate's comment is where this run's would be."""
    from ..publish.comment import Marker, of_another_gate  # renders: not needed by every run

    if run.resolved is None or run.resolved.home is None or not run.keeps_comment:
        return
    home = run.resolved.home
    marker = Marker(
        repository=run.resolved.records.repository_id,
        number=home.number,
        environment=run.rules.environment,
        gate=gate_files(run),
        phase=run.target.phase.value,
        started_at=began,
        head=run.commit,
    )
    for found in of_another_gate(home.comments, marker):
        _refuse(f"the comment on #{home.number}", found, run, github)


def _refuse(what: str, written: GateFiles, run: Run, github: GitHubConnection) -> None:
    """Raises NameTaken, unless the other gate's file is gone: then it is this gate that moved; or
    that gate has another name now.
    """
    file = gate_files(run).other_file(written)
    if file is not None and not _has_left(written, file, run, github):
        raise NameTaken(what, file)


def _has_left(written: GateFiles, file: str, run: Run, github: GitHubConnection) -> bool:
    """Whether the commit whose documents decide no longer has such a file, or rules that give the
    gate that wrote another name.
    """
    trusted = run.resolved.records.trusted if run.resolved else None
    decides = trusted.commit if trusted and run.target.stage is Stage.REVIEW else run.commit
    try:
        if github.reader.file(file, decides) is None:
            return True
        rules = github.reader.file(written.rules, decides) if written.rules else None
        if rules is None or not written.rules or not written.checklist:
            return False
        common = load_rules(rules, written.rules).common
        return gate_name(common, written.checklist) != written.name
    except (Unobservable, Unusable):
        return False


def posted_before(
    target: Target, environment: str | None, inputs: Inputs, addresses: Mapping[str, str | None]
) -> Mapping[str, GateFiles]:
    """The statuses, by name, that a run posts whose documents cannot be read: those that earlier
    runs with the same inputs have posted, else that of a gate without a name.

    If no environment is known, they are those of any environment. Empty if the gate may have a name
    that is not known, or if its status is another gate's.
    """
    found: dict[str, GateFiles] = {}
    for name, address in addresses.items():
        files = files_in(address)
        known = status_name(target, environment, files.name)
        is_of_target = name == known if environment else _moment(name) == _moment(known)
        if is_of_target and name.startswith("deploy-checklist/") and reads(inputs, files):
            found[name] = files
    name = status_name(target, environment, None)
    is_free = files_in(addresses.get(name)).checklist is None
    if not found and is_free and _is_nameless(inputs):
        return {name: GateFiles()}
    return found


def _moment(name: str) -> str:
    """ "after", "review", or nothing: what the name of a status ends with."""
    last = name.rpartition("/")[2]
    return last if last in ("after", "review") else ""


def reads(inputs: Inputs, files: GateFiles) -> bool:
    """Whether a run with these inputs reads these files, as far as the inputs show it."""
    if files.checklist is None:  # 1.0.0 did not say which, and its gates had no names
        return _is_nameless(inputs)
    if inputs.checklist is not None and normpath(inputs.checklist) != files.checklist:
        return False
    if inputs.rules is not None:
        return normpath(inputs.rules) == files.rules
    found = inputs.checklist is None and dirname(files.checklist) in FOLDERS
    return files.rules in RULES or (files.rules is None and (found or bool(inputs.checklist)))


def _is_nameless(inputs: Inputs) -> bool:
    """Whether the gate has no name, unless its rules give it one."""
    if inputs.rules is not None:
        return normpath(inputs.rules) in RULES
    return inputs.checklist is None or dirname(normpath(inputs.checklist)) in FOLDERS
