"""Made tests/vectors/sealing/*.json once: `.venv/bin/python -m tests.vectors.make`. The files are the promise.

They are committed and reproduced byte for byte by Python, Node and Chromium. A run of this program that changes one of
them means that packages sealed yesterday no longer open: that is a new version of the format, never a correction.
"""

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.domain.sealing.body import PriceOffer, pack_price, pack_technical
from app.domain.sealing.canonical import canonical
from app.domain.sealing.committee import challenge, release_wrap, split
from app.domain.sealing.header import Binding, EnvelopeKind, Header, context, encode, header_json, package_digest
from app.domain.sealing.member_key import member_key_file
from app.domain.sealing.package import seal_envelope
from app.domain.sealing.policy import COMMITTEE, KeyPolicy, MemberKey, fingerprint, policy_digest, policy_json
from app.domain.sealing.receipt import (
    RECEIVED,
    WITHDRAWN,
    key_id_of,
    late_notice_core,
    receipt_message,
    sealed_receipt_core,
    signed,
)
from app.domain.sealing.recovery import recovery_file
from app.domain.sealing.suite import derive_key_pair, hkdf, hpke_seal, is_point

FOLDER = Path(__file__).resolve().parent / "sealing"
ROUND, LOT, TAG = "0f" * 16, "1e" * 16, "2d" * 16
# RFC 9180 appendix A.3.1: the ephemeral and the recipient's key of DHKEM(P-256, HKDF-SHA256).
RFC_9180_KEYS = [
    "4270e54ffd08d79d5928020af4686d8f6b7d35dbe470265f1f5aa22816ce860e",
    "668b37171f1072f3cf12ea8a236a45df23fc13b82af3609ad1e354f6ef817550",
]


def seed(name: str) -> bytes:
    """32 bytes that look random and can be made again."""
    return hashlib.sha256(f"bidroom test vector: {name}".encode()).digest()


LOCK = derive_key_pair(seed("server lock"))
JOURNAL = Ed25519PrivateKey.from_private_bytes(seed("journal key"))
JOURNAL_PUBLIC = JOURNAL.public_key().public_bytes_raw()
POLICY = KeyPolicy(
    ROUND, (LOT, "1f" * 16), LOCK.public.hex(), JOURNAL_PUBLIC.hex(), hashlib.sha256(b"rules").hexdigest()
)
OFFER = PriceOffer(LOT, "CNY", "1234567.50", 2, ((1, "1000000.00"), (2, "234567.50")))
ANSWERS = [
    ("c1", "36", '质保期36个月，含上门服务。\nOn site within 4 hours — "24×7".'),
    ("c2", "b", ""),
    ("c3", "", "Tab\there, backslash \\, emoji 🔧, DEL \x7f, line separator \u2028, \u0001"),
]
FILES = [("技术方案.pdf", "application/pdf", b"%PDF-1.7\n" + bytes(range(256)) * 3), ("empty.txt", "text/plain", b"")]


def suite_vectors() -> dict[str, Any]:
    """HKDF, key pairs, HPKE with a fixed ephemeral key, points and what are none."""
    seals = []
    for name, info, plaintext in (
        ("a", b"", b""),
        ("b", "server|信封".encode(), seed("plain")),
        ("c", bytes(300), b"x"),
    ):
        recipient, ephemeral = derive_key_pair(seed(f"recipient {name}")), seed(f"ephemeral {name}")
        enc, ct = hpke_seal(recipient.public, info, plaintext, ephemeral=ephemeral)
        seals.append(
            {
                "private": recipient.private.hex(),
                "public": recipient.public.hex(),
                "info": info.hex(),
                "plaintext": plaintext.hex(),
                "ephemeral": ephemeral.hex(),
                "enc": enc.hex(),
                "ct": ct.hex(),
            }
        )
    moved = LOCK.public[:-1] + bytes([LOCK.public[-1] ^ 1])
    prime = (2**256 - 2**224 + 2**192 + 2**96 - 1).to_bytes(32)
    points = [LOCK.public, moved, b"\x04" + bytes(64), bytes(65), LOCK.public[:31], b"\x04" + prime + prime]
    infos = [("", 32), ("cek|a|b", 32), ("commit|标段", 64)]
    ikms = [*RFC_9180_KEYS, seed("any").hex()]
    pairs = [(ikm, derive_key_pair(bytes.fromhex(ikm))) for ikm in ikms]
    return {
        "hkdf": [
            {"secret": seed("s").hex(), "info": info, "length": size, "out": hkdf(seed("s"), info, size).hex()}
            for info, size in infos
        ],
        "key_pairs": [{"ikm": ikm, "private": pair.private.hex(), "public": pair.public.hex()} for ikm, pair in pairs],
        "seals": seals,
        "points": [{"public": point.hex(), "is_point": is_point(point)} for point in points],
    }


