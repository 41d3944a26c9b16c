"""The vectors of the present value are what the rule makes; the pages are held against the same file (vitest)."""

from tests.vectors.make_present_value import PATH, written


def test_the_rule_makes_the_vectors_byte_for_byte() -> None:
    assert PATH.read_text(encoding="utf-8") == written()
