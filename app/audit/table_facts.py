"""What the journal makes the tables hold, lot by lot and tender by tender, and where they differ from it.

Part of `folding.py`: of `app` it imports `app.domain` alone.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import orjson
from sqlalchemy import Select, column, select, table

from app.audit.agreement_facts import AgreementFacts
from app.audit.committee_facts import CommitteeFacts
from app.audit.document_facts import DocumentFacts
from app.audit.floor_facts import PublishedFacts, basis_difference
from app.audit.inquiry_facts import InquiryFacts
from app.audit.question_facts import QuestionFacts
from app.audit.reserve_facts import ReserveFacts
from app.audit.room_facts import RoomFacts
from app.domain.entries import NotCanonical, digest_of, to_milliseconds
from app.domain.framing import instant_of
from app.domain.kinds import Kind
from app.domain.sealing.header import Header, header_from_json, package_digest

Rows = Callable[[Select[Any]], Sequence[Any]]
# (entry, what the table says otherwise); the entry is None where none told it.
Difference = tuple[int | None, str]

BID = table("bid", *map(column, ("lot_id", "seq", "n", "tag", "amount", "verdict", "voided_at", "entry_hash")))
PACKAGE = table(
    "package",
    *map(column, ("lot_id", "tag", "rev", "is_withdrawal", "package", "prev", "header", "price_ct", "upload_id")),
    *map(column, ("received_at", "entry_hash")),
)
UPLOAD = table("upload", column("id"), column("sha256"))
OPENING = table("opening", *map(column, ("lot_id", "envelope", "round_id", "count", "digest")))
RANKING = table("ranking", *map(column, ("tender_id", "lot_id", "digest", "rows", "shortlist")))
SEALED_ROUND = table("sealed_round", *map(column, ("tender_id", "round_id", "manifest", "policy_digest", "closes_at")))
MEMBER = table("panel_member", *map(column, ("tender_id", "account_id", "seat")))
MARK = table("mark", *map(column, ("tender_id", "account_id", "lot_id", "alias", "criterion", "mark", "comment")))
AGREED = table("agreed_value", *map(column, ("tender_id", "lot_id", "alias", "criterion", "value")))
LOCK = table("score_lock", *map(column, ("tender_id", "digest", "scores")))
TENDER = table("tender", *map(column, ("id", "frozen", "frozen_hash")))
DECISION = table("decision", *map(column, ("tender_id", "number", "digest", "choices")))
# Amounts are stored as whole ten-thousandths.
UNIT = Decimal(10_000)


@dataclass(slots=True)
class LotFacts:
    """Bids and packages of one lot."""

    lot: str
    # n → (entry, tag, ten-thousandths, hash)
    _bids: dict[int, tuple[int, str, int, str]] = field(default_factory=dict)
    _voided: set[int] = field(default_factory=set)
    # (entry, digest) of what the lot is ranked by, where it is not the price alone.
    _basis: tuple[int, str] | None = None
    # (tag, rev) → (entry, is withdrawn, package, prev, ms, hash)
    _packages: dict[tuple[str, int], tuple[int, bool, str, str, int, str]] = field(default_factory=dict)

    def take(self, members: Mapping[str, Any], entry_hash: str) -> None:
        """An entry of the lot's chain."""
        data, seq, tag = members["data"], members["seq"], members.get("tag", "")
        match members["kind"]:
            case Kind.BID_ACCEPTED | Kind.BID_SEEDED:
                self._bids[data["n"]] = (seq, tag, int(Decimal(data["amount"]) * UNIT), entry_hash)
            case Kind.LOT_OPENED if "basis" in data:
                self._basis = (seq, data["basis"])
            case Kind.BID_VOIDED:
                self._voided.add(data["n"])
            case Kind.PACKAGE_RECEIVED | Kind.PACKAGE_WITHDRAWN:
                is_withdrawn = members["kind"] == Kind.PACKAGE_WITHDRAWN
                at = to_milliseconds(instant_of(data, "received_at"))
                told = (seq, is_withdrawn, data["package"], data["prev"], at, entry_hash)
                self._packages[tag, data["rev"]] = told
            case _:
                pass

    def differences(self, rows: Rows) -> Iterator[Difference]:
        """Where the tables say otherwise."""
        yield from self._bid_differences(rows)
        if self._basis is not None and (text := basis_difference(self.lot, self._basis[1], rows)) is not None:
            yield self._basis[0], text
        yield from self._package_differences(rows)

    def _bid_differences(self, rows: Rows) -> Iterator[Difference]:
        query = select(BID).where(BID.c.lot_id == self.lot, BID.c.verdict == "accepted").order_by(BID.c.n)
        left = dict(self._bids)
        for row in rows(query):
            told = left.pop(row.n, None)
            if told is None:
                yield None, f"the table has an accepted bid {row.n} that no entry tells"
            elif told[1:] != (row.tag, row.amount, row.entry_hash):
                amounts = f"{Decimal(row.amount) / UNIT:f} instead of {Decimal(told[2]) / UNIT:f}"
                yield told[0], f"bid {row.n} differs in the table ({amounts})"
            elif (row.voided_at is not None) != (row.n in self._voided):
                yield told[0], f"bid {row.n} is voided in one of journal and table, and not in the other"
        for n, told in left.items():
            yield told[0], f"the table lacks bid {n}"

    def _package_differences(self, rows: Rows) -> Iterator[Difference]:
        if not self._packages:
            return
        left = dict(self._packages)
        last: dict[str, int] = {}
        for tag, rev in self._packages:
            last[tag] = max(rev, last.get(tag, 0))
        for row in rows(select(PACKAGE).where(PACKAGE.c.lot_id == self.lot)):
            told = left.pop((row.tag, row.rev), None)
            own = (bool(row.is_withdrawal), row.package, row.prev, row.received_at, row.entry_hash)
            if told is None:
                yield None, f"the table has a revision {row.rev} of a package that no entry tells"
            elif told[1:] != own:
                yield told[0], f"revision {row.rev} of the package differs in the table"
            elif not row.is_withdrawal:
                text = _bytes_difference(row, rows, is_last=row.rev == last[row.tag])
                if text is not None:
                    yield told[0], text
        for (_, rev), told in left.items():
            yield told[0], f"the table lacks revision {rev} of a package"


