"""Auditing one lot of a tender with a sealed round: its box, its openings, its seeded bids, its ranking.

Pure: the entries come one by one, the files of the bundle through a function (JOURNAL.md section 4, SEALING.md 6).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from app.domain.chaining import Fault, Why
from app.domain.entries import Entry
from app.domain.framing import BadDataError, text_of
from app.domain.kinds import Kind
from app.domain.marking import LotScores
from app.domain.money import format_amount
from app.domain.package_retracing import PackageRetrace
from app.domain.reopening import OpenedLot, OpeningDuty, Read, alias_file, opening_file, repeat
from app.domain.replaying import LotReplay
from app.domain.rescoring import Candidate, expected_rows, sealed_candidates
from app.domain.retracing import TenderRetrace
from app.domain.sealed_retracing import ToldOpening
from app.domain.sealing.header import EnvelopeKind
from app.domain.seeding import StartPrice, seeds_of
from app.domain.told import ToldRanking

_COMPARED = ("rank", "amount", "n", "tied", "technical_points", "price_points", "total", "figure")


@dataclass(frozen=True, slots=True)
class Placed:
    """A fault of the sealed round, at the entry of the tender's chain that tells the act, where there is one."""

    fault: Fault
    seq: int | None = None


class SealedLotAudit:
    """Folds one lot's chain as far as it belongs to the sealed round, and looks at the whole when it has been read."""

    def __init__(self, lot: str, tender: TenderRetrace, read: Read) -> None:
        self.lot = lot
        self.box = PackageRetrace(lot, tender.sealed)
        self._tender = tender
        self._read = read
        self._seeds: list[tuple[str, str, str]] = []
        self._was_opened = self._was_closed = False

    def take(self, entry: Entry) -> Fault | None:
        """What is wrong with this entry after those before it. Raises BadDataError."""
        match entry.kind:
            case Kind.BID_SEEDED:
                data = entry.data
                self._seeds.append((entry.tag or "", text_of(data, "amount"), text_of(data, "package")))
            case Kind.LOT_OPENED:
                self._was_opened = True
            case Kind.LOT_CLOSED:
                self._was_closed = True
            case _:
                pass
        return self.box.take(entry)

    def finish(self, live: LotReplay | None) -> Placed | None:
        """What is wrong with the lot as a whole, or None; ``live`` is its live round, where it has one."""
        try:
            return self._finish(live)
        except BadDataError as error:
            return Placed(Fault(Why.FORM, str(error)))

    def _finish(self, live: LotReplay | None) -> Placed | None:
        sealed = self._tender.sealed
        told = sealed.openings.get((self.lot, EnvelopeKind.TECH.value))
        technical = None if told is None else self._repeat(EnvelopeKind.TECH, told)
        if isinstance(technical, Placed):
            return technical
        told = sealed.openings.get((self.lot, EnvelopeKind.PRICE.value))
        if told is None or self._is_hidden(live):
            return None
        prices = self._repeat(EnvelopeKind.PRICE, told)
        if isinstance(prices, Placed):
            return prices
        aliases = self._aliases(technical)
        if isinstance(aliases, Fault):
            return Placed(aliases)
        fault = self._passing_fault(prices, technical, aliases) or self._seeding_fault(prices, live)
        if fault is not None:
            return Placed(fault, told.seq)
        return self._ranking_fault(prices, aliases, live)

    def _is_hidden(self, live: LotReplay | None) -> bool:
        """Whether the prices may not be told yet: they are bids of a live round that has not closed."""
        waits = live is not None and not self._was_closed
        return waits and self._read(opening_file(self.lot, EnvelopeKind.PRICE)) is None

    def _repeat(self, envelope: EnvelopeKind, told: ToldOpening) -> OpenedLot | Placed:
        sealed = self._tender.sealed
        terms = sealed.terms.get(self.lot)
        if sealed.policy is None or sealed.round is None or sealed.closed_at is None or terms is None:
            return Placed(Fault(Why.STATE, "envelopes were opened of a lot that was not published"), told.seq)
        limits = terms if envelope is EnvelopeKind.PRICE else None
        duty = OpeningDuty(
            sealed.round, self.lot, envelope, told, sealed.policy, sealed.closed_at, self.box.live, limits
        )
        opened = repeat(duty, self._read)
        return Placed(opened, told.seq) if isinstance(opened, Fault) else opened

    def _aliases(self, technical: OpenedLot | None) -> dict[str, str] | Fault:
        """{tag: T-alias}: of just the bidders whose technical envelope opened."""
        if technical is None or self.lot not in self._tender.scores.aliases:
            return {}
        name = alias_file(self.lot)
        content = self._read(name)
        if content is None:
            return Fault(Why.MISSING, f"{name} is missing from the bundle")
        aliases = self._tender.scores.read_aliases(self.lot, content)
        if isinstance(aliases, dict) and set(aliases) != set(technical.valid):
            return Fault(Why.REPLAY, f"{name} names other bidders than those whose technical envelopes opened")
        return aliases

    def _passing_fault(
        self, prices: OpenedLot, technical: OpenedLot | None, aliases: Mapping[str, str]
    ) -> Fault | None:
        """SEALING.md section 3: failing bids' prices stay shut, everybody else's are opened."""
        scores = self._tender.scores.scores.get(self.lot)
        if technical is None:
            return Fault(Why.STATE, "a price was returned unopened") if prices.returned else None
        passing = {tag for tag, alias in aliases.items() if _passes(scores, alias)}
        if prices.tried != passing:
            return Fault(Why.STATE, "the prices opened are not just those of the offers that passed")
        return None

    def _seeding_fault(self, prices: OpenedLot, live: LotReplay | None) -> Fault | None:
        """Contract of the live round: each opened price becomes its bidder's first bid, the lowest last."""
        if live is None or not self._was_opened or live.frame.rules.starts_from is None:
            return Fault(Why.STATE, "a bid was seeded where none begins with a sealed price") if self._seeds else None
        prices_told = [
            StartPrice(tag, amount, self.box.live[tag].received_at, self.box.live[tag].package)
            for tag, amount in prices.valid.items()
            if amount is not None
        ]
        scale = live.frame.terms.scale
        expected = [
            (seed.price.tag, format_amount(seed.price.amount, scale), seed.price.package)
            for seed in seeds_of(prices_told)
        ]
        if self._seeds != expected:
            return Fault(Why.REPLAY, "the seeded bids are not the opened prices in their order")
        return None

    def _ranking_fault(self, prices: OpenedLot, aliases: Mapping[str, str], live: LotReplay | None) -> Placed | None:
        rules = self._tender.scores.rules
        if rules is None:
            return None
        scores, terms = self._tender.scores.scores.get(self.lot), self._tender.sealed.terms[self.lot]
        found = {tag: None if scores is None else scores.find(alias) for tag, alias in aliases.items()}
        points = {tag: offer.points for tag, offer in found.items() if offer is not None}
        bonuses = self._tender.scores.grades.bonuses
        gone: dict[str, Decimal] = {}
        features: dict[str, tuple[Decimal, ...]] = {}
        if live is not None and live.basis is not None:
            rules, features = live.basis.rules, {tag: own.features for tag, own in live.basis.figures.items()}
        for told in self._tender.rankings.get(self.lot, ()):
            variants = self._candidates(told, prices, live, gone)
            if live is not None and live.is_blind:
                return Placed(Fault(Why.MISSING, "the figures that the lot was ranked by were not told"), told.seq)
            if rules.certification is not None and rules.certification.points and not bonuses:
                return Placed(Fault(Why.MISSING, "no grades were told that the totals rest on"), told.seq)
            bounds: dict[str, Any] = {
                "ceiling": terms.ceiling,
                "scale": terms.scale,
                "bonuses": bonuses,
                "features": features,
                "others": list(gone.values()),
            }
            expected = [expected_rows(rules, one, points, **bounds) for one in variants]
            own = [{name: row[name] for name in _COMPARED if name in row} for row in told.told]
            if own not in expected:
                return Placed(Fault(Why.RANKING, _first_wrong(own, expected[0])), told.seq)
            gone |= self._excluded(told, variants[expected.index(own)], terms.scale)
        return None

    def _excluded(self, told: ToldRanking, candidates: Sequence[Candidate], scale: int) -> dict[str, Decimal]:
        """{tag: amount} of the offers that were excluded on this ranking; amount and number say whose a row is."""
        labels = self._tender.inquiries.excluded_from(told.digest)
        rows = {(row["amount"], row["n"]) for row in told.told if row["label"] in labels}
        return {one.tag: one.amount for one in candidates if (format_amount(one.amount, scale), one.number) in rows}

    def _candidates(
        self, told: ToldRanking, prices: OpenedLot, live: LotReplay | None, gone: Mapping[str, Decimal]
    ) -> Sequence[Sequence[Candidate]]:
        """The prices that counted when a ranking was made; two ways where a void of the same instant may be either."""
        if live is None:
            known: dict[str, tuple[Decimal, datetime]] = {
                tag: (amount, self.box.live[tag].received_at)
                for tag, amount in prices.valid.items()
                if amount is not None and tag not in gone
            }
            return [sealed_candidates(known)]
        ranked = (live.ranked_at(told.at, is_inclusive=way) for way in (True, False))
        return [
            [Candidate(bid.tag, bid.amount, bid.seq, bid.seq) for bid in bids if bid.tag not in gone] for bids in ranked
        ]


