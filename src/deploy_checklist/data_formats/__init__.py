"""YAML, JSON and TOML as they are written, with positions; and durations.

No error quotes any text of a document.
"""

from .durations import duration, format_duration
from .load import load_document
from .nodes import DEEPEST, Malformed, Node, SyntaxFault, UnsupportedYaml, scalar
from .yaml import parse_yaml

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
