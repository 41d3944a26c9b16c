import time, cProfile, pstats
from pathlib import Path
from tests.access import story
from tests.access.crawl import crawl
from tests.access.theatre import staged


async def test_it(clean_database_url: str, tmp_path: Path) -> None:
    t = time.perf_counter()
    async with staged(clean_database_url, tmp_path) as theatre:
        print("staged", time.perf_counter() - t)
        t = time.perf_counter()
        await story.publish(theatre)
        for k in story.BIDDERS:
            await story.accept(theatre, k)
        print("published", time.perf_counter() - t)
        t = time.perf_counter()
        p = cProfile.Profile()
        p.enable()
        seen = await crawl(theatre)
        p.disable()
        print("crawl", len(seen), time.perf_counter() - t)
        t = time.perf_counter()
        pstats.Stats(p).sort_stats("cumulative").print_stats(45)
        await story.open_round(theatre)
        print("open", time.perf_counter() - t)
        t = time.perf_counter()
        await story.bid_all(theatre)
        print("bids", time.perf_counter() - t)
        t = time.perf_counter()
