"""Retracing a tender's own chain: publication, approvals, rankings, decision, names (JOURNAL.md 4, "state rules").

Pure. One entry at a time: approvals by another person, names only after the decision, digests that match what they are
said to be of. The lots' chains are replayed by `replaying.py` with the documents and rankings found here.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from app.domain.amending import illegal_changes
from app.domain.award_retracing import AwardRetrace
from app.domain.awarding import LotRanking, ranking_digest
from app.domain.chaining import Fault, Why
from app.domain.countersigning import Approvals
from app.domain.entries import Entry, digest_of
from app.domain.final_retracing import KINDS as FINAL_KINDS
from app.domain.final_retracing import FinalRetrace
from app.domain.framing import (
    BadDataError,
    LotFrame,
    UnknownFormatError,
    lot_frames,
    lot_ids,
    number_of,
    rows_of,
    text_of,
)
from app.domain.inquiry_retracing import InquiryRetrace, RankedLot
from app.domain.kinds import Kind
from app.domain.money import format_amount
from app.domain.question_retracing import KINDS as QUESTION_KINDS
from app.domain.question_retracing import QuestionRetrace
from app.domain.recommending import made_fault
from app.domain.reopening import Read
from app.domain.replaying import WRITING, LotReplay
from app.domain.rescoring import ScoreRetrace
from app.domain.reserve_retracing import KINDS as RESERVE_KINDS
from app.domain.reserve_retracing import ReserveRetrace
from app.domain.room_retracing import RoomRetrace, ranked_lot
from app.domain.scoring.totals import ScoredOffer
from app.domain.sealed_retracing import SealedRetrace
from app.domain.sealing.rules import PRICE
from app.domain.split_retracing import Ranked, ScenarioRetrace
from app.domain.told import Edition, ToldRanking


class TenderRetrace:
    """Folds the entries of one tender's chain; keeps what its lots' chains are replayed with."""

    def __init__(self, read: Read = lambda _name: None, *, is_partial: bool = False) -> None:
        self.tender: str | None = None
        # Later acts of its chain are not shown yet.
        self.is_partial = is_partial
        self.editions: list[Edition] = []
        # By lot, in order: a void after the close brings a second one.
        self.rankings: dict[str, list[ToldRanking]] = {}
        # The tags that accepted the invitation: nobody else may bid.
        self.joined: set[str] = set()
        # With fewer bidders than the rules ask for, on an approval.
        self.was_continued = False
        self.approvals = Approvals()
        self.sealed = SealedRetrace()
        self.scores = ScoreRetrace(self.sealed)
        self.inquiries = InquiryRetrace()
        self.questions = QuestionRetrace()
        self.room = RoomRetrace()
        self.scenarios = ScenarioRetrace()
        self.awards = AwardRetrace()
        self.finals = FinalRetrace()
        self.reserves = ReserveRetrace(read)
        self._proposed: str | None = None
        self._approved: str | None = None
        self._reports = 0

    def frame_at(self, lot: str, at: datetime) -> LotFrame | None:
        """What the newest document at that instant says of a lot."""
        edition = self._edition_at(at)
        return None if edition is None else edition.frames.get(lot)

    def knows(self, lot: str, at: datetime) -> bool:
        """Whether the newest document at that instant has this lot."""
        edition = self._edition_at(at)
        return edition is not None and lot in edition.lots

    def _edition_at(self, at: datetime) -> Edition | None:
        """The newest document at that instant: asked for every bid, and nearly always the last one."""
        for edition in reversed(self.editions):
            if edition.at <= at:
                return edition
        return None

    def seeded_frame(self, frame: LotFrame, opens_at: datetime) -> LotFrame:
        """The frame of a lot whose round starts from sealed prices and opened at this instant. Raises BadDataError.

        It opens as published, but never before `lead` has passed since the prices were opened; the opening's entry is
        written a moment after the instant that counts.
        """
        told = self.sealed.openings.get((frame.lot, PRICE))
        if told is None and self.is_partial:
            return frame.opened_at(opens_at)
        if told is None:
            raise BadDataError("the lot was opened before the prices it starts from")
        latest = max(frame.rules.opens_at, told.at + frame.rules.lead)
        earliest = max(frame.rules.opens_at, told.at - WRITING + frame.rules.lead)
        if not earliest <= opens_at <= latest:
            raise BadDataError(f"by the rules the round opens at {latest}")
        return frame.opened_at(opens_at)

    def take(self, entry: Entry) -> Fault | None:
        """What is wrong with this entry after those before it, or None."""
        self.tender = self.tender or entry.tender
        try:
            return self.approvals.take(entry) or self._take(entry)
        except UnknownFormatError as error:
            return Fault(Why.UNKNOWN, str(error))
        except BadDataError as error:
            return Fault(Why.FORM, f"{entry.kind.value}: {error}")

    def _take(self, entry: Entry) -> Fault | None:
        if self.editions and self.sealed.is_own(entry):
            return self.sealed.take(entry, self.editions[-1].document)
        if self.editions and entry.kind in QUESTION_KINDS:
            return self.questions.take(entry, self.editions[-1].document)
        if entry.kind in RESERVE_KINDS:
            return self.reserves.take(entry, self.sealed, self.tender)
        match entry.kind:
            case Kind.TENDER_PUBLISHED | Kind.TENDER_AMENDED:
                return self._published(entry)
            case Kind.RANKING_MADE:
                return self._ranked(entry)
            case Kind.SHORTLIST_MADE:
                return self._shortlisted(entry)
            case Kind.INQUIRY_OPENED | Kind.INQUIRY_ANSWERED | Kind.INQUIRY_DECIDED | Kind.OFFER_EXCLUDED:
                return self.inquiries.take(entry, self.scores.rules, self._ranked_lot(text_of(entry.data, "lot")))
            case Kind.SHORTLIST_PROPOSED | Kind.RANKING_CONFIRMED | Kind.SHORTLIST_VOTED | Kind.SHORTLIST_LOCKED:
                return self._in_the_room(entry)
            case Kind.SCENARIO_KEPT | Kind.SCENARIO_ADOPTED if self.editions:
                newest = {lot: Ranked(told[-1].told, told[-1].digest) for lot, told in self.rankings.items()}
                return self.scenarios.take(entry, self.scores.rules, newest, self.editions[-1].document)
            case Kind.DECISION_PROPOSED:
                return self._decided(entry)
            case Kind.DECISION_APPROVED | Kind.DECISION_RETURNED:
                return self._confirmed(entry)
            case Kind.IDENTITY_UNSEALED | Kind.TENDER_AWARDED | Kind.DECISION_REOPENED:
                return self._named(entry)
            case kind if kind in FINAL_KINDS and self.editions:
                return self.finals.take(entry, self.awards.prices(), self.editions[-1].document)
            case Kind.REPORT_MADE:
                self._reports += 1
                return made_fault(entry, number=self._reports, decision=self._proposed, approved=self._approved)
            case Kind.TENDER_CANCELLED | Kind.TENDER_UNSUCCESSFUL:
                self.reserves.end()
                return self.scores.take(entry)
            case Kind.TENDER_CONTINUED:
                self.was_continued = True
                return None
            case Kind.INVITATION_ACCEPTED if entry.tag is not None:
                self.joined.add(entry.tag)
                return None
            case Kind.INVITATION_DECLINED if entry.tag is not None:
                self.joined.discard(entry.tag)
                return None
            case Kind.PEN_TAKEN if entry.tag not in self.joined:
                return Fault(Why.STATE, "somebody writes for a bidder who had not accepted the invitation")
            case _:
                return self.scores.take(entry)

    def _published(self, entry: Entry) -> Fault | None:
        document = entry.data.get("document")
        if not isinstance(document, dict):
            return Fault(Why.FORM, "published without its document")
        if (entry.kind is Kind.TENDER_PUBLISHED) == bool(self.editions):
            return Fault(Why.STATE, "published a second time, or amended before it was published")
        digest = digest_of(document)
        if digest != entry.data.get("hash"):
            return Fault(Why.DIGEST, "the hash beside the document is not the document's")
        frames = lot_frames(document)
        if self.editions and _is_illegal(self.editions[-1].document, document):
            return Fault(Why.STATE, "the amendment changes what was frozen at publication")
        fault = self.reserves.publish(document)
        if fault is not None:
            return fault
        self.editions.append(Edition(entry.at, digest, document, frames, lot_ids(document)))
        self.sealed.publish(document)
        self.scores.publish(document)
        return None

    def _ranked(self, entry: Entry) -> Fault | None:
        lot, rows = text_of(entry.data, "lot"), rows_of(entry.data, "rows")
        digest = ranking_digest(lot, rows)
        if digest != entry.data.get("digest"):
            return Fault(Why.DIGEST, "the digest beside the ranking is not that of its rows")
        told = tuple(
            (number_of(row, "rank"), text_of(row, "amount"), number_of(row, "n"), row.get("tied") is True)
            for row in rows
        )
        labels = frozenset(text_of(row, "label") for row in rows)
        if len(labels) != len(rows):
            return Fault(Why.RANKING, "a label stands twice in the ranking")
        self.awards.ranked(lot)
        self.rankings.setdefault(lot, []).append(ToldRanking(entry.seq, entry.at, told, digest, labels, rows))
        return None

    def _shortlisted(self, entry: Entry) -> Fault | None:
        ranking = self._newest(text_of(entry.data, "lot"))
        if ranking is None:
            return Fault(Why.STATE, "a shortlist was cut from a ranking that was not made")
        return self.scores.shortlist_fault(entry, ranking.told, ranking.digest)

    def _in_the_room(self, entry: Entry) -> Fault | None:
        fault = self.room.take(entry, self.scores.rules, self._ranked_lots(), self.scores.seats)
        if fault is not None or entry.kind is not Kind.SHORTLIST_LOCKED:
            return fault
        for row in rows_of(entry.data, "lots"):
            lot, ranked = text_of(row, "lot"), self._ranked_lot(text_of(row, "lot"))
            if ranked is not None:
                rules, labels = self.scores.rules, row["labels"]
                fault = fault or self.inquiries.choice_fault(rules, ranked, lot_id=lot, chosen=labels, at=entry.at)
        return fault

    def _ranked_lots(self) -> dict[str, LotRanking]:
        """The newest ranking of every lot."""
        return {lot: ranked_lot(lot, told[-1].told, told[-1].digest) for lot, told in self.rankings.items()}

    def _decided(self, entry: Entry) -> Fault | None:
        rankings, choices = rows_of(entry.data, "rankings"), rows_of(entry.data, "choices")
        if self.awards.is_awarded:
            return Fault(Why.STATE, "the decision changed after the names were unsealed, and was not reopened")
        if digest_of({"rankings": rankings, "choices": choices}) != entry.data.get("digest"):
            return Fault(Why.DIGEST, "the digest beside the decision is not that of its rankings and choices")
        for row in rankings:
            ranking = self._newest(text_of(row, "lot"))
            if ranking is None or ranking.digest != row.get("digest"):
                return Fault(Why.DIGEST, "the decision names a ranking that was not made")
        rules, lots = self.scores.rules, self._ranked_lots()
        split = None if rules is None else rules.split
        decided = self.awards.decided(
            entry, lots, split, self.scenarios.adopted(list(lots.values())), self.reserves.amounts
        )
        if isinstance(decided, Fault):
            return decided
        for choice in decided:
            ranked = self._ranked_lot(choice.lot_id)
            if ranked is not None:
                chosen = choice.awarded
                fault = self.inquiries.choice_fault(rules, ranked, lot_id=choice.lot_id, chosen=chosen, at=entry.at)
                if fault is not None:
                    return fault
        self._proposed, self._approved = text_of(entry.data, "digest"), None
        return self.room.decided_fault(lots, self.scores.seats, {each.lot_id: each.awarded for each in decided})

    def _newest(self, lot: str) -> ToldRanking | None:
        told = self.rankings.get(lot)
        return told[-1] if told else None

    def _ranked_lot(self, lot: str) -> RankedLot | None:
        """The newest ranking of a lot with a sealed round; other lots have no tests of their prices."""
        told, terms = self._newest(lot), self.sealed.terms.get(lot)
        return None if told is None or terms is None else RankedLot(told.told, told.digest, terms.ceiling, terms.scale)

    def _confirmed(self, entry: Entry) -> Fault | None:
        if self._proposed is None or entry.data.get("digest") != self._proposed:
            return Fault(Why.DIGEST, f"{entry.kind.value} names another decision than the one proposed")
        if entry.kind is Kind.DECISION_APPROVED:
            self._approved = self._proposed
        else:
            self._proposed = self._approved = None
        return None

    def _named(self, entry: Entry) -> Fault | None:
        if self._approved is None:
            return Fault(Why.STATE, "names appear before a decision was approved")
        if entry.data.get("digest") != self._approved:
            return Fault(Why.DIGEST, "names appear for another decision than the one approved")
        if entry.kind is Kind.DECISION_REOPENED:
            self._proposed = self._approved = None
            self.finals.reopen()
            return self.awards.reopen()
        return self.scenarios.unsealed(entry) or self.awards.named(entry)


def _is_illegal(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    try:
        return bool(illegal_changes(before, after))
    except (KeyError, TypeError, AttributeError):
        raise BadDataError("the amended document is not in its form") from None


def ranking_fault(told: ToldRanking, lot: LotReplay) -> Fault | None:
    """How the ranking told differs from the bids that stood when it was made, or None (SCORING.md 3; LIVE.md section 1,
    ranking basis)."""
    if lot.is_blind:
        return Fault(Why.MISSING, "no grades were told that the ranking rests on")
    fault = _difference(told, lot.scored_at(told.at, is_inclusive=True), lot.frame.terms.scale)
    if fault is None or _difference(told, lot.scored_at(told.at, is_inclusive=False), lot.frame.terms.scale) is None:
        # Two chains written within one millisecond have no order between them: a void of that instant may be either.
        return None
    return fault


def _difference(told: ToldRanking, ranked: Sequence[ScoredOffer], scale: int) -> Fault | None:
    figures = [row.get("figure") for row in told.told]
    shown = tuple((*row, figure) for row, figure in zip(told.rows, figures, strict=True))
    own = tuple(
        (
            row.rank,
            format_amount(row.offer.amount, scale),
            row.offer.order,
            row.is_tied,
            None if row.figure is None else f"{row.figure:f}",
        )
        for row in ranked
    )
    if shown == own:
        return None
    for place, (said, found) in enumerate(zip(shown, own, strict=False), start=1):
        if said != found:
            said_text, found_text = (f"{row[1]} (bid {row[2]})" for row in (said, found))
            return Fault(Why.RANKING, f"place {place} is {said_text}; the bids give {found_text}")
    return Fault(Why.RANKING, f"the ranking has {len(told.rows)} places; the bids give {len(own)}")
