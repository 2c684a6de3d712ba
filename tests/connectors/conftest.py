"""What the connectors' tests start from."""

import pytest


@pytest.fixture
def local_orders(settings) -> None:
    """Sources of orders on this machine may be asked."""
    settings.ORDER_HOSTS = frozenset({"127.0.0.1", "localhost"})
