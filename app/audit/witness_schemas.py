"""Shapes of the witnesses' wire."""

from typing import Annotated, Any

from pydantic import Field

from app.audit.witnesses import MOST_AT_ONCE
from app.infra.web import InstantText, StrictModel


class SignedStatement(StrictModel):
    """A checkpoint as a witness sees it: the statement and the journal's signature over it (hex)."""

    statement: dict[str, str | int]
    sig: str


class StatementPage(StrictModel):
    """Checkpoints in order, and the rotations that lead from one key of the journal to the next."""

    checkpoints: list[SignedStatement]
    rotations: list[dict[str, Any]]


class CosignaturesBody(StrictModel):
    """What a witness says of checkpoints: `{v, witness, journal, n, digest, seen_at, sig}` each."""

    cosignatures: Annotated[list[dict[str, Any]], Field(min_length=1, max_length=MOST_AT_ONCE)]


class CosignaturesKept(StrictModel):
    """How many of them were new."""

    kept: int


class OutsideWitness(StrictModel):
    """An outside witness: its key, and when it last vouched for the journal; `is_there`: within fifteen minutes."""

    name: str
    public_key: str
    fingerprint: str
    words: str
    seen_at: InstantText | None
    is_there: bool
