"""Makes tests/vectors/key-history.json: `.venv/bin/python -m tests.vectors.make_key_history`.

Python (app/domain/key_history.py) made it and makes it again in a test (tests/domain/test_key_history.py);
frontend/src/journal/key-history.ts gives the same.
"""

import json
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.domain.key_history import GRACE_MS, HistoryFault, Rotation, follow, signed_rotation
from app.domain.sealing.receipt import key_id_of
from app.infra.key_folder import public_half

PATH: Final = Path(__file__).resolve().parent / "key-history.json"
KEYS: Final = [Ed25519PrivateKey.from_private_bytes(bytes([place + 1]) * 32) for place in range(4)]
PUBLIC: Final = [public_half(key) for key in KEYS]
AT: Final = 1_795_000_000_000
REASONS: Final = ("yearly 年度轮换", 'a "quoted" reason\nin two lines \u2028 \U0001f511')


def state(place: int, **changed: Any) -> dict[str, Any]:
    """The statement by which a key hands over to the next; `old` and `new` sign it instead of the two."""
    old, new = changed.pop("old", KEYS[place]), changed.pop("new", KEYS[place + 1])
    members: dict[str, Any] = {
        "number": place + 1,
        "old_key": PUBLIC[place],
        "new_key": PUBLIC[place + 1],
        "from_checkpoint": 10 * (place + 1),
        "last_checkpoint": "ab" * 32,
        "at_ms": AT + place * 10**9,
        "reason": REASONS[place % 2],
    }
    told = Rotation(**(members | changed))
    return signed_rotation(told, old.sign(told.ending_message()), new.sign(told.beginning_message()))


def cases() -> dict[str, tuple[bytes, Any]]:
    """(the trusted key, the statements) by what is tried."""
    first, second = state(0), state(1)
    return {
        "no rotation": (PUBLIC[0], []),
        "one, from the old key": (PUBLIC[0], [first]),
        "one, from the new key": (PUBLIC[1], [first]),
        "two, from the oldest": (PUBLIC[0], [first, second]),
        "two, from the one between": (PUBLIC[1], [first, second]),
        "two, from the newest": (PUBLIC[2], [first, second]),
        "another journal's": (PUBLIC[3], [first, second]),
        "in the wrong order": (PUBLIC[0], [second, first]),
        "without the first": (PUBLIC[1], [second]),
        "signed by a third key": (PUBLIC[0], [state(0, old=KEYS[3])]),
        "without proof of possession": (PUBLIC[0], [state(0, new=KEYS[3])]),
        "begun before the one before": (PUBLIC[0], [first, state(1, from_checkpoint=9)]),
        "an ended key again": (PUBLIC[0], [first, state(1, new_key=PUBLIC[0], new=KEYS[0])]),
        "another number of the first checkpoint": (PUBLIC[0], [{**first, "from_checkpoint": 11}]),
        "capital letters": (PUBLIC[0], [{**first, "old_key": first["old_key"].upper()}]),
        "a member too many": (PUBLIC[0], [{**first, "more": 1}]),
        "a member too few": (PUBLIC[0], [{name: first[name] for name in first if name != "reason"}]),
        "a truth for a number": (PUBLIC[0], [{**first, "v": True}]),
        "no reason": (PUBLIC[0], [state(0, reason="  ")]),
        "not a list": (PUBLIC[0], {"rotations": []}),
        "a list of texts": (PUBLIC[0], ["rotation"]),
    }


def made() -> list[dict[str, Any]]:
    """The vectors."""
    found = []
    for name, (known, rotations) in cases().items():
        held = follow(known, rotations)
        told: dict[str, Any] = {"name": name, "known": known.hex(), "rotations": rotations}
        if isinstance(held, HistoryFault):
            found.append({**told, "fault": held.value, "keys": [], "receipts": []})
            continue
        asked = [
            (key_id_of(key), at)
            for key in PUBLIC
            for at in (None, AT, AT + GRACE_MS, AT + GRACE_MS + 1, AT + 10**9 + GRACE_MS + 1)
        ]
        answers = [(key_id, at, held.receipt_key(key_id, at)) for key_id, at in asked]
        receipts = [
            {"key_id": key_id, "at": at, "gives": each.value if isinstance(each, HistoryFault) else each.hex()}
            for key_id, at, each in answers
        ]
        found.append({**told, "fault": None, "keys": [key.hex() for key in held.keys], "receipts": receipts})
    return found


def text() -> str:
    """The file's content."""
    return json.dumps(made(), ensure_ascii=True, indent=1) + "\n"


if __name__ == "__main__":
    PATH.write_text(text(), encoding="utf-8")
