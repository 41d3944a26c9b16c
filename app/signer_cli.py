"""`bidroom signer`: the process that alone has the journal's key (JOURNAL.md section 2).

Run it as another user than the service, with a folder of its own; both reach the socket by a common group. Exit 2: the
key or the memory may not be used. Exit 3: the memory could not be written; start again when the disk has room.
"""

import logging
from pathlib import Path
from typing import Annotated

import typer

from app.journal.signer import MemoryAlteredError, Signer, SignerServer


def register(cli: typer.Typer) -> None:
    """Add the command."""
    cli.command("signer")(run_signer)


def run_signer(
    folder: Annotated[Path, typer.Option(help="Holds journal.key and signed.jsonl; nobody else's.")],
    listen: Annotated[Path, typer.Option("--socket", help="The Unix socket to answer at.")],
) -> None:
    """Sign for the service what continues the journal, and refuse a fork or a shrink."""
    logging.basicConfig(level=logging.INFO)
    try:
        signer = Signer(folder)
    except (PermissionError, MemoryAlteredError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
    with SignerServer(signer, listen) as server:
        typer.echo(f"The signer answers at {listen} with key {signer.key_id}")
        server.serve_forever()


if __name__ == "__main__":
    typer.run(run_signer)
