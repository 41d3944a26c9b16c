"""`bidroom verify` draws the experts again: an insider who holds the key cannot put in whom he likes (issue 6)."""

import copy
from collections.abc import Callable
from pathlib import Path

import pytest

from app.audit.verifying import verify
from app.demand.store import chain_of
from app.domain import bundling
from app.domain.bundling import fingerprint
from app.domain.checkpointing import Reason
from app.domain.kinds import Kind
from app.domain.reporting import Outcome
from app.journal.checkpoints import take_checkpoint
from tests.demand.cast import Cast
from tests.replay.script import write_bundle
from tests.replay.tampering import Line, read_files, read_lines, rechain, resign_all, write_files


def of_kind(lines: list[Line], kind: Kind) -> Line:
    """The first entry of a kind."""
    return next(line for line in lines if line.body["kind"] == kind.value)


def put_in_a_friend(lines: list[Line]) -> None:
    data = of_kind(lines, Kind.EXPERTS_DRAWN).body["data"]
    data["drawn"][-1] = next(each for each in data["pool"] if each not in data["drawn"])


def draw_the_lead(lines: list[Line]) -> None:
    named = of_kind(lines, Kind.GROUP_CHANGED).body["data"]["group"]
    of_kind(lines, Kind.EXPERTS_DRAWN).body["data"]["pool"].append(next(iter(named)))


def empty_a_drawn_seat(lines: list[Line]) -> None:
    """The named seats are named once more, one of them with an expert whom the draw did not please."""
    drawn = of_kind(lines, Kind.EXPERTS_DRAWN)
    line = of_kind(lines, Kind.GROUP_CHANGED)
    later = copy.deepcopy(line)
    later.body["at"] = drawn.body["at"]
    later.body["data"]["group"][drawn.body["data"]["drawn"][0]] = "decision_maker"
    lines.insert(lines.index(drawn) + 1, later)


def enter_by_a_side_door(lines: list[Line]) -> None:
    """The approval of the project never was; its criteria are in progress all the same."""
    moves = [line for line in lines if line.body["kind"] == Kind.STAGE_MOVED.value]
    lines.remove(next(line for line in moves if line.body["data"]["act"] == "propose"))


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (put_in_a_friend, "not those whom the hash before this entry draws"),
        (draw_the_lead, "who had a seat already"),
        (empty_a_drawn_seat, "was named to another seat"),
        (enter_by_a_side_door, "otherwise than from the one before it"),
    ],
)
async def test_a_tampered_project_is_found(
    people: Cast, tmp_path: Path, edit: Callable[[list[Line]], None], said: str
) -> None:
    world, project = people.house.world, await people.approved()
    await take_checkpoint(world, Reason.MINUTE)
    bundle = await write_bundle(world, tmp_path / "true.zip", chains=[chain_of(project)])
    clean = verify(bundle, fingerprint(world.keys.public_key))
    assert clean.outcome is Outcome.CLEAN, clean.sentence
    files = read_files(bundle)
    lines = read_lines(files)
    edit(lines)
    rechain(lines)
    files[bundling.JOURNAL] = b"".join(line.encode() + b"\n" for line in lines)
    resign_all(files, world.keys.sign)
    found = verify(write_files(files, tmp_path / "told.zip"), fingerprint(world.keys.public_key))
    assert found.outcome is Outcome.TAMPERED, found.sentence
    assert said in found.findings[0].text
    assert found.findings[0].chain == chain_of(project)
