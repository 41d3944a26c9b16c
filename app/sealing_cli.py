"""`bidroom seal`, `receipt verify`, `proof verify`: what a supplier does outside the browser (SEALING.md 3 and 5).

Exit 0: done. Exit 1: the service refused, or the receipt does not hold. Exit 2: nothing was sealed or checked.
"""

import asyncio
import json
import mimetypes
import os
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer

from app.audit.verify_proof import main as verify_proof_main
from app.audit.verify_receipt import main as verify_receipt_main
from app.client.caller import Caller, CallError
from app.client.own_names import find_names, own_names_of
from app.client.sealer import File, Offer, SealedPackage, SealingError, lot_of, seal_package, submit_package
from app.domain.sealing.policy import fingerprint
from app.domain.sealing.receipt import revision_text

receipt_cli = typer.Typer(no_args_is_help=True, help="Your own receipts.")
proof_cli = typer.Typer(no_args_is_help=True, help="Your own proof of a whole tender.")

# A passphrase that guards a price should not fall to a night of guessing.
SHORTEST_PASSPHRASE = 10
PASSPHRASE = "BIDROOM_RECOVERY_PASSPHRASE"  # noqa: S105 - the name of a variable
PASSWORD = "BIDROOM_PASSWORD"  # noqa: S105 - the name of a variable

OfferFile = Annotated[
    Path, typer.Argument(help='JSON: {"amount": "1.00", "lines": [[1, "1.00"]], "answers": [{"criterion", …}]}.')
]


class _Stop(Exception):  # noqa: N818 - ends the command with its sentence
    def __init__(self, sentence: str, code: int = 2) -> None:
        super().__init__(sentence)
        self.code = code


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _Stop(f"{path.name} cannot be read: {error}") from None


def _write(path: Path, value: dict[str, Any], *, is_secret: bool = False) -> None:
    mode = 0o600 if is_secret else 0o644
    # Never over an older file: it may be the only copy of a package that was committed.
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    except OSError as error:
        raise _Stop(f"{path.name} cannot be written: {error.strerror}") from None
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(json.dumps(value, ensure_ascii=False, indent=1) + "\n")


def _offer_of(value: Any, paths: list[Path]) -> Offer:
    try:
        lines = [(int(number), str(amount)) for number, amount in value.get("lines", [])]
        told = value.get("answers")
        answers = None if told is None else [_answer_of(answer) for answer in told]
        if not isinstance(value["amount"], str):
            raise _Stop("the amount is a text: a JSON number is not exact")
        return Offer(value["amount"], lines, answers, [_file_of(path) for path in paths])
    except (KeyError, TypeError, ValueError, AttributeError):
        raise _Stop('the offer file has the form {"amount": "1.00", "lines": [[1, "1.00"]], "answers": […]}') from None


def _answer_of(answer: Any) -> tuple[str, str, str]:
    return str(answer["criterion"]), str(answer.get("value", "")), str(answer.get("text", ""))


def _file_of(path: Path) -> File:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise _Stop(f"{path.name} cannot be read: {error.strerror}") from None
    return path.name, mimetypes.guess_type(path.name)[0] or "application/octet-stream", content


def _secret(variable: str, question: str, *, is_new: bool) -> str:
    return os.environ.get(variable) or typer.prompt(question, hide_input=True, confirmation_prompt=is_new, err=True)


async def _from_service(url: str, round_id: str, email: str, work: "_Work") -> None:
    async with Caller(url) as caller:
        await caller.sign_in(email, _secret(PASSWORD, "Password", is_new=False))
        facts = await caller.get(f"/rounds/{round_id}/sealed")
        package = work.seal(facts, await caller.get("/my/supplier"))
        receipt = await submit_package(caller, package)
        _write(work.out.with_suffix(".receipt.json"), receipt)
        typer.echo(f"Committed. Receipt of {package.digest} at {receipt['received_at']}.")


