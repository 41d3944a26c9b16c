"""A scored sealed tender played through the real rooms to its locked shortlist: the stage of test_scored.py."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.approvals.service import Effects, decide_proposal
from app.approvals.store import Proposal, list_proposals
from app.audit.folding import open_fold
from app.audit.verifying import Outside, verify
from app.award.effects import EFFECTS as AWARD_EFFECTS
from app.domain.approving import ProposalState, Verdict
from app.domain.bundling import fingerprint
from app.domain.reporting import Report
from app.domain.visibility import Role
from app.evaluation import panel_store
from app.evaluation.effects import EFFECTS
from app.evaluation.timekeeper import draw, turn
from app.identity.access import Actor
from tests.callers import caller
from tests.domain.scoring.samples import a_criterion
from tests.sealed_rounds.stage import Stage
from tests.worlds import make_actor

# The last is below 80 % of the mean of 256.6925.
PRICES = ("281.00", "271.40", "274.90", "199.47")
MARKS = (4, 4, 5, 3)


def evaluation() -> dict[str, Any]:
    """Two groups weighed by comparison, grade points, a test of low prices; as typed."""
    groups = [{"id": name, "title_zh": "组", "title_en": name, "weight": weight, "parent": "", "threshold": "40"}
              for name, weight in (("g1", "75"), ("g2", "25"))]  # fmt: skip
    return {
        "technical": {
            "weight": "40",
            "threshold": "50",
            "aggregation": "mean",
            "groups": groups,
            "criteria": [a_criterion("", "100", parent=group["id"]) for group in groups],
            "ahp": [{"parent": "", "items": ["g1", "g2"], "matrix": [["1", "3"], ["1/3", "1"]], "digits": 2}],
        },
        "price": {"weight": "60", "formula": {"code": "lowest_ratio", "params": {}}},
        "shortlist": {"count": 2},
        "freeze_technical": False,
        "split": {"patterns": [["70", "30"]]},
        "abnormal": {"tests": [{"kind": "share_of_mean", "share": "80", "is_strict": True}], "answer_hours": 24},
        "certification": {"minimum": None, "points": {"A": "2", "B": "0", "C": "-2", "D": "-5"}},
    }


@dataclass
class Taken:
    """The stage after all of it, and the bundle taken from it."""

    stage: Stage
    bundle: Path

    @property
    def fingerprint(self) -> str:
        """Of the journal's key."""
        return fingerprint(self.stage.world.keys.public_key)

    async def verify(self, bundle: Path | None = None, *, with_tables: bool = True) -> Report:
        """In a thread of its own: the fold runs its own loop."""
        url = self.stage.world.settings.database_url

        def run() -> Report:
            outside = Outside(fold=open_fold(url)) if with_tables else None
            return verify(bundle or self.bundle, self.fingerprint, outside=outside)

        return await asyncio.to_thread(run)


async def ask(stage: Stage, actor: Actor, method: str, path: str, body: Any = None) -> Any:
    async with caller(stage.world, actor) as client:
        answer = await client.request(method, f"/api/tenders/{stage.tender.id}{path}", json=body)
    assert answer.status_code < 300, answer.text
    return answer.json() if answer.content else None


async def sign(stage: Stage, by: Actor | None = None) -> None:
    """The approver's word on what waits, or another's."""
    async with stage.world.db.snapshot() as tx:
        (waiting,) = await list_proposals(tx, states=[ProposalState.PENDING])
    done = await decide_proposal(
        stage.world, by or stage.house.approver, proposal_id=waiting.id, verdict=Verdict.APPROVE, reason="seen",
        effects=Effects({**EFFECTS, **AWARD_EFFECTS}),
    )  # fmt: skip
    assert isinstance(done, Proposal), done


async def mark(stage: Stage) -> Actor:
    """One evaluator marks everything and submits."""
    evaluator = await make_actor(stage.world, Role.EVALUATOR, name="评审")
    await ask(stage, stage.house.purchaser, "POST", "/panel", {"accounts": [evaluator.account_id]})
    await ask(stage, evaluator, "POST", "/declaration", {"has_conflict": False})
    shown = await ask(stage, evaluator, "GET", "/sheet")
    async with stage.world.db.snapshot() as tx:
        sets = await panel_store.list_alias_sets(stage.world, tx, stage.tender.id)
    number = {stage.tag(at): at for at in range(4)}
    for lot in shown["lots"]:
        for offer in lot["offers"]:
            given = MARKS[number[sets[lot["lot_id"]].tags[offer["alias"]]]]
            for criterion in shown["rules"]["criteria"]:
                cell = {"lot_id": lot["lot_id"], "alias": offer["alias"], "criterion": criterion["id"], "version": 0}
                await ask(stage, evaluator, "PUT", "/sheet/marks", {**cell, "mark": given, "comment": "seen"})
    await ask(stage, evaluator, "POST", "/sheet/submission")
    return evaluator


