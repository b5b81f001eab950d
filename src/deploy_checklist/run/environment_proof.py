"""Whether the values are those of the gated environment: others prove nothing. Pure."""

from __future__ import annotations

from ..outcome import Finding, Outcome


def downgrade_to(claimed: str | None, gated: str | None, *, strict: bool) -> Finding | None:
    """What replaces a value's pass, if it is not proven that the values are those of `gated`.

    `claimed` is the environment that the job's identity names; None: it could not be asked.
    `gated` is None where nothing must be proven.
    """
    if gated is None or claimed == gated:
        return None
    if claimed is None:
        return unproven(gated) if strict else None
    return Finding(
        outcome=Outcome.FAIL,
        message=f"the values are those of environment `{claimed}`, not of `{gated}`",
        remedy=f"run this step in a job with `environment: {gated}`",
    )


def unproven(gated: str) -> Finding:
    """What replaces a value's pass where the job's identity could not be asked."""
    return Finding(
        outcome=Outcome.UNKNOWN,
        message=f"it is not proven that the values are those of `{gated}`",
        remedy=f"give the job `environment: {gated}` and the permission `id-token: write`",
    )
