"""A bidder's own check: `bidroom receipt verify FILE [--key …] [--published …] [--package FILE] …`. attacks.md R10.

Runs on the bidder's machine with nothing but Python: of `app` it imports those parts of `app.domain` that need Python's
own library alone. Takes receipts of sealed packages and of live bids, and late notices. A fingerprint (from the notice)
names the key and does not hold it: that comes from the place of --published, or from the own package file.
Exit 0: it holds. Exit 1: it does not (changed, another key or an ended one, another package, not in the manifest; or
the published key is another than the one named, and no rotation leads there from it). Exit 2: it cannot be checked.
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from app.audit.verify_published import published_keys, statements_in
from app.domain.ed25519 import is_signature
from app.domain.fingerprints import fingerprint, key_in, key_of_hex, names_key, spoken
from app.domain.key_history import HistoryFault, KeyHistory, follow
from app.domain.sealing.canonical import NotCanonicalError, canonical
from app.domain.sealing.header import Header, HeaderFault, decode, header_from_json, package_digest
from app.domain.sealing.receipt import (
    LATE,
    ReceiptFault,
    check_late_notice,
    check_manifest,
    check_own_package,
    check_sealed_receipt,
    key_id_of,
)

OK, BAD, UNCHECKED = 0, 1, 2
LARGEST_FILE: Final = 128 << 20
LIVE_KIND: Final = "bid.accepted"
# A live receipt (app/domain/receipts.py): the members of its leaf, the depth of its tree, what is signed.
_LIVE_CORE: Final = (
    "v", "kind", "round", "lot", "bid_id", "amount", "received_at", "rules_hash", "entry_hash", "key_id",
)  # fmt: skip
_LIVE_DEPTH: Final = 8
_LIVE_CONTEXT: Final = b"bidroom receipt root v1\x00"
_SENTENCES: Final = {
    ReceiptFault.MALFORMED: "This is not a receipt, or it was damaged.",
    ReceiptFault.OTHER_KEY: "The receipt names another key than the one you gave.",
    ReceiptFault.BAD_SIGNATURE: "The signature does not fit: something in the receipt was changed.",
    ReceiptFault.OTHER_PACKAGE: "The receipt is for another package than the one you gave.",
    ReceiptFault.NOT_IN_MANIFEST: "The package is not among those that were live at the close.",
}
_ENDED: Final = "The receipt names a key of the journal that had been ended before, by a rotation to another."
_OTHER_PUBLISHED: Final = "The published key is another than the one you named."
# With --manifest, where the receipt says itself that there is nothing to look for.
_WITHDRAWN_IN_MANIFEST: Final = (
    "The package was withdrawn by this receipt, and yet stands in the manifest of the close."
)


class CannotCheckError(Exception):
    """There is nothing that could be checked; the message is the sentence."""


def check(
    receipt_file: Path,
    key: str | None = None,
    *,
    published: str | Path | None = None,
    package: Path | None = None,
    manifest: Path | None = None,
) -> tuple[int, list[str]]:
    """The exit code and the sentences."""
    try:
        outside = None if published is None else _published(str(published))
        if key is not None and outside is not None and not _is_named(outside, key):
            return BAD, [_OTHER_PUBLISHED]
        return _check(receipt_file, key, package=package, manifest=manifest, outside=outside)
    except CannotCheckError as error:
        return UNCHECKED, [f"Cannot check: {error}"]
    except OSError as error:
        return UNCHECKED, [f"Cannot check: {error.filename}: {error.strerror}"]


def _published(place: str) -> KeyHistory:
    found = published_keys(place)
    if isinstance(found, str):
        raise CannotCheckError(found)
    return found


def _check(
    receipt_file: Path, key: str | None, *, package: Path | None, manifest: Path | None, outside: KeyHistory | None
) -> tuple[int, list[str]]:
    held = _json_of(receipt_file)
    if not isinstance(held, Mapping):
        return BAD, [_SENTENCES[ReceiptFault.MALFORMED]]
    receipt = held["receipt"] if isinstance(held.get("receipt"), Mapping) else held
    copy = None if package is None else _json_of(package)
    public_key, notes = _public_key(key, receipt, (held, copy), outside)
    if public_key is None:
        return BAD, [_SENTENCES[ReceiptFault.OTHER_KEY]]
    keys = _keys_of(public_key, outside, key)
    signer = keys.receipt_key(receipt.get("key_id"), _instant(receipt))
    if signer is HistoryFault.ENDED_KEY:
        return BAD, [_ENDED]
    # Of a key that no rotation leads to, the check itself tells.
    public_key = public_key if isinstance(signer, HistoryFault) else signer
    if public_key != keys.newest:
        notes.append("The journal has another key by now; the one of this receipt handed over to it.")
    fault = _receipt_fault(receipt, public_key)
    if fault is None and package is not None:
        fault = _package_fault(receipt, copy)
    if fault is not None:
        return BAD, [_SENTENCES[fault]]
    if manifest is not None:
        told = _manifest_told(receipt, _digests(_json_of(manifest)))
        if told is not None:
            return BAD, [told]
        notes.append("The manifest of the close agrees with it.")
    whole = fingerprint(public_key)
    said = [_summary(receipt), *notes, f"key: {whole}", f"     {spoken(whole)}"]
    return OK, said


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    # attacks.md I01: of two members with one name a person reads the other.
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError("a member stands twice")
    return dict(pairs)


def _json_of(path: Path) -> Any:
    """The value in a file, or None where the bytes are not JSON."""
    if path.stat().st_size > LARGEST_FILE:
        raise CannotCheckError(f"{path.name} is larger than any receipt or package")
    try:
        return json.loads(path.read_bytes().decode(), object_pairs_hook=_unique)
    except (ValueError, RecursionError):
        return None


def _public_key(
    given: str | None, receipt: Mapping[str, Any], files: Sequence[object], outside: KeyHistory | None
) -> tuple[bytes | None, list[str]]:
    """The key to check with and what must be said about it; None if the files hold none that fits the given name."""
    if outside is not None:
        # One that was named has been compared by now.
        return outside.newest, [] if given else ["Compare the key's fingerprint below with that of your notice."]
    enclosed = [key for file in files for key in _enclosed(file)]
    if given is None:
        if not enclosed:
            raise CannotCheckError("give the journal's public key with --key (a key file, or 64 hex digits)")
        note = (
            "WARNING: the key was taken from your own files. Compare it with the published one, or give it with --key."
        )
        return enclosed[0], [note]
    stated, name = _given(given)
    is_key = stated is not None and (Path(given).is_file() or key_id_of(stated) == receipt.get("key_id"))
    named = [key for key in enclosed if names_key(key, name)]
    if is_key or named:
        return (stated if is_key else named[0]), []
    if enclosed or (stated is not None and not _is_its_name(name, receipt)):
        return None, []
    raise CannotCheckError(
        "a name alone checks no signature: say with --published where the key is, or give your package file"
    )


def _given(key: str) -> tuple[bytes | None, str]:
    """What --key holds, in a file or as it is: a key (a fingerprint in hex looks like one), and the text of it."""
    path = Path(key)
    content = path.read_bytes() if path.is_file() else key.encode()
    return key_in(content), content.decode("utf-8", "replace").strip()


def _is_named(published: KeyHistory, key: str) -> bool:
    stated, name = _given(key)
    return stated in published.keys or published.is_trusted(name)


def _keys_of(public_key: bytes, outside: KeyHistory | None, given: str | None) -> KeyHistory:
    """The keys that a trusted one leads to: by the published rotations, or those in the key file that was given."""
    if outside is not None:
        return outside
    path = None if given is None else Path(given)
    statements = statements_in(path.read_bytes()) if path is not None and path.is_file() else []
    found = follow(public_key, statements)
    if isinstance(found, HistoryFault):
        raise CannotCheckError("the rotations in the key file do not stand")
    return found


def _instant(receipt: Mapping[str, Any]) -> int | None:
    """When the receipt says that its bid or package was received, in milliseconds."""
    told = receipt.get("received_at")
    if isinstance(told, str):
        try:
            at = datetime.fromisoformat(told)
        except ValueError:
            return None
        return None if at.tzinfo is None else int(at.timestamp() * 1000)
    return told if type(told) is int else None


def _is_its_name(name: str, receipt: Mapping[str, Any]) -> bool:
    # The short name of a key is the beginning of its fingerprint.
    return isinstance(receipt.get("key_id"), str) and name.replace(":", "").lower().startswith(receipt["key_id"])


def _enclosed(file: object) -> list[bytes]:
    """Public keys that a receipt file or a package file brings along."""
    if not isinstance(file, Mapping):
        return []
    policy = file.get("policy")
    texts = [file.get("journal_key"), policy.get("journal_key") if isinstance(policy, Mapping) else None]
    keys = [key_of_hex(text) for text in texts if isinstance(text, str)]
    return [key for key in keys if key is not None]


def _receipt_fault(receipt: Mapping[str, Any], public_key: bytes) -> ReceiptFault | None:
    if receipt.get("kind") == LATE:
        return check_late_notice(receipt, public_key)
    if receipt.get("kind") == LIVE_KIND:
        return _live_fault(receipt, public_key)
    return check_sealed_receipt(receipt, public_key)


def _live_fault(receipt: Mapping[str, Any], public_key: bytes) -> ReceiptFault | None:
    """The same check as app.domain.receipts.check_receipt, without orjson and cryptography (a test compares them)."""
    # `sent` is there where the bid was in another currency.
    signed = (*_LIVE_CORE, "sent") if "sent" in receipt else _LIVE_CORE
    if set(receipt) != {*signed, "path", "root", "sig"} or receipt["v"] != 1:
        return ReceiptFault.MALFORMED
    if any(type(receipt[name]) is not str for name in signed[1:]):
        return ReceiptFault.MALFORMED
    if receipt["key_id"] != key_id_of(public_key):
        return ReceiptFault.OTHER_KEY
    try:
        head = hashlib.sha256(b"\0" + canonical({name: receipt[name] for name in signed})).digest()
        if len(receipt["path"]) != _LIVE_DEPTH:
            return ReceiptFault.MALFORMED
        for step in receipt["path"]:
            side, sibling = step[0], bytes.fromhex(step[1:])
            if side not in "LR" or len(sibling) != len(head):
                return ReceiptFault.MALFORMED
            head = hashlib.sha256(b"\1" + (sibling + head if side == "L" else head + sibling)).digest()
        root, signature = bytes.fromhex(receipt["root"]), bytes.fromhex(receipt["sig"])
    except (TypeError, ValueError, IndexError, NotCanonicalError):
        return ReceiptFault.MALFORMED
    if head != root or not is_signature(public_key, _LIVE_CONTEXT + root, signature):
        return ReceiptFault.BAD_SIGNATURE
    return None


def _package_fault(receipt: Mapping[str, Any], copy: object) -> ReceiptFault | None:
    """Whether the receipt is of the package in the file, and the file's ciphertexts are those of its header."""
    if receipt.get("kind") == LIVE_KIND:
        raise CannotCheckError("a live bid has no package")
    header = header_from_json(copy.get("header", copy)) if isinstance(copy, Mapping) else HeaderFault.NOT_SEALED
    if not isinstance(header, Header):
        raise CannotCheckError("the package file holds no sealed package")
    if receipt["kind"] != LATE and (fault := check_own_package(receipt, header)) is not None:
        return fault
    if receipt["kind"] == LATE and check_manifest(receipt, [package_digest(header)]) is not None:
        return ReceiptFault.OTHER_PACKAGE
    parts = copy if isinstance(copy, Mapping) else {}
    for envelope in header.envelopes:
        part = parts.get(envelope.kind.value)
        if isinstance(part, Mapping):
            ct = decode(part.get("ct"))
            if ct is None or hashlib.sha256(ct).hexdigest() != envelope.ct_sha256:
                return ReceiptFault.OTHER_PACKAGE
    return None