async def lock(stage: Stage, evaluator: Actor) -> None:
    digest = (await ask(stage, evaluator, "GET", "/consensus"))["digest"]
    await ask(stage, evaluator, "POST", "/scores/lock", {"digest": digest})


async def play(stage: Stage) -> None:
    """From the opening to the ranking without the excluded offer."""
    world, purchaser = stage.world, stage.house.purchaser
    criteria = [each["id"] for each in (stage.tender.frozen or {})["evaluation"]["technical"]["criteria"]]
    await stage.open()
    for number, amount in enumerate(PRICES):
        await stage.hand_in(number, amount, answers=[(each, "1", f"answer {number}") for each in criteria])
    await stage.close()
    assert await stage.open_envelopes() == "tech"
    assert await draw(world) == 1
    evaluator = await mark(stage)
    await lock(stage, evaluator)
    await ask(stage, evaluator, "POST", "/scores/unlock", {"reason": "one offer was marked by an old data sheet"})
    await sign(stage)
    await lock(stage, evaluator)
    assert await stage.open_envelopes() == "price"
    assert await turn(world) == 1
    (flagged,) = (await ask(stage, purchaser, "GET", "/inquiries"))["offers"]
    about = {"lot_id": stage.lots[0], "label": flagged["label"], "question": "how is it made up?"}
    inquiry = (await ask(stage, purchaser, "POST", "/inquiries", about))["offers"][0]["inquiry"]["id"]
    await ask(stage, stage.rep(3), "POST", f"/own-inquiries/{inquiry}/answer", {"text": "from stock"})
    verdict = {"verdict": "exclude", "reason": "the cost cannot be explained"}
    await ask(stage, purchaser, "POST", f"/inquiries/{inquiry}/decision", verdict)
    await sign(stage)
    assert await turn(world) == 1
    await pass_the_panel(stage, evaluator)
    await award_in_shares(stage)


async def pass_the_panel(stage: Stage, evaluator: Actor) -> None:
    """The rule's shortlist is put to the panel of one, confirmed, voted for and locked."""
    purchaser = stage.house.purchaser
    room = await ask(stage, purchaser, "GET", "/decision-room")
    cuts = [{"lot_id": cut["lot_id"], "labels": cut["labels"]} for cut in room["cuts"]]
    room = await ask(stage, purchaser, "POST", "/shortlist", {"cuts": cuts})
    await ask(stage, evaluator, "POST", "/ranking/confirmation", {"digest": room["rankings_digest"]})
    shortlist = {"digest": room["shortlist_digest"]}
    await ask(stage, evaluator, "POST", "/shortlist/vote", {**shortlist, "vote": "for"})
    await ask(stage, purchaser, "POST", "/shortlist/lock", shortlist)


async def award_in_shares(stage: Stage) -> None:
    """Two sources: a scenario is adopted, decided share by share, approved, and both names are unsealed."""
    purchaser, split = stage.house.purchaser, {"limit": "patterns", "patterns": [["70", "30"]]}
    made = await ask(stage, purchaser, "POST", "/scenarios", {"constraints": [split]})
    await ask(stage, purchaser, "POST", f"/scenarios/{made['number']}/adoption", {})
    choices = [
        {
            "lot_id": lot["lot_id"],
            "label": lot["parts"][0]["label"],
            "reason": "two sources",
            "shares": [{"label": part["label"], "share": part["share"]} for part in lot["parts"]],
        }
        for lot in made["award"]["lots"]
    ]
    await decide(stage, choices)
    # Reopened by three persons, and decided again as it was.
    await ask(stage, purchaser, "POST", "/reopening", {"reason": "a certificate had to be looked at again"})
    await sign(stage)
    await sign(stage, by=stage.house.auditor)
    await decide(stage, choices)


async def decide(stage: Stage, choices: Sequence[Mapping[str, Any]]) -> None:
    """Proposed, approved, and the names unsealed."""
    for path, body in (("/decision", {"choices": choices}), ("/unsealing", {})):
        await ask(stage, stage.house.purchaser, "POST", path, body)
        await sign(stage)