def _bytes_difference(row: Any, rows: Rows, *, is_last: bool) -> str | None:
    """How a package's stored header and ciphertexts differ from its name, or None.

    Of a revision that was replaced or withdrawn the technical ciphertext is not kept: nobody will ever open it.
    """
    header = header_from_json(_json(row.header))
    if not isinstance(header, Header) or package_digest(header) != row.package:
        return "the package's header in the table is not the one it is named by"
    sizes = {envelope.kind.value: envelope.ct_sha256 for envelope in header.envelopes}
    if row.price_ct is not None and hashlib.sha256(row.price_ct).hexdigest() != sizes["price"]:
        return "the price ciphertext in the table is not the one that was receipted"
    if row.upload_id is not None and "tech" in sizes:
        held = [each.sha256 for each in rows(select(UPLOAD.c.sha256).where(UPLOAD.c.id == row.upload_id))]
        if held != [sizes["tech"]] and (is_last or held):
            return "the technical ciphertext that the table names is not the one that was receipted"
    return None


@dataclass(slots=True)
class TenderFacts:
    """What one tender's chain makes its tables hold."""

    tender: str
    _document: tuple[int, str] | None = None
    _rankings: dict[str, tuple[int, str, Any]] = field(default_factory=dict)
    _shortlists: dict[str, tuple[int, Any]] = field(default_factory=dict)
    _openings: dict[tuple[str, str], tuple[int, str, int]] = field(default_factory=dict)
    _manifest: tuple[int, Any] | None = None
    _marks: dict[str, tuple[int, Any]] = field(default_factory=dict)
    _agreed: dict[tuple[str, str, str], tuple[int, str]] = field(default_factory=dict)
    _lock: tuple[int, str, Any] | None = None
    _decision: tuple[int, str, Any] | None = None
    _published: PublishedFacts = field(init=False)
    _inquiries: InquiryFacts = field(init=False)
    _room: RoomFacts = field(init=False)
    _rest: tuple[QuestionFacts, DocumentFacts, AgreementFacts, CommitteeFacts, ReserveFacts] = field(init=False)

    def __post_init__(self) -> None:
        tender = self.tender
        self._published, self._inquiries, self._room = PublishedFacts(tender), InquiryFacts(tender), RoomFacts(tender)
        agreement, committee = AgreementFacts(tender), CommitteeFacts(tender)
        self._rest = QuestionFacts(tender), DocumentFacts(tender), agreement, committee, ReserveFacts(tender)

    def take(self, members: Mapping[str, Any], _entry_hash: str) -> None:
        """An entry of the tender's chain."""
        data, seq = members["data"], members["seq"]
        match members["kind"]:
            case Kind.TENDER_PUBLISHED | Kind.TENDER_AMENDED:
                self._document = (seq, data["hash"])
                self._published.take(seq, data["document"])
            case Kind.RANKING_MADE:
                self._rankings[data["lot"]] = (seq, data["digest"], data["rows"])
            case Kind.SHORTLIST_MADE:
                self._shortlists[data["lot"]] = (seq, dict(data))
            case Kind.SHORTLIST_LOCKED:
                self._shortlists |= {each["lot"]: (seq, dict(each)) for each in data["lots"]}
            case Kind.ENVELOPES_OPENED:
                self._openings[data["lot"], data["envelope"]] = (seq, data["digest"], data["count"])
            case Kind.ROUND_CLOSED if "manifest" in data:
                self._manifest = (seq, data["manifest"])
            case Kind.DECISION_PROPOSED:
                self._decision = (seq, data["digest"], data["choices"])
            case _:
                self._take_mark(members["kind"], seq, data)
                self._inquiries.take(members["kind"], seq, data, self._rankings)
        for facts in (self._room, *self._rest):
            facts.take(members)

    def _take_mark(self, kind: str, seq: int, data: Mapping[str, Any]) -> None:
        match kind:
            case Kind.MARKS_SUBMITTED:
                told = sorted(
                    (row["lot"], row["offer"], row["criterion"], row["mark"], row["comment"]) for row in data["marks"]
                )
                self._marks[data["seat"]] = (seq, told)
            case Kind.CONSENSUS_CHANGED:
                self._agreed[data["lot"], data["offer"], data["criterion"]] = (seq, data["to"])
            case Kind.SCORES_LOCKED:
                self._lock = (seq, data["digest"], data["lots"])
            case Kind.SCORES_UNLOCKED:
                self._lock = None
            case _:
                pass

    def differences(self, rows: Rows) -> Iterator[Difference]:
        """Where the tables say otherwise."""
        yield from self._document_differences(rows)
        yield from self._published.differences(rows)
        yield from self._ranking_differences(rows)
        if self._manifest is not None or self._openings:
            yield from self._sealed_differences(rows)
        if self._marks or self._lock is not None:
            yield from self._mark_differences(rows)
        if self._rankings:
            yield from self._inquiries.differences(rows)
            yield from self._room.differences(rows)
        for facts in self._rest:
            yield from facts.differences(rows)

    def _document_differences(self, rows: Rows) -> Iterator[Difference]:
        if self._document is None:
            return
        seq, told = self._document
        for row in rows(select(TENDER).where(TENDER.c.id == self.tender)):
            if row.frozen is None or row.frozen_hash != told or _digest(_json(row.frozen)) != told:
                yield seq, "the published document in the table is not the one that was published"
        if self._decision is not None:
            seq, digest, choices = self._decision
            query = select(DECISION).where(DECISION.c.tender_id == self.tender).order_by(DECISION.c.number.desc())
            held = rows(query.limit(1))
            # The journal has them by lot, the table as they were proposed.
            stored = sorted(_json(held[0].choices), key=lambda each: str(each["lot"])) if held else None
            if not held or (held[0].digest, stored) != (digest, choices):
                yield seq, "the decision in the table is not the one that was proposed"

    def _ranking_differences(self, rows: Rows) -> Iterator[Difference]:
        held = {row.lot_id: row for row in rows(select(RANKING).where(RANKING.c.tender_id == self.tender))}
        for lot, (seq, digest, told) in self._rankings.items():
            row = held.pop(lot, None)
            if row is None or (row.digest, _json(row.rows)) != (digest, told):
                yield seq, "the ranking in the table is not the one that was made"
            elif lot in self._shortlists:
                cut_seq, cut = self._shortlists[lot]
                if row.shortlist is None or {"lot": lot, **_json(row.shortlist)} != cut:
                    yield cut_seq, "the shortlist in the table is not the one that was cut"
        for lot in held:
            yield None, f"the table has a ranking of lot {lot} that no entry tells"

    def _sealed_differences(self, rows: Rows) -> Iterator[Difference]:
        lots = [lot for lot, _ in self._openings]
        held = {(row.lot_id, row.envelope): row for row in rows(select(OPENING).where(OPENING.c.lot_id.in_(lots)))}
        for place, (seq, *told_of) in self._openings.items():
            row = held.pop(place, None)
            if row is None or [row.digest, row.count] != told_of:
                yield seq, "the opening record in the table is not the one that was told"
        if self._manifest is not None:
            seq, told = self._manifest
            for row in rows(select(SEALED_ROUND).where(SEALED_ROUND.c.tender_id == self.tender)):
                if row.manifest is None or _json(row.manifest) != told:
                    yield seq, "the manifest in the table is not that of the close"

    def _mark_differences(self, rows: Rows) -> Iterator[Difference]:
        seats = {row.account_id: row.seat for row in rows(select(MEMBER).where(MEMBER.c.tender_id == self.tender))}
        sheets: dict[str, list[tuple[Any, ...]]] = {}
        for row in rows(select(MARK).where(MARK.c.tender_id == self.tender)):
            seat = seats.get(row.account_id)
            if seat is not None:
                cell = (row.lot_id, row.alias, row.criterion, row.mark, row.comment)
                sheets.setdefault(seat, []).append(cell)
        for seat, (seq, told) in self._marks.items():
            if sorted(sheets.get(seat, ())) != told:
                yield seq, f"the marks of seat {seat} in the table are not those that were submitted"
        agreed = {
            (row.lot_id, row.alias, row.criterion): row.value
            for row in rows(select(AGREED).where(AGREED.c.tender_id == self.tender))
        }
        for place in sorted({*agreed, *self._agreed}):
            seq_told = self._agreed.get(place)
            if seq_told is None or agreed.get(place) != seq_told[1]:
                yield None if seq_told is None else seq_told[0], "an agreed value in the table is not the one told"
        if self._lock is not None:
            seq, digest, lots = self._lock
            held = rows(select(LOCK).where(LOCK.c.tender_id == self.tender))
            if not held or (held[0].digest, _json(held[0].scores)) != (digest, lots):
                yield seq, "the locked scores in the table are not those that were locked"


def _json(text: str | None) -> Any:
    """A column's JSON; None for what is none."""
    try:
        return None if text is None else orjson.loads(text)
    except orjson.JSONDecodeError:
        return None


def _digest(value: Any) -> str | None:
    try:
        return digest_of(value)
    except NotCanonical:
        return None
