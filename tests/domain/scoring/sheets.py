"""Random score sheets of every formula with every parameter, faultless, from a seed."""

import random
from typing import Any

from app.domain.scoring.kinds import FormulaCode

BENCHMARKS = ("lowest", "mean", "trimmed_mean", "mean_times", "blend", "min_mean", "two_pass_mean")
FIGURED = {FormulaCode.MONETISED_QUALITY, FormulaCode.QUALITY_PER_PRICE, FormulaCode.COEFFICIENT,
           FormulaCode.TOTAL_COST}  # fmt: skip
Params = dict[str, Any]


def a_sheet(chance: random.Random) -> dict[str, Any]:
    """One sheet."""
    code = chance.choice(list(FormulaCode))
    params = formula_params(chance, code)
    has_technical = code in FIGURED or chance.random() < 0.7
    is_ranked_alone = code in FIGURED or code is FormulaCode.PRICE_ONLY
    weight = 0 if is_ranked_alone or not has_technical else chance.choice([0, 10, 40, 99])
    technical = _technical(chance, weight) if has_technical else None
    has_bonus = not is_ranked_alone and chance.random() < 0.2
    if params.get("ties") == "technical" and technical is None:
        del params["ties"]
    evaluation = {
        "technical": technical,
        "price": {"weight": str(100 - weight), "formula": {"code": code.value, "params": params}},
        **({"certification": {"points": {"A": "2", "B": "0", "C": "-2", "D": "-5"}}} if has_bonus else {}),
    }
    spread = chance.choice([0, 1, 30, 2000])
    offers = []
    for number in range(chance.choice([1, 2, 3, 5, 8, 12])):
        amount = f"{(10000 + chance.randint(-spread, spread)) / 100:.2f}"
        offer: dict[str, Any] = {"name": f"S{number}", "amount": amount, "is_valid": chance.random() < 0.9}
        if technical is not None:
            offer |= _quality(chance, technical)
        if has_bonus:
            offer["bonus"] = chance.choice(["2", "-2", "0", "-5"])
        if params.get("features") == "offered":
            offer["features"] = [{"value": f"0.{chance.randint(0, 99):02}"} for _ in range(chance.randint(0, 3))]
        if code is FormulaCode.TOTAL_COST:
            offer["features"] = [{"value": chance.choice(["0", "2", "-1.5", "4.25"])}]
        offers.append(offer)
    return {"currency": "CNY", "scale": 2, "ceiling_price": "121.00", "evaluation": evaluation, "offers": offers}


def _technical(chance: random.Random, weight: int) -> dict[str, Any]:
    first = chance.choice(["30", "33.3333", "50"])
    rest = {"30": "70", "33.3333": "66.6667", "50": "50"}[first]
    least = chance.choice([None, None, "40", "60"])
    criteria = [{"id": "c1", "weight": first, "threshold": least}, {"id": "c2", "weight": rest, "threshold": None}]
    return {
        "weight": str(weight),
        "threshold": chance.choice([None, "50", "70"]),
        "aggregation": chance.choice(["mean", "median", "trimmed_mean"]),
        "criteria": criteria,
    }


def _quality(chance: random.Random, technical: dict[str, Any]) -> dict[str, Any]:
    names = [each["id"] for each in technical["criteria"]]
    way = chance.randint(0, 2)
    if way == 0:
        return {"technical": f"{chance.choice([0, 60, 70, 80.5, 81.37, 100]):.2f}"}
    if way == 1:
        return {"values": {name: f"{chance.randint(0, 50) / 10:.1f}" for name in names}}
    return {"marks": {name: [chance.randint(2, 5) for _ in range(chance.randint(1, 7))] for name in names}}


def formula_params(chance: random.Random, code: FormulaCode) -> Params:
    """The parameters of one formula; some are left to their defaults."""
    made = dict(_OWN[code](chance)) if code in _OWN else {}
    given: Params = {**made}
    if chance.random() < 0.3:
        given["ties"] = chance.choice(["price", "technical"])
    if code is FormulaCode.PRICE_ONLY:
        return given
    if chance.random() < 0.7:
        given["digits"] = chance.randint(0, 4)
    if chance.random() < 0.7:
        stages = ["total", "points"] if code in FIGURED else ["total", "points", "weighted"]
        given["rounding"] = chance.choice(stages + ["deviation", "benchmark"] * ("benchmark" in given))
    if code not in FIGURED and chance.random() < 0.3:
        given["counts"] = chance.choice(["valid", "all"])
    return given


