"""Sealing an offer outside the browser: from the round's public facts to a package, and over HTTP to its receipt.

The facts are what GET /api/rounds/{id}/sealed tells an invited supplier. Nothing is sealed to a policy that is not the
one named, and a receipt is believed only after its signature has been checked.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from secrets import token_bytes
from typing import Any, Final

from app.client.caller import Caller, CallError
from app.client.journal_keys import vouching_key
from app.domain.money import AmountFault, format_amount, parse_amount
from app.domain.sealing.body import PriceOffer, fits, pack_price, pack_technical
from app.domain.sealing.header import Binding, EnvelopeKind, Header, encode, header_json, package_digest
from app.domain.sealing.package import seal_envelope, secret_bytes
from app.domain.sealing.policy import KeyPolicy, policy_digest, policy_from_json, policy_json
from app.domain.sealing.receipt import check_own_package, check_sealed_receipt
from app.domain.sealing.recovery import NONCE_BYTES, SALT_BYTES, recovery_file

PACKAGE_KIND: Final = "bidroom.package"
CHUNK_BYTES: Final = 1 << 20
# A chunk whose offset was wrong is sent again from the right one; more often than this something else is wrong.
MOST_ATTEMPTS: Final = 5

Chance = Callable[[int], bytes]
Answer = tuple[str, str, str]
File = tuple[str, str, bytes]


class SealingError(Exception):
    """Nothing was sealed or believed; the message is the sentence."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What a supplier offers for a lot: the total, (line number, amount), answers (criterion, value, text), files."""

    amount: str
    lines: Sequence[tuple[int, str]] = ()
    answers: Sequence[Answer] | None = None
    files: Sequence[File] = ()


@dataclass(frozen=True, slots=True)
class SealedPackage:
    """A package with its ciphertexts and its secrets; the secrets stay with the supplier."""

    header: Header
    policy: KeyPolicy
    ciphertexts: Mapping[EnvelopeKind, bytes] = field(repr=False)
    secrets: Mapping[EnvelopeKind, bytes] = field(repr=False)

    @property
    def digest(self) -> str:
        """The package's name."""
        return package_digest(self.header)

    def commit_members(self) -> dict[str, Any]:
        """The members `header` and `price` of a commit, by frame or PUT."""
        return {
            "header": header_json(self.header),
            "price": {"ct": encode(self.ciphertexts[EnvelopeKind.PRICE])},
        }

    def file(self) -> dict[str, Any]:
        """The package file: the supplier's own copy, whole."""
        parts = {kind.value: {"ct": encode(ct)} for kind, ct in self.ciphertexts.items()}
        return {
            "v": 1,
            "kind": PACKAGE_KIND,
            "policy": policy_json(self.policy),
            "header": header_json(self.header),
            "price": parts["price"],
            "tech": parts.get("tech"),
        }

    def recovery(self, passphrase: str, chance: Chance = token_bytes) -> dict[str, Any]:
        """The recovery file under a passphrase."""
        salt, nonce = chance(SALT_BYTES), chance(NONCE_BYTES)
        return recovery_file(self.header, self.secrets, passphrase, salt=salt, nonce=nonce)


