"""What a tender's chain tells, as the verifier keeps it: its documents and its rankings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.domain.framing import LotFrame


@dataclass(frozen=True, slots=True)
class ToldRanking:
    """A ranking as `ranking.made` tells it."""

    seq: int
    at: datetime
    rows: tuple[tuple[int, str, int, bool], ...]
    digest: str
    labels: frozenset[str]
    # As they were told, with points where there is an evaluation.
    told: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class Edition:
    """A published or amended document with the frames of its lots."""

    at: datetime
    digest: str
    document: Mapping[str, Any]
    frames: Mapping[str, LotFrame]
    lots: frozenset[str]
