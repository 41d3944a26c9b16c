"""Saved queries: one's own, shared ones, nobody else's; and the presets of the timeline."""

from typing import Any

from tests.audit.conftest import Reel


async def test_a_saved_query_comes_back_as_it_was(reel: Reel) -> None:
    filters = {"tender": reel.tender, "kind": ["bid.voided", "lot.closed"], "preset": "voids"}
    body = {"name": "  Voids of one tender ", "filters": filters}
    made = await reel.theatre.act("auditor", "POST", "/api/audit/queries", 201, json=body)
    (saved,) = [one for one in await reel.get("/api/audit/queries") if one["id"] == made["id"]]
    assert saved["name"] == "Voids of one tender"
    assert {name: value for name, value in saved["filters"].items() if value} == filters
    assert (saved["is_own"], saved["is_shared"]) == (True, False)
    await reel.theatre.act("auditor", "DELETE", f"/api/audit/queries/{made['id']}", 204)
    assert made["id"] not in {one["id"] for one in await reel.get("/api/audit/queries")}
    await reel.theatre.act("auditor", "DELETE", f"/api/audit/queries/{made['id']}", 404)


async def test_others_see_only_what_is_shared_and_cannot_drop_it(reel: Reel) -> None:
    ids = {}
    for is_shared in (True, False):
        body: dict[str, Any] = {"name": f"shared {is_shared}", "filters": {}, "is_shared": is_shared}
        made = await reel.theatre.act("auditor", "POST", "/api/audit/queries", 201, json=body)
        ids[is_shared] = made["id"]
    listed = {one["id"]: one for one in await reel.theatre.act("auditor2", "GET", "/api/audit/queries")}
    assert ids[True] in listed
    assert ids[False] not in listed
    assert listed[ids[True]]["is_own"] is False
    await reel.theatre.act("auditor2", "DELETE", f"/api/audit/queries/{ids[True]}", 404)


async def test_bad_queries_are_refused(reel: Reel) -> None:
    wrong: list[dict[str, Any]] = [
        {"name": "", "filters": {}},
        {"name": "x", "filters": {"tender": "x"}},
        {"name": "x", "filters": {"nothing": 1}},
        {"name": "x", "filters": {"preset": "all"}},
        {"name": "x" * 81, "filters": {}},
        {"name": "x"},
    ]
    for body in wrong:
        await reel.theatre.act("auditor", "POST", "/api/audit/queries", 422, json=body)
    for key in ("purchaser", "admin", "b1"):
        await reel.theatre.act(key, "GET", "/api/audit/queries", 403)


async def test_presets(reel: Reel) -> None:
    path = f"/api/audit/timeline?tender={reel.tender}&preset="
    voids = await reel.get(f"{path}voids")
    assert [entry["kind"] for entry in voids["entries"]] == ["bid.voided"]
    late = await reel.get(f"{path}after_close")
    assert late["entries"]
    closed = min(entry["at"] for entry in late["entries"])
    whole = await reel.get(f"/api/audit/timeline?tender={reel.tender}&after={closed}")
    # Each look is an entry, too.
    hashes = [[one["hash"] for one in page["entries"] if one["kind"] != "read.privileged"] for page in (late, whole)]
    assert hashes[0] == hashes[1]
    assert "bid.accepted" not in {entry["kind"] for entry in late["entries"]}
    assert (await reel.get(f"{path}rule_changes"))["entries"] == []
    assert (await reel.get(f"{path}voids&kind=bid.accepted"))["entries"] == []
    await reel.theatre.act("auditor", "GET", "/api/audit/timeline?preset=after_close", 422)
