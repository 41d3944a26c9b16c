"""What a tender's chain makes the tables of its key policy and opening committee hold (part of `folding.py`).

Bundles and secrets lie sealed: of a bundle its digest is held against the chain, of a secret that it was given.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from app.audit.row_facts import Difference, Kept, RowFacts, Rows
from app.domain.entries import to_milliseconds
from app.domain.kinds import Kind

_PRICE: Final = "price"
_KEPT: Final = (
    Kept(
        "sealed_round", "the key policy", "round_id", ("policy", "policy_digest"), lambda row: str(row.round_id),
        json=frozenset({"policy"}),
        # A committee's policy is fixed with its last key.
        ignored=lambda row: not row.policy_digest,
    ),
    Kept(
        "committee_seat", "a seat of the committee", "round_id",
        ("generation", "seat", "title", "account_id", "public_key"), lambda row: f"{row.generation}:{row.seat}",
    ),
    Kept(
        "release_bundle", "a member's bundle", "round_id", ("envelope", "seat", "digest"),
        lambda row: f"{row.envelope}:{row.seat}",
    ),
    Kept(
        "recovery", "that bidders were asked", "round_id", ("envelope", "proposal_id", "ends_at"),
        lambda row: str(row.envelope),
    ),
    Kept(
        "secret_release", "a bidder's secret", "round_id", ("envelope", "package"),
        lambda row: f"{row.envelope}:{row.package}",
    ),
)  # fmt: skip
_KINDS: Final = frozenset(
    {
        *(Kind.POLICY_FIXED, Kind.COMMITTEE_FORMED, Kind.COMMITTEE_REKEYED, Kind.MEMBER_KEY_ADDED),
        *(Kind.RELEASES_RECEIVED, Kind.RECOVERY_ASKED, Kind.RECOVERY_GIVEN, Kind.SCORES_UNLOCKED),
    }
)


@dataclass(slots=True)
class CommitteeFacts:
    """Policy, seats, bundles and help by bidders of one tender's sealed round."""

    tender: str
    _rows: RowFacts | None = field(default=None, init=False)

    def take(self, members: Mapping[str, Any]) -> None:
        """An entry of the tender's chain."""
        kind, seq, data = members["kind"], members["seq"], members["data"]
        if kind not in _KINDS:
            return
        if kind == Kind.SCORES_UNLOCKED:
            self._forget_prices()
            return
        if self._rows is None:
            self._rows = RowFacts(data["round"], {kept.name: kept for kept in _KEPT})
        self._tell(self._rows, kind, seq, data)

    def _tell(self, rows: RowFacts, kind: str, seq: int, data: Mapping[str, Any]) -> None:
        match kind:
            case Kind.POLICY_FIXED:
                rows.tell("sealed_round", data["round"], seq, policy=data["policy"], policy_digest=data["digest"])
            case Kind.COMMITTEE_FORMED | Kind.COMMITTEE_REKEYED:
                # What rekeying voids is in force no more; the next policy comes with the last new key.
                rows.forget("sealed_round", data["round"])
                for seat in data["seats"]:
                    values = {"title": seat["title"], "account_id": seat["account"], "public_key": None}
                    rows.tell("committee_seat", f"{data['generation']}:{seat['seat']}", seq, **values)
            case Kind.MEMBER_KEY_ADDED:
                rows.tell("committee_seat", f"{data['generation']}:{data['seat']}", seq, public_key=data["key"])
            case Kind.RELEASES_RECEIVED:
                rows.tell("release_bundle", f"{data['envelope']}:{data['seat']}", seq, digest=data["digest"])
            case Kind.RECOVERY_ASKED:
                ends_at = to_milliseconds(datetime.fromisoformat(data["ends_at"]))
                rows.tell("recovery", data["envelope"], seq, proposal_id=data["proposal"], ends_at=ends_at)
            case _:
                rows.tell("secret_release", f"{data['envelope']}:{data['package']}", seq, package=data["package"])

    def _forget_prices(self) -> None:
        """With the scores unlocked everything that was released of prices is forgotten."""
        for name in ("release_bundle", "recovery", "secret_release"):
            for key in [] if self._rows is None else self._rows.keys(name):
                if key.split(":")[0] == _PRICE and self._rows is not None:
                    self._rows.forget(name, key)

    def differences(self, rows: Rows) -> Iterator[Difference]:
        """Where the tables say otherwise."""
        if self._rows is not None:
            yield from self._rows.differences(rows)
