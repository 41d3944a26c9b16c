"""Auditing the journal of a bundle: the fold over its lines that finds the first thing wrong (JOURNAL.md section 4).

Pure, and flat in memory: lines go in one by one; what is kept is the state of the chain being read and of the tender
it belongs to.
"""

from collections.abc import Mapping, Sequence

from app.domain.basis_retracing import find_basis
from app.domain.bundling import (
    KEY_ID_LENGTH,
    BadBundleError,
    ChainScope,
    Manifest,
    fingerprint,
    split_line,
    tender_file,
)
from app.domain.chaining import ChainEnd, Fault, Why, read_entry
from app.domain.closing import LotStatus
from app.domain.countersigning import Approvals
from app.domain.covering import Cover
from app.domain.entries import Entry
from app.domain.framing import BadDataError, instant_of
from app.domain.key_auditing import KeyRetrace
from app.domain.kinds import Kind
from app.domain.limit_replaying import Opening
from app.domain.live_rules import LotOrder
from app.domain.package_retracing import PACKAGE_KINDS, PackageRetrace
from app.domain.project_retracing import ProjectRetrace
from app.domain.reopening import Read
from app.domain.replaying import LotReplay
from app.domain.reporting import Finding
from app.domain.retracing import TenderRetrace, ranking_fault
from app.domain.sealed_auditing import Placed, SealedLotAudit, manifest_fault
from app.domain.series_retracing import series_fault
from app.domain.slip_retracing import SlipRetrace
from app.domain.witnessing import SignedHeads


