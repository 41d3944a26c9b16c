"""``bidroom replay FILE``: all tenders of a file side by side, each judged against history, and the journal
verified."""

import asyncio
import contextlib
import json
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from httpx import HTTPError
from websockets.exceptions import WebSocketException

from app.audit.verify import main as verify_main
from app.client.caller import CallError
from app.client.sealed_room import PackageRefusedError
from app.client.sealer import SealingError
from app.replay.house import own_house
from app.replay.judging import SENTENCES, Judgement, judge
from app.replay.people import Staff, enlist, hire
from app.replay.playing import Played, play_tender
from app.replay.playing_sealed import play_sealed_tender
from app.replay.records import RealTender

AT_ONCE = 48
# A sealed tender waits most of its time, for answers and for its close: many at once, begun one after another.
SEALED_AT_ONCE = 80
SEALED_PACE_SECONDS = 0.8
# The order of bids is random, and the same for the same seed.
SEED = 794
MOST_TRIES = 3
# What a service may do to us that a second try can mend; everything else ends the replay.
BREAKS = (CallError, PackageRefusedError, SealingError, OSError, TimeoutError, WebSocketException, HTTPError)


class ReplayMode(StrEnum):
    """How a replay places its bids."""

    LIVE = "live"
    SEALED = "sealed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A replayed tender beside history; ``failure`` says what broke, if anything did."""

    real: RealTender
    played: Played | None
    judgement: Judgement | None
    failure: str = ""

    def to_json(self) -> dict[str, Any]:
        """One line of ``--json``."""
        winner = self.real.winner
        return {
            "tender": self.real.id,
            "date": self.real.date,
            "title": self.real.title,
            "ranking": [{"rank": rank, "amount": amount} for rank, amount in self.played.ranking]
            if self.played
            else [],
            "refused": dict(self.played.refused) if self.played else {},
            "winner": self.played.winner if self.played else None,
            "amount": self.played.amount if self.played else None,
            "real_winner": winner.supplier if winner else None,
            "real_amount": winner.amount if winner else None,
            "agrees": self.judgement.agrees if self.judgement else None,
            "reason": self.judgement.reason.value if self.judgement and self.judgement.reason else None,
            "failure": self.failure or None,
        }

    def line(self) -> str:
        """One line for people."""
        if self.judgement is None or self.played is None:
            return f"tender {self.real.id}: FAILED {self.failure}"
        ranking = " > ".join(str(amount) for _, amount in self.played.ranking[:4]) or "no valid bid"
        real = self.real.winner
        said = f"{self.played.winner or 'nobody'} (history: {real.supplier if real else 'nobody'})"
        reason = "" if self.judgement.reason is None else f" - {SENTENCES[self.judgement.reason]}"
        return f"tender {self.real.id}: {ranking}; winner {said}{reason}"


def _progress(text: str) -> None:
    sys.stderr.write(f"\r{text:<100}")
    sys.stderr.flush()


async def replay(tenders: Sequence[RealTender], *, mode: ReplayMode, as_json: bool) -> int:
    """Run the tenders at a service of their own; 0 if every tender ran, the cheapest won and the journal verifies."""
    async with own_house() as house:
        staff = await hire(house)
        names = sorted({bid.supplier for real in tenders for bid in real.bids})
        bidders = await enlist(house, staff, names, lambda done: _progress(f"suppliers {done}/{len(names)}"))
        outcomes: list[Outcome] = []
        is_sealed = mode is ReplayMode.SEALED
        slots = asyncio.Semaphore(SEALED_AT_ONCE if is_sealed else AT_ONCE)

        async def one(number: int, real: RealTender) -> None:
            await asyncio.sleep(number * SEALED_PACE_SECONDS if is_sealed else 0)
            async with slots:
                outcome = await _attempt(real, staff, bidders, number, mode=mode)
            outcomes.append(outcome)
            sys.stdout.write((json.dumps(outcome.to_json()) if as_json else outcome.line()) + "\n")
            _progress(f"tenders {len(outcomes)}/{len(tenders)}")

        async with asyncio.TaskGroup() as group:
            for number, real in enumerate(tenders):
                group.create_task(one(number, real))
        verified = await _verify(staff)
    return _summary(outcomes, verified, as_json=as_json)


async def _attempt(
    real: RealTender, staff: Staff, bidders: dict[str, Any], number: int, *, mode: ReplayMode
) -> Outcome:
    failure = ""
    is_sealed = mode is ReplayMode.SEALED
    play = play_sealed_tender if is_sealed else play_tender
    for attempt in range(MOST_TRIES):
        try:
            played = await play(real, staff, bidders, random.Random(SEED + number), patience=2**attempt)  # noqa: S311 - an order of bids
        except BREAKS as error:
            failure = f"{type(error).__name__} {error}"
        else:
            return Outcome(real, played, judge(real, played.winner, played.amount, has_minimum=is_sealed))
    return Outcome(real, None, None, failure)


async def _verify(staff: Staff) -> int:
    """Export everything as the auditor does and verify the bundle; the verifier's exit code."""
    body = {"all": True, "purpose": "Replay of real tenders", "recipient": "replay"}
    made = await staff.auditor.post("/audit/exports", body)
    while True:
        job = await staff.auditor.get(f"/audit/exports/{made['id']}")
        _progress(f"export {job['state']} {job['done']}/{job['total']}")
        if job["state"] in ("ready", "failed"):
            break
        await asyncio.sleep(0.5)
    bundle = await staff.auditor.download(f"/audit/exports/{made['id']}/bundle")
    key = await staff.auditor.get("/audit/key")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bundle.zip"
        path.write_bytes(bundle)
        _progress("")
        # The verifier's words are for people: standard output is the list alone.
        with contextlib.redirect_stdout(sys.stderr):
            return await asyncio.to_thread(verify_main, [str(path), "--key", key["fingerprint"]])


def _summary(outcomes: Sequence[Outcome], verified: int, *, as_json: bool) -> int:
    judged = [outcome.judgement for outcome in outcomes if outcome.judgement is not None]
    reasons = Counter(judgement.reason.value for judgement in judged if judgement.reason is not None)
    failed = len(outcomes) - len(judged)
    not_cheapest = sum(not judgement.is_cheapest for judgement in judged)
    figures = {
        "tenders": len(outcomes),
        "agree": sum(judgement.agrees for judgement in judged),
        "disagree": dict(sorted(reasons.items())),
        "cheapest_did_not_win": not_cheapest,
        "failed": failed,
        "verify_exit": verified,
    }
    sys.stdout.write((json.dumps({"summary": figures}) if as_json else f"\n{figures}") + "\n")
    return 1 if failed or not_cheapest or verified else 0
