"""Money: the only arithmetic on prices. Decimal throughout; every rounding names its mode; no float anywhere near.

Serves LIVE.md section 2 rule 2 (amounts are decimal strings at the lot's scale) and SCREENS.md LR-29 (no magnitude is
ever changed in silence). Currencies are the active ones of ISO 4217 with their minor units.
"""

import re
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal, Inexact
from enum import StrEnum
from types import MappingProxyType
from typing import Final

# 14 whole digits and 4 decimals fit a 64-bit integer of ten-thousandths, the stored form.
WHOLE_DIGITS: Final = 14
LARGEST_SCALE: Final = 4
# A product of two stored amounts has at most 36 digits; nothing here may ever be cut without being told to.
EXACT: Final = Context(prec=60)
_STRICT: Final = Context(prec=60, traps=[Inexact])
HUNDRED: Final = Decimal(100)


class AmountFault(StrEnum):
    """Why a text is not an amount."""

    MALFORMED = "MALFORMED"
    PRECISION = "PRECISION"
    NOT_POSITIVE = "NOT_POSITIVE"
    AMBIGUOUS = "AMBIGUOUS"


# ISO 4217 active codes of national currencies, by number of minor units; two unless listed.
_TWO: Final = """
AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP CVE
CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR
KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB
PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY
TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG
"""
_NONE: Final = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
_THREE: Final = "BHD IQD JOD KWD LYD OMR TND"

CURRENCIES: Final = MappingProxyType(
    dict.fromkeys(_TWO.split(), 2) | dict.fromkeys(_NONE.split(), 0) | dict.fromkeys(_THREE.split(), 3)
)


def minor_units(currency: str) -> int:
    """Decimals of a currency by ISO 4217. Precondition: `currency` is in CURRENCIES."""
    return CURRENCIES[currency]


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of one currency. Sums of different currencies do not exist."""

    amount: Decimal
    currency: str

    def __add__(self, other: "Money") -> "Money":
        """Exact sum; both are of one currency."""
        return Money(EXACT.add(self.amount, self._same(other)), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        """Exact difference; both are of one currency."""
        return Money(EXACT.subtract(self.amount, self._same(other)), self.currency)

    def times(self, quantity: Decimal) -> "Money":
        """Exact product; round it where it is shown, once."""
        return Money(EXACT.multiply(self.amount, quantity), self.currency)

    def rounded(self) -> "Money":
        """Half up to the currency's minor units: how totals are printed on invoices."""
        return Money(round_half_up(self.amount, minor_units(self.currency)), self.currency)

    def _same(self, other: "Money") -> Decimal:
        if other.currency != self.currency:
            raise ValueError("two currencies in one sum")
        return other.amount


_UNITS: Final = tuple(Decimal(1).scaleb(-scale) for scale in range(LARGEST_SCALE + 1))


def unit_of(scale: int) -> Decimal:
    """The smallest step of a scale: 0.01 for two decimals."""
    return _UNITS[scale] if 0 <= scale <= LARGEST_SCALE else Decimal(1).scaleb(-scale)


def round_down(value: Decimal, scale: int) -> Decimal:
    """Towards minus infinity at the scale."""
    return value.quantize(unit_of(scale), rounding=ROUND_FLOOR, context=EXACT)


def round_up(value: Decimal, scale: int) -> Decimal:
    """Towards plus infinity at the scale."""
    return value.quantize(unit_of(scale), rounding=ROUND_CEILING, context=EXACT)


def round_half_up(value: Decimal, scale: int) -> Decimal:
    """To the nearest at the scale, halves away from zero (commercial rounding)."""
    return value.quantize(unit_of(scale), rounding=ROUND_HALF_UP, context=EXACT)


def round_half_even(value: Decimal, scale: int) -> Decimal:
    """To the nearest at the scale, halves to the even digit (statistics, never prices)."""
    return value.quantize(unit_of(scale), rounding=ROUND_HALF_EVEN, context=EXACT)


def percent_of(value: Decimal, percent: Decimal) -> Decimal:
    """Exactly `percent` hundredths of `value`; the caller rounds, saying which way."""
    return EXACT.divide(EXACT.multiply(value, percent), HUNDRED)


# ASCII digits only (`\d` would take Arabic ones); no sign, no exponent, no space, no grouping.
_WIRE: Final = re.compile(r"([0-9]+)(?:\.([0-9]+))?", re.ASCII)