def _digests(value: object) -> list[str]:
    listed = value.get("digests") if isinstance(value, Mapping) else value
    if not isinstance(listed, list) or not all(isinstance(item, str) for item in listed):
        raise CannotCheckError("the manifest file holds no list of digests")
    return listed


def _manifest_told(receipt: Mapping[str, Any], digests: Sequence[str]) -> str | None:
    if receipt["kind"] not in ("package.received", "package.withdrawn"):
        raise CannotCheckError("only packages stand in a manifest")
    fault = check_manifest(receipt, digests)
    if receipt["kind"] == "package.withdrawn":
        return None if fault is not None else _WITHDRAWN_IN_MANIFEST
    return None if fault is None else _SENTENCES[fault]


def _summary(receipt: Mapping[str, Any]) -> str:
    words = {
        LATE: "The late notice holds: the service says that the package came after the close.",
        LIVE_KIND: "The receipt holds: the service has accepted this bid.",
        "package.received": "The receipt holds: the service has this package.",
        "package.withdrawn": "The receipt holds: the service has taken this package back.",
    }
    return words[receipt["kind"]]


def main(argv: Sequence[str] | None = None) -> int:
    """The command. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="bidroom receipt verify", description="Check your own receipt offline.")
    parser.add_argument("receipt", type=Path)
    parser.add_argument("--key", help="the journal's public key: a file, 64 hex digits, or its fingerprint")
    parser.add_argument("--published", help="where that key is: the service's address, a key file, or an export")
    parser.add_argument("--package", type=Path, help="your own package file: is the receipt for it?")
    parser.add_argument("--manifest", type=Path, help="the manifest of the close: is the package in it?")
    given = parser.parse_args(argv)
    files = {"package": given.package, "manifest": given.manifest}
    code, lines = check(given.receipt, given.key, published=given.published, **files)
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    return code


if __name__ == "__main__":
    sys.exit(main())
