"""Signatures that another house collects: how a request is signed and tried again, and what its answer is worth.

Serves SCREENS.md SP-10 and PL-12 (a provider that is down: tried again, nothing lost). What the provider says counts
only for the text that was asked about, and only while that text may still be signed.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from app.domain.contracting import ContractState
from app.domain.refusals import Code, Refusal

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from app.domain.negotiating import Side

# A failed call is tried again after this, then after twice as long, up to the longest; it is never given up.
FIRST_WAIT: Final = timedelta(seconds=5)
LONGEST_WAIT: Final = timedelta(minutes=15)
# A person takes minutes or days over a signature: so often the provider is asked whether it is there.
ASK_AGAIN: Final = timedelta(minutes=1)
# A call from the provider whose time is further off is old, or somebody else's.
TOLERANCE: Final = timedelta(minutes=5)


class RequestState(StrEnum):
    """How a request stands here."""

    # To be sent, or with the provider.
    OPEN = "open"
    CONFIRMED = "confirmed"
    # The provider says that it will not be signed.
    DECLINED = "declined"
    # It was signed, but not as asked: it counts for nothing.
    REFUSED = "refused"
    # The contract was ended before the provider answered.
    DROPPED = "dropped"


class Word(StrEnum):
    """What a provider says of a request."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Answer:
    """A provider's answer: its own name for the request, and the text it is about."""

    word: Word
    reference: str
    digest: str


def wait_after(failures: int) -> timedelta:
    """How long to wait after so many failed calls in a row (one or more)."""
    steps = min(failures - 1, 10)
    return min(FIRST_WAIT * (1 << steps), LONGEST_WAIT)


@dataclass(frozen=True, slots=True)
class Matter:
    """What a confirmation meets: the request as it stands, and the contract; None where that counts no more."""

    state: RequestState
    side: Side
    digest: str
    contract: ContractState | None
    contract_digest: str
    signed: Collection[Side]


def decide_confirmation(matter: Matter, answer: Answer) -> Refusal | None:
    """Whether a confirmed signature counts. Refuses where the request is over, the contract ended, or the side has
    signed (ALREADY_DECIDED), and a signature under another text (CHANGED_SINCE)."""
    if matter.state is not RequestState.OPEN:
        return Refusal(Code.ALREADY_DECIDED, {"request": matter.state.value})
    if matter.contract is not ContractState.PENDING or matter.side in matter.signed:
        state = "gone" if matter.contract is None else matter.contract.value
        return Refusal(Code.ALREADY_DECIDED, {"state": state})
    if answer.digest != matter.digest or answer.digest != matter.contract_digest:
        return Refusal(Code.CHANGED_SINCE, {"digest": answer.digest[:64]})
    return None


def sign_call(secret: bytes, method: str, path: str, body: bytes, at: datetime) -> dict[str, str]:
    """The headers of a call in either direction: HMAC-SHA256 over `time.method.path.SHA-256 of the body`."""
    seconds = str(int(at.timestamp()))
    return {"bidroom-timestamp": seconds, "bidroom-signature": f"v1,{_mark(secret, seconds, method, path, body)}"}


def is_signed(secret: bytes, method: str, path: str, body: bytes, *, at: datetime, time: str, signature: str) -> bool:
    """Whether a call was made by whoever knows the secret, not long ago."""
    if not time.isascii() or not time.isdigit() or len(time) > 12:
        return False
    is_fresh = abs(int(time) - int(at.timestamp())) <= TOLERANCE.total_seconds()
    expected = f"v1,{_mark(secret, time, method, path, body)}"
    return hmac.compare_digest(expected.encode(), signature.encode()) and is_fresh


def _mark(secret: bytes, seconds: str, method: str, path: str, body: bytes) -> str:
    text = ".".join((seconds, method, path, hashlib.sha256(body).hexdigest()))
    return base64.b64encode(hmac.new(secret, text.encode(), hashlib.sha256).digest()).decode()
