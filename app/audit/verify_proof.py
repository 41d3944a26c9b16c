"""A supplier's own check of a whole tender: `bidroom proof verify FILE [--key …] [--published …] [--package FILE
--recovery FILE]`. Offline, on the supplier's machine; of `app` it imports `app.domain` and its sister commands alone.

With the own package and recovery files the sealed price is opened by the supplier's own secrets and held against the
amount it was told. The passphrase comes from BIDROOM_RECOVERY_PASSPHRASE or is asked for.
Exit 0: everything holds. Exit 1: something does not, by name. Exit 2: it cannot be checked.
"""

import argparse
import getpass
import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from app.audit.verify_published import published_keys, statements_in
from app.domain.fingerprints import fingerprint, key_in, key_of_hex, names_key, spoken
from app.domain.key_history import HistoryFault, KeyHistory, follow
from app.domain.own_proving import Said, check_proof
from app.domain.pinned_checkpoints import CHECKPOINTS, pinned_notes
from app.domain.reporting import printable
from app.domain.sealing.body import PriceOffer
from app.domain.sealing.header import EnvelopeKind, Header, decode, header_from_json, package_digest
from app.domain.sealing.package import Opened, repeat_opening
from app.domain.sealing.policy import KeyPolicy, policy_from_json
from app.domain.sealing.recovery import Recovery, open_recovery

OK, BAD, UNCHECKED = 0, 1, 2
LARGEST_FILE: Final = 256 << 20
PASSPHRASE: Final = "BIDROOM_RECOVERY_PASSPHRASE"  # noqa: S105 - the name of a variable
_NOT_SHOWN: Final = (
    "Not shown by this file: other bidders' offers. An auditor's bundle holds them; whoever verifies it takes this "
    "file with --receipts and finds whether you were told the truth."
)
_OWN_KEY: Final = "WARNING: the key was taken from the file itself. Compare its fingerprint with that of your notice."


class CannotCheckError(Exception):
    """There is nothing that could be checked; the message is the sentence."""


def check(
    proof_file: Path,
    key: str | None = None,
    *,
    published: str | None = None,
    package: Path | None = None,
    recovery: Path | None = None,
    witness_keys: Sequence[str] = (),
) -> tuple[int, list[str]]:
    """The exit code and the sentences."""
    try:
        proof = _json_of(proof_file)
        public_key, outside, notes = _public_key(key, published, proof)
        opened = {} if package is None or recovery is None else _opened(_json_of(package), _json_of(recovery))
        witnesses = [_witness_key(each) for each in witness_keys]
    except CannotCheckError as error:
        return UNCHECKED, [f"Cannot check: {error}"]
    except OSError as error:
        return UNCHECKED, [f"Cannot check: {error.filename}: {error.strerror}"]
    said = check_proof(proof, public_key, opened, outside, witnesses)
    holds = all(each.holds for each in said)
    verdict = "The proof holds." if holds else "THE PROOF DOES NOT HOLD."
    whole = fingerprint(public_key)
    notes += pinned_notes(proof.get(CHECKPOINTS, []) if isinstance(proof, Mapping) else [], witnesses)
    lines = [verdict, *map(_line, said), *notes, _NOT_SHOWN, f"key: {whole}", f"     {spoken(whole)}"]
    return (OK if holds else BAD), lines


def _line(said: Said) -> str:
    where = "" if said.lot is None else f"lot {said.lot}: "
    return f"  {'+' if said.holds else '!'} {where}{said.text}"


def _json_of(path: Path) -> Any:
    if path.stat().st_size > LARGEST_FILE:
        raise CannotCheckError(f"{path.name} is larger than any proof or package")
    try:
        return json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        raise CannotCheckError(f"{path.name} is not JSON") from None


