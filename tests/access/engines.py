"""Which crawls are walked on one engine alone."""

import os
from typing import Final

import pytest

# The two crawls against the matrix ask every page on both; these would ask the same pages of PostgreSQL again.
ON_ONE_ENGINE: Final = pytest.mark.skipif(
    os.environ.get("BIDROOM_TEST_DB") == "postgres", reason="what is shown does not depend on the engine"
)
