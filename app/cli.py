"""The ``bidroom`` command: serve, demo, migrate, admin, openapi, verify and more."""

import asyncio
import json
import socket
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from app.audit.erasing import erase_vault
from app.audit.including import register as register_inclusion
from app.audit.verify import main as verify_main
from app.demo.run import demo_settings, prepare, start_robots
from app.domain.refusals import Refusal
from app.domain.screening_rates import table_json
from app.domain.visibility import Role
from app.identity.accounts import Invitee, invite_account, note_invited
from app.infra.signer_line import SignerAwayError
from app.infra.world import World, build_world
from app.launching import ensure_huge_pages
from app.live_rounds.protocol import ping_settings
from app.main import build_app, settle_heap
from app.migrating import bring_up_to_date
from app.openapi import document
from app.opening_cli import register as register_opening
from app.replay.records import UnreadableError, read_tenders
from app.replay.run import ReplayMode
from app.replay.run import replay as run_replay
from app.replay.screening import say, screen
from app.rotation_cli import register as register_rotation
from app.scoring_cli import register as register_scoring
from app.sealing_cli import register as register_sealing
from app.settings import Settings
from app.signer_child import SignerChildError, signer_beside
from app.signer_cli import register as register_signer
from app.trustee_cli import register as register_trustee
from app.witness_cli import register as register_witness

cli = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Bidroom 竞价室: reverse auctions for the buyer's side.",
)


HostOption = Annotated[str, typer.Option(help="Address to listen on.")]
PortOption = Annotated[int, typer.Option(help="Port to listen on.")]


