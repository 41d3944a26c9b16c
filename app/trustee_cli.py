"""`bidroom trustee …`: a committee member's part outside the browser (SEALING.md sections 2 and 6).

`status` tells what is due of your seats, `keygen` makes the key file, `prove` hands the public key in, `confirm` the
key policy, `rehearse` opens the dummy package, `release` what is due after the close. The private key never leaves
this machine.

Exit 0: done. Exit 1: the service refused. Exit 2: the key was not used.
"""

import asyncio
import json
import os
import re
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

HELP = """A committee member's key, and what it opens.

In this order: status (round, seat and what is due), keygen, prove; once every member's key is there, confirm with the
fingerprint that you have compared with another member, and rehearse; after the close, release.

Secrets are asked for, or taken from the environment: BIDROOM_KEY_PASSPHRASE of the key file, BIDROOM_PASSWORD of your
account, BIDROOM_TOTP_SECRET where it has a second factor.

Exit 0: done. Exit 1: the service refused, with its code. Exit 2: the key was not used.
"""

trustee_cli = typer.Typer(no_args_is_help=True, help=HELP)

# As the page asks for (frontend/src/features/committee/own-steps.tsx).
SHORTEST_PASSPHRASE = 12
PASSPHRASE = "BIDROOM_KEY_PASSPHRASE"  # noqa: S105 - the name of a variable
PASSWORD = "BIDROOM_PASSWORD"  # noqa: S105 - the name of a variable
SECOND_FACTOR = "BIDROOM_TOTP_SECRET"

# What a refusal means here, and what would be accepted.
_MEANS = {
    "WRONG_SIGN_IN": "mail address and password do not fit; an account without a password signs in on the page alone",
    "STEP_UP_NEEDED": "a fresh proof of your second factor is needed: set BIDROOM_TOTP_SECRET",
    "NOT_FOUND": "you have no seat in this round; `bidroom trustee status` lists yours",
    "COMMITTEE_FIXED": "the key policy is fixed; from then on keys change for all members only, by two persons",
    "COMMITTEE_NOT_READY": "first every member's key, then your confirmation, then the rehearsal",
    "KEY_TAKEN": "this key is another seat's; make one of your own with `keygen`",
    "NOT_PROVEN": "the proof does not fit; run `prove` again",
    "OTHER_POLICY": "another key policy is in force; compare its fingerprint and confirm again",
    "NOT_CLOSED": "nothing is due before the round has closed",
    "NOT_LOCKED": "prices are due only after the scores are locked",
    "NOT_ALLOWED_HERE": "this kind of envelope is not due now: it is open, or the round has none",
    "RELEASED_ALREADY": "your seat has spoken; nothing more is needed of it",
    "RELEASE_FALSE": "your key does not open what it should: is it the file you made for this round?",
}

_ROUND = re.compile(r"[0-9a-f]{32}", re.ASCII)

KeyFile = Annotated[Path, typer.Argument(help="Your key file of this round.")]
Url = Annotated[str, typer.Option(help="Address of the service, such as https://bidroom.example.")]
Email = Annotated[str, typer.Option(help="Mail address of your account.")]


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


def _check_round(round_id: str) -> None:
    if _ROUND.fullmatch(round_id) is None:
        raise Stop("a round is named by 32 hex digits; `bidroom trustee status` tells yours")


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


def refusal_text(error: CallError) -> str:
    """The code of a refusal, what it means to a member, and its details."""
    code = error.code or str(error.status)
    means = f": {_MEANS[code]}" if code in _MEANS else ""
    told = ", ".join(f"{name} {value}" for name, value in dict(error.detail or {}).items())
    return f"{code}{means}" + (f" ({told})" if told else "")


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
        typer.echo(f"Refused: {refusal_text(error)}", err=True)
        raise typer.Exit(1) from None
    except httpx.HTTPError as error:
        typer.echo(f"The service does not answer at {at.url}: {type(error).__name__}", err=True)
        raise typer.Exit(2) from None


# ── what is due ───────────────────────────────────────────────────────────────


@trustee_cli.command()
def status(*, url: Url, email: Email) -> None:
    """Your seats: round, number, what is due, and the fingerprint to compare. Uses no key."""

    async def act() -> str:
        async with Caller(url) as caller:
            await caller.sign_in(email, ask_secret(PASSWORD, "Password"), os.environ.get(SECOND_FACTOR, ""))
            seats = await trustee.list_seats(caller)
        return "\n".join(_seat_text(seat) for seat in seats) or "You have no seat in an opening committee."

    try:
        typer.echo(asyncio.run(act()))
    except CallError as error:
        typer.echo(f"Refused: {refusal_text(error)}", err=True)
        raise typer.Exit(1) from None
    except httpx.HTTPError as error:
        typer.echo(f"The service does not answer at {url}: {type(error).__name__}", err=True)
        raise typer.Exit(2) from None


def _seat_text(seat: trustee.SeatFacts) -> str:
    lines = [
        f"{seat.reference} {seat.title}",
        f"  --round {seat.round} --seat {seat.seat}   the {seat.name} seat, {seat.k} of {seat.n} must come together",
        f"  round {seat.status}; opens {seat.opens_at}, closes {seat.closes_at}",
        f"  next: {seat.due}",
    ]
    if seat.fingerprint:
        lines.append(f"  fingerprint to compare: {' '.join(seat.fingerprint)}")
    return "\n".join(lines)


# ── before the round opens ────────────────────────────────────────────────────


@trustee_cli.command()
def keygen(
    *,
    round_id: Annotated[str, typer.Option("--round", help="The round, as `status` and the committee's page tell it.")],
    seat: Annotated[int, typer.Option(min=1, max=9, help="The number of your seat, from 1.")],
    out: Annotated[Path, typer.Option(help="The key file to write.")] = Path("committee-key.json"),
) -> None:
    """Make your own key for a round, in a file under a passphrase."""
    try:
        _check_round(round_id)
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
    compared: Annotated[
        str, typer.Option(help="The fingerprint you compared with another member: its eight groups, in quotes.")
    ],
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
