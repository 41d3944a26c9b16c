"""`bidroom inclusion`: one chain's head in one checkpoint, taken out of a bundle, checked by anybody with the key.

`make` writes the proof from a bundle that was verified before; `verify` needs that small file and the journal's public
key. Of `app` this imports `app.domain` and the verifier's own reading of keys. Exit 0: it holds. 1: it does not. 2: it
cannot be checked.
"""

import json
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer

from app.audit.key_loading import CannotCheckError, load_key
from app.domain import bundling
from app.domain.bundling import BadBundleError, fold_leaves, parse_checkpoint_line, split_line
from app.domain.checkpointing import Head, LeafTree, Statement
from app.domain.entries import NotCanonical, canonical_bytes, parse_body
from app.domain.inclusion import BadInclusionError, Inclusion, inclusion_fault, inclusion_from
from app.domain.key_history import HistoryFault, read_history
from app.domain.keying import key_of_json
from app.domain.reporting import printable


class NothingToProveError(Exception):
    """The bundle does not tell what is asked; its sentence."""


@dataclass(slots=True)
class _Folded:
    """The leaves up to a checkpoint, with the heads that are told in the open."""

    tree: LeafTree = field(default_factory=LeafTree)
    heads: list[Head | None] = field(default_factory=list)
    last: tuple[Statement, bytes] | None = None


def make_inclusion(bundle: Path, chain: str, n: int | None = None) -> Inclusion:
    """The proof for a chain in checkpoint `n`, or in the last. Raises NothingToProveError, BadBundleError."""
    with zipfile.ZipFile(bundle) as archive:
        folded = _fold(archive.read(bundling.CHECKPOINTS).splitlines(), n)
        place, head = _place(folded, chain)
        entry = _entry(archive, head)
        if folded.last is None:
            raise NothingToProveError("the bundle holds no such checkpoint")
        statement, signature = folded.last
        key = _key(archive, statement)
    return Inclusion(key, statement, signature, head, place, folded.tree.path(place), entry)


def _fold(lines: list[bytes], n: int | None) -> _Folded:
    folded = _Folded()
    for line in lines:
        told = parse_checkpoint_line(line)
        if n is not None and told.statement.n > n:
            break
        fold_leaves(folded.tree, told)
        for place, leaf in told.added:
            folded.heads.insert(place, leaf if isinstance(leaf, Head) else None)
        for place, leaf in told.replaced:
            folded.heads[place] = leaf if isinstance(leaf, Head) else None
        folded.last = (told.statement, told.signature)
    if n is not None and (folded.last is None or folded.last[0].n != n):
        raise NothingToProveError(f"the bundle does not hold checkpoint {n}")
    return folded


def _place(folded: _Folded, chain: str) -> tuple[int, Head]:
    for place, head in enumerate(folded.heads):
        if head is not None and head.chain == chain:
            return place, head
    raise NothingToProveError(f"the bundle does not tell the head of {chain} there")


def _key(archive: zipfile.ZipFile, statement: Statement) -> bytes:
    """The journal's key that signed a checkpoint: the one in force, or one before it."""
    newest = key_of_json(archive.read(bundling.KEY))
    told = json.loads(archive.read(bundling.ROTATIONS)) if bundling.ROTATIONS in archive.namelist() else []
    history = None if newest is None else read_history(told, newest)
    for key in () if history is None or isinstance(history, HistoryFault) else history.keys:
        if bundling.fingerprint(key)[: bundling.KEY_ID_LENGTH] == statement.key_id:
            return key
    raise NothingToProveError("the bundle does not hold the key of the checkpoint")


def _entry(archive: zipfile.ZipFile, head: Head) -> tuple[bytes, bytes] | None:
    with archive.open(bundling.JOURNAL) as lines:
        for line in lines:
            body, told, salt = split_line(line.rstrip(b"\n"))
            if told == head.hash:
                return body, salt
    return None


def check_inclusion(path: Path, key: str) -> tuple[int, str]:
    """(exit code, sentence) for a file of a proof."""
    try:
        proof = inclusion_from(parse_body(path.read_bytes().rstrip(b"\n")))
        expected = load_key(key)
    except (OSError, BadInclusionError, NotCanonical, CannotCheckError) as error:
        return 2, f"Cannot check: {error}"
    named = expected.hex() if isinstance(expected, bytes) else expected
    if not bundling.is_same_key(proof.public_key, named):
        return 1, "It does not hold: it names another key than the one you named."
    why = inclusion_fault(proof)
    if why is not None:
        return 1, f"It does not hold: {why}."
    head, told = proof.head, proof.statement
    return 0, f"It holds: checkpoint {told.n} covers {head.chain} up to entry {head.seq}, of {told.chains} chains."


def register(cli: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(no_args_is_help=True, help="A chain's head in a checkpoint, without the rest of the journal.")

    @group.command("make")
    def make(
        bundle: Annotated[Path, typer.Argument(help="A bundle; verify it first.")],
        chain: Annotated[str, typer.Option(help="Such as tender:… or lot:…")],
        checkpoint: Annotated[int | None, typer.Option(help="Its number; the last one if left out.")] = None,
    ) -> None:
        """Write the proof to standard output."""
        try:
            typer.echo(canonical_bytes(make_inclusion(bundle, chain, checkpoint).as_json()).decode())
        except (NothingToProveError, BadBundleError, OSError, KeyError, zipfile.BadZipFile) as error:
            typer.echo(printable(str(error)), err=True)
            raise typer.Exit(2) from None

    @group.command("verify")
    def verify(
        proof: Annotated[Path, typer.Argument(help="The file.")],
        key: Annotated[str, typer.Option(help="Fingerprint (hex or words) or file of the journal's public key.")],
    ) -> None:
        """Check it by the journal's public key alone."""
        code, said = check_inclusion(proof, key)
        typer.echo(printable(said))
        raise typer.Exit(code)

    cli.add_typer(group, name="inclusion")
