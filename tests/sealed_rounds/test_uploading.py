"""Uploads in chunks: resumed, idempotent by digest, bounded, and gone at the close where no package names them."""

from collections.abc import AsyncIterator

import pytest

from app.domain.refusals import Code, Refusal
from app.infra.errors import Problem
from app.sealed_rounds import acting, disk, uploading
from app.sealed_rounds.answering import Receipted, Turned
from app.sealed_rounds.uploading import UPLOADS_PER_LOT, Progress
from tests.sealed_rounds.stage import SealedPackage, Stage, pieces


async def put(stage: Stage, number: int, upload_id: str, offset: int, data: bytes) -> Progress | Refusal:
    """One chunk."""
    return await acting.append_chunk(
        stage.world, stage.rep(number), stage.round_id, upload_id, offset=offset, chunks=pieces(data)
    )


class CutError(Exception):
    """The line broke."""


async def cut_at(data: bytes, at: int) -> AsyncIterator[bytes]:
    """A body whose line breaks."""
    async for piece in pieces(data[:at]):
        yield piece
    raise CutError


async def begun(stage: Stage, number: int, sealed: SealedPackage) -> Progress:
    """An announced upload."""
    made = await stage.announce(number, sealed)
    assert isinstance(made, Progress)
    return made


async def test_an_upload_cut_at_99_percent_resumes(large: Stage) -> None:
    sealed = await large.seal(0)
    assert sealed.tech_ct is not None
    made = await begun(large, 0, sealed)
    cut = len(sealed.tech_ct) * 99 // 100
    with pytest.raises(CutError):
        await acting.append_chunk(
            large.world,
            large.rep(0),
            large.round_id,
            made.upload_id,
            offset=0,
            chunks=cut_at(sealed.tech_ct, cut),
        )
    resumed = await begun(large, 0, sealed)
    assert (resumed.upload_id, resumed.offset, resumed.is_complete) == (made.upload_id, cut, False)
    incomplete = await large.send(0, sealed, upload_id=made.upload_id)
    assert isinstance(incomplete, Turned)
    assert incomplete.refusal.code is Code.UPLOAD_INCOMPLETE
    wrong = await put(large, 0, made.upload_id, 0, sealed.tech_ct)
    assert wrong == Refusal(Code.UPLOAD_INCOMPLETE, {"offset": str(cut)})
    done = await put(large, 0, made.upload_id, cut, sealed.tech_ct[cut:])
    assert done == Progress(made.upload_id, len(sealed.tech_ct), is_complete=True)
    assert await begun(large, 0, sealed) == done
    assert isinstance(await large.send(0, sealed, upload_id=made.upload_id), Receipted)


async def test_a_kill_between_the_last_byte_and_its_check_is_mended(large: Stage) -> None:
    sealed = await large.seal(0)
    assert sealed.tech_ct is not None
    made = await begun(large, 0, sealed)
    whole = disk.path_of(large.world, made.upload_id)
    whole.parent.mkdir(parents=True, exist_ok=True)
    whole.with_suffix(".part").write_bytes(sealed.tech_ct)
    found = await acting.find_progress(large.world, large.rep(0), large.round_id, made.upload_id)
    assert found.is_complete


async def test_other_bytes_than_announced_begin_again(large: Stage) -> None:
    sealed = await large.seal(0)
    assert sealed.tech_ct is not None
    made = await begun(large, 0, sealed)
    wrong = await put(large, 0, made.upload_id, 0, b"\0" * len(sealed.tech_ct))
    assert wrong == Refusal(Code.UPLOAD_INCOMPLETE, {"offset": "0"})
    with pytest.raises(Problem) as caught:
        await put(large, 0, made.upload_id, 0, sealed.tech_ct + b"\0")
    assert caught.value.status == 413
    assert isinstance(await large.send(0, sealed), Receipted)


async def test_a_wrong_size_stores_nothing(large: Stage) -> None:
    sealed = await large.seal(0)
    assert sealed.tech_ct is not None
    size = len(sealed.tech_ct)
    over = await large.announce(0, sealed, size=size + 1)
    under = await large.announce(0, sealed, size=size - 1)
    assert [each.code for each in (over, under)] == [Code.TOO_LARGE, Code.NOT_SEALED]
    assert large.files() == []


async def test_the_quota_is_the_bidders_own(large: Stage) -> None:
    sealed = await large.seal(0)
    codes = []
    for at in range(UPLOADS_PER_LOT + 1):
        made = await large.announce(0, sealed, sha256=f"{at:064x}")
        codes.append(made.code if isinstance(made, Refusal) else None)
    assert codes == [None] * UPLOADS_PER_LOT + [Code.QUOTA_REACHED]
    assert isinstance(await large.announce(1, await large.seal(1)), Progress)


async def test_a_foreign_upload_is_not_found_and_not_taken(large: Stage) -> None:
    sealed = await large.seal(0)
    upload_id = await large.upload(0, sealed)
    assert upload_id is not None
    with pytest.raises(Problem) as caught:
        await acting.find_progress(large.world, large.rep(1), large.round_id, upload_id)
    assert caught.value.status == 404
    other = await large.seal(1)
    outcome = await large.send(1, other, upload_id=upload_id)
    assert isinstance(outcome, Turned)
    assert outcome.refusal.code is Code.UPLOAD_INCOMPLETE


async def test_what_no_package_names_is_deleted_at_the_close(large: Stage) -> None:
    for number in range(3):
        await large.hand_in(number)
    await large.hand_in(0, "270.00")
    loose = await large.upload(3, await large.seal(3))
    assert loose is not None
    assert len(large.files()) == 5
    assert await uploading.sweep_round(large.world, await large.round()) == 1
    assert len(large.files()) == 4
    await large.close()
    assert await uploading.sweep_round(large.world, await large.round()) == 1
    assert len(large.files()) == 3
    assert await large.open_envelopes() == "tech"
    late = await large.announce(3, await large.seal(3))
    assert isinstance(late, Refusal)
    assert late.code is Code.LATE


async def test_files_without_a_row_are_swept(large: Stage) -> None:
    await large.hand_in(0)
    await disk.append(large.world, "f" * 32, pieces(b"left by a kill"), before=0, most=100, sha256="0" * 64)
    assert await uploading.sweep_orphans(large.world) == 1
    assert len(large.files()) == 1


async def test_uploads_may_begin_before_the_opening(large: Stage) -> None:
    sealed = await large.seal(0)
    early = await large.announce(0, sealed)
    assert isinstance(early, Progress)