class JournalAudit:
    """Folds journal.jsonl. Chains come one after the other in the manifest's order, a tender's before its lots'.

    ``read`` gives the bundle's other files: opening documents, alias maps, ciphertexts. ``openings``: limits that their
    bidders have handed in, by commitment.
    """

    def __init__(
        self,
        manifest: Manifest,
        signed: Mapping[str, SignedHeads],
        read: Read = lambda _name: None,
        openings: Mapping[str, Opening] | None = None,
        cover: Cover | None = None,
    ) -> None:
        self.entries = 0
        self.bids = 0
        self.lots = 0
        # Entries that no checkpoint covers, because they came after the last one.
        self.uncovered = 0
        self._scopes: Sequence[ChainScope] = manifest.chains
        self._files = manifest.files
        self._key_id = manifest.key_id
        self._keys = KeyRetrace(read)
        self._signed = signed
        self._cover = cover or Cover()
        self._next = 0
        self._scope: ChainScope | None = None
        self._end = ChainEnd("")
        self._tender = TenderRetrace(read)
        self._read = read
        self._openings = openings
        self._lot: LotReplay | None = None
        # By place, of lots in series: how each one that has opened stands at the end of its chain.
        self._series: dict[int, LotReplay] = {}
        self._sealed: SealedLotAudit | None = None
        # The boxes of the tender's lots that have been read.
        self._boxes: dict[str, PackageRetrace] = {}
        self._closed: Entry | None = None
        self._approvals = Approvals()
        self._slips = SlipRetrace()
        self._project = ProjectRetrace()

    def take(self, line: bytes) -> Finding | None:
        """What is wrong with this line after those before it, or None."""
        self.entries += 1
        try:
            read = read_entry(*_entry_parts(line))
        except BadBundleError as error:
            read = Fault(Why.FORM, str(error))
        if isinstance(read, Fault):
            return self._at(read, self._end.chain or None, self._end.seq + 1)
        if self._scope is None or read.chain != self._scope.chain:
            finding = self._turn_to(read)
            if finding is not None:
                return finding
        expected = self._end.seq + 1
        fault = self._follow(read) or self._signed_fault(read)
        if isinstance(fault, Finding):
            return fault
        fault = fault or self._replay(read)
        # Of a gap the first missing number is named, of a repetition the number that stands twice.
        return None if fault is None else self._at(fault, read.chain, min(read.seq, expected))

    def finish(self) -> Finding | None:
        """What is missing at the end of the journal, or None."""
        finding = self._leave() or self._leave_tender()
        begun = self._cover.begun_fault()
        if finding is None and begun is not None:
            finding = Finding(Why.MISSING, begun, file="checkpoints.jsonl")
        if finding is not None or self._next == len(self._scopes):
            return finding
        missing = self._scopes[self._next]
        return self._at(Fault(Why.MISSING, "the whole chain is missing"), missing.chain, 1)

    def _at(self, fault: Fault, chain: str | None, seq: int | None) -> Finding:
        return Finding(fault.why, fault.text, chain=chain, seq=seq, file="journal.jsonl", line=self.entries)

    def _follow(self, entry: Entry) -> Fault | None:
        followed = self._end.follow(entry)
        if isinstance(followed, Fault):
            return followed
        self._end = followed
        kind, _, subject = entry.chain.partition(":")
        if subject and {"tender": entry.tender, "lot": entry.lot}.get(kind, subject) != subject:
            return Fault(Why.FORM, f"it stands in the chain of another {kind} than it names")
        if self._scope is not None and entry.seq > self._scope.seq:
            return Fault(Why.ORDER, f"the manifest says that this chain ends at number {self._scope.seq}")
        return None

    def _signed_fault(self, entry: Entry) -> Finding | None:
        signed = self._signed.get(entry.chain)
        before, signed_hash = (0, None) if signed is None else signed.around(entry.seq)
        # Where a chain is given in part, the head that covers it lies beyond; the manifest's signature stands for it.
        is_whole = self._scope is not None and not self._scope.is_partial
        if signed is None or entry.seq > signed.last:
            self.uncovered += is_whole
            self._cover.see_bare(entry)
        if signed_hash is None or signed_hash == entry.hash:
            return None
        text = f"a checkpoint signed another entry {entry.seq}; what was changed lies in {before + 1} to {entry.seq}"
        fault = Fault(Why.CHECKPOINT, text)
        return Finding(
            fault.why,
            fault.text,
            chain=entry.chain,
            seq=entry.seq,
            since=before + 1,
            file="journal.jsonl",
            line=self.entries,
        )

    def _turn_to(self, entry: Entry) -> Finding | None:
        finding = self._leave()
        if finding is not None:
            return finding
        if self._next == len(self._scopes) or self._scopes[self._next].chain != entry.chain:
            fault = Fault(Why.ORDER, "this chain is not the one that the manifest names here")
            return self._at(fault, entry.chain, entry.seq)
        self._scope = self._scopes[self._next]
        self._next += 1
        self._end = ChainEnd(entry.chain)
        self._cover.begin(entry)
        self._approvals = Approvals()
        self._lot = self._closed = self._sealed = None
        self._slips = SlipRetrace()
        self._project = ProjectRetrace()
        if not entry.chain.startswith("lot:"):
            finding = self._leave_tender()
            self._tender, self._boxes = TenderRetrace(self._read, is_partial=self._scope.is_partial), {}
            self._series = {}
        return finding

    def _leave(self) -> Finding | None:
        """Leave the chain read last: is it whole, and does its lot stand as its tender's ranking says?"""
        scope = self._scope
        if scope is None:
            return None
        signed = self._signed.get(scope.chain)
        last = max(scope.seq, 0 if signed is None else signed.last)
        if self._end.seq < last:
            fault = Fault(Why.MISSING, f"entries {self._end.seq + 1} to {last} are missing")
            return self._at(fault, scope.chain, self._end.seq + 1)
        if self._end.hash != scope.hash:
            fault = Fault(Why.DIGEST, "the chain does not end with the hash that the manifest names")
            return self._at(fault, scope.chain, self._end.seq)
        bare = self._cover.fault(self._end, is_partial=scope.is_partial)
        if bare is not None:
            return self._at(bare.fault, scope.chain, bare.seq)
        untold = self._keys.fault(scope)
        if untold is not None:
            return self._at(untold, scope.chain, self._end.seq)
        if scope.chain.startswith("tender:"):
            return self._document_finding(scope.chain) or self._unopened_finding(scope)
        return (None if self._lot is None else self._lot_finding(self._lot, scope)) or self._sealed_finding()

    def _sealed_finding(self) -> Finding | None:
        """What a sealed round says of the lot read last: its box, its openings, its ranking by points."""
        if self._sealed is None or self._tender.sealed.closed_at is None:
            return None
        self._boxes[self._sealed.lot] = self._sealed.box
        return self._placed(self._sealed.finish(self._lot))

    def _placed(self, placed: Placed | None) -> Finding | None:
        if placed is None:
            return None
        chain = f"tender:{self._tender.tender}"
        return Finding(placed.fault.why, placed.fault.text, chain=chain, seq=placed.seq, file="journal.jsonl")

    def _leave_tender(self) -> Finding | None:
        """Leave the tender read last: do its lots that nobody spoke of, and its manifest, fit?"""
        for lot in sorted({lot for lot, _ in self._tender.sealed.openings} - set(self._boxes)):
            silent = SealedLotAudit(lot, self._tender, self._read)
            self._boxes[lot] = silent.box
            finding = self._placed(silent.finish(None))
            if finding is not None:
                return finding
        for lot, rankings in sorted(self._tender.rankings.items()):
            if rankings[-1].rows and not any(scope.chain == f"lot:{lot}" for scope in self._scopes):
                text = "a lot was ranked whose chain, with the bids it rests on, is not in the bundle"
                return self._placed(Placed(Fault(Why.MISSING, text), rankings[-1].seq))
        fault = manifest_fault(self._tender, self._boxes) or series_fault(self._series)
        return None if fault is None else self._placed(Placed(fault))

    def _document_finding(self, chain: str) -> Finding | None:
        if not self._tender.editions or self._tender.tender is None:
            return None
        name = tender_file(self._tender.tender)
        if self._files.get(name) == self._tender.editions[-1].digest:
            return None
        return Finding(Why.DIGEST, "it is not the document that was published", chain=chain, file=name)

    def _unopened_finding(self, scope: ChainScope) -> Finding | None:
        fault = None if scope.is_partial else self._tender.reserves.opening_fault(self._tender.sealed)
        return None if fault is None else self._at(fault, scope.chain, self._end.seq)

    def _lot_finding(self, lot: LotReplay, scope: ChainScope) -> Finding | None:
        self.lots += 1
        if lot.frame.rules.lots is LotOrder.SERIES and lot.status is not LotStatus.SCHEDULED:
            self._series[lot.frame.place] = lot
        fault = None if scope.is_partial else lot.finish()
        if fault is None and not (scope.is_partial or self._tender.is_partial):
            fault = self._tender.reserves.closing_fault(lot.frame.lot, self._closed)
        if fault is not None:
            return self._at(fault, scope.chain, self._end.seq)
        for told in self._tender.rankings.get(lot.frame.lot, ()):
            is_scored = self._tender.scores.rules is not None
            if self._closed is None or told.at < self._closed.at:
                fault = Fault(Why.STATE, "the lot was ranked before it closed")
            else:
                # With points, the opened prices are needed too: SealedLotAudit ranks.
                fault = None if is_scored else ranking_fault(told, lot)
            if fault is not None:
                chain = f"tender:{self._tender.tender}"
                return Finding(fault.why, fault.text, chain=chain, seq=told.seq, file="journal.jsonl")
        return None

    def _replay(self, entry: Entry) -> Fault | None:
        if entry.kind is Kind.KEY_ROTATED:
            return self._keys.take(entry)
        self._keys.see(entry)
        if entry.chain.startswith("tender:"):
            return self._tender.take(entry) or self._policy_fault(entry)
        # A bid is voided, a lot cancelled, in the lot's chain, on an approval in its tender's, as far as that is told.
        is_of_lot = entry.kind in (Kind.BID_VOIDED, Kind.LOT_CANCELLED)
        approvals = self._tender.approvals if is_of_lot else self._approvals
        try:
            fault = None if is_of_lot and self._tender.is_partial else approvals.take(entry)
        except BadDataError as error:
            fault = Fault(Why.FORM, f"{entry.kind.value}: {error}")
        if fault is None and entry.chain.startswith("lot:"):
            return self._replay_lot(entry)
        if fault is None and entry.chain.startswith("project:"):
            return self._project.take(entry)
        return fault

    def _policy_fault(self, entry: Entry) -> Fault | None:
        """Suppliers seal under a policy that names the journal's key: it must be the one the bundle is signed with."""
        policy = self._tender.sealed.policy
        if entry.kind is not Kind.POLICY_FIXED or policy is None:
            return None
        key = bytes.fromhex(policy.journal_key)
        if fingerprint(key)[:KEY_ID_LENGTH] != self._key_id and not self._keys.is_own(key):
            return Fault(Why.SIGNATURE, "the key policy names another journal key than the bundle's")
        return None

    def _replay_lot(self, entry: Entry) -> Fault | None:
        lot_id = entry.chain.removeprefix("lot:")
        if entry.tender != self._tender.tender or not self._tender.knows(lot_id, entry.at):
            return Fault(Why.STATE, "its tender had not published this lot")
        is_bid = entry.kind is Kind.BID_ACCEPTED
        self.bids += is_bid
        # Of a tender that still runs the chain may end before the answers, while a lot that has closed is shown whole.
        is_told = not self._tender.is_partial
        if is_told and (is_bid or entry.kind in PACKAGE_KINDS) and entry.tag not in self._tender.joined:
            return Fault(Why.STATE, "the bidder had not accepted the invitation")
        try:
            fault = self._slips.take(entry) or self._replay_sealed(lot_id, entry)
        except BadDataError as error:
            return Fault(Why.FORM, f"{entry.kind.value}: {error}")
        return fault or self._replay_live(lot_id, entry)

    def _replay_sealed(self, lot_id: str, entry: Entry) -> Fault | None:
        if self._tender.sealed.round is None:
            return None
        self._sealed = self._sealed or SealedLotAudit(lot_id, self._tender, self._read)
        try:
            return self._sealed.take(entry)
        except BadDataError as error:
            return Fault(Why.FORM, f"{entry.kind.value}: {error}")

    def _replay_live(self, lot_id: str, entry: Entry) -> Fault | None:
        frame = self._tender.frame_at(lot_id, entry.at)
        if frame is None:
            return None
        if entry.kind is Kind.LOT_OPENED and frame.rules.starts_from is not None:
            try:
                frame = self._tender.seeded_frame(frame, instant_of(entry.data, "opens_at"))
            except BadDataError as error:
                return Fault(Why.FORM, f"{entry.kind.value}: {error}")
        self._lot = self._lot or LotReplay(frame, find_basis(self._tender.scores, frame, self._read), self._openings)
        self._lot.reframe(frame)
        if entry.kind in (Kind.LOT_CLOSED, Kind.LOT_CANCELLED):
            self._closed = entry
        return self._lot.take(entry)


def _entry_parts(line: bytes) -> tuple[bytes, bytes, str]:
    body, entry_hash, salt = split_line(line)
    return body, salt, entry_hash
