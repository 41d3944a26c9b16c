"""`bidroom trustee …`: a committee member's part outside the browser (SEALING.md sections 2 and 6).

`keygen` makes the key file, `prove` hands the public key in, `confirm` the key policy, `rehearse` opens the dummy
package, `release` what is due after the close. The private key never leaves this machine.

Exit 0: done. Exit 1: the service refused. Exit 2: the key was not used.
"""

import asyncio
import json
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from secrets import token_bytes
from typing import Annotated, Any

import httpx
import typer

from app.client import trustee
from app.client.caller import Caller, CallError
from app.domain.sealing.guarding import NONCE_BYTES, SALT_BYTES
from app.domain.sealing.header import EnvelopeKind
from app.domain.sealing.member_key import MemberKeyFile, member_key_file, open_member_key
from app.domain.sealing.suite import KEY_BYTES, derive_key_pair

trustee_cli = typer.Typer(no_args_is_help=True, help="A committee member's key, and what it opens.")

SHORTEST_PASSPHRASE = 10
PASSPHRASE = "BIDROOM_KEY_PASSPHRASE"  # noqa: S105 - the name of a variable
PASSWORD = "BIDROOM_PASSWORD"  # noqa: S105 - the name of a variable
SECOND_FACTOR = "BIDROOM_TOTP_SECRET"

KeyFile = Annotated[Path, typer.Argument(help="Your key file of this round.")]
Url = Annotated[str, typer.Option(help="Address of the service.")]
Email = Annotated[str, typer.Option(help="Your account.")]


class Stop(Exception):  # noqa: N818 - ends the command with its sentence
    """The command ends here."""

    def __init__(self, sentence: str, code: int = 2) -> None:
        super().__init__(sentence)
        self.code = code


