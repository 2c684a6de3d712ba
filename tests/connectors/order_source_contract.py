"""What every source of orders must do when its other side is down, lies or refuses; a connector's tests inherit it."""

import pytest
from tests.factories.commerce import make_order, shipped

from madoguchi.commerce.actions.syncing import look_up_order, sync_source, try_source
from madoguchi.commerce.contract import SourceDown, SourceTrouble
from madoguchi.commerce.models import Order
from madoguchi.commerce.rehearsal import Reply, Request, serving
from madoguchi.core.telling import told


class OrderSourceContract:
    """Inherited by the tests of each connector that asks somebody; `reached(address)` makes its source."""

    NUMBER = "HK-104901"

    def reached(self, address, monkeypatch):
        raise NotImplementedError

    def test_a_source_that_is_down_says_so_and_loses_nothing(self, monkeypatch):
        source = self.reached("http://127.0.0.1:9", monkeypatch)
        order = make_order(source, shipped(self.NUMBER))

        with pytest.raises(SourceDown):
            look_up_order(source, self.NUMBER)
        more = sync_source(source.pk)

        source.refresh_from_db()
        order.refresh_from_db()
        assert (more, order.state, order.shipments.count()) == (False, "shipped", 1)
        assert source.failing_since is not None
        assert told(source.failure)

    @pytest.mark.parametrize(
        "reply",
        [
            Reply(b"<html>", 200),
            Reply(b"", 200),
            Reply([], 200),
            Reply("text", 200),
            Reply({"result": "success", "data": "x", "orders": "x"}, 200),
            Reply({"data": {"orders": {"nodes": [7], "pageInfo": {}}}}, 200),
            Reply(b"[" * 100_000, 200),
            Reply({}, 401),
            Reply({}, 403),
            Reply({}, 429),
            Reply({}, 503),
            Reply({}, 418),
        ],
        ids=str,
    )
    def test_an_answer_that_is_none_is_trouble_in_words(self, reply, monkeypatch):
        with serving(lambda _request: reply) as address:
            source = self.reached(address, monkeypatch)
            with pytest.raises(SourceTrouble) as trouble:
                look_up_order(source, self.NUMBER)
            more = sync_source(source.pk)

        source.refresh_from_db()
        assert str(trouble.value.user_message)
        assert (more, Order.objects.exists()) == (False, False)
        assert told(source.failure)

    def test_it_does_not_follow_where_it_is_led(self, monkeypatch):
        asked: list[Request] = []

        def away(request: Request) -> Reply:
            asked.append(request)
            return Reply({"Location": "http://169.254.169.254/"}, 302)

        with serving(away) as address:
            source = self.reached(address, monkeypatch)
            with pytest.raises(SourceTrouble):
                try_source(source)

        assert {request.path for request in asked} == {asked[0].path}

    def test_a_private_host_is_refused_unless_it_is_named(self, monkeypatch, settings):
        with serving(lambda _request: Reply({})) as address:
            source = self.reached(address, monkeypatch)
            settings.ORDER_HOSTS = frozenset()
            with pytest.raises(SourceDown, match="private network"):
                try_source(source)