def _public_key(key: str | None, published: str | None, proof: object) -> tuple[bytes, KeyHistory | None, list[str]]:
    """A key of the journal that the reader trusts, the keys known from outside, and what must be said of them."""
    enclosed = proof.get("journal_key") if isinstance(proof, Mapping) else None
    own = key_of_hex(enclosed) if isinstance(enclosed, str) else None
    outside = None if published is None else published_keys(published)
    if isinstance(outside, str):
        raise CannotCheckError(outside)
    if key is None:
        if outside is not None:
            return outside.newest, outside, ["Compare the key's fingerprint below with that of your notice."]
        if own is None:
            raise CannotCheckError("give the journal's public key with --key (a key file, 64 hex digits, its name)")
        return own, None, [_OWN_KEY]
    path = Path(key)
    content = path.read_bytes() if path.is_file() else key.encode()
    stated, name = key_in(content), content.decode("utf-8", "replace")
    held = [] if outside is None else list(outside.keys)
    held += _enclosed_keys(own, proof)
    named = next((each for each in held if each == stated or names_key(each, name)), None)
    if named is not None:
        return named, outside or _of_file(named, content), []
    if stated is None or (held and not path.is_file()):
        raise CannotCheckError("the key you named is neither in the file nor published: this is another journal's")
    return stated, outside or _of_file(stated, content), []


def _witness_key(given: str) -> bytes:
    path = Path(given)
    key = key_in(path.read_bytes() if path.is_file() else given.encode())
    if key is None:
        raise CannotCheckError("--witness-key names no public key: a key file, or 64 hex digits")
    return key


def _of_file(key: bytes, content: bytes) -> KeyHistory | None:
    """The keys that a key file tells with its rotations, where it tells any."""
    statements = statements_in(content)
    found = follow(key, statements) if statements else None
    return found if isinstance(found, KeyHistory) else None


def _enclosed_keys(own: bytes | None, proof: object) -> list[bytes]:
    """The keys that the proof itself tells of: its own, and those before it."""
    if own is None:
        return []
    found = follow(own, proof.get("rotations", []) if isinstance(proof, Mapping) else [])
    return [own] if isinstance(found, HistoryFault) else list(found.keys)


def _opened(package: Any, recovery: Any) -> dict[str, str]:
    """{package: amount}: the own sealed price, opened by the own secrets."""
    header = header_from_json(package.get("header")) if isinstance(package, Mapping) else None
    policy = policy_from_json(package.get("policy")) if isinstance(package, Mapping) else None
    if not isinstance(header, Header) or not isinstance(policy, KeyPolicy):
        raise CannotCheckError("the package file holds no sealed package")
    secrets = open_recovery(
        recovery, os.environ.get(PASSPHRASE) or getpass.getpass("Passphrase of the recovery file: ")
    )
    if not isinstance(secrets, Recovery) or secrets.package != package_digest(header):
        raise CannotCheckError("the recovery file does not open, or is of another package")
    price = header.envelope(EnvelopeKind.PRICE)
    part = package.get("price")
    ct = decode(part.get("ct")) if isinstance(part, Mapping) else None
    secret = secrets.secrets.get(EnvelopeKind.PRICE)
    if price is None or ct is None or secret is None:
        raise CannotCheckError("the package file holds no sealed price")
    lock = bytes.fromhex(policy.server_lock)
    found = repeat_opening(lock, header.binding, price, ct, secret, policy.committee)
    if not isinstance(found, Opened) or not isinstance(found.offer, PriceOffer):
        raise CannotCheckError("the own price does not open with the own secrets")
    return {package_digest(header): found.offer.amount}


def main(argv: Sequence[str] | None = None) -> int:
    """The command. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="bidroom proof verify", description="Check your own tender offline.")
    parser.add_argument("proof", type=Path, help="the proof file from your result page")
    parser.add_argument("--key", help="the journal's public key: a file, 64 hex digits, or its fingerprint")
    parser.add_argument("--published", help="where that key is: the service's address, a key file, or an export")
    parser.add_argument("--package", type=Path, help="your own package file: was this price the one that was opened?")
    parser.add_argument("--recovery", type=Path, help="the recovery file of that package")
    about = "public key (file or hex) of an outside witness"
    parser.add_argument("--witness-key", action="append", default=[], metavar="KEY", help=about)
    given = parser.parse_args(argv)
    if (given.package is None) is not (given.recovery is None):
        parser.error("--package and --recovery go together")
    files = {"package": given.package, "recovery": given.recovery}
    code, lines = check(given.proof, given.key, published=given.published, witness_keys=given.witness_key, **files)
    sys.stdout.write("".join(f"{printable(line)}\n" for line in lines))
    return code


if __name__ == "__main__":
    sys.exit(main())
