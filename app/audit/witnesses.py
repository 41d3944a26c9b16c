"""Outside witnesses: who is one, what they are shown, what they said (JOURNAL.md sections 2 and 3).

Who is a witness is a setting of the deployment, a name and a public key: the service holds nothing of a witness that
could be stolen, and a witness nothing of the service. It asks with a signature instead of a password. It is shown the
statements of checkpoints and their signatures, never the heads beneath (domain/cosigning.py).
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError

from app.audit import witness_store as store
from app.domain.checkpointing import Statement, is_signed
from app.domain.cosigning import (
    CLOCK_MS,
    Cosignature,
    asking_message,
    check_cosignature,
    is_there,
    read_cosignature,
)
from app.domain.entries import to_milliseconds
from app.domain.sealing.receipt import key_id_of
from app.infra.errors import Problem
from app.infra.world import World

SCHEME = "Bidroom-Witness "
# Nobody cosigns more at a time: a page of what is shown.
MOST_AT_ONCE = store.PAGE


@dataclass(frozen=True, slots=True)
class Witness:
    """Somebody outside with a key of its own."""

    name: str
    key: bytes

    @property
    def key_id(self) -> str:
        """The short name of its key."""
        return key_id_of(self.key)


@dataclass(frozen=True, slots=True)
class Standing:
    """A witness, and when it was last heard of, by its own clock; None where it never was."""

    witness: Witness
    seen_at_ms: int | None
    is_there: bool


def list_known(world: World) -> list[Witness]:
    """The witnesses of the deployment, in the order of their names."""
    return [Witness(name, bytes.fromhex(key)) for name, key in sorted(world.settings.witnesses.items())]


def admit(world: World, authorization: str, path: str) -> Witness:
    """The witness that signed this request: `Bidroom-Witness <key id>.<UTC ms>.<signature>`. Problem 401.

    ``path`` is the address with its query. A request may be repeated for some minutes by whoever overheard it, which
    gives him what TLS let him see anyway: every act behind this door is the same however often it is done.
    """
    parts = authorization.removeprefix(SCHEME).split(".")
    if not authorization.startswith(SCHEME) or len(parts) != 3 or len(authorization) > 256:
        raise Problem(401)
    key_id, at, signature = parts
    known = next((one for one in list_known(world) if hmac.compare_digest(one.key_id, key_id)), None)
    if known is None or not (at.isascii() and at.isdecimal()):
        raise Problem(401)
    try:
        is_its = is_signed(known.key, asking_message(path, int(at)), bytes.fromhex(signature))
    except ValueError:
        is_its = False
    if not is_its or abs(to_milliseconds(world.clock.now()) - int(at)) > CLOCK_MS:
        raise Problem(401)
    return known


async def list_statements(world: World, after: int) -> list[tuple[Statement, bytes]]:
    """The checkpoints after a number, a page, as a witness may see them."""
    async with world.db.snapshot() as tx:
        return await store.list_statements(tx, after=after)


async def take_cosignatures(world: World, witness: Witness, values: Sequence[object]) -> int:
    """Keep what a witness says of checkpoints; how many were new. Said again, be it with another time, the first word
    stays: a witness that lost its memory begins anew.

    Problem 422 COSIGNATURE_WRONG with the number and the fault: none of the list is kept then.
    """
    told = [_read(value) for value in values]
    if not told:
        return 0
    numbers = [one.n for one in told]
    if len(set(numbers)) != len(numbers) or max(numbers) - min(numbers) >= MOST_AT_ONCE:
        raise Problem(422, "COSIGNATURE_WRONG", detail={"fault": "MALFORMED"})
    try:
        return await _keep(world, witness, told)
    except IntegrityError:
        # Said twice at the same moment: the other one's is there now.
        return await _keep(world, witness, told)


async def _keep(world: World, witness: Witness, told: Sequence[Cosignature]) -> int:
    numbers = [one.n for one in told]
    async with world.db.transaction() as tx:
        statements = await store.find_statements(tx, numbers)
        held = await store.find_cosignatures(tx, witness.key_id, numbers)
        for one in told:
            statement = statements.get(one.n)
            if statement is None:
                raise Problem(422, "COSIGNATURE_WRONG", detail={"n": one.n, "fault": "OTHER_CHECKPOINT"})
            fault = check_cosignature(one, witness.key, statement)
            if fault is not None:
                raise Problem(422, "COSIGNATURE_WRONG", detail={"n": one.n, "fault": fault.value})
        fresh = [one for one in told if one.n not in held]
        if fresh:
            await store.insert_cosignatures(tx, fresh, world.clock.now())
    return len(fresh)


def _read(value: object) -> Cosignature:
    read = read_cosignature(value)
    if not isinstance(read, Cosignature):
        raise Problem(422, "COSIGNATURE_WRONG", detail={"fault": read.value})
    return read


async def list_standings(world: World) -> list[Standing]:
    """Every witness of the deployment, and whether it watches: what every page that names the journal's key says."""
    now_ms = to_milliseconds(world.clock.now())
    standings = []
    async with world.db.snapshot() as tx:
        for witness in list_known(world):
            heard = await store.find_heard(tx, witness.key_id)
            if heard is None:
                standings.append(Standing(witness, None, is_there=False))
            else:
                there = is_there(to_milliseconds(heard.received_at), now_ms)
                standings.append(Standing(witness, heard.seen_at_ms, is_there=there))
    return standings


async def list_cosigners(world: World, numbers: Sequence[int]) -> dict[int, list[str]]:
    """Who cosigned these checkpoints, by name; a witness that is none any more by the short name of its key.

    Precondition: they lie within one page of each other.
    """
    if not numbers:
        return {}
    names = {one.key_id: one.name for one in list_known(world)}
    cosigners: dict[int, list[str]] = {}
    async with world.db.snapshot() as tx:
        for n, key_id in await store.find_cosigners(tx, first=min(numbers), last=max(numbers)):
            cosigners.setdefault(n, []).append(names.get(key_id, key_id))
    return cosigners