def canonical_vectors() -> list[dict[str, Any]]:
    """Values and their canonical bytes."""
    values: list[Any] = [
        {},
        [],
        {"b": 1, "a": [True, False, None, -1, 0, 9007199254740991], "aa": "", "B": {"z": {}, "y": []}},
        {"text": "".join(map(chr, range(0x80))) + "é竞价室🔧\u2028\u2029\ufeff\ufffd"},
        {"amount": "1.00", "1": "digit key", "10": "x", "9": "y"},
    ]
    return [{"value": value, "bytes": canonical(value).hex()} for value in values]


def policy_vectors() -> dict[str, Any]:
    """A policy, its digest, its fingerprint."""
    value, digest = policy_json(POLICY), policy_digest(POLICY)
    return {
        "policy": value,
        "canonical": canonical(value).decode(),
        "digest": digest,
        "fingerprint": fingerprint(digest),
    }


def price_header() -> tuple[Header, bytes]:
    """The package with a price alone, and its ciphertext."""
    binding = Binding(ROUND, LOT, TAG, 1, policy_digest(POLICY))
    body = pack_price(OFFER)
    envelope, ct = seal_envelope(LOCK.public, binding, EnvelopeKind.PRICE, body, 4096, seed("V price"))
    return Header(binding, (envelope,)), ct


def price_vectors() -> dict[str, Any]:
    """A package with a price alone."""
    header, ct = price_header()
    return {
        "server_lock": {"private": LOCK.private.hex(), "public": LOCK.public.hex()},
        "offer": {
            "lot": OFFER.lot,
            "currency": OFFER.currency,
            "amount": OFFER.amount,
            "scale": OFFER.scale,
            "lines": [list(line) for line in OFFER.lines],
        },
        "bucket": 4096,
        "secret": seed("V price").hex(),
        "context": context(header.binding, EnvelopeKind.PRICE),
        "body": pack_price(OFFER).hex(),
        "header": header_json(header),
        "ct": encode(ct),
        "package": package_digest(header),
    }


def technical_vectors() -> dict[str, Any]:
    """A package with both envelopes, the second revision of one with a price alone."""
    first = package_digest(price_header()[0])
    binding = Binding(ROUND, LOT, TAG, 2, policy_digest(POLICY), first)
    body = pack_technical(ANSWERS, FILES)
    tech, tech_ct = seal_envelope(LOCK.public, binding, EnvelopeKind.TECH, body, 256 << 10, seed("V tech 2"))
    price, price_ct = seal_envelope(
        LOCK.public, binding, EnvelopeKind.PRICE, pack_price(OFFER), 4096, seed("V price 2")
    )
    header = Header(binding, (tech, price))
    return {
        "server_lock": {"private": LOCK.private.hex(), "public": LOCK.public.hex()},
        "answers": [{"criterion": criterion, "value": value, "text": text} for criterion, value, text in ANSWERS],
        "files": [{"name": name, "type": kind, "content": encode(content)} for name, kind, content in FILES],
        "bucket": 256 << 10,
        "secrets": {"tech": seed("V tech 2").hex(), "price": seed("V price 2").hex()},
        "context": context(binding, EnvelopeKind.TECH),
        "body": body.hex(),
        "header": header_json(header),
        # The whole of 256 KiB would only repeat what its digest says.
        "ct_begins": tech_ct[:64].hex(),
        "ct_ends": tech_ct[-64:].hex(),
        "price_ct_sha256": hashlib.sha256(price_ct).hexdigest(),
        "package": package_digest(header),
    }


def receipt_vectors() -> dict[str, Any]:
    """Receipts and a late notice, good and spoilt, each with the fault a checker must find."""
    header = price_header()[0]
    facts: dict[str, Any] = {
        "custody": "server",
        "received_at_ms": 1_772_431_200_123,
        "entry_hash": hashlib.sha256(b"entry").hexdigest(),
        "pin": hashlib.sha256(b"checkpoint").hexdigest(),
        "key_id": key_id_of(JOURNAL_PUBLIC),
    }
    cores = [sealed_receipt_core(header, kind=kind, **facts) for kind in (RECEIVED, WITHDRAWN)]
    late = late_notice_core(
        round_id=ROUND,
        lot=LOT,
        package=package_digest(header),
        received_at_ms=1_772_431_200_000,
        closes_at_ms=1_772_431_200_000,
        key_id=facts["key_id"],
    )
    received, withdrawn = (signed(core, JOURNAL.sign(receipt_message(core))) for core in cores)
    notice = signed(late, JOURNAL.sign(receipt_message(late)))
    order = 2**252 + 27742317777372353535851937790883648493
    raw = bytes.fromhex(received["sig"])
    twin = raw[:32] + (int.from_bytes(raw[32:], "little") + order).to_bytes(32, "little")
    return {
        "public_key": JOURNAL_PUBLIC.hex(),
        "header": header_json(header),
        "message": receipt_message(received).hex(),
        "receipts": [
            {"receipt": received, "fault": None},
            {"receipt": withdrawn, "fault": None},
            {"receipt": {**received, "received_at": 1_772_431_200_124}, "fault": "BAD_SIGNATURE"},
            {"receipt": {**received, "sig": twin.hex()}, "fault": "BAD_SIGNATURE"},
            {"receipt": {**received, "key_id": "0" * 16}, "fault": "OTHER_KEY"},
            {"receipt": {**received, "rev": 1}, "fault": "MALFORMED"},
            {"receipt": {**received, "note": ""}, "fault": "MALFORMED"},
            {"receipt": {**received, "v": True}, "fault": "MALFORMED"},
            {"receipt": notice, "fault": "MALFORMED"},
        ],
        "notices": [
            {"notice": notice, "fault": None},
            {"notice": {**notice, "closes_at": 1_772_431_200_001}, "fault": "MALFORMED"},
            {"notice": {**notice, "received_at": 1_772_431_200_001}, "fault": "BAD_SIGNATURE"},
        ],
        "manifests": [
            {"digests": [package_digest(header)], "fault": None},
            {"digests": ["0" * 64], "fault": "NOT_IN_MANIFEST"},
        ],
    }


