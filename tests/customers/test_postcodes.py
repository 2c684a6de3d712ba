"""Postal codes from the library's data."""

import pytest

from madoguchi.customers.postcodes import Town, tidy_code, towns_of


@pytest.mark.parametrize(
    ("written", "tidy"),
    [("〒１５０ー０００１", "150-0001"), ("1500001", "150-0001"), ("150 0001", "150-0001"), ("SW1A 1AA", "SW1A 1AA")],
)
def test_a_code_is_kept_in_one_spelling(written, tidy):
    assert tidy_code(written) == tidy


def test_a_code_gives_its_town():
    assert towns_of("１５０－０００１") == [Town("東京都", "渋谷区", "神宮前")]
    assert towns_of("1000100")[0].city == "大島町"


def test_one_code_can_stand_for_several_towns():
    assert [town.prefecture for town in towns_of("498-0000")] == ["愛知県", "三重県"]


def test_a_firm_has_a_code_of_its_own():
    assert towns_of("060-8621")[0].note.startswith("株式会社")


@pytest.mark.parametrize("code", ["", "999-9999", "12", "SW1A 1AA", "150-000a"])
def test_what_does_not_exist_gives_nothing(code):
    assert towns_of(code) == []
