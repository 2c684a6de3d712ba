"""The lines of the rail: nothing that comes from people is taken for markup, and every mark is said."""

from dataclasses import fields, replace

import pytest
from django.utils import translation

from madoguchi.desk.rail_items import RailItem
from madoguchi.desk.rail_markup import rail_line

ITEM = RailItem("/?inbox=1", "inbox", "サポート窓口", "12")


@pytest.mark.parametrize("name", [each.name for each in fields(RailItem) if each.type is str])
def test_no_field_can_bring_markup(name: str) -> None:
    evil = replace(ITEM, **{name: '"><script>alert(1)</script>'})

    assert "<script" not in rail_line(evil)


def test_a_line_says_its_amount() -> None:
    assert 'aria-label="サポート窓口 12"' in rail_line(ITEM)
    assert '<span class="count">12</span>' in rail_line(ITEM)


def test_an_amount_counted_apart_is_not_said_before_it_is_known() -> None:
    apart = rail_line(replace(ITEM, amount="", count_id="count-vip"))

    assert '<span class="count" id="count-vip"></span>' in apart
    assert "aria-label" not in apart


def test_a_list_is_exchanged_alone_and_a_page_is_not() -> None:
    assert 'hx-target="#list"' in rail_line(ITEM)
    assert "hx-get" not in rail_line(replace(ITEM, is_list=False))


def test_marks_of_a_line() -> None:
    line = rail_line(replace(ITEM, status="late", is_late=True, is_current=True, is_nested=True))

    assert 'class="rail-nested"' in line
    assert 'data-status="late"' in line
    assert " data-late" in line
    assert 'aria-current="page"' in line


def test_a_folder_can_be_folded_and_dropped_upon() -> None:
    line = rail_line(
        replace(ITEM, depth=2, drop="/drop/3", fold="folder-3", within="folder-1 folder-2", heading="フォルダー")
    )

    assert line.startswith('<li class="rail-nested rail-kind" aria-hidden="true">フォルダー</li>')
    assert 'data-depth="2" data-within="folder-1 folder-2" data-drop="/drop/3"' in line
    assert 'data-fold="folder-3"' in line


def test_each_language_has_its_own_words() -> None:
    folded = replace(ITEM, fold="folder-3")

    with translation.override("en"):
        english = rail_line(folded)
    with translation.override("ja"):
        japanese = rail_line(folded)

    assert 'aria-label="Folders in it"' in english
    assert "Folders in it" not in japanese
