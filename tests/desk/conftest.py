"""What every test of the desk starts from."""

import pytest

from madoguchi.desk import presence


@pytest.fixture(autouse=True)
def nobody_looks() -> None:
    """Who has which conversation open is kept in the process, not in the database."""
    presence._seen.clear()