def parse_amount(text: str, scale: int) -> Decimal | AmountFault:
    """The amount of a wire text at the lot's scale. LIVE.md section 2 rule 2: a decimal string, nothing reinterpreted.

    Fewer decimals than the scale are fine and filled up; more are refused even when they are zeros, because a text that
    does not fit the lot's scale was meant for another lot.
    """
    match = _WIRE.fullmatch(text)
    if match is None or len(match[1]) > WHOLE_DIGITS:
        return AmountFault.MALFORMED
    if match[2] is not None and len(match[2]) > scale:
        return AmountFault.PRECISION
    amount = Decimal(text)
    if match[2] is None or len(match[2]) < scale:
        amount = amount.quantize(unit_of(scale), context=_STRICT)
    return amount if amount > 0 else AmountFault.NOT_POSITIVE


def format_amount(amount: Decimal, scale: int) -> str:
    """The wire text with exactly `scale` decimals. Precondition: the amount fits the scale; a bug otherwise."""
    text = str(amount)
    if scale and text[-scale - 1 : -scale] == "." and "E" not in text:
        # As it stands: of every bid some amounts are written.
        return text
    return f"{amount.quantize(unit_of(scale), context=_STRICT):f}"


def fits_scale(amount: Decimal, scale: int) -> bool:
    """Whether the amount has no digit beyond the scale."""
    return round_down(amount, scale) == amount


class NumberStyle(StrEnum):
    """How a typed or imported sheet writes numbers; chosen by a person in sight of the result (SCREENS.md LR-29)."""

    UNSTATED = "unstated"
    POINT = "point"
    COMMA = "comma"


# Full-width forms an input method leaves behind, and the blanks some sheets put between thousands.
_FULL_WIDTH: Final = str.maketrans("０１２３４５６７８９．，　\u00a0\u2009\u202f", "0123456789.,    ")
# The marks of a currency that may stand before or after the figure; a foreign mark is refused.
_MARKS: Final = MappingProxyType(
    {
        "CNY": ("CNY", "RMB", "¥", "￥", "元", "圆"),
        "JPY": ("JPY", "¥", "￥", "円"),
        "USD": ("USD", "US$", "$"),
        "EUR": ("EUR", "€"),
        "GBP": ("GBP", "£"),
    }
)
_PLAIN: Final = re.compile(r"[0-9]+(\.[0-9]+)?", re.ASCII)
_POINT_GROUPED: Final = re.compile(r"[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?", re.ASCII)
_COMMA_PLAIN: Final = re.compile(r"[0-9]+(,[0-9]+)?", re.ASCII)
_COMMA_GROUPED: Final = re.compile(r"[0-9]{1,3}(\.[0-9]{3})+(,[0-9]+)?", re.ASCII)
_BLANK_GROUPED: Final = re.compile(r"[0-9]{1,3}( [0-9]{3})+([.,][0-9]+)?", re.ASCII)


def normalise_typed(
    text: str, style: NumberStyle = NumberStyle.UNSTATED, *, currency: str = "CNY"
) -> str | AmountFault:
    """The wire text of a number a person typed or pasted, or why it cannot be told. LR-29: never a changed magnitude.

    `1.234,56` is refused unless the person chose the comma style; `475,962` without a chosen style is refused, since it
    may mean either. Full-width digits, blanks between thousands and one mark of the currency are taken off.
    """
    bare = _without_mark(text.translate(_FULL_WIDTH).strip(), currency)
    if _BLANK_GROUPED.fullmatch(bare):
        bare = bare.replace(" ", "")
    if not bare or any(character not in "0123456789.," for character in bare):
        return AmountFault.MALFORMED
    if style is NumberStyle.COMMA:
        return _from_comma_style(bare)
    if _PLAIN.fullmatch(bare):
        return bare
    if not _POINT_GROUPED.fullmatch(bare):
        return AmountFault.AMBIGUOUS
    # One comma before three digits and no point: thousands for one reader, decimals for the next.
    is_either = bare.count(",") == 1 and "." not in bare
    return AmountFault.AMBIGUOUS if is_either and style is NumberStyle.UNSTATED else bare.replace(",", "")


def _without_mark(text: str, currency: str) -> str:
    for mark in _MARKS.get(currency, (currency,)):
        folded = text.upper()
        if folded.startswith(mark):
            return text[len(mark) :].strip()
        if folded.endswith(mark):
            return text[: -len(mark)].strip()
    return text


def _from_comma_style(bare: str) -> str | AmountFault:
    if _COMMA_PLAIN.fullmatch(bare):
        return bare.replace(",", ".")
    if _COMMA_GROUPED.fullmatch(bare):
        return bare.replace(".", "").replace(",", ".")
    return AmountFault.AMBIGUOUS
