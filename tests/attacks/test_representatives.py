"""A representative who may only look hands in nothing, over the socket or HTTP, and reads what its bidder may read."""

from hashlib import sha256

from app.identity import store as identity_store
from tests.attacks.site import Site
from tests.worlds import make_actor

CHUNK = {"Upload-Offset": "0", "Content-Type": "application/octet-stream"}


async def test_a_viewer_looks_and_hands_in_nothing(large_site: Site) -> None:
    site, world = large_site, large_site.world
    viewer = await make_actor(world, supplier_id=site.stage.rep(0).supplier_id)
    async with world.db.transaction() as tx:
        await identity_store.set_account(tx, viewer.account_id, rights=["view"])
    await site.hand_in(0)
    other = await site.stage.seal(0)
    assert other.tech_ct is not None
    size, digest = len(other.tech_ct), sha256(other.tech_ct).hexdigest()
    async with site.enter(viewer) as seat:
        for frame in (
            {"type": "commit_package", "lot_id": site.lot, **other.body()},
            {"type": "withdraw_package", "lot_id": site.lot, "rev": 1},
        ):
            told = await seat.ask(**frame)
            assert (told["type"], told["code"]) == ("package_refused", "RIGHT_MISSING"), frame["type"]
            assert told["detail"] == {"right": "bid"}
    async with site.client(site.stage.rep(0)) as bidder:
        own = (await bidder.get(site.path("/packages"))).json()["packages"]
        made = await bidder.post(site.path("/uploads"), json={"lot_id": site.lot, "size": size, "sha256": digest})
    upload = made.json()["upload_id"]
    async with site.client(viewer) as client:
        # It sees what its company has handed in and how far an upload has come.
        assert (await client.get(site.path("/packages"))).json()["packages"] == own
        assert len(own) == 1
        assert (await client.get(site.path(f"/uploads/{upload}"))).json()["offset"] == 0
        for answer in (
            await client.put(site.path(f"/packages/{site.lot}"), json=other.body()),
            await client.post(site.path(f"/packages/{site.lot}/withdrawal"), json={"rev": 1}),
            await client.post(site.path("/uploads"), json={"lot_id": site.lot, "size": size, "sha256": digest}),
            await client.patch(site.path(f"/uploads/{upload}"), content=other.tech_ct[:1000], headers=CHUNK),
        ):
            assert (answer.status_code, answer.json()["code"]) == (403, "RIGHT_MISSING"), answer.request.url
        assert (await client.get(site.path(f"/uploads/{upload}"))).json()["offset"] == 0
