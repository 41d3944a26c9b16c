"""The leads of a moment: what the screens show over all lots that have closed, each with its evidence and base rate.

Pure. Bidders are named by their aliases; firms over several lots by a number that holds within one lead alone, so that
no alias of one lot can be joined to another's through the board (VISIBILITY.md d22, d53).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import combinations

from app.domain.screening import FEWEST_LINES, SCREENS, ScreenMethod, common_lines, equal_amounts, figures_of, likeness
from app.domain.screening_facts import (
    Evidence,
    LotFacts,
    TenderFacts,
    called_in,
    marks_of,
    papers_of,
    shared_by,
    steps_of,
    times_of,
    totals_of,
    words_of,
)
from app.domain.screening_people import about_price, seats_of
from app.domain.screening_rates import BaseRate, Rates, Table, of_count, size_of
from app.domain.screening_series import Course, Pattern, look_over
from app.domain.screening_steps import compare_steps, is_parallel, late_share


@dataclass(frozen=True, slots=True)
class Lead:
    """One reason to look. ``identity`` names it for good, and is shown to nobody."""

    identity: str
    method: ScreenMethod
    tender: str | None
    reference: str | None
    lot: int | None
    bidders: tuple[str, ...]
    figure: str
    # Of what the figure is made: bids, lines, replies, lots.
    n: int
    base: BaseRate
    evidence: Evidence
    chance: float | None = None


@dataclass(slots=True)
class Count:
    """How often a method could look, how often n was too small, and how many leads it gave."""

    looked_at: int = 0
    too_few: int = 0
    found: int = 0


@dataclass(frozen=True, slots=True)
class Board:
    """All leads, the rarest first, and what was looked at."""

    leads: Sequence[Lead]
    counts: Mapping[ScreenMethod, Count]


def build_board(tenders: Sequence[TenderFacts], table: Table, *, is_named: bool = False) -> Board:
    """Everything the screens show of these tenders. ``is_named``: firms over several lots by what they are called
    there and not by a number, where the reader brought the names himself."""
    made = _Builder(tenders, table, is_named=is_named)
    made.look_at_figures()
    made.look_at_totals()
    made.look_at_lines()
    made.look_at_links()
    made.look_at_steps()
    made.look_at_people()
    made.look_at_series()
    order = {method: at for at, method in enumerate(ScreenMethod)}
    leads = sorted(made.leads, key=lambda one: (_rarity(one), order[one.method], one.reference or "", one.identity))
    return Board(leads, made.counts)


def _rarity(lead: Lead) -> float:
    # What cannot be compared stands behind what is known to be rare, and before what is known to be common.
    return 0.05 if lead.base.share is None else lead.base.share


class _Builder:
    def __init__(self, tenders: Sequence[TenderFacts], table: Table, *, is_named: bool) -> None:
        self.tenders = tenders
        self.is_named = is_named
        self.places = [(tender, lot) for tender in tenders for lot in tender.lots]
        self.counts = {method: Count() for method in ScreenMethod}
        self.leads: list[Lead] = []
        own: dict[tuple[ScreenMethod, str], list[float]] = {}
        for _, lot in self.places:
            for method, value in figures_of(list(lot.totals.values())).items():
                own.setdefault((method, size_of(len(lot.totals))), []).append(value)
        self.rates = Rates(table, own)

    # ── of one lot ───────────────────────────────────────────────────────────────────────────────────────────────────

    def look_at_figures(self) -> None:
        for tender, lot in self.places:
            found = figures_of(list(lot.totals.values()))
            for method in SCREENS:
                self._count(method, can=method in found)
            for method, value in found.items():
                base = self.rates.of_figure(method, len(lot.totals), value)
                if base.is_rare and base.share is not None:
                    self._add(method, tender, lot, (), f"{value:.4f}", len(lot.totals), base, totals_of(lot))

    def look_at_totals(self) -> None:
        able = [(tender, lot) for tender, lot in self.places if len(lot.totals) > 1]
        self.counts[ScreenMethod.SAME_TOTAL] = Count(len(able), len(self.places) - len(able))
        own: Counter[str] = Counter(size_of(len(lot.totals)) for _, lot in able)
        tied: Counter[str] = Counter(size_of(len(lot.totals)) for _, lot in able if equal_amounts(lot.totals))
        for tender, lot in able:
            size = size_of(len(lot.totals))
            for group in equal_amounts(lot.totals):
                base = self.rates.of_ties(len(lot.totals), tied[size], own[size])
                amount = f"{lot.totals[group[0]]:f}"
                self._add(ScreenMethod.SAME_TOTAL, tender, lot, group, amount, len(lot.totals), base, totals_of(lot))

    def look_at_lines(self) -> None:
        """Two bidders' lines, and where a tender has lots enough, their totals lot by lot."""
        methods = (ScreenMethod.SAME_LINES, ScreenMethod.RATIO, ScreenMethod.DIFFERENCE)
        found = []
        compared = too_few = 0
        for tender in self.tenders:
            for lot, prices, scale in _price_lists(tender):
                for pair in combinations(sorted(prices), 2):
                    first, second = (prices[each] for each in pair)
                    lines = common_lines(first, second)
                    if len(lines) < FEWEST_LINES:
                        too_few += 1
                        continue
                    compared += 1
                    alike = likeness(first, second, scale)
                    if alike is not None:
                        rows = [(line, f"{first[line]:f}", f"{second[line]:f}") for line in lines]
                        found.append((tender, lot, pair, alike, Evidence(("line", "first", "second"), tuple(rows))))
        for method in methods:
            self.counts[method] = Count(compared, too_few)
        hits = Counter(alike.method for _, _, _, alike, _ in found)
        for tender, lot, pair, alike, evidence in found:
            base = of_count(hits[alike.method], compared)
            figure = f"{float(alike.value):.6g}"
            self._add(alike.method, tender, lot, pair, figure, alike.lines, base, evidence)

    def look_at_steps(self) -> None:
        late: dict[str, list[tuple[TenderFacts, LotFacts, int, int]]] = {}
        parallel, compared = [], 0
        for tender, lot in self.places:
            if lot.closes_at is None:
                continue
            replies = compare_steps(lot.moves)
            self._count(ScreenMethod.EQUAL_STEPS, can=bool(replies))
            compared += len(replies)
            parallel += [(tender, lot, each) for each in replies if is_parallel(each)]
            share = late_share(lot.moves, lot.closes_at)
            self._count(ScreenMethod.LAST_SECONDS, can=share is not None)
            if share is not None:
                late.setdefault(size_of(share[1]), []).append((tender, lot, *share))
        for tender, lot, each in parallel:
            base = of_count(len(parallel), compared)
            figure = f"{each.equal}/{each.count}"
            self._add(ScreenMethod.EQUAL_STEPS, tender, lot, each.pair, figure, each.count, base, steps_of(lot))
        for own in late.values():
            for tender, lot, hits, of in own:
                as_late = sum(other * of >= hits * many for _, _, other, many in own)
                base = of_count(as_late, len(own))
                if 2 * hits > of and base.is_rare:
                    self._add(ScreenMethod.LAST_SECONDS, tender, lot, (), f"{hits}/{of}", of, base, steps_of(lot))

    # ── of a tender ──────────────────────────────────────────────────────────────────────────────────────────────────

    def look_at_links(self) -> None:
        """Files, editors, networks and browsers that two bidders of a tender share."""

        def contents(tender: TenderFacts) -> Mapping[str, Iterable[str]]:
            return {tag: [one.content for one in own] for tag, own in tender.papers.items()}

        def editors(tender: TenderFacts) -> Mapping[str, Iterable[str]]:
            return {tag: [one.editor for one in own if one.editor] for tag, own in tender.papers.items()}

        self._link(ScreenMethod.SAME_FILE, contents)
        self._link(ScreenMethod.SAME_EDITOR, editors)
        self._link(ScreenMethod.SAME_NETWORK, lambda tender: tender.networks)
        self._link(ScreenMethod.SAME_DEVICE, lambda tender: tender.agents)

    def _link(self, method: ScreenMethod, marks: Callable[[TenderFacts], Mapping[str, Iterable[str]]]) -> None:
        found, compared = [], 0
        for tender in self.tenders:
            own = {tag: frozenset(each) for tag, each in marks(tender).items()}
            known = sorted(tag for tag, each in own.items() if each)
            self._count(method, can=len(known) > 1)
            for pair in combinations(known, 2):
                compared += 1
                if shared := own[pair[0]] & own[pair[1]]:
                    found.append((tender, pair, shared))
        for tender, pair, shared in found:
            base = of_count(len(found), compared)
            evidence = papers_of(tender, pair, shared, method) or shared_by(tender, pair, len(shared))
            self._add(method, tender, None, pair, str(len(shared)), len(pair), base, evidence)

    def look_at_people(self) -> None:
        """Marks far from the panel's, price words in talks, and what the service raised a signal for at its time."""
        seats = [(tender, each) for tender in self.tenders for each in seats_of(tender.conduct.marks)]
        self.counts[ScreenMethod.FAR_MARKS].looked_at = len(seats)
        self.counts[ScreenMethod.FAR_MARKS].too_few = sum(len(one.conduct.marks) for one in self.tenders) - len(seats)
        for tender, seat in seats:
            if seat.stands_out:
                base = of_count(sum(other.share >= seat.share for _, other in seats), len(seats))
                figure = f"{len(seat.far)}/{seat.count}"
                self._tell(ScreenMethod.FAR_MARKS, tender, seat.seat, figure, seat.count, base, marks_of(seat))
        talks = [(tender, at, talk) for tender in self.tenders for at, talk in enumerate(tender.conduct.talks, start=1)]
        told = [(tender, at, talk, turns) for tender, at, talk in talks if (turns := about_price(talk))]
        self.counts[ScreenMethod.PRICE_TALKS].looked_at = len(talks)
        for tender, at, talk, turns in told:
            base, figure = of_count(len(told), len(talks)), f"{len(turns)}/{len(talk)}"
            self._tell(ScreenMethod.PRICE_TALKS, tender, str(at), figure, len(talk), base, words_of(turns))
        for method in (ScreenMethod.ONE_REPRESENTATIVE, ScreenMethod.RELATED_STAFF):
            self.counts[method].looked_at = len(self.tenders)
            raised = {
                each.tender: own
                for each in self.tenders
                if (own := [one for one in each.conduct.raised if one.signal == method.value])
            }
            base = of_count(len(raised), len(self.tenders))
            for tender in self.tenders:
                if told_of := raised.get(tender.tender):
                    self._tell(method, tender, "", str(len(told_of)), len(told_of), base, times_of(told_of))

    # ── over the tenders of a category ───────────────────────────────────────────────────────────────────────────────

    def look_at_series(self) -> None:
        courses: dict[str, list[tuple[datetime, int, Course]]] = {}
        names: dict[str, tuple[str, int]] = {}
        for tender, lot in self.places:
            if tender.is_settled:
                firms = tuple(dict.fromkeys(tender.firms[tag] for tag in lot.totals if tag in tender.firms))
                courses.setdefault(tender.category, []).append((tender.closed_at, lot.number, Course(lot.lot, firms)))
                names[lot.lot] = (tender.reference, lot.number)
        told: list[tuple[str, Pattern, Sequence[Course]]] = []
        compared: Counter[ScreenMethod] = Counter()
        for category, own in sorted(courses.items()):
            ordered = [course for _, _, course in sorted(own, key=lambda one: one[:2])]
            series = look_over(ordered)
            compared.update(series.compared)
            told += [(category, pattern, ordered) for pattern in series.patterns]
        hits = Counter(pattern.method for _, pattern, _ in told)
        for method in (ScreenMethod.ROTATION, ScreenMethod.ALWAYS_SECOND, ScreenMethod.NEVER_FIRST):
            self.counts[method] = Count(compared[method], found=hits[method])
        for category, pattern, lots in told:
            base = self.rates.of_series(pattern.method, hits[pattern.method], compared[pattern.method])
            numbers = {firm: firm if self.is_named else f"#{at}" for at, firm in enumerate(pattern.firms, start=1)}
            rows = [
                (names[course.lot][0], str(names[course.lot][1]), str(len(course.firms)), *_ranks(course, pattern))
                for course in lots
                if course.lot in pattern.lots
            ]
            lead = Lead(
                identity=f"{pattern.method}|{category}|{'|'.join(sorted(pattern.firms))}",
                method=pattern.method,
                tender=None,
                reference=None,
                lot=None,
                bidders=tuple(numbers.values()),
                figure=f"{pattern.hits}/{len(pattern.lots)}",
                n=len(pattern.lots),
                base=base,
                evidence=Evidence(("tender", "lot", "bidders", *numbers.values()), tuple(rows)),
                chance=pattern.chance,
            )
            self.leads.append(lead)

    # ── the rest ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _count(self, method: ScreenMethod, *, can: bool) -> None:
        self.counts[method].looked_at += can
        self.counts[method].too_few += not can

    def _add(
        self,
        method: ScreenMethod,
        tender: TenderFacts,
        lot: LotFacts | None,
        tags: tuple[str, ...],
        figure: str,
        n: int,
        base: BaseRate,
        evidence: Evidence,
    ) -> None:
        place = tender.tender if lot is None else lot.lot
        called = (called_in(tender, tag) if lot is None else lot.called.get(tag, "?") for tag in tags)
        self._tell(method, tender, "|".join(sorted(tags)), figure, n, base, evidence, place, lot, tuple(called))

    def _tell(
        self,
        method: ScreenMethod,
        tender: TenderFacts,
        of: str,
        figure: str,
        n: int,
        base: BaseRate,
        evidence: Evidence,
        place: str | None = None,
        lot: LotFacts | None = None,
        called: tuple[str, ...] = (),
    ) -> None:
        self.counts[method].found += 1
        self.leads.append(
            Lead(
                identity=f"{method}|{place or tender.tender}|{of}",
                method=method,
                tender=tender.tender,
                reference=tender.reference,
                lot=None if lot is None else lot.number,
                bidders=called,
                figure=figure,
                n=n,
                base=base,
                evidence=evidence,
            )
        )


def _price_lists(
    tender: TenderFacts,
) -> Iterable[tuple[LotFacts | None, Mapping[str, Mapping[str, Decimal]], int]]:
    """Lists of prices that can be held against each other: the lines of each lot, the totals of all lots."""
    for lot in tender.lots:
        if lot.lines:
            yield lot, lot.lines, lot.scale
    if len(tender.lots) >= FEWEST_LINES:
        totals: dict[str, dict[str, Decimal]] = {}
        for lot in tender.lots:
            for tag, amount in lot.totals.items():
                totals.setdefault(tag, {})[str(lot.number)] = amount
        yield None, totals, max(lot.scale for lot in tender.lots)


def _ranks(course: Course, pattern: Pattern) -> list[str]:
    return [str(course.firms.index(firm) + 1) if firm in course.firms else "" for firm in pattern.firms]
