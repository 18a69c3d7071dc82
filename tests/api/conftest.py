"""Programs that the API tests call as."""

from __future__ import annotations

import pytest

from tests.api.caller import Caller, program
from tests.cast import Cast


@pytest.fixture
def erp(cast: Cast) -> Caller:
    """The ERP: integration client at every site, all scopes."""
    return program("ERP")


@pytest.fixture
def handler(cast: Cast) -> Caller:
    """A program that walks claims through their steps: quality specialist at the main site."""
    return program("QMS", roles=["handler"], site=cast.site)


@pytest.fixture
def manager(cast: Cast) -> Caller:
    """A program with the role of a quality manager at the main site."""
    return program("QMS-2", roles=["quality_manager"], site=cast.site)
