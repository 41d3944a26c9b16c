"""`bidroom rotate-key`: the journal's key ends, another begins (journal/rotating.py).

Run it as the service's user, with the service's settings; services may run meanwhile. With a signer the key changes in
the signer's folder. Exit 0: the key is ended, now or by an earlier call. Exit 1: it is not, with a sentence. Exit 2: no
signer answers, or the keys may not be used.
"""

import asyncio
from typing import Annotated

import typer
from sqlalchemy.exc import SQLAlchemyError

from app.domain.fingerprints import fingerprint, spoken
from app.infra.signer_line import SignerAwayError, SignerRefusedError
from app.infra.world import build_world
from app.journal.rotating import Rotated, rotate_key
from app.settings import Settings

_LOST = (
    "A key in other hands is ended in the same way, at once: what its thief signs later is then found, except for "
    "single receipts that he dates back and nobody holds against the journal. A key that is lost can sign no "
    "statement: no checkpoint is taken any more. A new journal then begins with a new database, and its "
    "fingerprint must reach everybody by another way."
)


def register(cli: typer.Typer) -> None:
    """Add the command."""
    cli.command("rotate-key", epilog=_LOST)(run)


def run(
    ending: Annotated[str, typer.Option(help="The key to end: its fingerprint (hex or words) or its short name.")],
    reason: Annotated[str, typer.Option(help="Why; everybody may read it.")],
) -> None:
    """End the journal's key and begin another, which the old one names under its signature."""
    try:
        done = asyncio.run(_rotate(ending, reason))
    except (PermissionError, SignerRefusedError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
    except SQLAlchemyError:
        typer.echo("The journal cannot be read: run this with the service's own settings.", err=True)
        raise typer.Exit(2) from None
    except SignerAwayError:
        typer.echo("The signer does not answer: nothing is known to have changed. Ask again.", err=True)
        raise typer.Exit(2) from None
    if isinstance(done, str):
        typer.echo(f"The key was not ended: {done}.", err=True)
        raise typer.Exit(1)
    new = fingerprint(bytes.fromhex(done.statement["new_key"]))
    when = "was ended" if done.is_new else "had been ended before"
    typer.echo(f"The key {ending} {when}; checkpoints from {done.statement['from_checkpoint']} on are by the new one.")
    typer.echo(f"New key: {new}\n         {spoken(new)}")
    typer.echo("The old private key was overwritten here. Destroy the copies of it in backups; keep its public half.")


async def _rotate(ending: str, reason: str) -> Rotated | str:
    world = build_world(Settings())
    try:
        return await rotate_key(world, ending, reason)
    finally:
        await world.db.dispose()
