"""The recommendation report: no name before the unsealing, equal bytes on repeat, the digest in the journal."""

import hashlib
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import update

from app.award import printing, report_store
from app.award.tables import report as report_table
from app.domain.kinds import Kind
from app.domain.recommending import is_draft, normal_code, report_digest, verify_code
from app.domain.retracing import TenderRetrace
from app.domain.visibility import Role
from app.identity.access import Actor
from app.journal.store import list_entries
from tests.award.acts import as_seen_by, ask_unsealing, decide, propose, ranked_rows, read
from tests.callers import caller
from tests.domain.scoring.samples import an_evaluation
from tests.evaluation.sealed_stage import lock_good, make_sealed_stage, open_prices
from tests.evaluation.stage import Stage, make_stage
from tests.fences import tear_down_fence
from tests.worlds import TestWorld, make_actor, make_world

LOT = [("青禾", "280.00"), ("岚川", "275.00"), ("青禾", "271.40"), ("澄锐", "277.00"), ("朗峤", "290.00")]
PRICES = {"青禾": "271.40", "岚川": "290.00", "澄锐": "274.90", "朗峤": "7319.02"}


@pytest.fixture
async def made(clean_database_url: str, tmp_path: Path) -> AsyncIterator[TestWorld]:
    test_world = await make_world(clean_database_url, tmp_path)
    yield test_world
    await test_world.world.db.dispose()


async def make(stage: Stage, actor: Actor | None = None) -> httpx.Response:
    async with as_seen_by(stage, actor or stage.purchaser) as client:
        return await client.post("/reports", json={})


async def draw(stage: Stage, actor: Actor, number: int, lang: str = "zh") -> httpx.Response:
    async with as_seen_by(stage, actor) as client:
        return await client.get(f"/reports/{number}/pdf", params={"lang": lang})


async def document_of(stage: Stage, number: int) -> dict[str, Any]:
    async with stage.world.db.snapshot() as tx:
        found = await report_store.find_report(tx, stage.tender_id, number)
    assert found is not None
    return dict(found.document)


def test_both_languages_have_the_same_words() -> None:
    def keys(words: dict[str, Any], path: str = "") -> set[str]:
        pairs = (
            keys(value, f"{path}{key}.") if isinstance(value, dict) else {f"{path}{key}"}
            for key, value in words.items()
        )
        return set().union(*pairs)

    zh, en = (
        json.loads((printing.TEMPLATES / f"words.{lang}.json").read_text(encoding="utf-8")) for lang in ("zh", "en")
    )
    assert keys(zh) == keys(en)


def test_a_code_is_read_as_people_type_it() -> None:
    code = verify_code("0123456789abcdef" * 4)
    assert normal_code(code) == normal_code(code.lower().replace("-", " ").replace("0", "o").replace("1", "l")) == code
    assert normal_code("nothing") is None
    assert verify_code("f" * 64) == "ZZZZ-ZZZZ-ZZZZ-ZZZZ"


async def test_aliases_before_the_unsealing_names_of_the_preferred_after_it(made: TestWorld) -> None:
    stage = await make_stage(made.world, [LOT])
    ((first, *_),) = await ranked_rows(stage)
    assert (await make(stage)).json()["code"] == "NOT_DECIDED"
    asked = await propose(stage, [(first["label"], "")])
    assert (await make(stage)).json()["stage"] == "proposed"
    await decide(stage, asked)
    again, repeated = (await make(stage)).json(), (await make(stage)).json()
    assert (again["number"], again["stage"], repeated["number"]) == (2, "approved", 2)
    text = json.dumps(await document_of(stage, 2), ensure_ascii=False)
    hidden = [word for each in stage.bidders.values() for word in (each.name, each.supplier_id, each.tag)]
    assert not [word for word in hidden if word in text]
    assert (await read(stage, stage.purchaser, "reports"))["reports"][0]["missing"] == ["need", "budget"]
    document = await document_of(stage, 2)
    # The words of the need are owed; a budget may never be.
    assert is_draft(document)
    assert not is_draft({**document, "need": {"summary_zh": "机", "summary_en": ""}})
    await decide(stage, await ask_unsealing(stage))
    assert not (await read(stage, stage.purchaser, "reports"))["is_current"]
    assert (await make(stage)).json()["stage"] == "unsealed"
    assert (await read(stage, stage.purchaser, "reports"))["is_current"]
    text = json.dumps(await document_of(stage, 3), ensure_ascii=False)
    assert "青禾" in text
    assert not [name for name in ("岚川", "澄锐", "朗峤", "沉默") if name in text]
    assert (await draw(stage, stage.purchaser, 2)).content != (await draw(stage, stage.purchaser, 3)).content


