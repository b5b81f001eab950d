"""Whether the values come from the gated environment: others prove nothing. Pure."""

from __future__ import annotations

from ..outcome import Finding, Outcome, Unobservable

Claimed = str | Unobservable | None  # the environment that the job's identity names, if any


def downgrade_to(claimed: Claimed, gated: str | None, *, strict: bool) -> Finding | None:
    """What replaces a value's pass, if nothing proves that the values come from `gated`.

    `gated` is None where nothing must be proven.
    """
    if gated is None or claimed == gated:
        return None
    if not isinstance(claimed, str):
        return unproven(gated, claimed) if strict else None
    return Finding(
        outcome=Outcome.FAIL,
        message=f"the values come from environment `{claimed}`, not from `{gated}`",
        remedy=f"run this step in a job with `environment: {gated}`",
    )


def unproven(gated: str, why: Unobservable | None) -> Finding:
    """What replaces a value's pass where the job's identity does not say or was not read."""
    message = f"nothing proves that the values come from `{gated}`"
    remedy = f"give the job `environment: {gated}` and the permission `id-token: write`"
    if why is not None:
        message, remedy = f"{message}: {why.reason}", why.remedy or remedy
    return Finding(outcome=Outcome.UNKNOWN, message=message, remedy=remedy)
