"""The JSON schema (2020-12) of the score sheet and of its answer, made of the same tables that read them.

Published at GET /api/scoring/schema and by `bidroom score --schema`. It states forms and bounds; what several members
say together (weights that do not sum, gaps in a table) is the reader's to refuse, with a code.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from app.domain.certification import Grade
from app.domain.marking import HIGHEST_MARK, LOWEST_MARK
from app.domain.scoring.criteria import MOST_CRITERIA, MOST_GROUPS, Aggregation
from app.domain.scoring.formulas import MOST_ROWS, MOST_TIERS
from app.domain.scoring.kinds import Benchmark, FormulaCode
from app.domain.scoring.parameters import (
    BENCHMARK,
    MOST_DROPPED,
    OWN,
    PARAMETERS,
    TRIMMING,
    Parameter,
    ParameterKind,
    write_value,
)
from app.domain.scoring.score_sheet import RULE_VERSION
from app.domain.scoring.sheet_marks import MOST_MARKS
from app.domain.scoring.sheet_reading import LONGEST_NAME, MOST_FEATURES, MOST_OFFERS, SHEET_VERSION
from app.domain.scoring.warnings import Leaving

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]
_TEXT: Final[Schema] = {"type": "string"}
_FLAG: Final[Schema] = {"type": "boolean"}
_DECIMAL: Final[Schema] = {"type": "string", "pattern": r"^\s*-?[0-9]{1,6}(\.[0-9]{1,4})?\s*$"}
_AMOUNT: Final[Schema] = {"type": "string", "pattern": r"^[0-9]{1,14}(\.[0-9]{1,4})?$"}
_MARK: Final[Schema] = {"type": "integer", "minimum": LOWEST_MARK, "maximum": HIGHEST_MARK}


def sheet_schema() -> Schema:
    """The schema of a score sheet."""
    sheet = _object(
        {
            "sheet": {"const": SHEET_VERSION},
            "currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
            "scale": {"type": "integer", "minimum": 0, "maximum": 4, "default": 4},
            "ceiling_price": _or_null(_AMOUNT),
            "evaluation": {"$ref": "#/$defs/evaluation"},
            "offers": _list({"$ref": "#/$defs/offer"}, 1, MOST_OFFERS),
        },
        required=("evaluation", "offers"),
    )
    definitions = {"evaluation": _evaluation(), "technical": _technical(), "offer": _offer(), "formula": _formula()}
    return {"$schema": DIALECT, "title": f"Bidroom score sheet ({RULE_VERSION})", **sheet, "$defs": definitions}


def answer_schema() -> Schema:
    """The schema of an answer."""
    text = _or_null(_TEXT)
    row = {
        "name": _TEXT,
        "rank": _or_null({"type": "integer", "minimum": 1}),
        "amount": _TEXT,
        **dict.fromkeys(("technical_points", "price_points", "total", "figure"), text),
        "is_tied": _FLAG,
        "is_passing": _FLAG,
        "failed": _list(_TEXT),
    }
    weights = _object({"technical": text, "price": _TEXT})
    claims = _object({"is_monotone": _FLAG, "is_independent": _FLAG, "low": text, "high": text})
    method = _object({"formula": {"type": "object"}, "weights": weights, "claims": claims})
    offer = _object({"name": _TEXT, "amount": _TEXT, "technical": text})
    pair = _list(_TEXT, 2, 2)
    witness = _object({"ceiling_price": _TEXT, "offers": _list(offer), "leaves": _TEXT, "turned": pair})
    members = {
        "version": _TEXT,
        "sheet": {"const": SHEET_VERSION},
        "faults": _list(_object({"field": _TEXT, "code": _TEXT})),
        "method": _or_null(method),
        "rows": _list(_object(row)),
        "notes": _list({"enum": ["ONE_BID", "ALL_EQUAL", "SOME_NOT_RANKED", "NO_RANKED_OFFER"]}),
        "warnings": _list({"enum": [each.value for each in Leaving if each is not Leaving.NOTHING]}),
        "witness": _or_null(witness),
        "turned": _list(_object({"leaves": _TEXT, "turned": pair})),
        "steps": _list(_object({"offer": text, "figure": _TEXT, "exact": _TEXT, "shown": _TEXT})),
        "digest": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
    }
    return {"$schema": DIALECT, "title": f"Answer to a Bidroom score sheet ({RULE_VERSION})", **_object(members)}


def _object(members: Mapping[str, Schema], required: Sequence[str] | None = None) -> Schema:
    """An object with these members and no others; all of them required if nothing else is said."""
    names = list(members) if required is None else list(required)
    return {"type": "object", "properties": dict(members), "required": names, "additionalProperties": False}


def _list(item: Schema, least: int = 0, most: int | None = None) -> Schema:
    return {"type": "array", "items": item, "minItems": least, **({} if most is None else {"maxItems": most})}


def _or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def _evaluation() -> Schema:
    """As a tender publishes it; the parts that no figure of a sheet depends on stand open."""
    points = {grade.value: _DECIMAL for grade in Grade}
    members = {
        "technical": _or_null({"$ref": "#/$defs/technical"}),
        "price": _object({"weight": _DECIMAL, "formula": {"$ref": "#/$defs/formula"}}),
        "certification": _object({"minimum": {"type": "object"}, "points": _object(points)}, required=()),
        "shortlist": {"type": "object"},
        "abnormal": {"type": "object"},
        "freeze_technical": _FLAG,
    }
    return _object(members, required=("price",))


def _technical() -> Schema:
    node = {"id": _TEXT, "weight": _DECIMAL, "threshold": _or_null(_DECIMAL), "parent": _or_null(_TEXT)}
    # A criterion may carry its texts, as in the published document.
    criterion = {**_object(node, required=("id", "weight")), "additionalProperties": True}
    members = {
        "weight": _DECIMAL,
        "threshold": _or_null(_DECIMAL),
        "aggregation": {"enum": [each.value for each in Aggregation]},
        "drop_from": {"type": "integer"},
        "criteria": _list(criterion, 1, MOST_CRITERIA),
        "groups": _list(criterion, 0, MOST_GROUPS),
        "ahp": _list({"type": "object"}, 0, MOST_GROUPS + 1),
    }
    return _object(members, required=("weight", "aggregation", "criteria"))


def _offer() -> Schema:
    marks = {"type": "object", "additionalProperties": _list(_MARK, 1, MOST_MARKS)}
    features = _list(_object({"name": _TEXT, "value": _DECIMAL}, required=("value",)), 0, MOST_FEATURES)
    members = {
        "name": {"type": "string", "minLength": 1, "maxLength": LONGEST_NAME},
        "amount": _AMOUNT,
        "currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
        # One of three: the points, the agreed value of each criterion, or the evaluators' marks of each criterion.
        "technical": _or_null(_DECIMAL),
        "values": _or_null({"type": "object", "additionalProperties": _DECIMAL}),
        "marks": _or_null(marks),
        "grade": _or_null({"enum": [grade.value for grade in Grade]}),
        "bonus": _or_null(_DECIMAL),
        "features": _or_null(features),
        "is_valid": {**_FLAG, "default": True},
    }
    return _object(members, required=("name", "amount"))


def _formula() -> Schema:
    """One shape for each code: `code` and its `params`."""
    return {"oneOf": [_of_code(code) for code in FormulaCode]}


def _of_code(code: FormulaCode) -> Schema:
    members = {each.name: _parameter(each) for each in PARAMETERS[code]}
    required = [each.name for each in PARAMETERS[code] if each.default is None]
    if code in {FormulaCode.PIECEWISE, FormulaCode.INTERPOLATE}:
        members |= {"benchmark": _parameter(BENCHMARK)}
        members |= {"rows": _list(_row(), 1, MOST_ROWS)} if code is FormulaCode.PIECEWISE else _ends()
        required += ["rows"] if code is FormulaCode.PIECEWISE else ["a", "z"]
    if "benchmark" in members:
        own = [each for benchmark in Benchmark for each in OWN[benchmark]]
        members |= {each.name: _parameter(each) for each in (*own, *TRIMMING)}
        members["tiers"] = _list(_tier(), 0, MOST_TIERS)
    params = _object(members, required=required)
    return _object({"code": {"const": code.value}, "params": params}, required=("code", *(["params"] * bool(required))))


def _ends() -> dict[str, Schema]:
    return {"a": {"anyOf": [_AMOUNT, _DECIMAL]}, "z": {"anyOf": [_AMOUNT, _DECIMAL]}}


def _row() -> Schema:
    edge = {"anyOf": [_AMOUNT, _DECIMAL, {"type": "null"}]}
    members = {"from": edge, "to": edge, "points": _DECIMAL, "last": _or_null(_DECIMAL)}
    return _object(members, required=("points",))


def _tier() -> Schema:
    dropped = {"type": "integer", "minimum": 0, "maximum": MOST_DROPPED}
    return _object({"from": {"type": "integer", "minimum": 1}, "drop_high": dropped, "drop_low": dropped})


def _parameter(each: Parameter) -> Schema:
    """The form and bounds of one parameter. The bounds of a decimal text stand beside it as `x-low` and `x-high`."""
    default = {} if each.default is None else {"default": write_value(each.default)}
    match each.kind:
        case ParameterKind.DECIMAL:
            bounds = {"x-low": each.low, "x-high": each.high}
            return {**_DECIMAL, **bounds, **default}
        case ParameterKind.AMOUNT:
            return {**_AMOUNT, **default}
        case ParameterKind.INTEGER:
            return {"type": "integer", "minimum": int(each.low), "maximum": int(each.high), **default}
        case ParameterKind.CHOICE:
            return {"enum": [choice.value for choice in each.choices], **default}
        case ParameterKind.FLAG:
            return {**_FLAG, **default}
