"""The naive reference of split awards: every way there is, each held against the rules as they are told."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import permutations, product

from app.domain.split_award import Award, Part
from app.domain.splitting import Constraint, Limit, SplitProblem


def every_award(problem: SplitProblem) -> Iterator[Award]:
    """Every lot in every known pattern to every choice of suppliers."""
    ways = []
    for lot in problem.lots:
        names = [offer.supplier for offer in lot.offers]
        found = {
            tuple(sorted(zip(pattern, chosen, strict=True), key=lambda each: (-each[0], each[1])))
            for pattern in problem.universe
            for chosen in permutations(names, len(pattern))
        }
        ways.append([tuple(Part(name, share) for share, name in one) for one in sorted(found)])
    for chosen in product(*ways):
        yield dict(zip((lot.id for lot in problem.lots), chosen, strict=True))


def cost_of(problem: SplitProblem, award: Award, lots: tuple[str, ...] = ()) -> Fraction:
    """What an award costs, by hand."""
    costs = {(lot.id, offer.supplier): Fraction(offer.cost) for lot in problem.lots for offer in lot.offers}
    return sum(
        (
            costs[lot, part.supplier] * Fraction(part.share) / 100
            for lot, parts in award.items()
            if not lots or lot in lots
            for part in parts
        ),
        Fraction(0),
    )


def keeps(problem: SplitProblem, award: Award, each: Constraint) -> bool:
    """Whether an award keeps to one constraint, straight from its sentence."""
    lots = [lot for lot in problem.lots if not each.lots or lot.id in each.lots]
    held = [(lot, part) for lot, parts in award.items() for part in parts]
    winners = {part.supplier for _, part in held}
    weight = {lot.id: Fraction(min(offer.cost for offer in lot.offers)) for lot in problem.lots}
    whole, value = sum(weight.values()), Fraction(each.value)
    has = {
        name: sum(weight[lot] * Fraction(part.share) for lot, part in held if part.supplier == name) / whole
        for name in winners
    }
    if each.limit is Limit.PATTERNS:
        return all(tuple(part.share for part in award[lot.id]) in each.patterns for lot in lots)
    if each.limit in {Limit.LOT_LEAST, Limit.LOT_MOST}:
        sign = 1 if each.limit is Limit.LOT_LEAST else -1
        return all(sign * (len(award[lot.id]) - value) >= 0 for lot in lots)
    if each.limit in {Limit.LEAST, Limit.MOST}:
        return len(winners) >= value if each.limit is Limit.LEAST else len(winners) <= value
    if each.limit is Limit.SHARE_CAP:
        return all(share <= value for name, share in has.items() if each.supplier in {None, name})
    if each.limit is Limit.SHARE_FLOOR:
        return all(share >= value for share in has.values())
    if each.limit is Limit.CAPACITY:
        quantity = {lot.id: Fraction(lot.quantity) for lot in lots}
        own = [(lot, part) for lot, part in held if part.supplier == each.supplier and lot in quantity]
        return sum((quantity[lot] * Fraction(part.share) / 100 for lot, part in own), Fraction(0)) <= value
    if each.limit is Limit.BUDGET:
        return cost_of(problem, award, tuple(lot.id for lot in lots)) <= value
    points = {(lot.id, offer.supplier): Fraction(offer.quality or 0) for lot in problem.lots for offer in lot.offers}
    quality = sum(weight[lot] * Fraction(part.share) / 100 * points[lot, part.supplier] for lot, part in held)
    return quality / whole >= value


def cheapest(problem: SplitProblem) -> Fraction | None:
    """What the cheapest award that keeps to everything costs, None where there is none."""
    kept = (each for each in every_award(problem) if all(keeps(problem, each, one) for one in problem.constraints))
    return min((cost_of(problem, each) for each in kept), default=None)