async def test_equal_bytes_on_repeat_and_a_code_that_finds_the_file(made: TestWorld) -> None:
    stage = await make_sealed_stage(made.world, evaluation=an_evaluation(shortlist={"count": 2}))
    await lock_good(stage)
    await open_prices(stage, [PRICES])
    ((first, *_),) = await ranked_rows(stage)
    await decide(stage, await propose(stage, [(first["label"], "")]))
    report = (await make(stage)).json()
    drawn = await draw(stage, stage.purchaser, 1)
    assert (drawn.status_code, drawn.content[:5]) == (200, b"%PDF-")
    made.clock.wind(hours=1)
    assert (await draw(stage, stage.auditor, 1)).content == drawn.content
    english = await draw(stage, stage.approver, 1, "en")
    assert english.content not in {drawn.content, b""}
    own = await draw(stage, stage.others["甲"], 1)
    assert own.status_code == 200
    assert own.content != drawn.content
    async with caller(made.world, stage.auditor) as client:
        place = f"/api/reports/{report['code'].lower()}"
        checks = [
            (await client.get(place, params={"sha256": hashlib.sha256(content).hexdigest()})).json()["file"]
            for content in (drawn.content, english.content, own.content, b"another")
        ]
        assert checks == ["zh", "en", "zh", "unknown"]
        assert (await client.get("/api/reports/0000-0000-0000-0000")).status_code == 404
    (lot,) = (await document_of(stage, 1))["ranking"]
    # 86 and 96.13 points against 94 and 79.44, and against 80 and 100: between 32.40… and 60.79… %, rounded inwards.
    assert (lot["sensitivity"]["first"]["low"], lot["sensitivity"]["first"]["high"]) == ("32.41", "60.79")
    assert (await document_of(stage, 1))["conflicts"] == {"members": 3, "none": 3, "recused": 0, "silent": 0}


async def test_who_reads_and_who_makes(made: TestWorld) -> None:
    stage = await make_stage(made.world, [LOT])
    ((first, *_),) = await ranked_rows(stage)
    assert (await read(stage, stage.approver, "reports"))["reports"] == []
    await propose(stage, [(first["label"], "")])
    for actor in (stage.approver, stage.auditor, stage.bidders["青禾"].actor):
        assert (await make(stage, actor)).status_code == 403
    await make(stage)
    for actor in (stage.bidders["青禾"].actor, await make_actor(made.world, Role.ADMIN)):
        assert (await draw(stage, actor, 1)).status_code == 403
    assert (await draw(stage, stage.approver, 2)).status_code == 404
    assert (await draw(stage, stage.approver, 1, "fr")).status_code == 422
    assert not (await read(stage, stage.approver, "reports"))["can_make"]


async def test_the_journal_holds_the_digest_and_a_changed_report_is_not_drawn(made: TestWorld) -> None:
    stage = await make_stage(made.world, [LOT])
    ((first, *_),) = await ranked_rows(stage)
    await decide(stage, await propose(stage, [(first["label"], "")]))
    report = (await make(stage)).json()
    async with made.world.db.snapshot() as tx:
        entries = await list_entries(tx, chain=f"tender:{stage.tender_id}")
    told = next(entry for entry in entries if entry.kind is Kind.REPORT_MADE)
    document = await document_of(stage, 1)
    assert told.data["digest"] == report["digest"] == report_digest(document)
    retrace = TenderRetrace(is_partial=True)
    assert [retrace.take(entry) for entry in entries] == [None] * len(entries)
    wrong = told._replace(data={**told.data, "report": 2, "stage": "unsealed", "decision": "0" * 64})
    assert retrace.take(wrong) is not None
    async with made.world.db.transaction() as tx:
        await tear_down_fence(tx)
        await tx.execute(update(report_table).values(document={**document, "made_at": "2020-01-01T00:00:00.000Z"}))
    refused = await draw(stage, stage.purchaser, 1)
    assert (refused.status_code, refused.json()["code"]) == (503, "DAMAGED")


async def test_without_a_chinese_face_no_pdf_is_drawn(made: TestWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    stage = await make_stage(made.world, [LOT])
    ((first, *_),) = await ranked_rows(stage)
    await propose(stage, [(first["label"], "")])
    await make(stage)
    monkeypatch.setattr(printing, "find_fonts", lambda: None)
    refused = await draw(stage, stage.purchaser, 1)
    assert (refused.status_code, refused.json()["code"]) == (503, "NO_FONT")
    assert not (await read(stage, stage.purchaser, "reports"))["can_draw"]
