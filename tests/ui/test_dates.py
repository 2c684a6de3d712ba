from datetime import UTC, datetime, timedelta

import pytest

from madoguchi.ui.dates import TOKYO, Words, iso

NOW = datetime(2026, 11, 22, 16, 22, tzinfo=TOKYO)  # a Sunday
JA, EN = Words(NOW), Words(NOW, language="en")


@pytest.mark.parametrize(
    ("moment", "ja", "en"),
    [
        (datetime(2026, 11, 22, 9, 5, tzinfo=TOKYO), "9:05", "9:05"),
        (datetime(2026, 11, 21, 23, 59, tzinfo=TOKYO), "昨日", "Yesterday"),
        (datetime(2026, 11, 20, 10, 0, tzinfo=TOKYO), "11/20(金)", "Fri 20 Nov"),
        (datetime(2025, 11, 20, 10, 0, tzinfo=TOKYO), "2025/11/20", "20 Nov 2025"),
        (datetime(2026, 11, 22, 0, 30, tzinfo=UTC), "9:30", "9:30"),
    ],
)
def test_short_is_for_lists(moment, ja, en):
    assert (JA.short(moment), EN.short(moment)) == (ja, en)


@pytest.mark.parametrize(
    ("moment", "ja", "en"),
    [
        (NOW, "今日 11月22日(日)", "Today, Sun 22 Nov"),
        (NOW - timedelta(days=1), "昨日 11月21日(土)", "Yesterday, Sat 21 Nov"),
        (NOW - timedelta(days=2), "11月20日(金)", "Fri 20 Nov"),
        (NOW - timedelta(days=365), "2025年11月22日(土)", "Sat 22 Nov 2025"),
    ],
)
def test_day_heads_a_part_of_the_timeline(moment, ja, en):
    assert (JA.day(moment), EN.day(moment)) == (ja, en)


def test_full_names_the_weekday():
    assert (JA.full(NOW), EN.full(NOW)) == ("2026年11月22日(日) 16:22", "Sun 22 Nov 2026, 16:22")


@pytest.mark.parametrize(
    ("moment", "ja", "en"),
    [
        (datetime(2026, 11, 22, 18, 0, tzinfo=TOKYO), "今日 18:00", "Today 18:00"),
        (datetime(2026, 11, 23, 11, 0, tzinfo=TOKYO), "明日 11:00", "Tomorrow 11:00"),
        (datetime(2026, 11, 21, 11, 0, tzinfo=TOKYO), "昨日 11:00", "Yesterday 11:00"),
        (datetime(2026, 11, 27, 10, 0, tzinfo=TOKYO), "11/27(金) 10:00", "Fri 27 Nov 10:00"),
        (datetime(2027, 1, 5, 10, 0, tzinfo=TOKYO), "2027/1/5(火) 10:00", "Tue 5 Jan 2027 10:00"),
    ],
)
def test_due_says_day_and_time(moment, ja, en):
    assert (JA.due(moment), EN.due(moment)) == (ja, en)


@pytest.mark.parametrize(
    ("away", "ja", "en"),
    [
        (timedelta(minutes=-84), "1時間24分超過", "1 h 24 min overdue"),
        (timedelta(minutes=156), "18:58", "18:58"),
        (timedelta(hours=18), "明日 10:22", "Tomorrow 10:22"),
        (timedelta(days=5), "11/27(金)", "Fri 27 Nov"),
    ],
)
def test_due_short_fits_a_row(away, ja, en):
    assert (JA.due_short(NOW + away), EN.due_short(NOW + away)) == (ja, en)


@pytest.mark.parametrize(
    ("away", "ja", "en"),
    [
        (timedelta(hours=2, minutes=36, seconds=40), "あと2時間36分", "2 h 36 min left"),
        (timedelta(seconds=30), "あと1分未満", "under 1 min left"),
        (timedelta(seconds=-30), "1分未満超過", "under 1 min overdue"),
        (timedelta(days=-3, hours=-4, minutes=-5), "3日4時間超過", "3 d 4 h overdue"),
        (timedelta(hours=2), "あと2時間", "2 h left"),
    ],
)
def test_remaining_counts_whole_minutes(away, ja, en):
    assert (JA.remaining(NOW + away), EN.remaining(NOW + away)) == (ja, en)


@pytest.mark.parametrize(
    ("seconds", "ja", "en"),
    [
        (0, "1分未満", "under 1 min"),
        (45, "45秒", "45 s"),
        (170, "2分50秒", "2 min 50 s"),
        (3600, "1時間", "1 h"),
        (3605, "1時間", "1 h"),
        (86400 * 2 + 3600 * 3, "2日3時間", "2 d 3 h"),
    ],
)
def test_span_has_two_units_at_most(seconds, ja, en):
    assert (JA.span(seconds), EN.span(seconds)) == (ja, en)


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (0, "0 B"),
        (1023, "1023 B"),
        (1024, "1 KB"),
        (184 * 1024, "184 KB"),
        (1024 * 1024 - 1, "1.0 MB"),
        (int(2.44 * 1024**2), "2.4 MB"),
        (25 * 1024**2, "25 MB"),
        (3 * 1024**3, "3.0 GB"),
        (5000 * 1024**3, "5000 GB"),
    ],
)
def test_size_uses_the_kilo_of_mail_limits(amount, text):
    assert JA.size(amount) == text


def test_count_says_when_it_stopped_counting():
    said = (
        JA.count(1283),
        EN.count(1283),
        JA.count(1000, most=1000),
        EN.count(1000, most=1000),
        JA.count(999, most=1000),
    )

    assert said == ("1,283件", "1,283", "1,000件以上", "1,000+", "999件")


def test_iso_is_utc_without_fractions():
    assert iso(NOW.replace(microsecond=5)) == "2026-11-22T07:22:00Z"


def test_a_day_has_no_time_not_even_today():
    assert (JA.date(NOW), EN.date(NOW)) == ("今日", "Today")
    assert JA.date(NOW - timedelta(days=1)) == "昨日"