def lot_of(facts: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """The lot of an id or a number."""
    for lot in facts["lots"]:
        if name in (lot["lot_id"], str(lot["number"])):
            found: Mapping[str, Any] = lot
            return found
    raise SealingError(f"the round has no lot {name}")


def seal_package(facts: Mapping[str, Any], lot_id: str, offer: Offer, *, chance: Chance = token_bytes) -> SealedPackage:
    """The package of an offer for a lot, as the next own revision. Raises SealingError."""
    policy, lot = _trusted_policy(facts, lot_id), lot_of(facts, lot_id)
    if not isinstance(facts.get("tag"), str):
        raise SealingError("accept the invitation first: who has not accepted has no tag in the round")
    current = lot.get("current")
    rev, prev = (current["rev"] + 1, current["package"]) if current else (1, "")
    binding = Binding(policy.round, lot["lot_id"], facts["tag"], rev, policy_digest(policy), prev)
    bodies = {EnvelopeKind.PRICE: (pack_price(price_offer(lot, offer)), lot["price_bucket"])}
    if facts.get("has_technical"):
        answers = offer.answers
        if answers is None:
            raise SealingError("this round asks for technical answers")
        bodies = {EnvelopeKind.TECH: (pack_technical(answers, offer.files), lot["tech_bucket"]), **bodies}
    elif offer.answers or offer.files:
        raise SealingError("this round asks for no technical answers")
    committee = policy.committee
    drawn = {kind: chance(secret_bytes(committee)) for kind in bodies}
    lock = bytes.fromhex(policy.server_lock)
    envelopes, ciphertexts = [], {}
    for kind, (body, bucket) in bodies.items():
        if not fits(body, bucket):
            raise SealingError(f"the {kind} part has {len(body)} bytes, and the lot takes {bucket}")
        envelope, ciphertexts[kind] = seal_envelope(lock, binding, kind, body, bucket, drawn[kind], committee)
        envelopes.append(envelope)
    return SealedPackage(Header(binding, tuple(envelopes)), policy, ciphertexts, drawn)


def price_offer(lot: Mapping[str, Any], offer: Offer) -> PriceOffer:
    """The price offer at the lot's scale. Raises SealingError for a text that is no amount there."""
    scale = lot["scale"]

    def at_scale(text: str) -> str:
        amount = parse_amount(text, scale)
        if isinstance(amount, AmountFault):
            raise SealingError(f"{text[:40]!r} is no amount with at most {scale} decimals: {amount}")
        return format_amount(amount, scale)

    lines = tuple((number, at_scale(amount)) for number, amount in offer.lines)
    return PriceOffer(lot["lot_id"], lot["currency"], at_scale(offer.amount), scale, lines)


def _trusted_policy(facts: Mapping[str, Any], lot_id: str) -> KeyPolicy:
    policy = policy_from_json(facts["policy"])
    if not isinstance(policy, KeyPolicy):
        raise SealingError(f"nothing is sealed under this key policy: {policy}")
    if policy_digest(policy) != facts["policy_digest"] or policy.server_lock != facts["server_lock"]:
        raise SealingError("the key policy is not the one that the round names")
    if policy.round != facts["round_id"] or lot_of(facts, lot_id)["lot_id"] not in policy.lots:
        raise SealingError("the key policy is of another round or lot")
    return policy


async def upload_technical(caller: Caller, package: SealedPackage) -> str | None:
    """The technical ciphertext in chunks, resumed where an earlier attempt ended; the upload's id. Raises CallError."""
    ct = package.ciphertexts.get(EnvelopeKind.TECH)
    if ct is None:
        return None
    binding, name = package.header.binding, hashlib.sha256(ct).hexdigest()
    path = f"/rounds/{binding.round}/uploads"
    at = await caller.post(path, {"lot_id": binding.lot, "size": len(ct), "sha256": name})
    attempts = 0
    while at["offset"] < len(ct):
        start = at["offset"]
        chunk = ct[start : start + CHUNK_BYTES]
        try:
            at = await caller.append(f"{path}/{at['upload_id']}", chunk, start)
        except CallError as error:
            attempts += 1
            if error.code != "UPLOAD_INCOMPLETE" or attempts >= MOST_ATTEMPTS:
                raise
            at = await caller.get(f"{path}/{at['upload_id']}")
    upload: str = at["upload_id"]
    return upload


async def submit_package(caller: Caller, package: SealedPackage) -> dict[str, Any]:
    """Upload, commit, and check the receipt. Raises CallError where refused, SealingError for a false receipt."""
    upload_id = await upload_technical(caller, package)
    binding = package.header.binding
    body = package.commit_members() | {"upload_id": upload_id}
    receipt: dict[str, Any] = await caller.put(f"/rounds/{binding.round}/packages/{binding.lot}", body)
    key = await vouching_key(caller, bytes.fromhex(package.policy.journal_key), receipt)
    fault = check_sealed_receipt(receipt, key)
    fault = fault or check_own_package(receipt, package.header)
    if fault is not None:
        raise SealingError(f"the service's receipt proves nothing: {fault}")
    return receipt