class _Work:
    """One offer on its way into a package."""

    def __init__(self, lot: str, offer: Offer, *, out: Path, recovery: Path, keeps_names: bool) -> None:
        self.lot, self.offer, self.out, self.recovery = lot, offer, out, recovery
        self.keeps_names = keeps_names

    def seal(self, facts: Any, dossier: Any) -> SealedPackage:
        """Seal, and write the files before anything is sent. The dossier is the supplier's own, None if not given."""
        try:
            lot = lot_of(facts, self.lot)
            if facts.get("has_technical"):
                self._look_for_names(facts, dossier)
            package = seal_package(facts, lot["lot_id"], self.offer)
        except (KeyError, TypeError, AttributeError):
            raise _Stop("the facts are not those of a sealed round as an invited supplier sees them") from None
        typer.echo(f"Key policy: {' '.join(fingerprint(package.header.binding.policy))}")
        typer.echo(facts.get("custody_en", ""))
        passphrase = _secret(PASSPHRASE, "Passphrase of the recovery file", is_new=True)
        if len(passphrase) < SHORTEST_PASSPHRASE:
            raise _Stop(f"a passphrase has at least {SHORTEST_PASSPHRASE} characters")
        _write(self.out, package.file())
        _write(self.recovery, package.recovery(passphrase), is_secret=True)
        typer.echo(f"Sealed as revision {revision_text(package.header.binding.rev)}: {package.digest}")
        return package

    def _look_for_names(self, facts: Any, dossier: Any) -> None:
        """Show what gives the supplier away to those who mark blind (AN-04); stop unless it was said to be kept."""
        if dossier is None:
            if self.keeps_names:
                return
            raise _Stop(
                "give your own dossier with --own FILE, so that your answers can be looked through for your name"
            )
        try:
            own = own_names_of(dossier)
        except (KeyError, TypeError, AttributeError):
            raise _Stop("the dossier is not what GET /api/my/supplier tells a supplier") from None
        told = find_names(facts, self.offer, own)
        for line in told:
            typer.echo(f"Your own name: {line}", err=True)
        if told and not self.keeps_names:
            raise _Stop("nothing was sealed: correct it, or say with --keep-names that it identifies nobody")


def seal(
    offer: OfferFile,
    *,
    lot: Annotated[str, typer.Option(help="Number or id of the lot.")] = "1",
    facts: Annotated[Path | None, typer.Option(help="The round's facts as a JSON file.")] = None,
    url: Annotated[str, typer.Option(help="Address of the service: seal and commit.")] = "",
    round_id: Annotated[str, typer.Option("--round", help="The round, with --url.")] = "",
    email: Annotated[str, typer.Option(help="Your account, with --url.")] = "",
    own: Annotated[Path | None, typer.Option(help="What GET /api/my/supplier tells you, with --facts.")] = None,
    keep_names: Annotated[bool, typer.Option("--keep-names", help="Seal though your own name was found.")] = False,
    file: Annotated[list[Path] | None, typer.Option(help="A file of the technical part; may be repeated.")] = None,
    out: Annotated[Path, typer.Option(help="The package file to write.")] = Path("package.json"),
    recovery: Annotated[Path, typer.Option(help="The recovery file to write.")] = Path("recovery.json"),
) -> None:
    """Seal an offer into a package; with --url commit it and keep the receipt."""
    if facts is None and not (url and round_id and email):
        raise typer.BadParameter("give the round's facts with --facts FILE, or --url, --round and --email")
    try:
        told = _offer_of(_read(offer), file or [])
        work = _Work(lot, told, out=out, recovery=recovery, keeps_names=keep_names)
        if facts is not None:
            work.seal(_read(facts), None if own is None else _read(own))
        else:
            asyncio.run(_from_service(url, round_id, email, work))
    except _Stop as stop:
        typer.echo(str(stop), err=True)
        raise typer.Exit(stop.code) from None
    except SealingError as error:
        typer.echo(f"Nothing was sealed: {error}", err=True)
        raise typer.Exit(2) from None
    except CallError as error:
        typer.echo(f"Refused: {error.code or error.status}", err=True)
        raise typer.Exit(1) from None
    except httpx.HTTPError as error:
        typer.echo(f"The service does not answer: {type(error).__name__}", err=True)
        raise typer.Exit(2) from None


@receipt_cli.command(
    "verify",
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
    add_help_option=False,
)
def verify_receipt(context: typer.Context) -> None:
    """Check your own receipt offline: exit 0 it holds, 1 it does not, 2 cannot check."""
    raise typer.Exit(verify_receipt_main(list(context.args)))


@proof_cli.command(
    "verify",
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
    add_help_option=False,
)
def verify_proof(context: typer.Context) -> None:
    """Check the proof file of your result page offline: exit 0 it holds, 1 it does not, 2 cannot check."""
    raise typer.Exit(verify_proof_main(list(context.args)))


def register(cli: typer.Typer) -> None:
    """Add the commands to the ``bidroom`` command."""
    cli.command()(seal)
    cli.add_typer(receipt_cli, name="receipt")
    cli.add_typer(proof_cli, name="proof")
