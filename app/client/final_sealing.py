"""Sealing a final offer outside of a browser: from the sheet of `GET /api/tenders/{id}/final-offers` to what is put.

The body goes to `PUT /api/my/final-rounds/{round}/offers/{lot}`; nothing of the price leaves this machine unsealed.
"""

from collections.abc import Callable, Mapping
from secrets import token_bytes
from typing import Any

from app.client.sealer import SealingError
from app.domain.money import AmountFault, format_amount, parse_amount
from app.domain.sealing.body import PriceOffer, pack_price
from app.domain.sealing.header import Binding, EnvelopeKind, Header, encode, header_json
from app.domain.sealing.package import seal_envelope
from app.domain.sealing.policy import KeyPolicy, policy_digest, policy_from_json
from app.domain.sealing.suite import KEY_BYTES


def seal_final(
    sheet: Mapping[str, Any], number: int, amount: str, *, chance: Callable[[int], bytes] = token_bytes
) -> dict[str, Any]:
    """The sealed offer of an amount for the own lot of a number in the last round, as its next revision. Raises
    SealingError, also where the key policy is not the one that is named or the price is above the one in force."""
    held = sheet["rounds"][-1]
    lot = next((each for each in held["lots"] if each["number"] == number), None)
    policy = policy_from_json(held["policy"])
    if lot is None or not isinstance(policy, KeyPolicy) or policy_digest(policy) != held["policy_digest"]:
        raise SealingError("there is no such lot, or the key policy is not the one that is named")
    if policy.round != held["id"] or lot["lot_id"] not in policy.lots:
        raise SealingError("the key policy is of another round")
    parsed, most = parse_amount(amount, lot["scale"]), parse_amount(lot["most"], lot["scale"])
    if isinstance(parsed, AmountFault) or isinstance(most, AmountFault) or parsed > most:
        raise SealingError(f"no amount of at most {lot['most']}")
    rev, prev = lot["rev"] + 1, lot["package"] or ""
    binding = Binding(policy.round, lot["lot_id"], held["tag"], rev, held["policy_digest"], prev)
    body = pack_price(PriceOffer(lot["lot_id"], sheet["currency"], format_amount(parsed, lot["scale"]), lot["scale"]))
    lock = bytes.fromhex(policy.server_lock)
    envelope, ct = seal_envelope(lock, binding, EnvelopeKind.PRICE, body, lot["bucket"], chance(KEY_BYTES))
    return {"header": header_json(Header(binding, (envelope,))), "price": {"ct": encode(ct)}}
