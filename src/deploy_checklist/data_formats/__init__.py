"""YAML, JSON and TOML as they are written, with positions; and durations.

No error quotes any text of a document.
"""

from .durations import duration, format_duration
from .load import load_document, parse_yaml
from .nodes import DEEPEST, Malformed, Node, SyntaxFault, UnsupportedYaml, scalar

__all__ = [
    "DEEPEST",
    "Malformed",
    "Node",
    "SyntaxFault",
    "UnsupportedYaml",
    "duration",
    "format_duration",
    "load_document",
    "parse_yaml",
    "scalar",
]
