"""The unified social credit code: GB 32100-2015."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.domain import credit_code
from app.domain.credit_code import ALPHABET, FACTORS, check_character, normalise_credit_code, parse_credit_code
from app.domain.refusals import Code, Refusal

# Published codes of well-known companies: the check character is not ours.
REAL = ("91110108551385082Q", "91350100M000100Y43", "91440300708461136T", "91330100799655058B")

bodies = st.builds(
    lambda head, region, tail: head + region + tail,
    st.text(ALPHABET, min_size=2, max_size=2),
    st.text("0123456789", min_size=6, max_size=6),
    st.text(ALPHABET, min_size=9, max_size=9),
)
codes = bodies.map(lambda body: body + check_character(body))


def widen(code: str) -> str:
    return "".join(chr(ord(char) + 0xFEE0) for char in code)


def refused(typed: str) -> str:
    found = parse_credit_code(typed)
    assert isinstance(found, Refusal)
    assert found.code is Code.BAD_CREDIT_CODE
    return found.detail["reason"]


def test_factors_are_those_printed_in_the_standard() -> None:
    assert FACTORS == (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


@pytest.mark.parametrize("code", REAL)
def test_published_codes_pass(code: str) -> None:
    assert parse_credit_code(code) == code


def test_the_example_of_the_standard_fails_by_its_check_character() -> None:
    assert refused("91350100M000100Y4Y") == "check_character"
    assert refused("91350100M000100Y4Z") == "form"


@given(codes)
def test_every_code_with_its_check_character_passes(code: str) -> None:
    assert parse_credit_code(code) == code


@given(codes, st.integers(0, 17), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_always_found(code: str, place: int, other: str) -> None:
    assume(code[place] != other)
    assert refused(code[:place] + other + code[place + 1 :]) in {"check_character", "form"}


@given(codes, st.integers(0, 16))
def test_two_swapped_neighbours_are_always_found(code: str, place: int) -> None:
    left, right = code[place], code[place + 1]
    assume(left != right)
    assert isinstance(parse_credit_code(code[:place] + right + left + code[place + 2 :]), Refusal)


@given(codes)
def test_spelling_does_not_matter(code: str) -> None:
    for typed in (code.lower(), widen(code), f" {code[:8]} {code[8:17]}-{code[17:]}\u3000", widen(code.lower())):
        assert parse_credit_code(typed) == code


@given(st.text(max_size=80))
def test_no_text_raises_and_what_passes_is_canonical(typed: str) -> None:
    found = parse_credit_code(typed)
    if not isinstance(found, Refusal):
        assert parse_credit_code(found) == found == normalise_credit_code(typed)


@given(st.text(ALPHABET, max_size=40).filter(lambda typed: len(typed) != 18))
def test_another_length_is_no_code(typed: str) -> None:
    assert refused(typed) == "form"


@pytest.mark.parametrize("letter", "IOSVZ")
def test_letters_mistaken_for_digits_are_refused_not_guessed(letter: str) -> None:
    assert refused("91350100M00010" + letter + "Y43") == "form"


@pytest.mark.parametrize("typed", ["٩1350100M000100Y43", "91350100М000100Y43", "91350100M000100Y43\x00"])
def test_look_alikes_of_other_scripts_are_refused(typed: str) -> None:
    assert refused(typed) == "form"


def test_a_pasted_book_is_refused_quickly() -> None:
    assert refused("91350100M000100Y43" + " " * 100_000) == "form"


def test_the_refusal_does_not_repeat_what_was_typed() -> None:
    found = parse_credit_code("canary-7319024")
    assert isinstance(found, Refusal)
    assert "7319024" not in str(found)


def test_check_character_wants_a_body_of_the_form() -> None:
    with pytest.raises(ValueError, match="form"):
        check_character("short")
    assert credit_code.check_character("0" * 17) == "0"
