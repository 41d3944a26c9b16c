"""A sealed round as its invited supplier sees it, and a service of a few lines that opens and signs."""

import hashlib
import json
from typing import Any, Final

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.domain.sealing.header import EnvelopeKind, Header, decode, header_from_json
from app.domain.sealing.package import Opened, open_envelope
from app.domain.sealing.policy import KeyPolicy, policy_digest, policy_json
from app.domain.sealing.receipt import NO_PIN, RECEIVED, key_id_of, receipt_message, sealed_receipt_core, signed
from app.domain.sealing.suite import derive_key_pair

ROUND, LOT, TAG = "0a" * 16, "1b" * 16, "2c" * 16
LOCK: Final = derive_key_pair(b"l" * 32)
JOURNAL: Final = Ed25519PrivateKey.from_private_bytes(b"j" * 32)
PUBLIC: Final = JOURNAL.public_key().public_bytes_raw()
POLICY: Final = KeyPolicy(ROUND, (LOT,), LOCK.public.hex(), PUBLIC.hex(), "0" * 64)
NOON: Final = 1_772_431_200_000
DOSSIER: Final = {
    "name_zh": "北京华夏精工科技有限公司",
    "name_en": "Arco Tools Co., Ltd.",
    "credit_code": "91110108MA01ABCD2X",
    "contact": {"name": "李伟", "email": "li.wei@huaxia-jg.cn", "phone": "+86 138 0013 8000"},
}


def facts(*, has_technical: bool = False, current: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "round_id": ROUND,
        "custody": "server",
        "custody_en": "Server custody: the operator of this server could read bids before opening.",
        "policy": policy_json(POLICY),
        "policy_digest": policy_digest(POLICY),
        "server_lock": POLICY.server_lock,
        "journal_key": POLICY.journal_key,
        "tag": TAG,
        "has_technical": has_technical,
        "lots": [
            {
                "lot_id": LOT,
                "number": 1,
                "scale": 2,
                "currency": "CNY",
                "price_bucket": 4096,
                "tech_bucket": 262_144,
                "current": current,
            }
        ],
    }


def receipt_of(header: Header) -> dict[str, Any]:
    core = sealed_receipt_core(
        header,
        kind=RECEIVED,
        custody="server",
        received_at_ms=NOON,
        entry_hash="1" * 64,
        pin=NO_PIN,
        key_id=key_id_of(PUBLIC),
    )
    return signed(core, JOURNAL.sign(receipt_message(core)))


class Service:
    """Takes chunks and one package, opens it, and signs its receipt."""

    def __init__(self, *, has_technical: bool = False, loses: int = 0) -> None:
        self.facts = facts(has_technical=has_technical)
        self.upload = b""
        self.opened: dict[EnvelopeKind, Opened] = {}
        self.refuses: str | None = None
        self.spoils = False
        self._loses = loses

    def transport(self) -> httpx.MockTransport:
        return httpx.MockTransport(self._answer)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        path, method = request.url.path.removeprefix("/api"), request.method
        if path == "/session":
            return httpx.Response(200, json={"csrf_token": "t"})
        if path == "/my/supplier":
            return httpx.Response(200, json=DOSSIER)
        if path == f"/rounds/{ROUND}/sealed":
            return httpx.Response(200, json=self.facts)
        if "/uploads" in path:
            return self._upload(method, request)
        if method == "PUT" and path == f"/rounds/{ROUND}/packages/{LOT}":
            return self._commit(json.loads(request.content))
        return httpx.Response(404, json={})

    def _upload(self, method: str, request: httpx.Request) -> httpx.Response:
        if method == "PATCH":
            assert request.headers["content-type"] == "application/octet-stream"
            if int(request.headers["upload-offset"]) != len(self.upload):
                return self._problem(409, "UPLOAD_INCOMPLETE")
            kept = len(request.content)
            if self._loses:
                # The line breaks in the middle of a chunk: some of it arrived, and nobody was told.
                self._loses -= 1
                self.upload += request.content[: kept // 2]
                return self._problem(409, "UPLOAD_INCOMPLETE")
            self.upload += request.content
        return httpx.Response(200, json={"upload_id": "u1", "offset": len(self.upload), "is_complete": False})

    def _commit(self, body: dict[str, Any]) -> httpx.Response:
        if self.refuses:
            return self._problem(409, self.refuses)
        header = header_from_json(body["header"])
        assert isinstance(header, Header)
        price = decode(body["price"]["ct"])
        assert price is not None
        cts = {EnvelopeKind.PRICE: price, EnvelopeKind.TECH: self.upload}
        for envelope in header.envelopes:
            opened = open_envelope(LOCK.private, header.binding, envelope, cts[envelope.kind])
            assert isinstance(opened, Opened), opened
            self.opened[envelope.kind] = opened
        receipt = receipt_of(header)
        return httpx.Response(200, json=receipt | {"entry_hash": "2" * 64} if self.spoils else receipt)

    @staticmethod
    def _problem(status: int, code: str) -> httpx.Response:
        headers = {"content-type": "application/problem+json"}
        return httpx.Response(status, content=json.dumps({"code": code}), headers=headers)


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
