"""100 packages opened by 5 of 9 members through the service, against the pure rules' opening of the very same packages.

Ours is everything of the opening day: each member signs in over HTTP, asks for the wraps, releases them by the command
line's own client, the service tries every release, keeps the bundles sealed, and then combines, opens, makes again and
publishes all in one transaction with its signed records. The floor is the arithmetic of the same day alone: the same
releases, each tried, the seeds combined, every package opened and made again. Both are counted in CPU time of the one
process in which client and service run, so that a busy machine changes little.
"""

import asyncio
import gc
import tempfile
import time
from pathlib import Path
from typing import Final

from app.client import trustee
from app.domain.sealing.committee import release_wrap, share_of
from app.domain.sealing.header import EnvelopeKind
from app.domain.sealing.member_key import MemberKeyFile
from app.domain.sealing.package import Opened, find_secret, open_server_wrap, repeat_opening
from app.domain.sealing.policy import KeyPolicy, policy_from_json
from app.main import build_app
from tests.databases import SqliteDatabases
from tests.performance.rounds import Case, Goal, Results, paired, say
from tests.sealed_rounds.committees import Committee
from tests.sealed_rounds.full_box import PACKAGES, QUORUM, SEATS, fill_box
from tests.sealed_rounds.stage import SealedPackage
from tests.sealing.test_trustee_service import signed_in

PRESENT: Final = (9, 2, 4, 7, 5)
# A bound of our own: PERFORMANCE.md names none. Lower means that the service adds more than the work itself.
# Measured 0.30 to 0.34.
BOUND: Final = 0.2
NAME: Final = f"open {PACKAGES} packages, committee {QUORUM} of {len(SEATS)}"


async def _by_the_service(committee: Committee) -> float:
    """CPU seconds from the first member's sign-in until the records are written."""
    policy = (await committee.stage.round()).policy_digest
    # One application for all members, made before the day.
    app = build_app(committee.world)
    start = time.process_time()
    for seat in PRESENT:
        own = MemberKeyFile(committee.round_id, seat, committee.pairs[seat - 1])
        async with signed_in(committee, seat, app) as client:
            now = committee.world.clock.now()
            await trustee.release_due(client, own, EnvelopeKind.PRICE, confirmed=policy, now=now)
    opened = await committee.stage.open_envelopes()
    spent = time.process_time() - start
    assert opened == "price", opened
    return spent


def _by_the_rules(committee: Committee, policy: KeyPolicy, sealed: list[SealedPackage]) -> float:
    """CPU seconds of the same opening by the domain's functions alone."""
    seats = policy.committee
    assert seats is not None, "a committee's policy"
    lock = committee.world.keys.server_lock(committee.round_id)
    start = time.process_time()
    for each in sealed:
        binding, envelope = each.header.binding, each.header.envelope(EnvelopeKind.PRICE)
        assert envelope is not None, "every package has a price"
        shares = {}
        for seat in PRESENT:
            given = release_wrap(committee.pairs[seat - 1].private, binding, envelope, seat)
            share = share_of(binding, envelope, seat, given)
            assert share is not None, "an honest release"
            shares[seat] = share
        seed = open_server_wrap(lock.private, binding, envelope)
        assert seed is not None, "sealed to this lock"
        secret = find_secret(binding, envelope, seed, QUORUM, shares)
        found = repeat_opening(lock.public, binding, envelope, each.price_ct, secret, seats)
        assert isinstance(found, Opened), found
    return time.process_time() - start


async def measure(url: str, folder: Path) -> tuple[float, float]:
    """(the rules', the service's) CPU seconds for the same hundred packages."""
    committee, sealed = await fill_box(url, folder)
    try:
        policy = policy_from_json(dict((await committee.stage.round()).policy))
        assert isinstance(policy, KeyPolicy), "a closed round has its policy"
        gc.collect()
        return _by_the_rules(committee, policy, sealed), await _by_the_service(committee)
    finally:
        await committee.world.db.dispose()


def opening_service(folder: Path, rounds: int, _seconds: float) -> Results:
    """CPU seconds of a whole opening, and the rules' share of it. A round is opened once: each time a new one."""
    floor, ours = Case(f"{NAME}: the rules alone", "s CPU"), Case(f"{NAME}: through the service", "s CPU")
    folder.mkdir(parents=True, exist_ok=True)
    databases = SqliteDatabases(folder)
    for number in range(rounds):
        rules, service = asyncio.run(measure(databases.migrated(), folder / str(number)))
        floor.values.append(rules)
        ours.values.append(service)
    databases.close()
    return [floor, ours], [Goal("8b", f"{NAME}: the rules / ours", paired(floor, ours), BOUND)]


def main() -> None:
    """Measure alone: `python -m tests.performance.opening_service`."""
    with tempfile.TemporaryDirectory(prefix="bidroom-bench-") as name:
        cases, goals = opening_service(Path(name), 2, 0.0)
    for case in cases:
        say(case.row())
    for goal in goals:
        say(goal.row())


if __name__ == "__main__":
    main()
