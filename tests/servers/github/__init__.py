"""A small GitHub on 127.0.0.1 that remembers, refuses, fails on demand, and keeps to GitHub's own description."""

from .contract import VIOLATIONS
from .faults import Fault
from .hub import ACTIONS_BOT, GATE_PERMISSIONS, FakeHub
from .state import ticked

__all__ = ["ACTIONS_BOT", "GATE_PERMISSIONS", "VIOLATIONS", "FakeHub", "Fault", "ticked"]
