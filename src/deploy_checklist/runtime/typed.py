"""What `check` and `forecast` check, as typed."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from ..checklist.model import Phase
from ..data_formats import duration
from ..engine.observed import ObservedRelease, Options, observe
from ..errors import Unusable
from ..progress import progress
from ..report.model import Report
from ..run.gate_name import gate_name
from .local import LocalRuntime

if TYPE_CHECKING:
    from .local_evidence import LocalEvidence


def as_typed(given: argparse.Namespace, root: Path, environ: Mapping[str, str]) -> LocalRuntime:
    """The ports. Raises Unusable."""
    return LocalRuntime(
        root,
        environ,
        env_file=given.env_file,
        now=given.now,
        offline=given.offline,
        deadline=_deadline(given.deadline),
    )


def look(
    given: argparse.Namespace, here: LocalRuntime, err: TextIO, environ: Mapping[str, str]
) -> ObservedRelease:
    """Reads the two documents and runs every check that they ask for. Raises Unusable."""
    documents = here.documents(given.file, given.rules)
    rules = here.rules(documents, given.environment)
    options = Options(
        phase=Phase(given.phase),
        deadline=here.deadline,
        mode=getattr(given, "mode", "enforce"),  # a forecast has none
        target=here.target(),
        strict=given.strict,
        gate=gate_name(rules, documents.checklist.path),
    )
    with progress(err, environ):
        return observe(documents.checklist, rules, here.world(), options)


def typed_names(given: argparse.Namespace, report: Report) -> list[str]:
    """The names in the report that were typed: the environment and the two documents; the gate's
    may be the folder of one.
    """
    named = (
        (given.environment, report.environment),
        (given.file, report.checklist),
        (given.rules, report.rules),
        (given.file or given.rules, report.gate),
    )
    return [name for argument, name in named if argument and name]


def evidence_asked(given: argparse.Namespace) -> LocalEvidence | None:
    """What `--evidence` and `--subject` ask for. Raises Unusable."""
    if given.evidence is None and not given.subject:
        return None
    from .local_evidence import LocalEvidence  # few write it on a laptop

    if given.on:
        hint = "leave out `--on` or `--evidence`"
        raise Unusable("a forecast cannot be evidence of a release", hint=hint)
    report = given.output if given.format == "json" else None
    return LocalEvidence.asked(given.evidence, report, given.subject)


def _deadline(given: str) -> timedelta:
    try:
        return duration(given)
    except ValueError:
        raise Unusable("--deadline takes a duration", hint="such as 30s or 5m") from None
