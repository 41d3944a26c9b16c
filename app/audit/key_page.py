"""The journal's public key as anybody may read it: the one in force, and those that handed over to it."""

from typing import Any

from app.audit.bundle import key_members
from app.domain.bundling import spoken
from app.domain.entries import from_milliseconds
from app.infra.keys import Keys


def published_key(keys: Keys) -> dict[str, Any]:
    """The members of GET /api/audit/key."""
    statements = keys.rotations()
    # By the statements, so that both are of one moment.
    newest = bytes.fromhex(statements[-1]["new_key"]) if statements else keys.public_key
    earlier = [
        {
            **_named(bytes.fromhex(each["old_key"])),
            "ended_at": from_milliseconds(each["at"]),
            "last_checkpoint": each["from_checkpoint"] - 1,
            "reason": each["reason"],
        }
        for each in reversed(statements)
    ]
    return {"algorithm": "Ed25519", **_named(newest), "rotations": statements, "earlier": earlier}


def _named(public_key: bytes) -> dict[str, str]:
    members = key_members(public_key)
    del members["algorithm"]
    return {**members, "words": spoken(members["fingerprint"])}
