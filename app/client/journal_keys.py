"""Which journal key vouches for a receipt: the one that the package was sealed under, or one that followed it.

A round may last longer than a key. The service tells the rotations; they count only as far as they lead from the key
in the policy, which the bidder has compared (domain/key_history.py).
"""

from collections.abc import Mapping
from typing import Any

from app.client.caller import Caller
from app.domain.key_history import HistoryFault, follow
from app.domain.sealing.receipt import key_id_of


async def vouching_key(caller: Caller, trusted: bytes, receipt: Mapping[str, Any]) -> bytes:
    """The key to check a receipt or late notice with; the trusted one where no rotation leads to the one it names."""
    named = receipt.get("key_id")
    if named == key_id_of(trusted):
        return trusted
    held = follow(trusted, (await caller.get("/audit/key"))["rotations"])
    if isinstance(held, HistoryFault):
        return trusted
    received = receipt.get("received_at")
    found = held.receipt_key(named, received if isinstance(received, int) else None)
    return trusted if isinstance(found, HistoryFault) else found
