"""The JSON form of comparisons in pairs: `technical.ahp` of the published document and the body of `POST /scoring/ahp`.

Serves SCORING.md section 2. Every cell that cannot stand is a fault that names it: `matrix.0.2` stands in the first
row as the third. The judgements stay beside the weights they gave, so that anybody can derive them again; weights
changed since are a fault, so nothing frozen claims a comparison that it does not come from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from app.domain.scoring.ahp import LARGEST_RATIO, MOST_ITEMS, SCALE, Derived, Judgements, Matrix, derive
from app.domain.scoring.typed import Typed, plain

_NAMES: Final = {value: name for name, value in SCALE.items()}
# As in the weights of criteria themselves.
MOST_DIGITS: Final = 4
DIGITS: Final = 2
_SHOWN: Final = Decimal("1e-10")


def judgements_to_json(judged: Judgements) -> dict[str, Any]:
    """The canonical members; at the top of the tree there is no `parent`."""
    parent = {} if judged.parent is None else {"parent": judged.parent}
    matrix = [[_NAMES[cell] for cell in row] for row in judged.matrix]
    return {**parent, "items": list(judged.items), "matrix": matrix, "digits": judged.digits}


def read_judgements(typed: Typed) -> Judgements | None:
    """One comparison as typed, None where it has faults: items (MISSING_VALUE below two, TOO_LARGE beyond Saaty's
    table, ALREADY_EXISTS), rows (INCOMPLETE), cells (MISSING_VALUE, OUT_OF_RANGE off the scale, NOT_RECIPROCAL below
    the diagonal), digits (OUT_OF_RANGE also where a weight would become nothing)."""
    before = len(typed.faults)
    typed.only({"parent", "items", "matrix", "digits"})
    items = _read_items(typed)
    digits = DIGITS if typed.get("digits") is None else typed.integer("digits", low=0, high=MOST_DIGITS)
    matrix = _read_matrix(typed, len(items)) if len(typed.faults) == before else ()
    parent = typed.text("parent") or None
    if len(typed.faults) > before:
        return None
    if not all(derive(matrix, digits).weights):
        typed.fault("digits", "OUT_OF_RANGE")
        return None
    return Judgements(items, matrix, digits, parent)


def _read_items(typed: Typed) -> tuple[str, ...]:
    given = typed.get("items")
    if not isinstance(given, Sequence) or isinstance(given, str):
        typed.fault("items", "MISSING_VALUE" if given is None else "MALFORMED")
        return ()
    if len(given) > MOST_ITEMS:
        typed.fault("items", "TOO_LARGE")
    elif len(given) < 2:
        typed.fault("items", "MISSING_VALUE")
    for at, each in enumerate(given[:MOST_ITEMS]):
        if not isinstance(each, str) or not 0 < len(each) <= 32:
            typed.fault(f"items.{at}", "MALFORMED")
        elif each in given[:at]:
            typed.fault(f"items.{at}", "ALREADY_EXISTS")
    return tuple(map(str, given[:MOST_ITEMS]))


def _read_matrix(typed: Typed, size: int) -> Matrix:
    rows = typed.get("matrix")
    if not _is_list(rows, size):
        typed.fault("matrix", "MISSING_VALUE" if rows is None else "INCOMPLETE")
        return ()
    short = [at for at, row in enumerate(rows) if not _is_list(row, size)]
    for at in short:
        typed.fault(f"matrix.{at}", "INCOMPLETE")
    if short:
        return ()
    faults = {f"matrix.{row}.{at}": _fault_of(rows, row, at) for row in range(size) for at in range(size)}
    for name, fault in faults.items():
        if fault is not None:
            typed.fault(name, fault)
    return () if any(faults.values()) else tuple(tuple(SCALE[cell] for cell in row) for row in rows)


def _is_list(value: Any, size: int) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str) and len(value) == size


def _fault_of(rows: Sequence[Sequence[Any]], row: int, column: int) -> str | None:
    cell, mirrored = rows[row][column], rows[column][row]
    if cell is None or cell == "":
        return "MISSING_VALUE"
    if not isinstance(cell, str) or cell not in SCALE or (row == column and cell != "1"):
        return "OUT_OF_RANGE"
    is_judged = isinstance(mirrored, str) and mirrored in SCALE
    # Named once, below the diagonal: above it stands the judgement itself.
    return "NOT_RECIPROCAL" if column < row and is_judged and SCALE[cell] * SCALE[mirrored] != 1 else None


def check_judgements(typed: Typed, judged: Judgements, there: Mapping[str, Decimal]) -> None:
    """A comparison is of all that stands in its place of the tree, `there` (`items`: INCOMPLETE), and gives the very
    weights that stand there (`matrix`: WEIGHTS_DIFFER)."""
    if there.keys() != set(judged.items):
        typed.fault("items", "INCOMPLETE")
    elif weights_of(judged) != there:
        typed.fault("matrix", "WEIGHTS_DIFFER")


def weights_of(judged: Judgements) -> dict[str, Decimal]:
    """{item: the weight that the comparison gives it}."""
    return dict(zip(judged.items, derive(judged.matrix, judged.digits).weights, strict=True))


def ahp_answer(value: Any) -> dict[str, Any]:
    """What a matrix gives, with every figure to compute it again by; with faults there is nothing else."""
    typed = Typed(value)
    judged = read_judgements(typed)
    faults = [{"field": fault.field, "code": fault.code} for fault in typed.faults]
    if judged is None:
        return {"faults": faults, "weights": [], "result": None}
    made = derive(judged.matrix, judged.digits)
    weights = [
        {"item": item, "weight": plain(weight), "vector": _shown(part), "control": _shown(control)}
        for item, weight, part, control in zip(judged.items, made.weights, made.vector, made.control, strict=True)
    ]
    return {"faults": [], "weights": weights, "result": _result(judged, made)}


def _result(judged: Judgements, made: Derived) -> dict[str, Any]:
    doubt = made.doubt
    named = None if doubt is None else {
        "one": judged.items[doubt.row],
        "other": judged.items[doubt.column],
        "value": _NAMES[judged.matrix[doubt.row][doubt.column]],
        "fitting": doubt.fitting,
    }  # fmt: skip
    return {
        "method": "eigenvector" if made.is_iterated else "geometric_mean",
        "lambda_max": _shown(made.lambda_max),
        "index": _shown(made.index),
        "ratio": _shown(made.ratio),
        "limit": plain(LARGEST_RATIO),
        "is_consistent": made.is_consistent,
        "doubt": named,
    }


def _shown(value: Decimal) -> str:
    """Ten digits: enough to compute it again by hand."""
    return plain(value.quantize(_SHOWN))
