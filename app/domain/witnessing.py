"""Auditing the checkpoints of a bundle: signatures, links, roots, order and growth (JOURNAL.md sections 2 and 4).

Pure. What is kept is the Merkle tree of the heads and 40 bytes for each signed head of a chain that the bundle holds.
"""

from array import array
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field

from app.domain.bundling import BadBundleError, ChainScope, CheckpointLine, fold_leaves, parse_checkpoint_line
from app.domain.chaining import Fault, Why
from app.domain.checkpointing import FIRST_PREV, Head, LeafTree, Statement
from app.domain.key_auditing import checkpoint_fault
from app.domain.key_history import KeyHistory


@dataclass(slots=True)
class SignedHeads:
    """The heads of one chain that checkpoints signed, in order: 40 bytes each."""

    _numbers: "array[int]" = field(default_factory=lambda: array("Q"))
    _hashes: bytearray = field(default_factory=bytearray)

    @property
    def last(self) -> int:
        """The number of the newest signed head."""
        return self._numbers[-1] if self._numbers else 0

    def add(self, head: Head) -> str | None:
        """Take a newer head; a sentence where it is not newer."""
        if head.seq <= self.last:
            return f"{head.chain} went from {self.last} to {head.seq} entries"
        self._numbers.append(head.seq)
        self._hashes += bytes.fromhex(head.hash)
        return None

    def around(self, seq: int) -> tuple[int, str | None]:
        """(the signed number before ``seq``, the signed hash of ``seq`` itself or None)."""
        place = bisect_left(self._numbers, seq)
        before = self._numbers[place - 1] if place else 0
        if place == len(self._numbers) or self._numbers[place] != seq:
            return before, None
        return before, self._hashes[place * 32 : place * 32 + 32].hex()


class CheckpointAudit:
    """Folds checkpoints.jsonl; keeps the signed heads of the bundle's chains."""

    def __init__(self, keys: KeyHistory, chains: Mapping[str, ChainScope]) -> None:
        self.heads: dict[str, SignedHeads] = {}
        self.last: Statement | None = None
        self.count = 0
        # The times of all of them, and the number of the first.
        self.points: array[int] = array("Q")
        self.first_n = 1
        self._keys = keys
        self._chains = chains
        self._tree = LeafTree()
        # Beside each leaf the chain it belongs to, None where the bundle does not hold that chain.
        self._names: list[str | None] = []

    def take(self, line: bytes) -> Fault | None:
        """What is wrong with this line after those before it, or None."""
        try:
            told = parse_checkpoint_line(line)
            self._shift_names(told)
            fold_leaves(self._tree, told)
        except BadBundleError as error:
            return Fault(Why.FORM, str(error))
        fault = self._statement_fault(told) or self._heads_fault(told)
        if self.count == 0:
            self.first_n = told.statement.n
        self.last = told.statement
        self.count += 1
        if fault is None:
            self.points.append(told.statement.at_ms)
        return fault

    def _statement_fault(self, told: CheckpointLine) -> Fault | None:
        new, last = told.statement, self.last
        unsigned = checkpoint_fault(self._keys, new, told.signature)
        if unsigned is not None:
            return Fault(Why.SIGNATURE, unsigned)
        if last is None:
            is_linked = new.n > 1 or (new.n == 1 and new.prev == FIRST_PREV)
        else:
            is_linked = new.n == last.n + 1 and new.prev == last.digest()
        if not is_linked:
            return Fault(Why.LINK, f"checkpoint {new.n} does not name the one before it")
        if last is not None and (new.at_ms < last.at_ms or new.entries < last.entries or new.chains < last.chains):
            return Fault(Why.CHECKPOINT, f"checkpoint {new.n} is older or smaller than the one before it")
        if new.chains != len(self._tree) or new.root != self._tree.root().hex():
            return Fault(Why.CHECKPOINT, f"the heads of checkpoint {new.n} do not give the root that was signed")
        return None

    def _heads_fault(self, told: CheckpointLine) -> Fault | None:
        for head in told.known():
            scope = self._chains.get(head.chain)
            if scope is None:
                return Fault(
                    Why.CHECKPOINT, f"checkpoint {told.statement.n} names a chain that the bundle does not hold"
                )
            problem = self.heads.setdefault(head.chain, SignedHeads()).add(head)
            if problem is not None:
                return Fault(Why.CHECKPOINT, f"checkpoint {told.statement.n}: {problem}")
        return None

    def _shift_names(self, told: CheckpointLine) -> None:
        for place, leaf in told.added:
            self._names.insert(place, leaf.chain if isinstance(leaf, Head) else None)
        for place, leaf in told.replaced:
            if place >= len(self._names):
                raise BadBundleError("a leaf was changed at a place that does not exist")
            name = self._names[place]
            scope = self._chains.get(name or "")
            if isinstance(leaf, bytes) and scope is not None and not scope.is_partial:
                raise BadBundleError(f"the head of {scope.chain} is hidden although the bundle holds the whole chain")
            if isinstance(leaf, Head) and leaf.chain != name:
                raise BadBundleError("a head stands at the place of another chain")
