"""What several tests of trainings start from."""

import pytest


@pytest.fixture(autouse=True, scope="session")
def exports_are_shared(exported_once: None) -> None:
    """Export graphs of one form once: that takes seconds."""
