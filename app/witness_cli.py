"""`bidroom witness …`: an outside witness of a journal (JOURNAL.md sections 2 and 3).

Run it on a machine that the operator of the service does not hold. `keygen` makes its key, whose public half the
operator names in BIDROOM_WITNESSES; `once` looks and cosigns (for cron), `run` does so every minute. `cosigned.jsonl`
of its folder is what `bidroom verify --witness` takes.

Exit 0: all that was shown follows. Exit 1: an alarm, the reason and the evidence are in alarms.jsonl. Exit 2: it could
not look.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated

import httpx
import typer

from app.client.witness import SECONDS, AwayError, Look, Witness, WitnessError, make_key
from app.domain.entries import to_milliseconds
from app.domain.fingerprints import fingerprint, spoken
from app.domain.sealing.receipt import key_id_of
from app.infra.world import SystemClock

witness_cli = typer.Typer(no_args_is_help=True, help="An outside witness of the journal.")

Folder = Annotated[Path, typer.Option(help="Holds witness.key, cosigned.jsonl and alarms.jsonl; nobody else's.")]
From = Annotated[str, typer.Option("--from", metavar="URL", help="Address of the service.")]
Pin = Annotated[
    str, typer.Option("--journal-key", help="At the first look: fingerprint (hex or words) of the journal's key.")
]


def now_ms() -> int:
    """The witness's own clock, UTC milliseconds."""
    return to_milliseconds(SystemClock().now())


@asynccontextmanager
async def _client(url: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=url.rstrip("/"), timeout=SECONDS, trust_env=False) as client:
        yield client


@witness_cli.command()
def keygen(folder: Folder) -> None:
    """Make the witness's key, and print what the operator of the service needs of it."""
    try:
        key = make_key(folder)
    except WitnessError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
    typer.echo(f"public key:  {key.hex()}")
    typer.echo(f"short name:  {key_id_of(key)}")
    typer.echo(f"fingerprint: {fingerprint(key)}")
    typer.echo(f"in words:    {spoken(fingerprint(key))}")


@witness_cli.command()
def once(folder: Folder, url: From, pin: Pin = "") -> None:
    """Look once and cosign what is new."""
    raise typer.Exit(asyncio.run(_look_once(folder, url, pin)))


async def _look_once(folder: Path, url: str, pin: str) -> int:
    try:
        witness = Witness(folder)
        try:
            async with _client(url) as client:
                look = await witness.look(client, now_ms, pin)
        finally:
            witness.close()
    except WitnessError as error:
        typer.echo(f"Not looked: {error}", err=True)
        return 2
    return _say(look)


def _say(look: Look) -> int:
    if look.refusal is not None:
        typer.echo(f"ALARM {look.refusal.alarm.value}: {look.refusal.sentence}", err=True)
        if look.is_proven:
            typer.echo(
                "The journal's own key signed both: the last line of alarms.jsonl proves it to anybody.", err=True
            )
        return 1
    if look.last is not None:
        typer.echo(f"Cosigned {look.cosigned}, up to checkpoint {look.last.n}.")
    return 0


@witness_cli.command()
def run(
    folder: Folder, url: From, pin: Pin = "", every: Annotated[float, typer.Option(min=1, help="Seconds.")] = 60.0
) -> None:
    """Look every minute until stopped. An alarm is said at every look, and what follows is not cosigned."""
    try:
        asyncio.run(_keep_looking(folder, url, pin, every))
    except WitnessError as error:
        typer.echo(f"Not looked: {error}", err=True)
        raise typer.Exit(2) from None


async def _keep_looking(folder: Path, url: str, pin: str, every: float) -> None:
    witness = Witness(folder)
    try:
        async with _client(url) as client:
            while True:
                try:
                    _say(await witness.look(client, now_ms, pin))
                except AwayError as error:
                    typer.echo(f"Not looked: {error}", err=True)
                await asyncio.sleep(every)
    finally:
        witness.close()


def register(cli: typer.Typer) -> None:
    """Add the commands to ``bidroom``."""
    cli.add_typer(witness_cli, name="witness")
