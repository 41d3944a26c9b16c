"""How a tender is played: in the open on the floor, sealed, or sealed first and live after it.

Serves DESIGN.md section 3 (Tender → Rounds, in order, each sealed or live). What a procedure does not use of a draft is
kept as typed and plays no part: whoever tries another procedure and comes back has lost nothing.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from app.domain.sealed_rules import LEAST_BUCKET

if TYPE_CHECKING:
    from collections.abc import Mapping


class Procedure(StrEnum):
    """The rounds of a tender, in order."""

    LIVE = "live"
    SEALED = "sealed"
    SEALED_LIVE = "sealed_live"

    @property
    def has_sealed(self) -> bool:
        """Whether the first round is sealed."""
        return self is not Procedure.LIVE

    @property
    def has_live(self) -> bool:
        """Whether the last round is live."""
        return self is not Procedure.SEALED


# The longest price of a line as canonical JSON (number, amount of 14 + 4 digits, names, punctuation), and the rest.
_LINE_BYTES: Final = 64
_HEAD_BYTES: Final = 512


def price_bucket_for(lines: int) -> int:
    """Give the size to which the price envelopes of a tender are padded: by its longest lot, equal for all."""
    size = LEAST_BUCKET
    while size < _HEAD_BYTES + lines * _LINE_BYTES:
        size *= 2
    return size


def evaluation_in_force(typed: Mapping[str, Any], *, has_technical: bool) -> dict[str, Any]:
    """Give the evaluation that a draft's text means: criteria numbered, empty minimums as none, texts without blanks.

    Without a technical part its texts stay in the draft alone, and the price counts for all.
    """
    technical = typed.get("technical")
    price = dict(typed.get("price") or {})
    return {
        "technical": _technical(technical or {}) if has_technical else None,
        "price": {
            "weight": _text(price, "weight") if has_technical else "100",
            "formula": dict(price.get("formula") or {}),
        },
        "shortlist": dict(typed.get("shortlist") or {}),
        # Points can only be frozen where there are any.
        "freeze_technical": bool(typed.get("freeze_technical")) and has_technical,
        **{name: typed[name] for name in ("abnormal", "certification", "split") if typed.get(name) is not None},
    }


def _technical(typed: Mapping[str, Any]) -> dict[str, Any]:
    criteria, groups = typed.get("criteria") or [], typed.get("groups") or []
    aggregation = _text(typed, "aggregation")
    drops = aggregation == "trimmed_mean" and typed.get("drop_from") is not None
    return {
        "weight": _text(typed, "weight"),
        "threshold": _text(typed, "threshold") or None,
        "aggregation": aggregation,
        **({"drop_from": typed["drop_from"]} if drops else {}),
        **({"groups": groups} if groups else {}),
        "criteria": [_criterion(one, number) for number, one in enumerate(criteria, start=1)],
        **({"ahp": typed["ahp"]} if typed.get("ahp") else {}),
    }


def _criterion(typed: Mapping[str, Any], number: int) -> dict[str, Any]:
    answer = _text(typed, "answer")
    texts = ("title_zh", "title_en", "weight", "prompt_zh", "prompt_en")
    return {
        "id": typed.get("id", ""),
        "number": number,
        **{name: _text(typed, name) for name in texts},
        "threshold": _text(typed, "threshold") or None,
        "answer": answer,
        "unit": _text(typed, "unit") if answer == "number" else "",
        "choices": [_pair(one) for one in typed.get("choices") or []] if answer == "choice" else [],
        "levels": [_pair(one) for one in typed.get("levels") or []],
        **({"parent": parent} if (parent := _text(typed, "parent")) else {}),
    }


def _pair(typed: Mapping[str, Any]) -> dict[str, str]:
    return {"zh": _text(typed, "zh"), "en": _text(typed, "en")}


def _text(typed: Mapping[str, Any], name: str) -> str:
    return str(typed.get(name) or "").strip()
