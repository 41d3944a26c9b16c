"""OCDS release packages of a real story: what each phase tells (VISIBILITY.md d12, d21, d41, d44)."""

import json
from decimal import Decimal
from typing import Any

import pytest

from app.audit.timekeeper import run_next_export
from app.domain.visibility import Phase
from tests.access.theatre import BIDDERS, FINALS, OPENINGS, WINNER
from tests.audit.conftest import Reel
from tests.open_contracting import find_faults

BEFORE_NAMES = (Phase.QUESTIONS, Phase.LIVE, Phase.PRICES, Phase.DECISION)


def release(reel: Reel, phase: Phase) -> dict[str, Any]:
    made = json.loads(reel.releases[phase], parse_float=Decimal)
    assert find_faults(made) == []
    found: dict[str, Any] = made["releases"][0]
    return found


@pytest.mark.parametrize("phase", BEFORE_NAMES)
async def test_nobody_is_named_before_the_unsealing(reel: Reel, phase: Phase) -> None:
    told = release(reel, phase)
    assert len(told["parties"]) == 1
    assert "awards" not in told
    assert not any("tenderers" in bid for bid in told.get("bids", {}).get("details", ()))


@pytest.mark.parametrize("phase", [Phase.QUESTIONS, Phase.LIVE])
async def test_no_bid_and_no_count_while_it_runs(reel: Reel, phase: Phase) -> None:
    told = release(reel, phase)
    assert "bids" not in told
    assert ("numberOfTenderers" in told["tender"]) is (phase is Phase.LIVE)
    assert not any(amount.encode() in reel.releases[phase] for amount in (*OPENINGS.values(), *FINALS.values()))


async def test_ranked_bids_by_label(reel: Reel) -> None:
    assert len(release(reel, Phase.PRICES)["bids"]["details"]) == len(FINALS)
    assert release(reel, Phase.PRICES)["tender"]["numberOfTenderers"] == len(BIDDERS)


async def test_the_award_names_the_winner(reel: Reel) -> None:
    told = release(reel, Phase.UNSEALED)
    award = told["awards"][0]
    assert told["tag"] == ["tender", "award"]
    assert award["suppliers"][0]["id"] == reel.theatre.ids[f"supplier:{WINNER}"]
    bid = next(one for one in told["bids"]["details"] if one["id"] == award["relatedBid"])
    assert bid["value"] == award["value"]
    assert bid["tenderers"] == award["suppliers"]


async def test_a_draft_is_no_release(reel: Reel) -> None:
    act = reel.theatre.act
    draft = await act("purchaser", "POST", "/api/tenders", json={"template": "quick"})
    body = {"purpose": "yearly audit", "recipient": "office", "form": "ocds", "tender_ids": [draft["id"]]}
    made = await act("auditor", "POST", "/api/audit/exports", json=body)
    await run_next_export(reel.theatre.world)
    job = await reel.get(f"/api/audit/exports/{made['id']}")
    assert (job["state"], job["code"]) == ("failed", "NOTHING_PUBLISHED")
