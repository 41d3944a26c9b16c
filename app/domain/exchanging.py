"""Bids in other currencies, by the rates frozen in the rules: what a bid counts as in the tender's currency.

Serves LIVE.md section 1 (currency). A bid in another announced currency has its code before the amount, `USD 40.00`, at
the decimals of the lot; it counts, ranks and is measured by every other rule as its amount times the rate, rounded half
up to the lot's decimals. Nothing else is ever converted.
"""

from dataclasses import dataclass
from decimal import Decimal

from app.domain.live_rules import LiveRules
from app.domain.money import EXACT, AmountFault, parse_amount, round_down, round_half_up, unit_of


@dataclass(frozen=True, slots=True)
class OtherCurrency:
    """The text names a currency that the rules do not announce."""

    currency: str


def is_converted(text: str) -> bool:
    """Whether an accepted amount was sent in another currency. Precondition: `amount_of` has read it as an amount."""
    return " " in text


def amount_of(rules: LiveRules, text: str, scale: int) -> Decimal | AmountFault | OtherCurrency:
    """What a sent text counts as in the tender's currency; without a code before it, it is in the tender's own."""
    currency, _, bare = text.rpartition(" ")
    if rules.rates is None or not currency:
        return parse_amount(text, scale)
    rate = rules.rates.of(currency)
    if rate is None:
        return OtherCurrency(currency)
    sent = parse_amount(bare, scale)
    if isinstance(sent, AmountFault):
        return sent
    amount = converted(sent, rate, scale)
    return amount if amount > 0 else AmountFault.NOT_POSITIVE


def converted(sent: Decimal, rate: Decimal, scale: int) -> Decimal:
    """Amount times rate, half up to the lot's decimals."""
    return round_half_up(EXACT.multiply(sent, rate), scale)


def highest_sent(limit: Decimal, rate: Decimal, scale: int) -> Decimal | None:
    """The highest amount of another currency that counts as no more than `limit`; None where none above zero does.

    What is rounded down to the limit counts as it: everything below half a unit beyond it.
    """
    unit = unit_of(scale)
    beyond = limit + unit / 2
    sent = round_down(EXACT.divide(beyond, rate), scale)
    best = sent if EXACT.multiply(sent, rate) < beyond else sent - unit
    return best if best > 0 else None
