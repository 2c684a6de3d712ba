"""The general source over HTTP."""

import pytest
from tests.connectors.order_source_contract import OrderSourceContract
from tests.factories.commerce import make_source

from madoguchi.commerce.actions.syncing import ask_for_order, look_up_order, sync_source
from madoguchi.commerce.contract import SourceLies
from madoguchi.commerce.models import Order
from madoguchi.commerce.rehearsal import Reply, serving
from madoguchi.connectors.order_http.source import HttpForm, moved, value_at
from madoguchi.core.telling import told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english", "local_orders")]
ORDER = {
    "number": "HK-104901",
    "state": "shipped",
    "buyer": {"mail": "yumiko@mail.example"},
    "items": [{"name": "土鍋"}],
}


def reached(address, *, patterns=("HK-######",), **values):
    settings = {
        "order_address": f"{address}/orders/{{number}}",
        "changes_address": f"{address}/changes?since={{cursor}}",
        "header": "Authorization",
        "mapping": "",
    }
    return make_source(
        kind="http", patterns=list(patterns), settings=settings | values, secrets={"token": "Bearer secret"}
    )


def test_an_order_is_asked_for_with_the_key():
    asked = []

    def answer(request):
        asked.append((request.path, request.headers.get("authorization")))
        return Reply(ORDER)

    with serving(answer) as address:
        order = look_up_order(reached(address), "HK-104901")

    assert asked == [("/orders/HK-104901", "Bearer secret")]
    assert (order.state, order.items.get().name) == ("shipped", "土鍋")


def test_a_404_is_no_order():
    with serving(lambda _request: Reply({}, 404)) as address:
        assert look_up_order(reached(address), "HK-104901") is None


def test_another_order_than_the_one_asked_for_is_not_taken():
    other = {**ORDER, "number": "HK-999999"}

    with serving(lambda _request: Reply(other)) as address, pytest.raises(SourceLies, match="another order"):
        look_up_order(reached(address), "HK-104901")

    assert not Order.objects.exists()


def test_changes_move_the_cursor_with_what_was_kept():
    def answer(request):
        if request.path == "/changes?since=":
            return Reply({"orders": [ORDER], "cursor": "7"})
        return Reply({"orders": [], "cursor": "7"})

    with serving(answer) as address:
        source = reached(address)
        more = [sync_source(source.pk) for _time in range(2)]

    source.refresh_from_db()
    assert (more, source.cursor, Order.objects.count()) == ([True, False], "7", 1)


def test_values_are_found_where_the_paths_lead():
    mapping = "number = order.no\ntotal = order.pay.0.amount\nbuyer.mail = who.mail\nitems = rows\nitems.name = title"
    told_order = {
        "order": {"no": "HK-104901", "pay": [{"amount": "5940"}]}, "who": {"mail": "yumiko@mail.example"},
        "rows": [{"title": "土鍋", "quantity": 2}],
    }  # fmt: skip

    with serving(lambda _request: Reply(told_order)) as address:
        order = look_up_order(reached(address, mapping=mapping), "HK-104901")

    assert (order.total, order.buyer_mail) == (5940, "yumiko@mail.example")
    assert [(item.name, item.quantity) for item in order.items.all()] == [("土鍋", 2)]


@pytest.mark.parametrize(
    ("path", "value"), [("a.b", 1), ("a.c", None), ("l.1", 3), ("l.9", None), ("l.x", None), ("a.b.c", None)]
)
def test_paths_that_lead_nowhere_are_nothing(path, value):
    assert value_at({"a": {"b": 1}, "l": [2, 3]}, path) == value


def test_what_is_no_object_stays_as_it_is():
    assert moved("text", {"number": "a"}) == "text"


def test_the_form_wants_the_number_in_its_address():
    wrong = HttpForm({"order_address": "https://o.example/", "header": "X Y", "mapping": "number is a"})
    right = HttpForm({"order_address": "https://o.example/{number}", "header": "X-Key", "mapping": "number = a.b"})

    assert sorted(wrong.errors) == ["header", "mapping", "order_address"]
    assert right.is_valid(), right.errors


def test_of_several_sources_the_one_whose_numbers_look_so_is_asked_first():
    asked = []

    def answer(request):
        asked.append(request.path)
        return Reply(ORDER) if "first" in request.path else Reply({}, 404)

    with serving(answer) as address:
        reached(f"{address}/other", patterns=[])
        mine = reached(f"{address}/first")
        order = ask_for_order("HK-104901")

    assert (asked, order.source) == (["/first/orders/HK-104901"], mine)


def test_a_source_that_is_down_hides_no_other():
    with serving(lambda _request: Reply(ORDER)) as address:
        down = reached("http://127.0.0.1:9")
        reached(address)
        order = ask_for_order("HK-104901")

    down.refresh_from_db()
    assert order is not None
    assert told(down.failure)


class TestHttpContract(OrderSourceContract):
    def reached(self, address, _monkeypatch):
        return reached(address)
