"""What the tests of this room share."""

import pytest


def pytest_configure(config: pytest.Config) -> None:
    """Let pass what Dagster's and dlt's own dependencies say to their authors."""
    config.addinivalue_line("filterwarnings", "ignore:sqlglotrs is deprecated:DeprecationWarning")
