"""The unified social credit code (统一社会信用代码) of a supplier: GB 32100-2015, 18 characters with a check character.

Decides whether a typed code is one, and nothing about whether the company exists.
"""

import re
from typing import NewType

from app.domain.refusals import Code, Refusal

CreditCode = NewType("CreditCode", str)

LENGTH = 18
# GB 32100-2015 table 1: digits and capitals without I, O, S, V, Z, which are mistaken for 1, 0, 5, U, 2.
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
MODULUS = 31
# GB 32100-2015, 4.5: the factor of place i is 3^(i-1) mod 31.
FACTORS = tuple(pow(3, place, MODULUS) for place in range(LENGTH - 1))

# Places 1-2 authority and kind, 3-8 region (digits only), 9-17 organisation, 18 check character.
_FORM = re.compile(rf"[{ALPHABET}]{{2}}[0-9]{{6}}[{ALPHABET}]{{10}}")
_BODY = re.compile(rf"[{ALPHABET}]{{2}}[0-9]{{6}}[{ALPHABET}]{{9}}")
# Only the full-width twins of printable ASCII fold: they are the same character typed with a Chinese keyboard.
_HALF_WIDTH = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
# Longer input is no code whatever it holds; the bound keeps the work small for pasted books.
_LONGEST_TYPED = 64


def check_character(body: str) -> str:
    """The 18th character for the first 17. Precondition: they are of GB 32100 form. GB 32100-2015, 4.5."""
    if not _BODY.fullmatch(body):
        raise ValueError("the first 17 characters are not of GB 32100 form")
    total = sum(ALPHABET.index(char) * factor for char, factor in zip(body, FACTORS, strict=True))
    return ALPHABET[-total % MODULUS]


def normalise_credit_code(typed: str) -> str:
    """Half-width, upper case, without spaces and hyphens: the spelling changes, never a character. SCREENS.md 1.4."""
    folded = typed[:_LONGEST_TYPED].translate(_HALF_WIDTH)
    return "".join(char for char in folded if char not in " -\u00a0\t").upper()


def parse_credit_code(typed: str) -> CreditCode | Refusal:
    """The code a person meant, or why it is none; I, O, S, V, Z are refused, not guessed. GB 32100-2015."""
    code = normalise_credit_code(typed)
    if len(typed) > _LONGEST_TYPED or not _FORM.fullmatch(code):
        return Refusal(Code.BAD_CREDIT_CODE, {"reason": "form", "length": str(LENGTH), "alphabet": ALPHABET})
    if check_character(code[:-1]) != code[-1]:
        return Refusal(Code.BAD_CREDIT_CODE, {"reason": "check_character", "rule": "GB 32100-2015"})
    return CreditCode(code)
