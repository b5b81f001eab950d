"""Items whose words hold only under a condition."""

from __future__ import annotations

from deploy_checklist.checklist.parse import parse


def test_words_that_apply_only_under_a_condition_are_recognised() -> None:
    """A person may skip such an item, and inference never fails it."""
    told = [
        "`REDIS_URL` set if clustering is on",
        "TLS renewed where applicable",
        "`A_B` set when tracing is enabled",
    ]
    plain = ["`REDIS_URL` set", "Notify the whenevers", "Certificates renewed"]
    text = "".join(f"- [ ] {words}\n" for words in (*told, *plain))
    assert [item.conditional for item in parse(text, "x.md").items] == [True] * 3 + [False] * 3
