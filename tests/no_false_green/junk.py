"""Texts that stand in a variable where its value should be, by what each is called."""

from __future__ import annotations

from collections.abc import Mapping

from values.test_no_value import NO_VALUE

BLANK = {
    "blanks": "   ",
    "a tab": "\t",
    "a newline": "\n",
    "a space that does not break": "\u00a0",
    "zero width": "\u200b\u2060",
    "a byte order mark": "\ufeff",
}
WORDS = {
    text: text
    for text in (
        *("-", "--", ".", "...", "_", "?", '""', "''", "[]", "{}"),
        *("None", "none", "null", "NULL", "(null)", "nil", "<nil>", "N/A", "n/a", "NaN", "nan"),
        *("undefined", "[object Object]", "REDACTED", "[REDACTED]", "***", "********", "unset"),
        *("changeme", "CHANGE_ME", "change-me", "replace-me", "TODO", "tbd", "placeholder"),
        *("<your-key>", "your-api-key", "YOUR_KEY", "insert-your-key-here", "xxxx", "XXXXXXXX"),
        *("$X", "${X}", "$(cat x)", "%X%", "`cat x`", "{{ X }}", "<%= X %>", "${{ secrets.X }}"),
        *("process.env.API_KEY", "/dev/stdin", "sm://project/key"),
        *('"quoted"', "'quoted'"),
    )
}
# Every text that is certainly no value, whichever kind of it, in each of the languages.
KINDS_OF_NO_VALUE = {text: text for texts in NO_VALUE.values() for text in texts}
BROKEN = {
    "a newline at its end": "live-key-4f2c91a\n",
    "a blank at its end": "live-key-4f2c91a ",
    "a NUL": "live-\0key-4f2c91a",
    "bytes that are no text": "\udcff\udcfe",
    "10 MB of x": "x" * 10_000_000,
}
# Perhaps a value, for who asks for nothing but some value.
SMALL = {"0": "0", "false": "false", "x": "x"}
LONG = {"10 MB of text": "harbor lantern " * 666_000 + "end"}

# Texts behind a URL that is good by itself.
BEHIND_A_URL = {
    "a variable": "/$TOKEN",
    "a variable in braces": "/${TOKEN}",
    "a variable of Windows": "/%TOKEN%",
    "a command": "/$(cat x)",
    "a template": "/{{ token }}",
    "an expression": "/${{ vars.X }}",
    "a blank": "/a b",
    "a newline": "\n",
    "a newline in it": "/\nx",
    "a NUL": "/\0",
    "zero width": "\u200b",
    "zero width in it": "/\u200bx",
}

_JUNK = {**BLANK, **KINDS_OF_NO_VALUE, **WORDS, **BROKEN, **SMALL, **LONG}


def junk_of(name: str) -> Mapping[str, str]:
    """What may stand in the variable of this name instead of a value."""
    return {**_JUNK, "empty": "", "its own name": name, "its own line": f"{name}=live"}
