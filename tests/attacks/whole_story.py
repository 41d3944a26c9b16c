"""A whole large tender by the real services on a hand-wound clock: sealed, marked, played live, awarded, exported.

For tests that change its journal or its tables and ask the verifier. Receipts and checkpoints are kept as bidders and a
witness would keep them.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from app.domain.drafting import Template
from app.evaluation.service import rank_tender
from app.evaluation.timekeeper import draw
from app.journal.checkpoints import FILE_NAME, take_due_checkpoint
from app.live_rounds import clockwork
from app.live_rounds.answers import Receipted as LiveReceipted
from app.sealed_rounds.answering import Receipted
from tests.attacks.test_verifying import bundle_of
from tests.award.acts import ask_unsealing, decide, propose, ranked_rows
from tests.evaluation.test_whole import PRICES, mark_and_lock
from tests.live_rounds import stage as live_stage
from tests.live_rounds.stage import committing
from tests.sealed_rounds.stage import Stage, set_sealed_stage

# (bidder, amount): the fourth failed the technical part and may not bid.
LIVE = ((0, "270.00"), (1, "269.00"), (2, "268.50"), (0, "267.00"), (1, "266.00"))


@dataclass(slots=True)
class Whole:
    """The story after its end: what was exported, and what lies outside."""

    stage: Stage
    bundle: Path
    fingerprint: str
    receipts: list[dict[str, Any]] = field(default_factory=list)
    # An earlier bundle, taken when the prices were open and the live round still ahead.
    earlier: Path | None = None

    @property
    def witness(self) -> list[bytes]:
        """Every checkpoint, as a witness keeps them, oldest first."""
        return (self.stage.world.settings.data_dir / FILE_NAME).read_bytes().splitlines()


async def play_whole(database_url: str, folder: Path) -> Whole:
    """The story from the publication to the names, and its bundle."""
    stage = await set_sealed_stage(database_url, folder / "house", template=Template.LARGE, with_key_files=True)
    whole = Whole(stage, folder, "")
    await _point(stage)
    await _hand_in(whole)
    await stage.close()
    await _point(stage)
    assert await stage.open_envelopes() == "tech"
    assert await draw(stage.world) == 1
    evaluator = await mark_and_lock(stage)
    assert await stage.open_envelopes() == "price"
    await _point(stage)
    (folder / "earlier").mkdir()
    whole.earlier, _ = await bundle_of(stage, folder / "earlier")
    await _play_live(whole)
    await _award(stage, evaluator)
    await _point(stage)
    whole.bundle, whole.fingerprint = await bundle_of(stage, folder)
    return whole


async def _point(stage: Stage) -> None:
    """A minute later, with its checkpoint."""
    stage.clock.wind(seconds=61)
    assert await take_due_checkpoint(stage.world) is not None


async def _hand_in(whole: Whole) -> None:
    stage = whole.stage
    criteria = [each["id"] for each in (stage.tender.frozen or {})["evaluation"]["technical"]["criteria"]]
    await stage.open()
    for number, amount in [(0, "299.00"), *enumerate(PRICES)]:
        sealed = await stage.seal(number, amount, answers=[(each, "1", f"answer {number}") for each in criteria])
        outcome = await stage.send(number, sealed)
        assert isinstance(outcome, Receipted), outcome
        whole.receipts.append(dict(outcome.receipt))
        await _point(stage)


async def _play_live(whole: Whole) -> None:
    stage = whole.stage
    await clockwork.ensure_floors(stage.world, stage.tender.id)
    live = await live_stage.stage_of(stage.house, stage.tender.id)
    await live_stage.open_all(live)
    async with committing(live):
        for number, amount in LIVE:
            stage.clock.wind(seconds=20)
            answer = await live.place(number, amount)
            assert isinstance(answer, LiveReceipted), answer
            whole.receipts.append(dict(answer.receipt))
    await _point(stage)
    await live_stage.close_all(live)
    await _point(stage)


async def _award(stage: Stage, evaluator: Any) -> None:
    """Ranking, the panel's word, the decision by two, the names by two."""
    await rank_tender(stage.world, stage.tender.id)
    people = SimpleNamespace(
        world=stage.world,
        tender_id=stage.tender.id,
        lots=stage.lots,
        purchaser=stage.house.purchaser,
        approver=stage.house.approver,
        others={"evaluator": evaluator},
    )
    made: Any = people
    (rows,) = await ranked_rows(made)
    assert (await decide(made, await propose(made, [(rows[0]["label"], "")]))).status_code == 200
    assert (await decide(made, await ask_unsealing(made))).status_code == 200


def keep_receipts(whole: Whole, folder: Path) -> Path:
    """The receipts in a folder, one a file."""
    folder.mkdir(exist_ok=True)
    for number, receipt in enumerate(whole.receipts):
        (folder / f"{number}.json").write_text(json.dumps(receipt))
    return folder
