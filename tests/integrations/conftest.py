"""The ERP, for tests of keys and clients."""

from __future__ import annotations

import pytest

from tests.api.caller import Caller, program
from tests.cast import Cast


@pytest.fixture
def erp(cast: Cast) -> Caller:
    """The ERP: integration client at every site, all scopes."""
    return program("ERP")
