"""A shell script, read but never run. What is not certain counts as not failing the script: no gate
may rest on it.
"""

from .commands import ShellCommand, commands

__all__ = ["ShellCommand", "commands"]
