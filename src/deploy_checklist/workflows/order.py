"""What the workflows show of the order between a command and what releases."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct


class OrderFault(Struct, frozen=True, kw_only=True):
    """Why the order is not shown; `certain` where it is wrong for certain."""

    message: str
    remedy: str
    certain: bool


class Order(Struct, frozen=True, kw_only=True):
    """Without a fault, everything that releases waits for the command."""

    fault: OrderFault | None = None
    notices: tuple[str, ...] = ()


def worst(faults: Iterable[OrderFault | None]) -> OrderFault | None:
    """The first that is certain, else the first; None if there is none."""
    found = [fault for fault in faults if fault is not None]
    return min(found, key=lambda fault: not fault.certain, default=None)


def gravity(fault: OrderFault | None) -> int:
    """To find the best of several steps that run the command."""
    if fault is None:
        return 0
    return 2 if fault.certain else 1
