"""Days and times in the record of a case are written as its reader writes them."""

from datetime import UTC, date, datetime

from django.utils import timezone, translation

from madoguchi.cases.report import day_words, moment_words


def test_a_moment_is_told_in_the_zone_and_the_form_of_its_reader() -> None:
    moment = datetime(2026, 11, 24, 15, 5, tzinfo=UTC)
    with timezone.override("Asia/Tokyo"), translation.override("ja"):
        assert moment_words(moment) == "2026年11月25日 00:05"
        assert day_words(date(2026, 1, 2)) == "2026年1月2日"
    with timezone.override("Asia/Tokyo"), translation.override("en"):
        assert moment_words(moment) == "Nov. 25, 2026 00:05"
