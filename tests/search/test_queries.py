"""Finding, paging, ranking, counting."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction

from madoguchi.search import queries
from madoguchi.search.models import SearchEntry
from madoguchi.search.queries import Bounds, Order, count_capped, find
from madoguchi.search.query import Term

pytestmark = pytest.mark.django_db

TOKYO = ZoneInfo("Asia/Tokyo")


@pytest.fixture(params=[2, queries.WINDOW], ids=["through the inverted index", "through the newest entries"])
def window(request, monkeypatch):
    """Both ways must give the same answers."""
    monkeypatch.setattr(queries, "WINDOW", request.param)


def ids(hits):
    return [hit.object_id for hit in hits]


@pytest.mark.usefixtures("window")
def test_newest_first(put, ask):
    for object_id in (3, 1, 2, 4):
        put(object_id, "傘" if object_id != 4 else "鍋")

    assert ids(find(ask("傘"), Bounds())) == [3, 2, 1]


@pytest.mark.usefixtures("window")
def test_pages_follow_each_other(put, ask):
    for object_id in range(7):
        put(object_id, "傘", at=datetime(2026, 11, 20, 12, object_id // 3, tzinfo=TOKYO))
    pages, before = [], None

    while hits := find(ask("傘"), Bounds(), limit=3, before=before):
        pages += ids(hits)
        before = hits[-1].cursor

    assert pages == [6, 5, 4, 3, 2, 1, 0]


@pytest.mark.usefixtures("window")
def test_scopes_and_kinds_narrow(put, ask):
    put(1, "傘", scope_id=1)
    put(2, "傘", scope_id=2)
    put(3, "傘", scope_id=3, kind="article")
    put(4, "傘", scope_id=3)

    assert ids(find(ask("傘"), Bounds(scope_ids=[1, 2]))) == [2, 1]
    assert ids(find(ask("傘"), Bounds(kinds=["article"]))) == [3]
    assert ids(find(ask("傘"), Bounds(kinds=["article"], scope_ids=[1]))) == []
    assert count_capped(ask("傘"), Bounds(kinds=["mail"], scope_ids=[3])) == 1


@pytest.mark.parametrize("bounds", [Bounds(scope_ids=[]), Bounds(kinds=[])])
def test_who_may_see_nothing_finds_nothing(put, ask, bounds):
    put(1, "傘")

    assert find(ask("傘"), bounds) == []
    assert find(ask("tag:a"), bounds) == []
    assert count_capped(ask("傘"), bounds) == 0


@pytest.mark.usefixtures("window")
def test_scope_words_cannot_be_typed(put, ask):
    put(1, "傘", scope_id=2)

    assert find(ask('"\x012" OR \x02mail'), Bounds()) == []


@pytest.mark.usefixtures("window")
def test_callers_rows_narrow(put, ask):
    for object_id in range(1, 5):
        put(object_id, "傘", group_id=object_id // 2)
    groups = SearchEntry.objects.filter(object_id=2).values("group_id")
    objects = SearchEntry.objects.filter(object_id__gte=3).values("object_id")

    assert ids(find(ask("傘"), Bounds(groups=groups))) == [3, 2]
    assert ids(find(ask("傘"), Bounds(groups=groups, objects=objects))) == [3]
    assert find(ask("傘"), Bounds(groups=groups.none())) == []


@pytest.mark.usefixtures("window")
def test_days_are_those_of_the_reader(put, ask):
    put(1, "傘", at=datetime(2026, 11, 19, 23, 59, tzinfo=TOKYO))
    put(2, "傘", at=datetime(2026, 11, 20, 0, 0, tzinfo=TOKYO))
    put(3, "傘", at=datetime(2026, 11, 21, 0, 0, tzinfo=TOKYO))

    assert ids(find(ask("傘 on:11/20"), Bounds())) == [2]
    assert ids(find(ask("傘 before:11/20"), Bounds())) == [1]
    assert ids(find(ask("傘 after:11/20"), Bounds())) == [3, 2]
    assert ids(find(ask("傘 以前:9999-12-31"), Bounds())) == [3, 2, 1]
    assert ids(find(ask("on:11/20"), Bounds())) == [2]


def test_without_words_everything_is_listed(put, ask):
    put(1, "傘")
    put(2, "鍋")

    assert ids(find(ask("tag:a"), Bounds())) == [2, 1]
    assert ids(find(ask("tag:a"), Bounds(), order=Order.BEST)) == [2, 1]
    assert count_capped(ask("tag:a"), Bounds()) == 2


def test_only_exclusions(put, ask):
    put(1, "傘")
    put(2, "鍋")

    assert ids(find(ask("-傘"), Bounds(scope_ids=[1]))) == [2]
    assert count_capped(ask("-傘"), Bounds()) == 1


def test_what_cannot_be_looked_up_finds_nothing(put, ask):
    put(1, "傘の色")

    assert find(ask("の"), Bounds()) == []
    assert find(ask("の"), Bounds(), order=Order.BEST) == []
    assert count_capped(ask("の"), Bounds()) == 0


def test_limits(put, ask):
    for object_id in range(4):
        put(object_id, "傘")

    assert len(find(ask("傘"), Bounds(), limit=2)) == 2
    assert find(ask("傘"), Bounds(), limit=0) == []
    assert count_capped(ask("傘"), Bounds(), cap=3) == 3
    assert count_capped(ask("傘"), Bounds(), cap=9) == 4


@pytest.mark.usefixtures("window")
def test_one_hit_per_group_is_its_newest(put, ask):
    for object_id, group_id in ((1, 10), (2, 20), (3, 10), (4, 10), (5, 30)):
        put(object_id, "傘", group_id=group_id)
    put(6, "鍋", group_id=20)

    hits = find(ask("傘"), Bounds(), one_per_group=True)

    assert ids(hits) == [5, 4, 2]


@pytest.mark.usefixtures("window")
def test_groups_do_not_come_back_on_the_next_page(put, ask):
    for object_id in range(12):
        put(object_id, "傘", group_id=object_id % 4)
    pages, before = [], None

    while hits := find(ask("傘"), Bounds(), limit=2, before=before, one_per_group=True):
        pages.append([hit.group_id for hit in hits])
        before = hits[-1].cursor

    assert pages == [[3, 2], [1, 0]]


def test_groups_of_a_search_without_words(put, ask):
    for object_id in range(6):
        put(object_id, "傘", group_id=object_id % 2)

    first = find(ask("tag:a"), Bounds(), limit=1, one_per_group=True)

    assert ids(first) == [5]
    assert ids(find(ask("tag:a"), Bounds(), limit=9, before=first[-1].cursor, one_per_group=True)) == [4]


def test_best_first_prefers_title_then_names_then_body(put, ask):
    put(1, "いろいろ書きました。", title="返品について")
    put(2, "いろいろ書きました。", names=("返品センター",), title="お知らせ")
    put(3, "いろいろ書きました。返品のことも。", title="お知らせ")

    hits = find(ask("返品"), Bounds(), order=Order.BEST)

    assert ids(hits) == [1, 2, 3]
    assert hits[0].rank > hits[1].rank > hits[2].rank > 0
    assert not hits[0].is_near


def test_best_first_once_per_group(put, ask):
    put(1, title="返品について", group_id=7)
    put(2, "返品", group_id=7)
    put(3, "返品", group_id=8)

    assert ids(find(ask("返品"), Bounds(), order=Order.BEST, one_per_group=True)) == [1, 3]


def test_near_hits_when_nothing_meets_the_whole_query(put, ask):
    for object_id in range(20, 60):
        put(object_id, "注文の件")
    put(1, "折りたたみ傘の修理を注文したい")
    put(2, "注文の件で電話した")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE search_searchentry")

    hits = find(ask("傘の修理の見積もりを注文"), Bounds(), order=Order.BEST)

    assert ids(hits)[0] == 1
    assert 2 not in ids(hits)
    assert all(hit.is_near for hit in hits)


def test_near_hits_respect_exclusions_and_scopes(put, ask):
    put(1, "傘 鍋")
    put(2, "傘 茶碗", scope_id=2)
    put(3, "傘")

    assert ids(find(ask("傘 象牙 -鍋"), Bounds(scope_ids=[1]), order=Order.BEST)) == [3]


def test_no_near_hits_for_an_unknown_number(put, ask):
    put(1, "注文番号 HK-104655")

    assert find(ask("HK-999999"), Bounds(), order=Order.BEST) == []


def test_no_near_hits_where_every_word_is_too_common(put, ask, monkeypatch):
    monkeypatch.setattr("madoguchi.search.ranking._MAX_FETCHED", 0)
    put(1, "傘")

    assert find(ask("傘 象牙"), Bounds(), order=Order.BEST) == []


def test_no_near_hits_without_words(put, ask):
    put(1, "傘")

    assert find(ask("-傘"), Bounds(), order=Order.BEST) == []


def test_deeper_look_when_the_first_promises_a_page(put, ask, monkeypatch):
    monkeypatch.setattr(queries, "WINDOW", 4)
    for object_id in range(40):
        put(object_id, "傘" if object_id % 2 else "鍋")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE search_searchentry")
    monkeypatch.setattr(queries._Search, "_inverted", None)

    assert len(find(ask("傘"), Bounds(), limit=10)) == 10


def test_settings_of_the_database_are_put_back(put, ask):
    put(1, "傘")

    with transaction.atomic(), connection.cursor() as cursor:
        find(ask("鍋"), Bounds())
        cursor.execute("SELECT current_setting('enable_seqscan'), current_setting('jit')")
        settings = cursor.fetchone()

    with connection.cursor() as cursor:
        cursor.execute("SELECT reset_val FROM pg_settings WHERE name IN ('enable_seqscan', 'jit') ORDER BY name")
        assert list(settings) == [row[0] for row in cursor.fetchall()]


def test_number_of_statements_does_not_grow_with_hits(put, ask, django_assert_max_num_queries):
    for object_id in range(30):
        put(object_id, "傘", group_id=object_id % 10, at=datetime(2026, 11, 20, tzinfo=TOKYO) + timedelta(object_id))

    with django_assert_max_num_queries(12):
        find(ask("傘"), Bounds(), limit=5, one_per_group=True)


@pytest.mark.usefixtures("window")
def test_groups_count_as_saying_what_they_are_about(put, ask):
    put(1, "傘", group_id=7)
    put(2, "鍋", group_id=7)
    put(3, "傘 トンプソン", group_id=8)
    put(4, "傘", group_id=9, scope_id=2)
    about = {Term("トンプソン"): [7, 9]}

    def asked(text, **values):
        return ids(find(ask(text), Bounds(scope_ids=[1]), about=about, **values))

    assert asked("トンプソン") == [3, 2, 1]
    assert asked("トンプソン 傘") == [3, 1]
    assert asked("トンプソン -傘") == [2]
    assert asked("鍋 OR トンプソン", one_per_group=True) == [3, 2]
    assert set(asked("トンプソン", order=Order.BEST)) == {1, 2, 3}
    assert count_capped(ask("トンプソン"), Bounds(), about=about) == 4
    assert ids(find(ask("トンプソン"), Bounds(), about={})) == [3]


def test_a_word_that_cannot_be_looked_up_is_said_by_what_is_about_it(put, ask):
    put(1, "傘", group_id=7)

    assert ids(find(ask("・"), Bounds(), about={Term("・"): [7]})) == [1]


def test_synonyms_do_not_mean_addresses(put, ask):
    put(1, "お返事は a@pc.example まで", names=("b@pc.example",))
    put(2, "新しいPCです")
    put(3, title="PC の電源")

    assert ids(find(ask("パソコン"), Bounds())) == [3, 2]
    assert ids(find(ask("pc"), Bounds())) == [3, 2, 1]
