"""`bidroom score FILE`: the answer to a score sheet, byte for byte what POST /api/scoring/preview answers (SCORING.md).

Exit 0: ranked. Exit 1: refused, the faults are in the answer. Exit 2: the file cannot be read.
"""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from app.domain.scoring.score_sheet import Unreadable, answer_bytes, parse_sheet
from app.domain.scoring.score_sheet_schema import answer_schema, sheet_schema


def _tell_schema(is_asked: bool) -> None:  # noqa: FBT001 - typer calls it with the option's value
    if is_asked:
        typer.echo(json.dumps({"sheet": sheet_schema(), "answer": answer_schema()}, ensure_ascii=False, indent=1))
        raise typer.Exit


def score(
    file: Annotated[Path, typer.Argument(help="A score sheet as JSON; - reads standard input.")],
    *,
    schema: Annotated[  # noqa: ARG001 - it ends the command before the file is asked for
        bool,
        typer.Option("--schema", callback=_tell_schema, is_eager=True, help="Print the JSON schema and stop."),
    ] = False,
) -> None:
    """Score a sheet: points, ranks and every intermediate figure."""
    try:
        content = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        typer.echo(f"{file.name} cannot be read: {error.strerror}", err=True)
        raise typer.Exit(2) from None
    typed = parse_sheet(content)
    if isinstance(typed, Unreadable):
        typer.echo(f"{file.name} is no JSON of a sheet: {typed.reason}", err=True)
        raise typer.Exit(2)
    answer = answer_bytes(typed)
    sys.stdout.buffer.write(answer)
    sys.stdout.buffer.flush()
    raise typer.Exit(1 if json.loads(answer)["faults"] else 0)


def register(cli: typer.Typer) -> None:
    """Add the command."""
    cli.command()(score)
