"""The report of an import: kept sealed (bad rows hold contact data as typed), opened for its sender alone."""

import zlib
from dataclasses import asdict, dataclass
from typing import Any

import orjson

from app.domain.registering import FieldFault
from app.infra.world import World
from app.suppliers.columns import Column
from app.suppliers.contacts import PURPOSE
from app.suppliers.import_rows import CellFault


@dataclass(frozen=True, slots=True)
class Report:
    """What was imported, every faulty cell, and the bad rows as typed."""

    created: int
    columns: tuple[Column, ...]
    ignored: tuple[str, ...]
    faults: tuple[CellFault, ...]
    bad_rows: tuple[tuple[int, dict[Column, str]], ...]


def seal_report(world: World, import_id: str, report: Report) -> bytes:
    """The bytes to store; they open for this import only."""
    # The keys of the typed texts are columns, which orjson takes for enums and not for the strings they are.
    plain = orjson.dumps(asdict(report), option=orjson.OPT_NON_STR_KEYS)
    return world.keys.seal(PURPOSE, zlib.compress(plain), import_id.encode())


def unseal_report(world: World, import_id: str, sealed: bytes) -> Report:
    """The report of an import."""
    value: dict[str, Any] = orjson.loads(zlib.decompress(world.keys.unseal(PURPOSE, sealed, import_id.encode())))
    return Report(
        created=value["created"],
        columns=tuple(Column(name) for name in value["columns"]),
        ignored=tuple(value["ignored"]),
        faults=tuple(_fault(one) for one in value["faults"]),
        bad_rows=tuple((number, _typed(texts)) for number, texts in value["bad_rows"]),
    )


def _typed(texts: dict[str, str]) -> dict[Column, str]:
    return {Column(name): text for name, text in texts.items()}


def _fault(value: dict[str, Any]) -> CellFault:
    return CellFault(
        row=value["row"],
        cell=value["cell"],
        column=Column(value["column"]),
        code=FieldFault(value["code"]),
        text=value["text"],
        detail=value["detail"],
    )
