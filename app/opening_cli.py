"""`bidroom open`: packages opened without the service, by its lock key and k members' key files (SEALING.md section 6).

Exit 0: all envelopes opened and were in order. Exit 1: something did not open, its finding is told. Exit 2: nothing was
opened, and nothing is written: with k - 1 key files nobody reads anything (attacks.md S05).
"""

import json
import os
from pathlib import Path
from typing import Annotated, Any

import typer

from app.domain.sealing.body import PriceOffer
from app.domain.sealing.header import EnvelopeKind
from app.domain.sealing.member_key import MemberKeyFile, open_member_key
from app.domain.sealing.offline import OfflineFault, OfflinePackage, OfflineResult, open_offline, package_of
from app.domain.sealing.package import Finding
from app.domain.sealing.policy import KeyPolicy
from app.domain.sealing.suite import KEY_BYTES
from app.trustee_cli import PASSPHRASE, Stop, ask_secret, read_json

_SENTENCES = {
    OfflineFault.NO_PACKAGE: "no package holds such an envelope",
    OfflineFault.OTHER_POLICY: "the packages are not all bound to one key policy",
    OfflineFault.OTHER_LOCK: "the lock key is not the one that the key policy names",
    OfflineFault.OTHER_KEY: "a key file is of another round or seat, or twice the same",
    OfflineFault.QUORUM_MISSING: "these are fewer key files than the key policy asks for",
}

Packages = Annotated[list[Path], typer.Argument(help="Package files, as bidders keep them.")]


def _packages(paths: list[Path]) -> list[OfflinePackage]:
    found = {}
    for path in paths:
        package = package_of(read_json(path))
        if package is None:
            raise Stop(f"{path.name} is no package file")
        found[package.digest] = package
    return list(found.values())


def _members(paths: list[Path], policy: KeyPolicy) -> dict[int, bytes]:
    """{seat: private key}, each the key of a seat of this policy."""
    found: dict[int, bytes] = {}
    for path in paths:
        file = read_json(path)
        opened = open_member_key(file, ask_secret(PASSPHRASE, f"Passphrase of {path.name}"))
        if not isinstance(opened, MemberKeyFile):
            raise Stop(f"{path.name} does not open: {opened.value}")
        is_of_policy = opened.round == policy.round and 1 <= opened.seat <= len(policy.members)
        if not is_of_policy or policy.members[opened.seat - 1].key != opened.pair.public.hex() or opened.seat in found:
            raise Stop(f"{OfflineFault.OTHER_KEY.value}, {path.name}: {_SENTENCES[OfflineFault.OTHER_KEY]}")
        found[opened.seat] = opened.pair.private
    return found


def _lock(path: Path) -> bytes:
    try:
        master = path.read_bytes()
    except OSError as error:
        raise Stop(f"{path.name} cannot be read: {error.strerror}") from None
    if len(master) != KEY_BYTES:
        raise Stop(f"{path.name} is no lock key of {KEY_BYTES} bytes")
    return master


def _row(result: OfflineResult) -> dict[str, Any]:
    told: dict[str, Any] = {"package": result.package, "tag": result.tag, "envelope": result.envelope.value}
    if isinstance(result.found, Finding):
        return {**told, "result": result.found.value}
    offer = result.found.offer
    if isinstance(offer, PriceOffer):
        said: dict[str, Any] = {"lot": offer.lot, "currency": offer.currency, "amount": offer.amount}
    else:
        said = {"answers": [list(each) for each in offer.answers], "files": [file.name for file in offer.files]}
    return {**told, "result": "opened", **said}


def _open(packages: list[OfflinePackage], kind: EnvelopeKind, lock: bytes, keys: list[Path]) -> list[OfflineResult]:
    found = open_offline(packages, kind, lock, _members(keys, packages[0].policy))
    if isinstance(found, OfflineFault):
        policy = packages[0].policy
        needed = f": {policy.k} of {len(policy.members)} seats" if found is OfflineFault.QUORUM_MISSING else ""
        raise Stop(f"{found.value}, {_SENTENCES[found]}{needed}")
    return found


def open_packages(
    package: Packages,
    *,
    lock_key: Annotated[Path, typer.Option(help="The service's lock.key, from the keys folder of its data.")],
    key: Annotated[
        list[Path] | None, typer.Option(help="A member's key file; give k of them, --key once for each.")
    ] = None,
    envelope: Annotated[EnvelopeKind, typer.Option(help="Which envelopes.")] = EnvelopeKind.PRICE,
    out: Annotated[Path | None, typer.Option(help="Write the result there, as JSON; otherwise it is printed.")] = None,
) -> None:
    """Open packages offline. Nothing is read before all keys are there and fit.

    Passphrases of key files are asked for, or taken from BIDROOM_KEY_PASSPHRASE where all have the same. Exit 0: all
    opened and in order. Exit 1: something did not open, its finding is told. Exit 2: nothing was opened or written.
    """
    try:
        found = _open(_packages(package), envelope, _lock(lock_key), key or [])
        # Whole or not at all: what is told is told of every package.
        text = json.dumps([_row(each) for each in found], ensure_ascii=False, indent=1)
        if out is None:
            typer.echo(text)
        else:
            _write(out, text)
    except Stop as stop:
        typer.echo(f"Nothing was opened: {stop}", err=True)
        raise typer.Exit(stop.code) from None
    if any(isinstance(each.found, Finding) for each in found):
        raise typer.Exit(1)


def _write(path: Path, text: str) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise Stop(f"{path.name} cannot be written: {error.strerror}") from None
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text + "\n")


def register(cli: typer.Typer) -> None:
    """Add the command to ``bidroom``."""
    cli.command("open")(open_packages)