def _benchmark(chance: random.Random) -> Params:
    kind = chance.choice(BENCHMARKS)
    own: dict[str, Params] = {
        "mean_times": {"k": chance.choice(["0", "0.05", "0.1234"])},
        "blend": {"alpha": chance.choice(["0", "0.35", "1"]), "with": chance.choice(["ceiling", "lowest", "highest"])},
        "min_mean": {"w": chance.choice(["0", "0.4", "1"])},
        "two_pass_mean": chance.choice([{}, {"keep": "below"}, {"keep": "within", "band": "3.5"}]),
    }
    found = {"benchmark": kind, **own.get(kind, {})}
    if kind == "trimmed_mean" or (kind not in {"lowest", "mean"} and chance.random() < 0.5):
        found |= {"drop_high": 1, "drop_low": chance.randint(0, 1), "from": chance.randint(3, 6)}
        found["inclusive"] = chance.random() < 0.5
        if chance.random() < 0.4:
            found["tiers"] = [{"from": chance.choice([8, 11]), "drop_high": 2, "drop_low": 2}]
    return found


def _deduct(chance: random.Random) -> Params:
    slopes = {"above": chance.choice(["0.5", "3", "10.25"]), "below": chance.choice(["-1", "0", "0.5", "2"])}
    found: Params = {**_benchmark(chance), **slopes}
    if chance.random() < 0.4:
        found |= {"full": "80", "floor": "10", "cap": "90"}
    if chance.random() < 0.5:
        found["steps"] = chance.choice(["stepped", "begun"])
        found["step"] = chance.choice(["1", "0.5", "2"])
    return found


def _table(chance: random.Random) -> Params:
    by_amount = chance.random() < 0.4
    low, middle, high = ("98", "100", "101.5") if by_amount else ("-2", "0", "1.5")
    rows: list[Params] = [
        {"from": None, "to": low, "points": "90"},
        {"from": low, "to": middle, "points": "90", "last": "100"},
        {"from": middle, "to": high, "points": "80.5"},
        {"from": high, "to": None, "points": chance.choice(["0", "40"])},
    ]
    boundary = chance.choice(["lower", "upper"])
    if by_amount:
        return {"axis": "amount", "rows": rows, "boundary": boundary}
    return {**_benchmark(chance), "axis": "deviation", "rows": rows, "boundary": boundary}


def _ends(chance: random.Random) -> Params:
    if chance.random() < 0.5:
        return {"a": "97.5", "z": "108"}
    return {**_benchmark(chance), "axis": "deviation", "a": chance.choice(["-3", "0"]), "z": "12.5"}


_OWN: dict[FormulaCode, Any] = {
    FormulaCode.DEDUCT_FROM_BENCHMARK: _deduct,
    FormulaCode.PIECEWISE: _table,
    FormulaCode.INTERPOLATE: _ends,
    FormulaCode.LINEAR_TO_LOWEST: lambda chance: {"slope": chance.choice(["0.5", "1", "3"])},
    FormulaCode.FIXED_BAND: lambda _: {"best": "95", "worst": "112.5"},
    FormulaCode.MONETISED_QUALITY: lambda chance: {"worth": "0.1", "of": chance.choice(["amount", "ceiling"])},
    FormulaCode.QUALITY_PER_PRICE: lambda chance: {
        "ratio": chance.choice(["quality_per_price", "price_per_quality"]),
        "per": chance.choice(["1", "1000"]),
    },
    FormulaCode.COEFFICIENT: lambda chance: chance.choice([{"share": "0.2"}, {"features": "offered", "share": "0"}]),
    FormulaCode.TOTAL_COST: lambda chance: {"measure": chance.choice(["percent", "money"])},
}
