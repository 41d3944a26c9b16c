"""The scripted tender verifies: bids, refusals, extensions, pause, void and ranking replay as written by hand."""

from app.audit.verify import main
from app.audit.verifying import verify
from app.domain.reporting import Outcome
from tests.replay.conftest import Story


async def test_the_script_is_clean(story: Story) -> None:
    report = verify(story.bundle, story.fingerprint)
    assert report.outcome is Outcome.CLEAN, report.sentence
    assert report.counts == {"entries": len(story.script.written), "chains": 5, "checkpoints": 6, "lots": 2, "bids": 7}


async def test_the_command_says_so(story: Story, capsys: object) -> None:
    assert main([str(story.bundle), "--key", story.fingerprint]) == 0