def _passes(scores: LotScores | None, alias: str) -> bool:
    offer = None if scores is None else scores.find(alias)
    return offer is not None and offer.passes


def _first_wrong(own: Sequence[Mapping[str, Any]], expected: Sequence[Mapping[str, Any]]) -> str:
    for place, (said, found) in enumerate(zip(own, expected, strict=False), start=1):
        for name in _COMPARED:
            if said.get(name) != found.get(name):
                told, made = said.get(name), found.get(name)
                return f"at place {place}, {name} is {told}; opened prices and locked scores give {made}"
    return f"the ranking has {len(own)} places; opened prices and locked scores give {len(expected)}"


def manifest_fault(tender: TenderRetrace, boxes: Mapping[str, PackageRetrace]) -> Fault | None:
    """How the manifest of the close differs from what lay in the lots' boxes, or None (SEALING.md section 4)."""
    sealed = tender.sealed
    if sealed.manifest is None:
        return None
    held = sorted(one.package for box in boxes.values() for one in box.live.values())
    if held != sealed.manifest:
        return Fault(Why.REPLAY, "the manifest of the close does not name just the packages that lay in the boxes")
    bidders = {tag for box in boxes.values() for tag in box.live}
    needed = tender.editions[-1].document.get("min_bidders")
    if sealed.openings and type(needed) is int and len(bidders) < needed and not tender.was_continued:
        return Fault(Why.STATE, f"envelopes were opened although only {len(bidders)} bidders had come")
    return None