def read_json(path: Path) -> Any:
    """The JSON of a file. Raises Stop."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Stop(f"{path.name} cannot be read: {error}") from None


def ask_secret(variable: str, question: str, *, is_new: bool = False) -> str:
    """A secret from the environment, or typed unseen."""
    return os.environ.get(variable) or typer.prompt(question, hide_input=True, confirmation_prompt=is_new, err=True)


def _write_new(path: Path, value: dict[str, Any]) -> None:
    # Never over an older file: it may be the only copy of a key that is needed on the day of the opening.
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise Stop(f"{path.name} cannot be written: {error.strerror}") from None
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(json.dumps(value, ensure_ascii=False, indent=1) + "\n")


def _new_passphrase() -> str:
    passphrase = ask_secret(PASSPHRASE, "Passphrase of the key file", is_new=True)
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise Stop(f"a passphrase has at least {SHORTEST_PASSPHRASE} characters")
    return passphrase


def _open_key(path: Path) -> MemberKeyFile:
    opened = open_member_key(read_json(path), ask_secret(PASSPHRASE, f"Passphrase of {path.name}"))
    if not isinstance(opened, MemberKeyFile):
        raise Stop(f"{path.name} does not open: {opened.value}")
    return opened


def _confirmed_path(path: Path) -> Path:
    """Where the policy that was confirmed is noted, beside the key file."""
    return path.with_name(f"{path.stem}.confirmed.json")


@dataclass(frozen=True, slots=True)
class _At:
    """The service, an account at it, and the key file that is used there."""

    url: str
    email: str
    path: Path

    async def run(self, act: Callable[[Caller, MemberKeyFile], Awaitable[str]]) -> None:
        own = _open_key(self.path)
        async with Caller(self.url) as caller:
            password = ask_secret(PASSWORD, "Password")
            await caller.sign_in(self.email, password, os.environ.get(SECOND_FACTOR, ""))
            typer.echo(await act(caller, own))


def _run(at: _At, act: Callable[[Caller, MemberKeyFile], Awaitable[str]]) -> None:
    try:
        asyncio.run(at.run(act))
    except Stop as stop:
        typer.echo(f"The key was not used: {stop}", err=True)
        raise typer.Exit(stop.code) from None
    except trustee.DistrustError as error:
        typer.echo(f"The key was not used: {error}", err=True)
        raise typer.Exit(2) from None
    except CallError as error:
        typer.echo(f"Refused: {error.code or error.status} {error.detail or ''}".rstrip(), err=True)
        raise typer.Exit(1) from None
    except httpx.HTTPError as error:
        typer.echo(f"The service does not answer: {type(error).__name__}", err=True)
        raise typer.Exit(2) from None


# ── before the round opens ────────────────────────────────────────────────────


@trustee_cli.command()
def keygen(
    *,
    round_id: Annotated[str, typer.Option("--round", help="The round.")],
    seat: Annotated[int, typer.Option(min=1, max=9, help="The number of your seat.")],
    out: Annotated[Path, typer.Option(help="The key file to write.")] = Path("committee-key.json"),
) -> None:
    """Make your own key for a round, in a file under a passphrase."""
    try:
        passphrase = _new_passphrase()
        pair = derive_key_pair(token_bytes(KEY_BYTES))
        salt, nonce = token_bytes(SALT_BYTES), token_bytes(NONCE_BYTES)
        _write_new(out, member_key_file(round_id, seat, pair, passphrase, salt=salt, nonce=nonce))
    except Stop as stop:
        typer.echo(f"No key was made: {stop}", err=True)
        raise typer.Exit(stop.code) from None
    typer.echo(f"Wrote {out}. Keep a copy apart: without the file and its passphrase nobody can use your seat.")


@trustee_cli.command()
def prove(key: KeyFile, *, url: Url, email: Email) -> None:
    """Hand your public key in, with the proof that you hold its private half."""

    async def act(caller: Caller, own: MemberKeyFile) -> str:
        await trustee.prove_key(caller, own)
        return f"Your key of seat {own.seat} is in."

    _run(_At(url, email, key), act)


@trustee_cli.command()
def confirm(
    key: KeyFile,
    *,
    url: Url,
    email: Email,
    compared: Annotated[str, typer.Option(help="The fingerprint you compared with the others, its groups in a row.")],
) -> None:
    """Confirm the key policy that you have compared with the other members."""

    async def act(caller: Caller, own: MemberKeyFile) -> str:
        digest = await trustee.confirm_policy(caller, own, compared)
        noted = _confirmed_path(key)
        noted.write_text(json.dumps({"round": own.round, "seat": own.seat, "policy": digest}) + "\n", encoding="utf-8")
        return f"Confirmed. Noted in {noted.name}, which `release` looks at."

    _run(_At(url, email, key), act)


@trustee_cli.command()
def rehearse(key: KeyFile, *, url: Url, email: Email) -> None:
    """Release the rehearsal's dummy package."""

    async def act(caller: Caller, own: MemberKeyFile) -> str:
        await trustee.rehearse(caller, own)
        return "Rehearsed."

    _run(_At(url, email, key), act)


# ── after the close ───────────────────────────────────────────────────────────


@trustee_cli.command()
def release(
    key: KeyFile,
    *,
    url: Url,
    email: Email,
    envelope: Annotated[EnvelopeKind, typer.Option(help="What is due: tech at the close, price after the scores.")],
    policy: Annotated[str, typer.Option(help="Digest of the policy you confirmed; else from the noted file.")] = "",
) -> None:
    """Release every package that is due, after your own checks."""

    async def act(caller: Caller, own: MemberKeyFile) -> str:
        confirmed = policy or str(read_json(_confirmed_path(key)).get("policy", ""))
        bundle = await trustee.release_due(caller, own, envelope, confirmed=confirmed)
        left = "".join(f"\nLeft out {name[:8]}: {reason.value}" for name, reason in sorted(bundle.omitted.items()))
        return f"Released {len(bundle.secrets)} packages.{left}"

    _run(_At(url, email, key), act)


def register(cli: typer.Typer) -> None:
    """Add the commands to ``bidroom``."""
    cli.add_typer(trustee_cli, name="trustee")
