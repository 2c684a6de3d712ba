"""Order numbers in what people write."""

import pytest

from madoguchi.commerce.numbers import MOST_FOUND, Recogniser, check_pattern, number_key
from madoguchi.core.errors import Invalid

OURS = Recogniser(((1, "HK-######"), (2, "######-########-##########")))


@pytest.mark.parametrize(
    "text",
    [
        "注文番号:HK-104901",
        "注文番号HK-104901をキャンセルしたいです",
        "hk-104901 の件",
        "ＨＫ－１０４９０１です",
        "HKー104901",
        "HK‐104901、お願いします",
        "(HK-104901)",
    ],
)
def test_a_number_is_found_however_it_was_typed(text):
    assert [each.key for each in OURS.find(text)] == ["HK-104901"]


@pytest.mark.parametrize("text", ["HK-1049012", "XHK-104901", "HK-10490", "HK 104901", "104901", ""])
def test_what_only_looks_like_one_is_none(text):
    assert OURS.find(text) == []


def test_each_source_has_its_own_pattern_and_the_place_is_told():
    found = OURS.find("楽天 123456-20261101-0123456789 と HK-104901")

    assert [(each.source, each.key) for each in found] == [(2, "123456-20261101-0123456789"), (1, "HK-104901")]
    assert (found[1].start, found[1].end) == (32, 41)


def test_a_star_stands_for_more():
    finder = Recogniser(((1, "A@*-###*"),))

    assert [each.key for each in finder.find("ABC-12345 A-123 AB-12")] == ["ABC-12345"]


def test_nothing_is_found_without_patterns():
    assert Recogniser().find("HK-104901") == []


def test_a_list_of_orders_is_not_read_to_its_end():
    assert len(OURS.find("HK-104901 " * 500)) == MOST_FOUND


@pytest.mark.parametrize("pattern", ["", "##", "HK-##", "HK 1234###", "#*#*###", "*###", "A*###", "#**##", "#" * 41])
def test_patterns_that_find_anything_are_refused(pattern):
    with pytest.raises(Invalid):
        check_pattern(pattern)


@pytest.mark.parametrize("pattern", ["HK-######", "###*", "@@###", "＃＃＃-###"])
def test_patterns_are_kept_in_half_width(pattern):
    assert check_pattern(pattern).isascii()


def test_time_grows_with_the_text():
    finder = Recogniser(((1, "@*-###*-###*"), (2, "###*-@*###")))

    assert finder.find("A" * 200_000 + "-" + "1" * 200_000) == []


def test_keys_compare_what_people_vary():
    assert number_key(" #ｈｋ－104901 ") == "HK-104901"
