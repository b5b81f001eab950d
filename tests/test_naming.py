"""What a command may call an item."""

from __future__ import annotations

from deploy_checklist.run.document_files import Documents, load_rules, read_checklist, resolve_rules
from deploy_checklist.signoffs.claims import ItemNames
from deploy_checklist.signoffs.names import item_names

CHECKLIST = b"""\
## Payments
- [ ] `PAYMENT_KEY` is live
- [ ] `PAYMENT_URL` and `PAYMENT_KEY` belong together
## Sign-off
- [ ] Status page announced <!-- rule: announced -->
- [ ] Sign-off of the lead
"""
RULES = b"version: 1\nitems:\n  PAYMENT_KEY: secret\n  Sign-off of the lead: sign\n"


def named(checklist: bytes = CHECKLIST) -> ItemNames:
    found = Documents(checklist=read_checklist(checklist, "c.md"), rules=load_rules(RULES, "r.yml"))
    return item_names(found.checklist, resolve_rules(found, None, {}))


def test_an_id_a_variable_a_key_and_a_pin_name_an_item_whatever_the_case() -> None:
    items = named().items
    assert items["announced"] == ("announced",)
    assert items["payment_url"] == ("PAYMENT_URL",)
    assert items["sign"] == items["sign-off of the lead"] == ("sign",)


def test_an_id_outweighs_a_variable_that_several_items_name() -> None:
    assert named().items["payment_key"] == ("PAYMENT_KEY",)


def test_a_variable_that_is_no_id_and_stands_in_several_items_is_ambiguous() -> None:
    both = CHECKLIST + b"- [ ] `A_KEY` with `SHARED`\n- [ ] `B_KEY` with `SHARED`\n"
    assert named(both).items["shared"] == ("A_KEY", "B_KEY")


def test_a_section_is_called_by_its_slug_and_never_like_an_item() -> None:
    found = named()
    assert found.sections["payments"] == ("PAYMENT_KEY", "PAYMENT_URL")
    assert found.sections["sign-off"] == ("announced", "sign")
    assert not set(found.sections) & set(found.items)


def test_a_copy_of_a_line_is_known_by_its_text() -> None:
    assert named().texts["status page announced"] == ("announced",)
