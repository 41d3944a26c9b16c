"""What the auditor's screens look at, and the tables they show as evidence. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from app.domain.screening import ScreenMethod
from app.domain.screening_people import Conduct, Raised, Said, Seat
from app.domain.screening_steps import Move


@dataclass(frozen=True, slots=True)
class Paper:
    """A file of an offer: its neutral name, and digests of its content and of its author's name."""

    name: str
    content: str
    editor: str


@dataclass(frozen=True, slots=True)
class LotFacts:
    """A closed and ranked lot. Bidders by tag; ``called`` is how an auditor knows each."""

    lot: str
    number: int
    scale: int
    # In order of rank.
    totals: Mapping[str, Decimal]
    called: Mapping[str, str]
    lines: Mapping[str, Mapping[str, Decimal]] = field(default_factory=dict)
    moves: Sequence[Move] = ()
    closes_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class TenderFacts:
    """A tender whose signals an auditor may read now."""

    tender: str
    reference: str
    category: str
    closed_at: datetime
    lots: Sequence[LotFacts]
    # Names are unsealed: its course may stand in a pattern over many tenders.
    is_settled: bool
    firms: Mapping[str, str] = field(default_factory=dict)
    papers: Mapping[str, Sequence[Paper]] = field(default_factory=dict)
    networks: Mapping[str, frozenset[str]] = field(default_factory=dict)
    agents: Mapping[str, frozenset[str]] = field(default_factory=dict)
    conduct: Conduct = field(default_factory=Conduct)


@dataclass(frozen=True, slots=True)
class Evidence:
    """A table: codes of its columns, and its rows."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def called_in(tender: TenderFacts, tag: str) -> str:
    """How a bidder is called where a lead speaks of the whole tender: the number of its first lot, and its alias."""
    lot = next((one for one in tender.lots if tag in one.called), None)
    return "?" if lot is None else f"{lot.number} · {lot.called[tag]}"


def totals_of(lot: LotFacts) -> Evidence:
    """The bids of a lot."""
    rows = [(lot.called.get(tag, "?"), f"{amount:f}") for tag, amount in lot.totals.items()]
    return Evidence(("bidder", "amount"), tuple(rows))


def steps_of(lot: LotFacts) -> Evidence:
    """Every bid of a live lot with its step and what was left of the time."""
    before: dict[str, Decimal] = {}
    rows = []
    for move in lot.moves:
        step = before[move.bidder] - move.amount if move.bidder in before else None
        before[move.bidder] = move.amount
        left = "" if lot.closes_at is None else f"{(lot.closes_at - move.at).total_seconds():.3f}"
        rows.append((lot.called.get(move.bidder, "?"), f"{move.amount:f}", "" if step is None else f"{step:f}", left))
    return Evidence(("bidder", "amount", "step", "seconds_left"), tuple(rows))


def papers_of(
    tender: TenderFacts, pair: Sequence[str], shared: frozenset[str], method: ScreenMethod
) -> Evidence | None:
    """The files that two bidders share; None of what is no file."""
    if method not in {ScreenMethod.SAME_FILE, ScreenMethod.SAME_EDITOR}:
        return None
    rows = [
        (called_in(tender, tag), one.name)
        for tag in pair
        for one in tender.papers.get(tag, ())
        if (one.content if method is ScreenMethod.SAME_FILE else one.editor) in shared
    ]
    return Evidence(("bidder", "document"), tuple(rows))


def shared_by(tender: TenderFacts, pair: Sequence[str], count: int) -> Evidence:
    """How much two bidders share, and not what."""
    return Evidence(("bidder", "shared"), tuple((called_in(tender, tag), str(count)) for tag in pair))


def marks_of(seat: Seat) -> Evidence:
    """An expert's marks that lie far from the panel's."""
    rows = [(seat.seat, each.cell[1], str(each.mark), f"{float(each.median):g}") for each in seat.far]
    return Evidence(("seat", "offer", "mark", "median"), tuple(rows))


def words_of(turns: Sequence[tuple[Said, tuple[str, ...]]]) -> Evidence:
    """The turns of a talk that speak of the price."""
    rows = [(str(said.turn), said.side.value, ", ".join(words)) for said, words in turns]
    return Evidence(("turn", "side", "words"), tuple(rows))


def times_of(raised: Sequence[Raised]) -> Evidence:
    """When something was raised."""
    return Evidence(("at",), tuple((f"{each.at:%Y-%m-%d %H:%M:%S} UTC",) for each in raised))