def _explain_port(host: str, port: int) -> None:
    """Say in one sentence if somebody else has the port, before anything starts."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            typer.echo(
                f"Port {port} on {host} cannot be used ({error.strerror}). Choose another: PORT=8001 make run", err=True
            )
            raise typer.Exit(2) from None


def run_server(world: World, *, host: str, port: int) -> None:
    """Serve a World until interrupted: stock websockets without compression, small frames, no banner."""
    settings = world.settings
    settle_heap()
    pings = ping_settings(settings.slow_reader_seconds)
    uvicorn.run(
        build_app(world),
        host=host,
        port=port,
        loop="uvloop",
        http="app.infra.http_edge:BoundedHttp",
        ws="app.live_rounds.protocol:LiveProtocol",
        ws_per_message_deflate=False,
        ws_max_size=max(settings.message_bytes * 4, settings.package_frame_bytes),
        ws_ping_interval=pings["ws_ping_interval"],
        ws_ping_timeout=pings["ws_ping_timeout"],
        server_header=False,
        access_log=False,
        log_level="warning",
        proxy_headers=True,
        forwarded_allow_ips=settings.forwarded_allow_ips,
        backlog=4096,
        # Longer than proxies and clients keep a silent connection: it is they who hang up, never we in the moment in
        # which a request is on its way.
        timeout_keep_alive=75,
        timeout_graceful_shutdown=5,
    )


def _world_of(settings: Settings) -> World:
    """The World; where its keys may not be used, one sentence and the end."""
    try:
        return build_world(settings)
    except PermissionError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
    except SignerAwayError:
        typer.echo(f"No signer answers at {settings.signer}: start `bidroom signer` first.", err=True)
        raise typer.Exit(2) from None


@cli.command()
def serve(
    host: HostOption = "127.0.0.1",
    port: PortOption = 8000,
    *,
    huge_pages: Annotated[
        bool, typer.Option("--huge-pages", help="Keep the heap in huge pages: steadier beside busy neighbours.")
    ] = False,
    with_signer: Annotated[
        bool, typer.Option("--with-signer", help="Start `bidroom signer` beside it: the journal's key is there alone.")
    ] = False,
) -> None:
    """Bring the database up to date and serve."""
    if huge_pages:
        ensure_huge_pages()
    settings = Settings()
    _explain_port(host, port)
    bring_up_to_date(settings)
    try:
        with signer_beside(settings) if with_signer and settings.signer is None else nullcontext(settings) as given:
            run_server(_world_of(given), host=host, port=port)
    except SignerChildError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None


@cli.command()
def demo(
    host: HostOption = "127.0.0.1",
    port: PortOption = 8000,
    *,
    reset: Annotated[bool, typer.Option("--reset", help="Throw the old demo away and begin anew.")] = False,
    fast: Annotated[bool, typer.Option("--fast", help="Short rounds: 4 minutes, window 20 s.")] = False,
) -> None:
    """Serve the demo: seeded, with robots bidding; take any seat with one click."""
    _explain_port(host, port)
    settings = demo_settings(port=port, is_fast=fast)
    world = prepare(settings, reset=reset, say=typer.echo)
    robots = start_robots(world)
    typer.echo(f"Bidroom 竞价室 is open: {settings.public_url}   (Ctrl+C ends it)")
    try:
        run_server(world, host=host, port=port)
    finally:
        robots.terminate()


@cli.command()
def migrate() -> None:
    """Bring the database up to date and stop."""
    settings = Settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    bring_up_to_date(settings)
    typer.echo("The database is up to date.")


@cli.command("create-admin")
def create_admin(email: str, name: str, locale: str = "zh") -> None:
    """Invite the first administrator of a new deployment; the link goes out by mail (or into the outbox folder)."""
    settings = Settings()
    bring_up_to_date(settings)
    world = _world_of(settings)

    async def invite() -> str:
        async with world.db.transaction() as tx:
            made = await invite_account(world, tx, Invitee(email, name, locale, (Role.ADMIN,)))
            if not isinstance(made, str):
                return ""
            await note_invited(world, tx, account_id=made, roles=(Role.ADMIN,), by="command-line", by_role="service")
        return made

    if not asyncio.run(invite()):
        typer.echo("This address has an account already.", err=True)
        raise typer.Exit(1)
    typer.echo("Invited. The one-time link goes out once the service runs.")


@cli.command()
def openapi(
    out: Annotated[Path | None, typer.Option(help="File to write; standard output without it.")] = None,
) -> None:
    """The OpenAPI document of the service."""
    text = json.dumps(document(), ensure_ascii=False, indent=1, sort_keys=True)
    if out is None:
        typer.echo(text)
    else:
        out.write_text(text + "\n", encoding="utf-8")


@cli.command()
def replay(
    file: Annotated[Path, typer.Argument(help="CSV of real tenders.")],
    mode: Annotated[ReplayMode, typer.Option(help="How the bids are placed.")] = ReplayMode.LIVE,
    tenders: Annotated[int, typer.Option(help="Only the first N tenders; 0 for all.")] = 0,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Run real tenders through a service by its public interfaces and hold the winners against history."""
    try:
        real = read_tenders(file)
    except (OSError, UnreadableError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
    raise typer.Exit(asyncio.run(run_replay(real[: tenders or None], mode=mode, as_json=as_json)))


@cli.command("screen")
def screen_file(
    file: Annotated[Path, typer.Argument(help="CSV of real tenders.")],
    *,
    write: Annotated[Path | None, typer.Option(help="Write the calibration table here.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Run the auditor's screens over real tenders: base rates, leads, and the calibration they give."""
    try:
        real = read_tenders(file)
    except (OSError, UnreadableError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
    report = screen(real)
    if write is not None:
        write.write_text(table_json(report.table), encoding="utf-8")
    typer.echo(say(report, as_json=as_json))


@cli.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True}, add_help_option=False)
def verify(context: typer.Context) -> None:
    """Verify an exported bundle offline: exit 0 clean, 1 tampered, 2 cannot check."""
    raise typer.Exit(verify_main(list(context.args)))


@cli.command("erase-vault")
def erase_vault_keys(
    reason: Annotated[str, typer.Option(help="Why, for the journal; ten characters or more.")],
    *,
    forever: Annotated[bool, typer.Option("--forever", help="Yes: names do not come back.")] = False,
) -> None:
    """Erase the identity vault's keys at the end of the retention: names are gone, the journal still verifies.

    Stop the service and take a last audit bundle first; destroy copies of the keys' folder yourself. Nobody can sign
    in afterwards, and `bidroom serve` does not start. Refused while a tender runs.
    """
    if not forever:
        typer.echo("Nothing was erased. Names would be gone for ever: say --forever.", err=True)
        raise typer.Exit(1)
    world = _world_of(Settings())

    async def erase() -> Refusal | None:
        try:
            return await erase_vault(world, reason)
        finally:
            await world.db.dispose()

    refusal = asyncio.run(erase())
    if refusal is not None:
        typer.echo(f"Nothing was erased: {refusal.code} {' '.join(refusal.detail.values())}".rstrip(), err=True)
        raise typer.Exit(1)
    typer.echo("The vault's keys are erased. Bundles verify as before; destroy the copies of the keys' folder.")


register_signer(cli)
register_inclusion(cli)
register_rotation(cli)
register_sealing(cli)
register_trustee(cli)
register_witness(cli)
register_opening(cli)
register_scoring(cli)


def main() -> None:
    """Entry point of the ``bidroom`` command."""
    cli(prog_name=Path(sys.argv[0]).name)


if __name__ == "__main__":
    main()
