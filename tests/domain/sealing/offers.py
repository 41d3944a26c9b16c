"""Packages of invented bidders, for the tests of this folder."""

from typing import Final

from app.domain.sealing.body import PriceOffer, pack_price
from app.domain.sealing.header import Binding, Envelope, EnvelopeKind
from app.domain.sealing.package import seal_envelope
from app.domain.sealing.suite import KeyPair, derive_key_pair

LOCK: Final[KeyPair] = derive_key_pair(b"L" * 32)
OTHER_LOCK: Final[KeyPair] = derive_key_pair(b"O" * 32)
BINDING: Final = Binding("a" * 32, "b" * 32, "c" * 32, 2, "d" * 64, "e" * 64)
SECRET: Final = b"V" * 32
BUCKET: Final = 4096


def price_of(amount: str = "278.46") -> PriceOffer:
    return PriceOffer(BINDING.lot, "CNY", amount, 2, ((1, amount),))


def sealed_price(amount: str = "278.46", binding: Binding = BINDING) -> tuple[Envelope, bytes]:
    return seal_envelope(LOCK.public, binding, EnvelopeKind.PRICE, pack_price(price_of(amount)), BUCKET, SECRET)
