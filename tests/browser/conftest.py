"""One service and one browser for all tests of the pages."""

from collections.abc import AsyncIterator, Iterator

import pytest
from playwright.async_api import Browser

from tests.browser.chrome import chrome
from tests.browser.service import PAGES, Service, running_demo


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The tests that bid in the demo's rounds first: these have just opened then."""
    first = ("test_live_page.py", "test_formats_and_desk.py")
    items.sort(key=lambda item: first.index(item.path.name) if item.path.name in first else len(first))


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A fast demo; the tests share it and keep to tenders of their own where they change anything."""
    if not PAGES.exists():
        pytest.fail("frontend/dist is missing: the pages are not built; run .venv/bin/python .ci/prepare.py pages")
    with running_demo(tmp_path_factory.mktemp("service")) as made:
        yield made


@pytest.fixture(scope="session")
async def browser(chromium: str) -> AsyncIterator[Browser]:
    """One headless Chromium."""
    async with chrome(chromium) as made:
        yield made
