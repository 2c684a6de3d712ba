"""Putting objects into the index and taking them out."""

from datetime import UTC, datetime

import pytest

from madoguchi.search.actions import (
    BATCH,
    Document,
    index_many,
    move_entries,
    move_group,
    reindex,
    remove_entry,
    remove_group,
)
from madoguchi.search.models import SearchEntry
from madoguchi.search.queries import Bounds, find

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 20, tzinfo=UTC)


def document(object_id, body="傘", **more):
    given = {"kind": "mail", "group_id": object_id, "scope_id": 1, "at": AT} | more
    return Document(object_id=object_id, body=body, **given)


def indexed():
    return list(SearchEntry.objects.order_by("kind", "object_id").values_list("kind", "object_id"))


def found(query, **bounds):
    return [hit.object_id for hit in find(query, Bounds(**bounds))]


def test_index_again_replaces_what_was_known(put, ask):
    put(1, "傘", scope_id=1, group_id=10)

    put(1, "鍋", scope_id=2, group_id=20)

    assert found(ask("傘")) == []
    assert found(ask("鍋"), scope_ids=[2]) == [1]
    assert SearchEntry.objects.get().group_id == 20


def test_index_many_takes_more_than_a_batch():
    assert index_many(document(number) for number in range(BATCH + 1)) == BATCH + 1
    assert SearchEntry.objects.count() == BATCH + 1


def test_index_many_keeps_the_last_of_one_object(ask):
    written = index_many([document(1, "傘"), document(1, "鍋")])

    assert written == 1
    assert found(ask("鍋")) == [1]


@pytest.mark.parametrize(
    "text", ["it's", "a\\b", "'", "傘\x00\x01s1", "\ud83d", "💥" * 10, "a:b & c | !d <-> e", "~^#"]
)
def test_any_text_can_be_indexed(put, ask, text):
    put(1, f"{text} 返品", title=text, names=(text,))

    assert found(ask("返品")) == [1]
    assert found(ask(text)) in ([], [1])


def test_text_with_endless_different_words_is_cut(put, ask):
    put(1, " ".join(f"x{number}y" for number in range(15_000)))

    assert found(ask("x1y")) == [1]


def test_word_that_is_everywhere_keeps_a_few_positions(put, ask):
    put(1, "傘 " * 20_000)

    assert found(ask("傘")) == [1]


def test_remove_entry(put):
    put(1)
    put(2)

    remove_entry("mail", 1)
    remove_entry("mail", 99)

    assert indexed() == [("mail", 2)]


def test_remove_group(put):
    put(1, group_id=7)
    put(2, group_id=7)
    put(3, group_id=7, kind="article")

    assert remove_group("mail", 7) == 2
    assert indexed() == [("article", 3)]


def test_move_entries_to_another_group_and_scope(put, ask):
    put(1, "傘", group_id=7, scope_id=1)
    put(2, "傘", group_id=7, scope_id=1)

    assert move_entries("mail", [2], group_id=8, scope_id=2) == 1

    assert found(ask("傘"), scope_ids=[1]) == [1]
    assert found(ask("傘"), scope_ids=[2]) == [2]
    assert SearchEntry.objects.get(object_id=2).group_id == 8


def test_move_group_to_another_scope(put, ask):
    put(1, "傘", group_id=7, scope_id=1)
    put(2, "傘", group_id=9, scope_id=1)

    assert move_group("mail", 7, scope_id=2) == 1

    assert found(ask("傘"), scope_ids=[2]) == [1]


def test_reindex_drops_what_is_gone_and_leaves_other_kinds(put, ask):
    for object_id in (1, 2, 3, 9):
        put(object_id, "傘")
    put(2, "傘", kind="article")

    assert reindex("mail", [document(1, "鍋"), document(3, "鍋")]) == 2

    assert indexed() == [("article", 2), ("mail", 1), ("mail", 3)]
    assert found(ask("鍋"), kinds=["mail"]) == [3, 1]


def test_reindex_goes_over_batches(put):
    put(BATCH, "傘")
    put(BATCH + 7, "傘")

    reindex("mail", (document(number) for number in range(1, BATCH + 6) if number != BATCH))

    assert ("mail", BATCH) not in indexed()
    assert ("mail", BATCH + 5) in indexed()
    assert ("mail", BATCH + 7) not in indexed()


def test_reindex_of_nothing_empties_the_kind(put):
    put(1)

    assert reindex("mail", []) == 0
    assert reindex("mail", []) == 0
    assert indexed() == []


def test_entry_says_what_it_stands_for(put):
    put(5, kind="article")

    assert str(SearchEntry.objects.get()) == "article:5"
