"""A signed statement of what a bidder is told of its own lot: what makes a result hold its maker to it.

With its receipts a bidder has in hand what it gave and what came of it, both signed by the journal's key. Who tells two
bidders two stories, or tells one and keeps another in the journal, is caught by an auditor's bundle and the statements
that bidders hand in beside it (`bidroom verify BUNDLE --receipts DIR`).

`{v, kind, tender, lot, decided_at, outcome, amount, rank, technical, voided, entry_hash, key_id, sig}`: nothing that
the result page does not tell (VISIBILITY.md d41, d42; never another's figures). `technical` is null or `{points,
passes, values}` with the agreed value of each criterion as text, `voided` the entries of own bids that were voided;
`entry_hash` names the entry of the ranking that the result rests on.
`sig` is Ed25519 by the journal's key over "bidroom result statement v1" || 0x00 || canonical JSON of the other members.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, Final

from app.domain.ed25519 import is_signature
from app.domain.kinds import Kind
from app.domain.sealing.canonical import NotCanonicalError, canonical

VERSION: Final = 1
KIND: Final = "result.stated"
_CONTEXT: Final = b"bidroom result statement v1\x00"
_MEMBERS: Final = frozenset(
    {
        "v",
        "kind",
        "tender",
        "lot",
        "decided_at",
        "outcome",
        "amount",
        "rank",
        "technical",
        "voided",
        "entry_hash",
        "key_id",
        "sig",
    }
)


class StatementFault(StrEnum):
    """Why a statement proves nothing."""

    MALFORMED = "MALFORMED"
    OTHER_KEY = "OTHER_KEY"
    BAD_SIGNATURE = "BAD_SIGNATURE"


def statement_core(
    *,
    tender: str,
    lot: str,
    decided_at: str,
    outcome: str,
    amount: str | None,
    rank: int | None,
    technical: Mapping[str, Any] | None,
    voided: Sequence[str],
    entry_hash: str,
    key_id: str,
) -> dict[str, Any]:
    """A statement before its signature; amounts as texts at the lot's scale, the instant as in the journal."""
    return {
        "v": VERSION,
        "kind": KIND,
        "tender": tender,
        "lot": lot,
        "decided_at": decided_at,
        "outcome": outcome,
        "amount": amount,
        "rank": rank,
        "technical": None if technical is None else dict(technical),
        "voided": sorted(voided),
        "entry_hash": entry_hash,
        "key_id": key_id,
    }


def statement_message(statement: Mapping[str, Any]) -> bytes:
    """The bytes that are signed: everything but the signature."""
    return _CONTEXT + canonical({name: value for name, value in statement.items() if name != "sig"})


def check_statement(statement: object, public_key: bytes, key_id: str) -> StatementFault | None:
    """What is wrong with a statement, or None where the journal's key vouches for every member of it."""
    if not isinstance(statement, Mapping) or set(statement) != _MEMBERS or statement["kind"] != KIND:
        return StatementFault.MALFORMED
    texts = ("tender", "lot", "decided_at", "outcome", "entry_hash", "key_id", "sig")
    if statement["v"] != VERSION or not all(isinstance(statement[name], str) for name in texts):
        return StatementFault.MALFORMED
    if statement["key_id"] != key_id:
        return StatementFault.OTHER_KEY
    try:
        signature, message = bytes.fromhex(statement["sig"]), statement_message(statement)
    except (ValueError, NotCanonicalError):
        return StatementFault.MALFORMED
    return None if is_signature(public_key, message, signature) else StatementFault.BAD_SIGNATURE


def statement_difference(statement: Mapping[str, Any], body: Mapping[str, Any]) -> str | None:
    """In what the ranking's entry says otherwise than a statement: the member's name; None where they agree.

    The statement names no label, so a row must fit that could be its bidder's: with the amount, the technical points
    and the rank it tells. Bidders who were told one rank for equal amounts share the first of theirs.
    """
    data = body["data"]
    if body["kind"] != Kind.RANKING_MADE.value or data.get("lot") != statement["lot"]:
        return "entry_hash"
    if statement["amount"] is None or statement["outcome"] == "excluded":
        return None
    rows = [row for row in data["rows"] if row["amount"] == statement["amount"]]
    if not rows:
        return "amount"
    technical = statement["technical"]
    if technical is not None and rows[0].get("technical_points") is not None:
        rows = [row for row in rows if row["technical_points"] == technical["points"]]
    if not rows:
        return "technical"
    return None if statement["rank"] is None or statement["rank"] in {row["rank"] for row in rows} else "rank"
