"""A bidder's side of a sealed round over its websocket: packages in, receipts out, and every receipt checked.

What `PUT` does outside the room (sealer.submit_package), the frames do here (SEALING.md section 4).
"""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from app.client.caller import Caller
from app.client.journal_keys import vouching_key
from app.client.sealer import Offer, SealedPackage, SealingError, seal_package, submit_package, upload_technical
from app.domain.sealing.receipt import check_late_notice, check_manifest, check_own_package, check_sealed_receipt

ANSWER_SECONDS = 60.0


class PackageRefusedError(Exception):
    """A rule said no to a package or a withdrawal."""

    def __init__(self, frame: Mapping[str, Any]) -> None:
        self.code = str(frame["code"])
        self.late_notice = frame.get("late_notice")
        super().__init__(f"{self.code} {frame.get('detail')}")


class SealedRoom:
    """An open socket of one sealed round. `status` and `closes_at` are the last ones told."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._answers: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self.welcome: dict[str, Any] = {}
        self.notices: list[dict[str, Any]] = []
        self.status = ""
        self.changed = asyncio.Event()
        self.is_closed = False

    async def ask(self, kind: str, **members: Any) -> dict[str, Any]:
        """Send an act and wait for its answer. Raises TimeoutError or ConnectionError."""
        name = str(uuid.uuid4())
        answer = asyncio.get_running_loop().create_future()
        self._answers[name] = answer
        await self._connection.send(json.dumps({"type": kind, "request_id": name, **members}))
        async with asyncio.timeout(ANSWER_SECONDS):
            frame: dict[str, Any] = await answer
        return frame

    async def read(self) -> None:
        """Take in frames until the socket closes."""
        with suppress(ConnectionClosed):
            async for text in self._connection:
                self._take(json.loads(text))
        self.is_closed = True
        self.changed.set()
        for answer in self._answers.values():
            if not answer.done():
                answer.set_exception(ConnectionError("the socket closed before the answer"))

    def _take(self, frame: dict[str, Any]) -> None:
        if frame["type"] == "welcome":
            self.welcome = frame
        if frame["type"] == "notice":
            self.notices.append(frame)
        self.status = frame.get("status", self.status)
        answer = self._answers.pop(frame.get("request_id") or "", None)
        if answer is not None and not answer.done():
            answer.set_result(frame)
        self.changed.set()

    async def until(self, *statuses: str) -> None:
        """Wait until the round stands in one of these (or the socket closes)."""
        while self.status not in statuses and not self.is_closed:
            self.changed.clear()
            await self.changed.wait()


@asynccontextmanager
async def enter_sealed_room(caller: Caller, round_id: str) -> AsyncIterator[SealedRoom]:
    """Open the sealed round's socket as the caller and wait for the welcome."""
    ticket = (await caller.post("/ws-tickets", {"round_id": round_id}))["ticket"]
    address = caller.base_url.replace("http", "ws", 1) + f"/ws/rounds/{round_id}"
    async with connect(address, origin=caller.base_url, compression=None, proxy=None) as connection:  # type: ignore[arg-type]  # an Origin is a str
        room = SealedRoom(connection)
        await connection.send(json.dumps({"type": "hello", "ticket": ticket}))
        reader = asyncio.create_task(room.read())
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                while not room.welcome and not room.is_closed:
                    room.changed.clear()
                    await room.changed.wait()
            yield room
        finally:
            reader.cancel()
            with suppress(asyncio.CancelledError):
                await reader


@dataclass(slots=True)
class SealedBidder:
    """A supplier in a sealed round, with the packages and receipts it holds."""

    caller: Caller
    round_id: str
    packages: list[SealedPackage] = field(default_factory=list)
    receipts: list[dict[str, Any]] = field(default_factory=list)

    async def facts(self) -> dict[str, Any]:
        """What the round tells this supplier."""
        found: dict[str, Any] = await self.caller.get(f"/rounds/{self.round_id}/sealed")
        return found

    async def seal(self, offer: Offer, lot_id: str = "1") -> SealedPackage:
        """Seal an offer as the next own revision on a lot (named by id or number)."""
        facts = await self.facts()
        # Sealing is pure work of some ten milliseconds: other bidders' sockets go on beside it.
        return await asyncio.to_thread(seal_package, facts, lot_id, offer)

    async def hand_in(self, offer: Offer, lot_id: str = "1", *, room: SealedRoom | None = None) -> dict[str, Any]:
        """Seal and commit, over the room's socket or by PUT; the checked receipt.

        Raises PackageRefusedError (socket), CallError (PUT), SealingError for a receipt that proves nothing.
        """
        package = await self.seal(offer, lot_id)
        if room is None:
            receipt = await submit_package(self.caller, package)
        else:
            receipt = await self.commit(package, room)
        self.packages.append(package)
        self.receipts.append(receipt)
        return receipt

    async def commit(self, package: SealedPackage, room: SealedRoom) -> dict[str, Any]:
        """Send a package over the socket; its checked receipt."""
        upload_id = await upload_technical(self.caller, package)
        members = package.commit_members() | {"lot_id": package.header.binding.lot, "upload_id": upload_id}
        return await self._checked(await room.ask("commit_package", **members), package)

    async def withdraw(self, room: SealedRoom) -> dict[str, Any]:
        """Withdraw the last package over the socket; the checked receipt."""
        package = self.packages[-1]
        binding = package.header.binding
        frame = await room.ask("withdraw_package", lot_id=binding.lot, rev=binding.rev + 1)
        receipt = await self._checked(frame, package)
        self.receipts.append(receipt)
        return receipt

    async def is_in_manifest(self) -> bool:
        """Whether the last package stands in the manifest of the close."""
        manifest = await self.caller.get(f"/rounds/{self.round_id}/manifest")
        return check_manifest(self.receipts[-1], manifest["digests"]) is None

    async def _checked(self, frame: Mapping[str, Any], package: SealedPackage) -> dict[str, Any]:
        trusted = bytes.fromhex(package.policy.journal_key)
        if frame["type"] != "package_receipt":
            notice = frame.get("late_notice")
            if notice is not None:
                key = await vouching_key(self.caller, trusted, notice)
                if check_late_notice(notice, key) is not None:
                    raise SealingError("the service's late notice proves nothing")
            raise PackageRefusedError(frame)
        receipt: dict[str, Any] = frame["receipt"]
        key = await vouching_key(self.caller, trusted, receipt)
        fault = check_sealed_receipt(receipt, key) or check_own_package(receipt, package.header)
        if fault is not None:
            raise SealingError(f"the service's receipt proves nothing: {fault}")
        return receipt
