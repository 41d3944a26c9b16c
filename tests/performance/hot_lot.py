"""Goals 1 to 4: one hot lot with 200 bidders, full rules, receipts and journal on; the floors beside it; many lots."""

from contextlib import ExitStack
from pathlib import Path
from typing import Any

from tests.databases import databases_for
from tests.performance import floors
from tests.performance.processes import Run, load, server
from tests.performance.rounds import Case, Goal, Results, paired, say

BIDDERS = 200
LOTS = 50
# Amounts of a run start this many cents under those of the run before.
STRIDE = 10**6


class _Cases:
    """What is measured on one database."""

    def __init__(self, kind: str) -> None:
        self.echo = Case(f"{kind}: echo of the room's protocol, {BIDDERS} connections", "RT/s")
        self.echo_cpu = Case(f"{kind}: server CPU an echo", "us")
        self.stock = Case(f"{kind}: echo of stock uvicorn, {BIDDERS} connections", "RT/s")
        self.stock_cpu = Case(f"{kind}: server CPU an echo of stock uvicorn", "us")
        self.bid = Case(f"{kind}: hot lot, {BIDDERS} bidders", "bids/s")
        self.bid_cpu = Case(f"{kind}: server CPU a bid", "us")
        self.usual = Case(f"{kind}: FastAPI + AsyncSession, a commit a bid", "bids/s")
        self.raw = Case(f"{kind}: raw rows, 64 a commit, no socket", "rows/s")
        self.share = Case(f"{kind}: bids a commit, {BIDDERS} in flight", "bids")
        self.p50 = Case(f"{kind}: paced 500 bids/s, p50", "x")
        self.p99 = Case(f"{kind}: paced 500 bids/s, p99", "x")


class _Room:
    """A room server, and how far down the amounts have come."""

    def __init__(self, stack: ExitStack, url: str, folder: Path, *, runs: int, lots: int = 1) -> None:
        self.server = stack.enter_context(
            server(case="room", bidders=BIDDERS, lots=lots, runs=runs, database_url=url, folder=str(folder))
        )
        self._taken = 0

    def bids(self, **spec: Any) -> Run:
        """Bids of all bidders."""
        run = load(self.server, peers=BIDDERS, skip=self._taken, **spec)
        self._taken += STRIDE
        if run.result["refused"]:
            raise RuntimeError(f"{run.result['refused']} bids were refused: the figures would mean nothing")
        return run


class _Bench:
    """The servers of one database."""

    def __init__(self, stack: ExitStack, kind: str, folder: Path, rounds: int) -> None:
        self.kind = kind
        self.folder = folder
        databases = databases_for(kind, folder)
        stack.callback(databases.close)
        self.url = databases.migrated()
        self.echo = stack.enter_context(server(case="own_echo"))
        self.stock = stack.enter_context(server(case="echo"))
        self.usual = stack.enter_context(server(case="usual", database_url=databases.empty()))
        self.room = _Room(stack, self.url, folder, runs=2 * rounds + 1)

    def raw(self, seconds: float) -> float:
        """Rows a second of the database's own floor."""
        if self.kind == "sqlite":
            return floors.sqlite_rows(self.folder, seconds)
        return floors.postgres_rows(self.url.replace("+asyncpg", ""), seconds)


def hot_lot(kind: str, folder: Path, rounds: int, seconds: float) -> Results:
    """Goals 1, 2 and 4 on one database."""
    cases = _Cases(kind)
    say(f"  {kind}: opening")
    with ExitStack() as stack:
        bench = _Bench(stack, kind, folder, rounds)
        bench.room.bids(mode="loop", seconds=0.5)
        for number in range(rounds):
            say(f"  {kind}: round {number + 1} of {rounds}")
            _saturated(bench, cases, seconds)
            _paced(bench, cases, seconds)
    return list(vars(cases).values()), _goals(kind, cases)


