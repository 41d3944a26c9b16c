"""The opening record: what each package of a lot gave, signed, with the secrets to repeat it. SEALING.md section 6.

`{v, round, lot, envelope, opened_at, custody, results, key_id, sig}`; `results` are sorted by package digest and hold
`{package, tag, rev, result, secret, ct_sha256, body_sha256, amount}`. `sig` is Ed25519 by the journal's key over
"bidroom opening record v1" || 0x00 || canonical JSON of the other members, in hex. The journal holds the digest of the
whole record; whether it is shown, and to whom, is the phase's matter.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from app.domain.sealing.canonical import canonical, digest

RECORD_VERSION: Final = 1
# What a result may say beside the findings of `package.py`.
OPENED: Final = "opened"
RETURNED_UNOPENED: Final = "returned_unopened"
REFUSED: Final = "refused:"
_CONTEXT: Final = b"bidroom opening record v1\x00"


@dataclass(frozen=True, slots=True)
class Result:
    """What one package's envelope gave. The secret is there where the envelope opened, also for a refused price."""

    package: str
    tag: str
    rev: int
    result: str
    ct_sha256: str
    secret: str | None = None
    body_sha256: str | None = None
    amount: str | None = None

    def json(self) -> dict[str, Any]:
        """As it stands in the record."""
        return {name: getattr(self, name) for name in Result.__slots__}


def record_core(
    *,
    round_id: str,
    lot: str,
    envelope: str,
    opened_at: str,
    custody: str,
    results: Sequence[Result],
    key_id: str,
    members: Sequence[Mapping[str, Any]] | None = None,
    recovery: str | None = None,
) -> dict[str, Any]:
    """A record before its signature; sorted by digest, so that no order of arrival is left in it.

    `members`: of a committee, who took part (SEALING.md section 6 point 5); absent in server custody. `recovery`: the
    approval by which bidders were asked for their secrets, where these opened.
    """
    present = {} if members is None else {"members": [dict(each) for each in members]}
    helped = {} if recovery is None else {"recovery": recovery}
    return {
        **present,
        **helped,
        "v": RECORD_VERSION,
        "round": round_id,
        "lot": lot,
        "envelope": envelope,
        "opened_at": opened_at,
        "custody": custody,
        "results": [result.json() for result in sorted(results, key=lambda each: each.package)],
        "key_id": key_id,
    }


def record_message(core: Mapping[str, Any]) -> bytes:
    """The bytes that are signed."""
    return _CONTEXT + canonical({name: item for name, item in core.items() if name != "sig"})


def record_digest(record: Mapping[str, Any]) -> str:
    """The digest of a signed record, as `envelopes.opened` names it."""
    return digest(record)


@dataclass(frozen=True, slots=True)
class OwnFinding:
    """Why a bidder's own envelope did not count (SEALING.md section 6): `code` is a finding, or a price's refusal."""

    envelope: str
    code: str


def finding_in(record: Mapping[str, Any], tag: str) -> OwnFinding | None:
    """Why a bidder's envelope did not count. None where it did, went back unopened, or was never there."""
    said: str = next((row["result"] for row in record["results"] if row["tag"] == tag), OPENED)
    if said in {OPENED, RETURNED_UNOPENED}:
        return None
    return OwnFinding(record["envelope"], said.removeprefix(REFUSED))


def count_findings(results: Sequence[Result]) -> dict[str, int]:
    """How many packages gave what: all that the buyer's side learns of a record."""
    return {kind: sum(each.result == kind for each in results) for kind in sorted({each.result for each in results})}
