"""The secret reserve price of a lot: what it may be, what binds it before it is opened, what follows from it.

Serves VISIBILITY.md d03 (sealed at publication, read by nobody until the lot's prices are open), attacks.md S19 and
SCREENS.md LR-24: no rule of bidding, ranking or feedback takes a reserve as an argument; the decision alone does. The
published document holds a commitment (SHA-256 over amount and salt), so the figure cannot be changed afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from app.domain.entries import SALT_BYTES, NotCanonical, canonical_bytes, digest_of, parse_body
from app.domain.money import LARGEST_SCALE, AmountFault, fits_scale, format_amount, normalise_typed, parse_amount
from app.domain.refusals import Code

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from app.domain.terms import Terms

KIND: Final = "bidroom.reserve_price"
# The member of a published lot.
COMMITMENT: Final = "reserve_commitment"
OPENED: Final = "opened"
# The stored bytes were not those that were sealed: the figure is lost, and the journal says so.
ALTERED: Final = "altered_in_custody"


@dataclass(frozen=True, slots=True)
class ReservePrice:
    """A lot's reserve price with the salt of its commitment."""

    tender: str
    lot: str
    amount: Decimal
    salt: bytes

    @property
    def commitment(self) -> str:
        """What is published in its place: 32 random bytes of salt leave nothing to be tried out."""
        return digest_of(self.as_json())

    def as_json(self) -> dict[str, Any]:
        """What is committed to, sealed, and revealed to the auditor after the opening."""
        amount = format_amount(self.amount, LARGEST_SCALE)
        named = {"v": 1, "kind": KIND, "tender": self.tender, "lot": self.lot}
        return {**named, "amount": amount, "salt": self.salt.hex()}

    def encode(self) -> bytes:
        """Its canonical bytes: the content of its file in a bundle."""
        return canonical_bytes(self.as_json())


def parse_reserve(content: bytes) -> ReservePrice | None:
    """The inverse of `encode`; None for anything that `encode` does not write."""
    try:
        members = parse_body(content)
        amount = parse_amount(members["amount"], LARGEST_SCALE)
        if isinstance(amount, AmountFault):
            return None
        found = ReservePrice(members["tender"], members["lot"], amount, bytes.fromhex(members["salt"]))
        return found if found.encode() == content and len(found.salt) == SALT_BYTES else None
    except (NotCanonical, KeyError, TypeError, ValueError, RecursionError):
        return None


def reserve_file(lot: str) -> str:
    """Name of an opened reserve price inside a bundle."""
    return f"reserves/{lot}.json"


def read_typed(typed: str, *, scale: int, currency: str) -> Decimal | Code:
    """The amount a person typed, or why it is none at the lot's scale. LR-29: nothing ambiguous is guessed."""
    text = normalise_typed(typed, currency=currency)
    amount = text if isinstance(text, AmountFault) else parse_amount(text, scale)
    if isinstance(amount, AmountFault):
        return Code.PRECISION if amount is AmountFault.PRECISION else Code.NOT_AN_AMOUNT
    return amount


def decide_amount(amount: Decimal, *, scale: int, ceiling: Decimal | None, minimum: Decimal | None) -> Code | None:
    """Refuse a reserve above the ceiling (every bid would meet it), below the least price that counts (none could), or
    finer than prices of the lot. Equal to either is allowed. The code alone: never a figure."""
    if not fits_scale(amount, scale):
        return Code.PRECISION
    if ceiling is not None and amount > ceiling:
        return Code.ABOVE_CEILING
    return Code.BELOW_MINIMUM if minimum is not None and amount < minimum else None


def is_met(price: Decimal, reserve: Decimal) -> bool:
    """Whether a price meets a reserve: at it or below."""
    return price <= reserve


def with_commitments(terms: Terms, commitments: Mapping[str, str]) -> Terms:
    """The terms with the commitments of the lots that have a reserve price."""
    return replace(terms, lots=tuple(replace(lot, reserve_commitment=commitments.get(lot.id)) for lot in terms.lots))


def commitments_of(document: Mapping[str, Any] | None) -> dict[str, str]:
    """{lot: commitment} of a published document; empty where no lot has a reserve price."""
    lots = (document or {}).get("lots", ())
    return {lot["id"]: lot[COMMITMENT] for lot in lots if COMMITMENT in lot}


# ── what suppliers are told ────────────────────────────────────────────────────────────────────────────────────────


def reserve_sentences(document: Mapping[str, Any], lang: str) -> list[str]:
    """That there is a secret reserve price, what follows from it, and what binds the buyer to it; never the figure."""
    lots = [lot for lot in document.get("lots", ()) if COMMITMENT in lot]
    if not lots:
        return []
    is_live = any(one["kind"] == "live" for one in document["rounds"])
    numbers = [str(lot["number"]) for lot in lots]
    bound = [(str(lot["number"]), str(lot[COMMITMENT])) for lot in lots]
    if lang == "zh":
        return _chinese(numbers, bound, "该采购包竞价结束" if is_live else "价格开启")
    return _english(numbers, bound, "the lot has closed" if is_live else "the prices are opened")


def _chinese(numbers: list[str], bound: list[tuple[str, str]], when: str) -> list[str]:
    told = "；".join(f"采购包{number}：{commitment}" for number, commitment in bound)
    return [
        f"采购包{'、'.join(numbers)}设有保留价，金额保密，发布时即已密封；{when}之前系统不向任何人显示，"
        "对供应商始终不显示。该金额由服务器保管，服务器的运营方有能力读取。",
        "最低有效报价等于或低于保留价的，即达到保留价；高于保留价的，采购人可以不成交，如仍成交，须书面说明理由并经"
        "第二人审批。报价是否被接受、排名和界面提示均与保留价无关。",
        f"保留价的承诺值（SHA-256）供审计员核对发布后未被更改。{told}。",
    ]


def _english(numbers: list[str], bound: list[tuple[str, str]], when: str) -> list[str]:
    has = f"Lots {', '.join(numbers)} have" if len(numbers) > 1 else f"Lot {numbers[0]} has"
    told = "; ".join(f"lot {number}: {commitment}" for number, commitment in bound)
    return [
        f"{has} a secret reserve price, sealed at publication. The service shows it to nobody before {when}, and to "
        "suppliers never. It is kept on the server, whose operator is able to read it.",
        "The best valid price meets the reserve price if it is equal to it or lower. If it is higher, the buyer need "
        "not award the lot; an award all the same gives its reason in writing, and a second person approves it. "
        "Whether a bid is accepted, its rank and what the screen says never depend on the reserve price.",
        "The commitment to the reserve price (SHA-256), by which the auditor checks that it was not changed after "
        f"publication: {told}.",
    ]