def _saturated(bench: _Bench, cases: _Cases, seconds: float) -> None:
    loop: dict[str, Any] = {"mode": "loop", "seconds": seconds}
    plain = load(bench.echo, peers=BIDDERS, **loop)
    cases.echo.values.append(plain.rate)
    cases.echo_cpu.values.append(plain.cpu_us)
    stock = load(bench.stock, peers=BIDDERS, **loop)
    cases.stock.values.append(stock.rate)
    cases.stock_cpu.values.append(stock.cpu_us)
    before = bench.room.server.counts()
    bids = bench.room.bids(**loop)
    after = bench.room.server.counts()
    cases.bid.values.append(bids.rate)
    cases.bid_cpu.values.append(bids.cpu_us)
    cases.share.values.append((after["bids"] - before["bids"]) / (after["batches"] - before["batches"]))
    cases.usual.values.append(load(bench.usual, peers=BIDDERS, **loop).rate)
    cases.raw.values.append(bench.raw(seconds))


def _paced(bench: _Bench, cases: _Cases, seconds: float) -> None:
    paced: dict[str, Any] = {"mode": "paced", "rate": 500, "seconds": seconds}
    plain, bids = load(bench.echo, peers=BIDDERS, **paced).result, bench.room.bids(**paced).result
    sync_p50, sync_p99 = floors.fdatasync_ms(bench.folder, 300)
    cases.p50.values.append(bids["p50"] * 1e3 / (plain["p50"] * 1e3 + sync_p50))
    cases.p99.values.append(bids["p99"] * 1e3 / (plain["p99"] * 1e3 + 3 * sync_p99))


def _goals(kind: str, cases: _Cases) -> list[Goal]:
    is_sqlite = kind == "sqlite"
    by_echo, by_rows = ("1a", "1b") if is_sqlite else ("4'", "4")
    rows = paired(cases.bid, cases.raw)
    cpu, stock_cpu = paired(cases.bid_cpu, cases.echo_cpu), paired(cases.bid_cpu, cases.stock_cpu)
    return [
        Goal(by_echo, f"{kind}: hot lot / echo of the same protocol", paired(cases.bid, cases.echo), 0.5),
        Goal(f"{by_echo}'", f"{kind}: hot lot / echo of stock uvicorn", paired(cases.bid, cases.stock), 0.65),
        Goal(by_rows, f"{kind}: hot lot / raw 64-row commits", rows, 0.3 if is_sqlite else 0.5),
        Goal("1c", f"{kind}: hot lot / FastAPI + AsyncSession", paired(cases.bid, cases.usual), 50),
        Goal("1e", f"{kind}: CPU a bid / CPU of an echo of the same protocol", cpu, 2.5, at_least=False),
        Goal("1e'", f"{kind}: CPU a bid / CPU of an echo of stock uvicorn", stock_cpu, 2.5, at_least=False),
        Goal("1f", f"{kind}: bids a commit, {BIDDERS} in flight (a count)", cases.share.values, 40),
        Goal("2", f"{kind}: p50 at 500/s / (echo p50 + fdatasync)", cases.p50.values, 1.3, at_least=False),
        Goal("2", f"{kind}: p99 at 500/s / (echo p99 + 3 fdatasync p99)", cases.p99.values, 1.3, at_least=False),
    ]


def many_lots(folder: Path, rounds: int, seconds: float) -> Results:
    """Goal 3 on SQLite: the same bidders spread over 50 lots of one round, against one hot lot."""
    hot, spread = Case("one hot lot, beside 50 lots", "bids/s"), Case(f"{LOTS} lots, {BIDDERS} bidders", "bids/s")
    say(f"  {LOTS} lots: opening")
    with ExitStack() as stack:
        databases = databases_for("sqlite", folder)
        stack.callback(databases.close)
        # A folder each: it holds the keys and the witness of a database.
        one = _Room(stack, databases.migrated(), folder / "one", runs=rounds + 1)
        many = _Room(stack, databases.migrated(), folder / "many", runs=rounds + 1, lots=LOTS)
        one.bids(mode="loop", seconds=0.5)
        many.bids(mode="loop", seconds=0.5)
        for number in range(rounds):
            say(f"  {LOTS} lots: round {number + 1} of {rounds}")
            hot.values.append(one.bids(mode="loop", seconds=seconds).rate)
            spread.values.append(many.bids(mode="loop", seconds=seconds).rate)
    return [hot, spread], [Goal("3", f"sqlite: {LOTS} lots / one hot lot", paired(spread, hot), 0.95)]
