"""Fixtures of the tests about claims."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cast import upper_requirements_met


@pytest.fixture
def above_met() -> Iterator[None]:
    """What apps above claims ask for counts as met."""
    with upper_requirements_met():
        yield
