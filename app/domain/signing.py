"""What the signer signs: checkpoints that continue its last one, and messages of contexts it knows (JOURNAL.md 2).

Pure. The signer holds the journal's key in a process of its own; what it signs it recomputes from its own memory: the
number, the digest of the checkpoint before, the root over all heads, the growth of each chain. A service that was
broken into can have receipts signed while it holds the door, but no second history.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from app.domain.checkpointing import CHECKPOINT_CONTEXT, FIRST_PREV, Head, Statement, decide_growth, root_of
from app.domain.key_history import decide_reason

# What messages may begin with. A checkpoint is signed in its own way alone, and nothing unknown is.
CONTEXTS: Final = (
    b"bidroom receipt root v1\x00",
    b"bidroom package receipt v1\x00",
    b"bidroom opening record v1\x00",
    b"bidroom result statement v1\x00",
    b"bidroom-manifest-v1\n",
)


@dataclass(frozen=True, slots=True)
class Memory:
    """What the signer signed last: the statement, its heads in order of chain; nothing before the first."""

    last: Statement | None = None
    heads: tuple[Head, ...] = ()


def decide_message(message: bytes) -> str | None:
    """Why a message is not signed, or None."""
    if message.startswith(CHECKPOINT_CONTEXT):
        return "a checkpoint is signed as a checkpoint only"
    if not message.startswith(CONTEXTS):
        return "the message is of no kind that the signer knows"
    return None


def fold_heads(before: Sequence[Head], moved: Sequence[Head]) -> tuple[Head, ...]:
    """All heads after some moved, in order of chain."""
    folded = {head.chain: head for head in (*before, *moved)}
    return tuple(folded[chain] for chain in sorted(folded))


def is_same_again(memory: Memory, offered: Statement) -> bool:
    """True if the offer has the number and the past of what was signed last.

    A service that fell between signature and commit, or a second one at the same moment, asks so. It gets what was
    signed already, never a second checkpoint of the number.
    """
    last = memory.last
    return last is not None and offered.n == last.n and offered.prev == last.prev


def decide_checkpoint(memory: Memory, offered: Statement, moved: Sequence[Head], key_id: str) -> Memory | str:
    """The signer's memory after this checkpoint, or why it is not signed. `moved`: the heads that differ from it."""
    last = memory.last
    due, prev = (1, FIRST_PREV) if last is None else (last.n + 1, last.digest())
    if offered.key_id != key_id:
        return f"it names another key ({offered.key_id})"
    if offered.n != due:
        return f"checkpoint {offered.n} is offered, but {due} is next"
    if offered.prev != prev:
        return f"checkpoint {offered.n} does not name the one that was signed before it"
    if last is not None and offered.at_ms < last.at_ms:
        return f"checkpoint {offered.n} is older than the one before it"
    if len({head.chain for head in moved}) != len(moved) or any(head.seq < 1 for head in moved):
        return "a chain stands twice among the heads, or is empty"
    told = {head.chain: head for head in moved}
    why = decide_growth([head for head in memory.heads if head.chain in told], moved)
    if why is not None:
        return why
    heads = fold_heads(memory.heads, moved)
    if (offered.chains, offered.entries) != (len(heads), sum(head.seq for head in heads)):
        return "its chains and entries are not those of the heads"
    if offered.root != root_of(heads):
        return "its root is not that of the heads: a chain is gone, or another history was offered"
    return Memory(offered, heads)


def decide_rotation(memory: Memory, *, last: int, digest: str, at_ms: int, reason: str) -> str | None:
    """Why the signer's key does not end after a checkpoint, or None: it must be the last one that it signed.

    One that was signed and is not in the journal yet comes first: else there would be two of its number.
    """
    held = memory.last
    due, prev = (0, FIRST_PREV) if held is None else (held.n, held.digest())
    if last != due:
        return f"checkpoint {due} was signed last, and the journal ends with {last}: take a checkpoint first"
    if digest != prev:
        return f"checkpoint {last} of the journal is not the one that was signed"
    if held is not None and at_ms < held.at_ms:
        return "the rotation is older than the last checkpoint"
    return None if decide_reason(reason) else "a rotation has a reason of at most 500 characters"
