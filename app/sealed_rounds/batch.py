"""Acts of bidders in a sealed round, committed together: what waits while one batch is written is the next batch.

SEALING.md section 4: stamped when complete, decided under the lock, receipted after the commit. Each act is decided by
itself; the refusal of one changes nothing for the others.
"""

from collections.abc import Sequence
from functools import partial
from weakref import WeakKeyDictionary

from sqlalchemy.ext.asyncio import AsyncConnection

from app.infra.db import Database
from app.infra.off_loop import off_loop
from app.infra.one_go import write_in_one_go
from app.infra.together import Together
from app.infra.world import World
from app.journal.store import append_batch
from app.sealed_rounds import store, upload_store
from app.sealed_rounds.answering import Line, Receipted, Turned, receipted
from app.sealed_rounds.desk import Act, Desk, lay_out
from app.sealed_rounds.insisting import insist
from app.sealed_rounds.packages import CommitPackage, WithdrawPackage
from app.sealed_rounds.submitting import decide_commit, decide_withdrawn
from app.sealed_rounds.upload_store import Upload
from app.sealed_rounds.uploading import decide_announced

Answer = Receipted | Turned | Upload
_DESKS: WeakKeyDictionary[Database, Together[Act, Answer]] = WeakKeyDictionary()


async def hand_in(world: World, act: Act) -> Answer:
    """What comes of an act, once it is durable."""
    held = _DESKS.get(world.db)
    if held is None:

        async def play(round_id: str, acts: Sequence[Act]) -> list[Answer]:
            return await insist(world, lambda: write_in_one_go(world.db, lambda tx: _commit(world, tx, round_id, acts)))

        held = _DESKS[world.db] = Together(play)
    return await held.ask(act.bidder.round_id, act, place=act.place)


async def _commit(world: World, tx: AsyncConnection, round_id: str, acts: Sequence[Act]) -> list[Answer]:
    desk = await lay_out(world, tx, round_id, acts)
    decided = [await _decide(desk, act) for act in acts]
    uploads = [one for one in decided if isinstance(one, Upload) and one not in desk.own.get((one.lot_id, one.tag), ())]
    await upload_store.insert_uploads(tx, uploads)
    return await _write(desk, decided)


async def _decide(desk: Desk, act: Act) -> Line | Receipted | Upload:
    match act.command:
        case CommitPackage():
            return await decide_commit(desk, act, act.command)
        case WithdrawPackage():
            return decide_withdrawn(desk, act, act.command)
        case _:
            return decide_announced(desk, act, act.command)


async def _write(desk: Desk, decided: Sequence[Line | Receipted | Upload]) -> list[Answer]:
    """Append the entries, chain by chain, then write the revisions with their receipts; the answers in order."""
    lines = [one for one in decided if isinstance(one, Line)]
    told: dict[int, Answer] = {}
    packages: list[tuple[store.Package, bytes | None]] = []
    for chain in sorted({line.new.chain for line in lines}):
        here = [line for line in lines if line.new.chain == chain]
        made = await desk.tx.run_sync(append_batch, desk.world, [line.new for line in here])
        for line, entry in zip(here, made, strict=True):
            if isinstance(line.result, Turned):
                told[id(line)] = line.result
                continue
            make = partial(receipted, desk.world, desk.held, line.result, entry_hash=entry.hash, pin=desk.pin)
            new = await off_loop(desk.world, make)
            packages.append((new, line.result.price_ct))
            told[id(line)] = Receipted(new.receipt)
    await store.insert_packages(desk.tx, packages)
    await upload_store.set_committed(desk.tx, {new.upload_id for new, _ in packages if new.upload_id is not None})
    return [told[id(one)] if isinstance(one, Line) else one for one in decided]
