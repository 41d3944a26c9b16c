"""HTTP edge of the released sealing files: for anybody, because a supplier compares before it has an account."""

from fastapi import APIRouter, Request

from app.audit.sealing_releases import list_releases
from app.infra.web import InstantText, StrictModel, StrictRoute, WorldDep

router = APIRouter(prefix="/api", route_class=StrictRoute, tags=["audit"])


class SealingReleaseView(StrictModel):
    """A released file, and since when. Not the number of its entry: it would tell how much happens in the house."""

    at: InstantText
    version: str
    sha256: str
    page_sha256: str


class SealingView(StrictModel):
    """The sealing file that this service serves, and all that were released; null: no pages are built."""

    path: str | None
    sha256: str | None
    page_sha256: str | None
    releases: list[SealingReleaseView]


@router.get("/sealing")
async def read_sealing(request: Request, world: WorldDep) -> SealingView:
    """What seals now, and what sealed before."""
    served = request.app.state.sealing_file
    releases = [
        SealingReleaseView(
            at=one.at,
            version=one.released.version,
            sha256=one.released.sealing_sha256,
            page_sha256=one.released.page_sha256,
        )
        for one in await list_releases(world)
    ]
    if served is None:
        return SealingView(path=None, sha256=None, page_sha256=None, releases=releases)
    return SealingView(path=served.path, sha256=served.sha256, page_sha256=served.page_sha256, releases=releases)