def recovery_vectors() -> dict[str, Any]:
    """A recovery file and its passphrase."""
    header = price_header()[0]
    # The ligature and the full-width digits: NFKC makes the same words of it on every keyboard.
    passphrase = "竞价 oﬃce １２３"
    secrets = {EnvelopeKind.PRICE: seed("V price")}
    made = recovery_file(header, secrets, passphrase, salt=seed("salt")[:16], nonce=seed("nonce")[:12])
    return {
        "passphrase": passphrase,
        "salt": encode(seed("salt")[:16]),
        "nonce": encode(seed("nonce")[:12]),
        "header": header_json(header),
        "secrets": {"price": seed("V price").hex()},
        "file": made,
    }


COMMITTEE_SEATS = ("audit", "technical", "external")
MEMBERS = [derive_key_pair(seed(f"member {number}")) for number in range(1, 4)]
COMMITTEE_POLICY = replace(
    POLICY,
    custody=COMMITTEE,
    k=2,
    members=tuple(MemberKey(seat, pair.public.hex()) for seat, pair in zip(COMMITTEE_SEATS, MEMBERS, strict=True)),
)


def committee_vectors() -> dict[str, Any]:
    """A committee's policy, a package under it, what its members release, a key file, a challenge."""
    binding = Binding(ROUND, LOT, TAG, 1, policy_digest(COMMITTEE_POLICY))
    secret = seed("S price") + seed("V price")
    envelope, ct = seal_envelope(
        LOCK.public, binding, EnvelopeKind.PRICE, pack_price(OFFER), 4096, secret, COMMITTEE_POLICY.committee
    )
    header, ctx = Header(binding, (envelope,)), context(binding, EnvelopeKind.PRICE)
    releases = [release_wrap(pair.private, binding, envelope, seat) for seat, pair in enumerate(MEMBERS, start=1)]
    passphrase = "开启人 oﬃce １２３"
    chance = {"salt": seed("salt")[:16], "nonce": seed("nonce")[:12]}
    enc, challenged = challenge(MEMBERS[0].public, ROUND, 1, seed("challenge"), seed("challenge ephemeral"))
    return {
        "policy": policy_json(COMMITTEE_POLICY),
        "digest": policy_digest(COMMITTEE_POLICY),
        "server_lock": {"private": LOCK.private.hex(), "public": LOCK.public.hex()},
        "members": [{"private": pair.private.hex(), "public": pair.public.hex()} for pair in MEMBERS],
        "secret": secret.hex(),
        "context": ctx,
        "shares": [share.hex() for share in split(secret[:32], 2, 3, ctx)],
        "shares_5_of_9": [share.hex() for share in split(secret[:32], 5, 9, ctx)],
        "body": pack_price(OFFER).hex(),
        "bucket": 4096,
        "header": header_json(header),
        "ct": encode(ct),
        "package": package_digest(header),
        "releases": [release.hex() for release in releases],
        "recovery": {
            "passphrase": passphrase,
            "file": recovery_file(header, {EnvelopeKind.PRICE: secret}, passphrase, **chance),
        },
        "key_file": {"passphrase": passphrase, "file": member_key_file(ROUND, 1, MEMBERS[0], passphrase, **chance)},
        "chance": {name: encode(value) for name, value in chance.items()},
        "challenge": {"enc": enc.hex(), "ct": encode(challenged), "nonce": seed("challenge").hex(), "seat": 1},
    }


MAKERS = {
    "suite": suite_vectors,
    "canonical": canonical_vectors,
    "policy": policy_vectors,
    "price": price_vectors,
    "technical": technical_vectors,
    "receipt": receipt_vectors,
    "recovery": recovery_vectors,
    "committee": committee_vectors,
}


def main() -> None:
    """Write every file."""
    FOLDER.mkdir(exist_ok=True)
    for name, make in MAKERS.items():
        text = json.dumps(make(), ensure_ascii=True, indent=1)
        (FOLDER / f"{name}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
