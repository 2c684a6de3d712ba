"""Tables of orders, also such as nobody should have made."""

import pytest
from tests.factories.accounts import make_admin, make_user
from tests.factories.commerce import make_source

from madoguchi.commerce.actions.importing import import_table, try_table
from madoguchi.commerce.choices import MAX_TABLE_BYTES, MAX_TABLE_LINES
from madoguchi.commerce.models import Order
from madoguchi.commerce.tables import guessed, read_lines, read_orders
from madoguchi.core.errors import Invalid, NotAllowed
from madoguchi.customers.models import Customer
from madoguchi.events.models import Event

pytestmark = pytest.mark.usefixtures("in_english")
TABLE = """注文番号,注文日時,ステータス,注文者名,メールアドレス,商品名,数量,単価,追跡番号
HK-000001,2026/11/1 9:30,出荷済み,髙橋 由美子,yumiko@mail.example,土鍋,1,"5,940円",4000
HK-000001,2026/11/1 9:30,出荷済み,髙橋 由美子,yumiko@mail.example,木べら,２,550,4000
HK-000002,2026/11/2,新規受付,佐藤 健司,kenji@mail.example,鍋敷き,1,880,
"""


def read(text: str | bytes):
    table = read_lines(text if isinstance(text, bytes) else text.encode())
    return read_orders(table, guessed(table.header))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16", "euc_jp"])
def test_a_table_of_any_shop_is_read(encoding):
    found = read(TABLE.replace("髙橋", "高橋").encode(encoding))

    assert [(each.number, len(each.items), len(each.shipments)) for each in found.orders] == [
        ("HK-000001", 2, 1), ("HK-000002", 1, 0),
    ]  # fmt: skip
    assert found.orders[0].items[1].quantity == 2
    assert (found.problems, found.lines) == ([], 3)


def test_tabs_and_semicolons_divide_cells_too():
    assert [len(read(TABLE.replace(",", sign).replace('"5;940円"', "5940").replace('"5\t940円"', "5940")).orders)
            for sign in ("\t", ";")] == [2, 2]  # fmt: skip


def test_wrong_lines_are_named_with_column_and_reason():
    found = read("注文番号,注文日,数量\nHK-1,2026-02-30,1\nHK-2,2026-02-03,x\n,2026-01-01,1\nHK-3,,1\n")

    assert [(each.line, each.column) for each in found.problems] == [(2, "注文日"), (3, "数量"), (4, "注文番号")]
    assert "“2026-02-30” is no date" in found.problems[0].why
    assert ([each.number for each in found.orders], found.bad_orders) == (["HK-3"], 3)


@pytest.mark.parametrize("totals", [("5940", "550"), ("", "5,940円", "550")])
def test_lines_of_one_order_that_state_different_totals_are_both_named(totals):
    lines = "".join(f'HK-1,"{total}",土鍋\n' for total in totals)

    found = read(f"注文番号,合計金額,商品名\n{lines}HK-2,880,鍋敷き\n")

    first, last = len(totals), len(totals) + 1
    assert [(each.line, each.column) for each in found.problems] == [(first, "合計金額"), (last, "合計金額")]
    assert f"550 here, {totals[-2]} in line {first}" in found.problems[1].why
    assert ([each.number for each in found.orders], found.bad_orders) == (["HK-2"], 1)


def test_a_total_counts_in_whichever_line_it_stands_and_may_be_repeated():
    found = read('注文番号,合計金額,商品名\nHK-1,,土鍋\nHK-1,"5,940円",木べら\nHK-1,5940,鍋敷き\n')

    assert (found.problems, len(found.orders[0].items), found.orders[0].total) == ([], 3, 5940)


def test_formulas_are_text():
    found = read("注文番号,注文者名,備考\n'=1+1,=cmd|' /C calc'!A0,'@SUM(A1)\n")

    assert (found.orders[0].number, found.orders[0].note) == ("=1+1", "@SUM(A1)")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        ("注文番号\n".encode(), "no lines below"),
        (b"\x81\xff\xfe\x80\n1\n", "cannot be read"),
        (b"x" * (MAX_TABLE_BYTES + 1), "larger than 10 MB"),
        ("注文番号\n".encode() + b"1\n" * (MAX_TABLE_LINES + 1), "more than 20,000 lines"),
        ('注文番号,備考\nHK-1,"offen\n'.encode() + b"x\n" * 10, "Line 12 cannot be read"),
        ('注文番号,備考\nHK-1,"a"b\n'.encode(), "Line 2 cannot be read"),
        (b"a," * 300 + b"\n1\n", "more than 200 columns"),
        ("品名\n土鍋\n".encode(), "column with the order number"),
        ("注文番号\n".encode() + b'"' + b"x" * 200_000 + b'"\n', "cannot be read"),
    ],
)
def test_what_is_no_table_is_refused_in_words(content, why):
    with pytest.raises(Invalid, match=why):
        read(content)


@pytest.mark.django_db
class TestKeeping:
    """What becomes of a table."""

    def test_looking_at_it_keeps_nothing(self):
        source = make_source()
        mapping = guessed(read_lines(TABLE.encode()).header)

        done = try_table(source, TABLE.encode(), mapping, user=make_admin())

        assert (done.kept.created, Order.objects.count(), Customer.objects.count()) == (2, 0, 0)

    def test_it_is_kept_and_told(self):
        source, mapping = make_source(), guessed(read_lines(TABLE.encode()).header)

        import_table(source, TABLE.encode(), mapping, user=make_admin())

        order = Order.objects.get(number="HK-000001")
        assert (order.customer.label, order.items.count(), order.state) == ("髙橋 由美子", 2, "shipped")
        assert Event.objects.get(kind="orders_imported").data["amount"] == 2

    def test_one_wrong_line_keeps_all_of_it_out_unless_it_may_be_left_out(self):
        source, admin = make_source(), make_admin()
        table = (TABLE + "HK-000003,昨日,,,,鍋,1,,\n").encode()
        mapping = guessed(read_lines(table).header)

        with pytest.raises(Invalid, match="Nothing was imported"):
            import_table(source, table, mapping, user=admin)
        before = Order.objects.count()
        import_table(source, table, mapping, user=admin, leaves_out=True)

        assert (before, sorted(Order.objects.values_list("number", flat=True))) == (0, ["HK-000001", "HK-000002"])

    def test_an_order_with_two_totals_is_not_written_when_wrong_ones_are_left_out(self):
        source = make_source()
        table = "注文番号,合計金額,商品名\nHK-1,5940,土鍋\nHK-1,550,木べら\nHK-2,880,鍋敷き\n".encode()

        import_table(source, table, guessed(read_lines(table).header), user=make_admin(), leaves_out=True)

        assert list(Order.objects.values_list("number", flat=True)) == ["HK-2"]

    def test_who_may_not_change_the_workspace_imports_nothing(self):
        with pytest.raises(NotAllowed):
            import_table(make_source(), TABLE.encode(), {"number": 0}, user=make_user())
