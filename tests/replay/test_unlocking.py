"""Scores unlocked and locked again, read back from a bundle: with two persons, a reason, and before any price."""

from copy import deepcopy
from pathlib import Path

import pytest

from app.audit.verifying import verify
from app.domain.chaining import Why
from app.domain.reporting import Outcome
from tests.replay.conftest import Large
from tests.replay.tampering import Line
from tests.replay.test_sealed import Files, find, forge


def line_like(other: Line, at: str, data: dict[str, str], kind: str | None = None) -> Line:
    line = deepcopy(other)
    line.body.update(at=at, data={**line.body["data"], **data}, kind=kind or line.body["kind"])
    return line


def unlocked(
    lines: list[Line], after: str = "prices.released", without: str = "", reason: str = "an old sheet"
) -> None:
    """After this entry: asked for, signed, unlocked, and the same scores locked and released once more."""
    place = find(lines, after)
    at, release = place.body["at"], find(lines, "prices.released")
    named = {"proposal": "9" * 32, "kind": "scores.unlock"}
    news = [
        *(line_like(find(lines, f"approval.{act}"), at, named) for act in ("proposed", "granted")),
        line_like(release, at, {"reason": reason, "proposal": "9" * 32}, "scores.unlocked"),
        line_like(find(lines, "scores.locked"), at, {}),
        line_like(release, at, {}),
    ]
    lines[(here := lines.index(place) + 1) : here] = [line for line in news if line.body["kind"] != without]


def test_unlocked_by_two_and_locked_again_it_is_clean(large: Large, tmp_path: Path) -> None:
    report = verify(forge(large, tmp_path / "x.zip", lambda lines, *_: unlocked(lines)), large.fingerprint)
    assert report.outcome is Outcome.CLEAN, report.sentence


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"without": "approval.granted"}, Why.APPROVAL),
        ({"reason": " "}, Why.REPLAY),
        ({"after": "ranking.made"}, Why.STATE),
        # Not locked again, and the prices opened all the same.
        ({"without": "scores.locked"}, Why.STATE),
        # Locked a second time, though nobody had unlocked.
        ({"without": "scores.unlocked"}, Why.STATE),
    ],
    ids=["alone", "mute", "late", "not-again", "twice"],
)
def test_what_is_wrong_with_an_unlocking_is_found(
    large: Large, tmp_path: Path, changes: dict[str, str], why: Why
) -> None:
    def edit(lines: list[Line], _files: Files, _large: Large) -> None:
        unlocked(lines, **changes)

    report = verify(forge(large, tmp_path / "x.zip", edit), large.fingerprint)
    assert report.outcome is Outcome.TAMPERED, report.sentence
    assert report.findings[0].why is why, report.findings[0]
