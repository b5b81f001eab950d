"""Fixtures that every test may use."""

from servers.github.fixtures import contract_kept, hub

__all__ = ["contract_kept", "hub"]
