"""A naive reference of the scoring rules, written straight from the formulas of SCORING.md; it knows nothing of ours.

It reads a score sheet's JSON, takes faultlessness for granted and answers {name: (rank, points, total, figure, tied)}.
"""

from collections.abc import Sequence
from fractions import Fraction as F  # noqa: N817 - the formulas are to be read at a glance
from statistics import median
from typing import Any

Found = dict[str, tuple[int, str | None, str | None, str | None, bool]]


def half_up(value: F, digits: int) -> F:
    """Half away from zero."""
    scaled = abs(value) * 10**digits + F(1, 2)
    whole = F(scaled.numerator // scaled.denominator, 10**digits)
    return whole if value >= 0 else -whole


def text(value: F, digits: int) -> str:
    """The figure as it is shown."""
    scaled = int(half_up(value, digits) * 10**digits)
    sign, digits_of = ("-" if scaled < 0 else ""), str(abs(scaled)).zfill(digits + 1)
    return f"{sign}{digits_of[:-digits]}.{digits_of[-digits:]}" if digits else sign + digits_of


def mean(values: Sequence[F]) -> F:
    """The arithmetic mean."""
    return sum(values, F(0)) / len(values)


def trimmed(p: dict[str, Any], bids: Sequence[F]) -> list[F]:
    """Without the highest and the lowest, by the last threshold that is reached."""
    kept = sorted(bids)
    for tier in ([p] if "from" in p else []) + p.get("tiers", []):
        reached = len(bids) >= tier["from"] if p.get("inclusive", False) else len(bids) > tier["from"]
        if reached:
            kept = sorted(bids)[tier["drop_low"] : len(bids) - tier["drop_high"]]
    return kept


def benchmark(p: dict[str, Any], bids: Sequence[F], ceiling: F) -> F:
    """B."""
    kind = p["benchmark"]
    if kind == "lowest":
        return min(bids)
    if kind == "mean":
        return mean(bids)
    kept = trimmed(p, bids)
    if kind == "trimmed_mean":
        return mean(kept)
    if kind == "mean_times":
        return mean(kept) * (1 - F(p["k"]))
    if kind == "blend":
        other = {"ceiling": ceiling, "lowest": min(bids), "highest": max(bids)}[p["with"]]
        return F(p["alpha"]) * mean(kept) + (1 - F(p["alpha"])) * other
    if kind == "min_mean":
        return F(p["w"]) * min(bids) + (1 - F(p["w"])) * mean(kept)
    first, keep = mean(kept), p.get("keep", "not_above")
    if keep == "within":
        second = [b for b in kept if first * (1 - F(p["band"]) / 100) <= b <= first * (1 + F(p["band"]) / 100)]
    else:
        second = [b for b in kept if b < first or (b == first and keep == "not_above")]
    return mean(second or kept)


def deviation(p: dict[str, Any], b: F, bids: Sequence[F], ceiling: F) -> F:
    """The percent above B, rounded where the rule says so."""
    digits, stage = p.get("digits", 2), p.get("rounding", "total")
    against = benchmark(p, bids, ceiling)
    if stage == "benchmark":
        against = half_up(against, digits) or against
    found = (b - against) / against * 100
    return half_up(found, digits) if stage in {"benchmark", "deviation"} else found


def line(x: F, a: F, z: F) -> F:
    """100 at or below a, 0 at or above z."""
    return F(100) if x <= a else F(0) if x >= z else 100 * (z - x) / (z - a)


def deduction(p: dict[str, Any], d: F) -> F:
    """full − dev · slope, between floor and cap."""
    step = F(p.get("step", "1"))
    steps = p.get("steps", "interpolated")
    if steps != "interpolated":
        count = abs(d) // step
        if steps == "begun" and count * step != abs(d):
            count += 1
        d = count * step if d > 0 else -count * step
    points = F(p.get("full", "100")) - (d * F(p["above"]) if d > 0 else -d * F(p.get("below", "0")))
    return max(F(p.get("floor", "0")), min(F(p.get("cap", "100")), points))


def table(p: dict[str, Any], x: F) -> F:
    """The points of the row x is in."""
    found = []
    for row in p["rows"]:
        a, z = row["from"], row["to"]
        if p.get("boundary", "lower") == "lower":
            is_in = (a is None or F(a) < x) and (z is None or x <= F(z))
        else:
            is_in = (a is None or F(a) <= x) and (z is None or x < F(z))
        if is_in and row.get("last") is not None:
            found.append(F(row["points"]) + (F(row["last"]) - F(row["points"])) * (x - F(a)) / (F(z) - F(a)))
        elif is_in:
            found.append(F(row["points"]))
    assert len(found) == 1
    return found[0]


def points(code: str, p: dict[str, Any], b: F, bids: Sequence[F], ceiling: F) -> F:
    """The exact price points."""
    low, high = min(bids), max(bids)
    if code == "lowest_ratio":
        return 100 * low / b
    if code == "linear_to_lowest":
        return 100 * max(F(0), 1 - F(p.get("slope", "1")) * (b - low) / low)
    if code == "min_max":
        return F(100) if high == low else 100 * (high - b) / (high - low)
    if code == "fixed_band":
        best, worst = F(p["best"]), F(p["worst"])
        return max(F(0), min(F(100), 100 * (worst - b) / (worst - best)))
    if code == "deduct_from_benchmark":
        return deduction(p, deviation(p, b, bids, ceiling))
    by_amount = p.get("axis", "deviation" if code == "piecewise" else "amount") == "amount"
    x = b if by_amount else deviation(p, b, bids, ceiling)
    return table(p, x) if code == "piecewise" else line(x, F(p["a"]), F(p["z"]))


def figure(code: str, p: dict[str, Any], offer: dict[str, Any], q: F, ceiling: F) -> F | None:
    """What is ranked by; of q/b more is better."""
    b = F(offer["amount"])
    if code == "monetised_quality":
        return b - q * (F(p["worth"]) * (ceiling / 100 if p.get("of") == "ceiling" else 1))
    if code == "quality_per_price":
        if p.get("ratio", "quality_per_price") == "quality_per_price":
            return q / b * F(p.get("per", "1"))
        return b / q * F(p.get("per", "1")) if q else None
    features = [F(each["value"]) for each in offer.get("features") or []]
    if code == "total_cost":
        return b * (100 + sum(features)) / 100 if p["measure"] == "percent" else b + sum(features)
    return b / (1 + (sum(features) if p.get("features") == "offered" else F(p["share"]) * q / 100))


def quality(technical: dict[str, Any] | None, offer: dict[str, Any]) -> tuple[F, bool]:
    """Technical points, and whether every minimum is reached."""
    if technical is None:
        return F(0), True
    if offer.get("technical") is not None:
        q, values = F(offer["technical"]), {}
    else:
        values = {name: F(value) for name, value in (offer.get("values") or {}).items()}
        for name, marks in (offer.get("marks") or {}).items():
            middle = F(median(map(F, marks))) if technical["aggregation"] == "median" else mean([F(m) for m in marks])
            if technical["aggregation"] == "trimmed_mean" and len(marks) >= technical.get("drop_from", 4):
                middle = mean([F(m) for m in sorted(marks)[1:-1]])
            values[name] = half_up(middle, 1)
        q = half_up(sum((F(c["weight"]) / 100 * values[c["id"]] / 5 * 100 for c in technical["criteria"]), F(0)), 2)
    passes = technical.get("threshold") is None or q >= F(technical["threshold"])
    for c in technical["criteria"] if values else ():
        passes = passes and (c.get("threshold") is None or values[c["id"]] / 5 * 100 >= F(c["threshold"]))
    return q, passes


def score(sheet: dict[str, Any]) -> Found:
    """The ranks of a sheet."""
    rules = sheet["evaluation"]
    code, p = rules["price"]["formula"]["code"], rules["price"]["formula"].get("params") or {}
    q = {each["name"]: quality(rules["technical"], each) for each in sheet["offers"]}
    offers = [each for each in sheet["offers"] if each.get("is_valid", True) and q[each["name"]][1]]
    counted = sheet["offers"] if p.get("counts") == "all" else offers
    bids = [F(each["amount"]) for each in counted]
    ceiling = F(sheet["ceiling_price"])
    rows = []
    for order, offer in enumerate(offers):
        name, b, tq = offer["name"], F(offer["amount"]), q[offer["name"]][0]
        shown: list[str | None] = [None, None, None]
        if code == "price_only":
            key: Any = b
        elif code in {"monetised_quality", "quality_per_price", "coefficient", "total_cost"}:
            made, digits = figure(code, p, offer, tq, ceiling), p.get("digits", 4)
            shown[2] = None if made is None else text(made, digits)
            used = made if made is None or p.get("rounding", "total") == "total" else half_up(made, digits)
            more = code == "quality_per_price" and p.get("ratio", code) == "quality_per_price"
            key = F(10**60) if used is None else -used if more else used
        else:
            digits, stage = p.get("digits", 2), p.get("rounding", "total")
            s = points(code, p, b, bids, ceiling)
            shown[0] = text(s, digits)
            s = s if stage in {"total", "weighted"} else half_up(s, digits)
            price = F(rules["price"]["weight"]) * s / 100
            technical = F(rules["technical"]["weight"]) * tq / 100 if rules["technical"] else F(0)
            if stage == "weighted":
                price, technical = half_up(price, digits), half_up(technical, digits)
            total = price + technical + F(offer.get("bonus") or 0)
            shown[1] = text(total, 2)
            key = -half_up(total, 2)
        by_quality = -tq if p.get("ties") == "technical" else F(0)
        rows.append((key, by_quality, b, order, name, shown))
    rows.sort(key=lambda row: row[:4])
    keys = [row[0] for row in rows]
    return {row[4]: (rank, row[5][0], row[5][1], row[5][2], keys.count(row[0]) > 1) for rank, row in enumerate(rows, 1)}
