"""Dates and times as people write them: what each means on November 23, 2026 (勤労感謝の日), at 14:00 in Tokyo."""

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from tests.factories.calendars import WEEKDAYS

from madoguchi.calendars.plan import Closure, Opening, Plan
from madoguchi.calendars.written.found import Bound, Kind, Precision, Reference
from madoguchi.calendars.written.reading import MOST_FOUND, find_written

TOKYO = ZoneInfo("Asia/Tokyo")
MONDAY = datetime(2026, 11, 23, 14, 0, tzinfo=TOKYO)
HERE = Reference(MONDAY, WEEKDAYS)


def local(moment: datetime | None) -> str:
    return "" if moment is None else moment.astimezone(TOKYO).strftime("%m-%d %H:%M")


def only(text: str, reference: Reference = HERE):
    (found,) = find_written(text, reference)
    return found


#: Text with one date; what it is due by, on the wall clock.
DUE = [
    ("2026年11月25日(水)17時まで", "11-25 17:00"),
    ("2026年11月25日(水)17:00までにご連絡いたします", "11-25 17:00"),
    ("11月25日（水）１７時３０分まで", "11-25 17:30"),
    ("11/25(水)までに", "11-25 17:00"),
    ("11/25 17:00", "11-25 17:00"),
    ("2026/11/25までに", "11-25 17:00"),
    ("2026-11-25までに", "11-25 17:00"),
    ("2026.11.25までに", "11-25 17:00"),
    ("２０２６年１１月２５日", "11-25 17:00"),
    ("二〇二六年十一月二十五日", "11-25 17:00"),
    ("十一月二十五日午後三時", "11-25 15:00"),
    ("令和8年11月25日", "11-25 17:00"),
    ("令和八年十一月二十五日まで", "11-25 17:00"),
    ("R8.11.25", "11-25 17:00"),
    ("R8/11/25までに", "11-25 17:00"),
    ("25日までに", "11-25 17:00"),
    ("25日(水)17時までに", "11-25 17:00"),
    ("25日(水・祝)17時まで", "11-25 17:00"),
    ("25日 水曜日の17時", "11-25 17:00"),
    ("25日㈬まで", "11-25 17:00"),
    ("25日中に", "11-25 17:00"),
    ("25日の午前中に", "11-25 12:00"),
    ("25日午後", "11-25 17:00"),
    ("25日いっぱい", "11-25 17:00"),
    ("1月5日(火)まで", "01-05 17:00"),
    ("11/20までに", "11-20 17:00"),
    ("20日までに", "11-20 17:00"),
    ("20日(日)までに", "12-21 00:00"),
    ("10日までに", "12-10 17:00"),
    ("1日にお送りします", "12-01 17:00"),
    ("本日中に", "11-24 00:00"),
    ("本日17時半", "11-23 17:30"),
    ("今日の18時までに", "11-23 18:00"),
    ("明日までに折り返します", "11-24 17:00"),
    ("明日中に", "11-24 17:00"),
    ("明日の午前10時", "11-24 10:00"),
    ("明日3時に", "11-24 15:00"),
    ("明日の夕方までに", "11-24 17:00"),
    ("明日朝一番で", "11-24 11:00"),
    ("明日の午後、3時頃", "11-24 15:00"),
    ("あすの午後一", "11-24 14:00"),
    ("あさってまで", "11-25 17:00"),
    ("明後日17時", "11-25 17:00"),
    ("しあさって", "11-26 17:00"),
    ("今週中に", "11-27 17:00"),
    ("今週いっぱい", "11-27 17:00"),
    ("今週金曜まで", "11-27 17:00"),
    ("金曜までに", "11-27 17:00"),
    ("月曜の朝", "11-30 11:00"),
    ("週明けに", "11-30 17:00"),
    ("週明けの午前中", "11-30 12:00"),
    ("来週中に", "12-04 17:00"),
    ("来週火曜までに", "12-01 17:00"),
    ("来週の火曜日17時", "12-01 17:00"),
    ("来週火に", "12-01 17:00"),
    ("来週前半", "12-02 17:00"),
    ("再来週の月曜日", "12-07 17:00"),
    ("今月末まで", "11-30 17:00"),
    ("月末までに", "11-30 17:00"),
    ("月内に", "11-30 17:00"),
    ("今月中に", "11-30 17:00"),
    ("12月上旬", "12-10 17:00"),
    ("12月中旬まで", "12-18 17:00"),
    ("来月10日までに", "12-10 17:00"),
    ("来月の10日", "12-10 17:00"),
    ("来月末", "12-28 17:00"),
    ("年内に", "12-28 17:00"),
    ("年明けに", "01-04 17:00"),
    ("連休明けに", "11-30 17:00"),
    ("3日以内に", "11-26 17:00"),
    ("三日以内に", "11-26 17:00"),
    ("2、3日中に", "11-26 17:00"),
    ("2〜3日以内", "11-26 17:00"),
    ("一両日中に", "11-25 17:00"),
    ("1週間以内", "11-30 17:00"),
    ("1か月以内に", "12-23 17:00"),
    ("1ヶ月後", "12-23 17:00"),
    ("1営業日以内に", "11-24 17:00"),
    ("2営業日以内に", "11-25 17:00"),
    ("2〜3営業日以内に", "11-26 17:00"),
    ("翌営業日に", "11-24 17:00"),
    ("翌営業日の午前中までに", "11-24 12:00"),
    ("翌々営業日まで", "11-25 17:00"),
    ("24時間以内に", "11-24 14:00"),
    ("1時間後に", "11-23 15:00"),
    ("折り返し30分以内に", "11-23 14:30"),
    ("17時頃", "11-23 17:00"),
    ("夕方5時", "11-23 17:00"),
    ("夜8時", "11-23 20:00"),
    ("正午まで", "11-23 12:00"),
    ("午前中に", "11-23 12:00"),
    ("25時まで", "11-24 01:00"),
    ("24:00まで", "11-24 00:00"),
    ("by tomorrow 5 pm", "11-24 17:00"),
    ("by 5 pm tomorrow", "11-24 17:00"),
    ("by 5:30 p.m. tomorrow", "11-24 17:30"),
    ("within 24 hours", "11-24 14:00"),
    ("within two business days", "11-25 17:00"),
    ("within 2-3 business days", "11-26 17:00"),
    ("in 30 minutes", "11-23 14:30"),
    ("in three days", "11-26 17:00"),
    ("by Friday", "11-27 17:00"),
    ("next Tuesday", "12-01 17:00"),
    ("by the end of the month", "11-30 17:00"),
    ("by the end of next week", "12-04 17:00"),
    ("by EOD", "11-24 00:00"),
    ("on November 25 (Wed) by 5 pm", "11-25 17:00"),
    ("Wednesday, November 25", "11-25 17:00"),
    ("on the 25th of November, 2026", "11-25 17:00"),
    ("25 Nov", "11-25 17:00"),
    ("by the 25th", "11-25 17:00"),
    ("tomorrow morning", "11-24 12:00"),
    ("this week", "11-27 17:00"),
    ("the next business day", "11-24 17:00"),
    ("the day after tomorrow at noon", "11-25 12:00"),
    ("by tonight", "11-23 22:00"),
]


@pytest.mark.parametrize(("text", "due"), DUE)
def test_a_date_is_due_when_it_says(text, due):
    assert local(only(text).due) == due


#: What looks like a date and is none.
NONE = [
    "3日間ほどかかります",
    "10分ほどお待ちください",
    "十分にご注意ください",
    "1日1回お使いください",
    "1日あたり2粒",
    "1日も早い復旧",
    "三日月の飾り",
    "十日町市から",
    "カップ1/2杯",
    "注文番号 HK-2026-1125",
    "0120-11-25",
    "03-1234-5678",
    "24/7",
    "3時間の作業",
    "一時的に",
    "同時に",
    "100件",
    "第3日目",
    "May I ask you",
    "version 2.10.3",
    "朝食付き",
    "毎朝の礼",
    "JIS X 8341-3:2016",
    "比率は16:9です",
]


@pytest.mark.parametrize("text", NONE)
def test_what_is_no_date_is_not_found(text):
    assert find_written(text, HERE) == []


@pytest.mark.parametrize(
    ("text", "bound", "kind", "precision"),
    [
        ("25日まで", Bound.BY, Kind.DATE, Precision.DAY),
        ("25日までに", Bound.BY, Kind.DATE, Precision.DAY),
        ("本日中", Bound.BY, Kind.RELATIVE, Precision.DAY),
        ("25日", Bound.AT, Kind.DATE, Precision.DAY),
        ("17時頃", Bound.ABOUT, Kind.TIME, Precision.MINUTE),
        ("25日前後", Bound.ABOUT, Kind.DATE, Precision.DAY),
        ("25日以降", Bound.FROM, Kind.DATE, Precision.DAY),
        ("来週以降", Bound.FROM, Kind.RELATIVE, Precision.PERIOD),
        ("3日以内", Bound.WITHIN, Kind.WITHIN, Precision.DAY),
        ("2営業日以内", Bound.WITHIN, Kind.BUSINESS_DAYS, Precision.DAY),
        ("30分以内", Bound.WITHIN, Kind.WITHIN, Precision.MINUTE),
        ("午前中", Bound.AT, Kind.TIME, Precision.PART),
        ("今週中", Bound.BY, Kind.RELATIVE, Precision.PERIOD),
        ("within 3 days", Bound.WITHIN, Kind.WITHIN, Precision.DAY),
        ("no later than Friday", Bound.BY, Kind.RELATIVE, Precision.DAY),
        ("after Friday", Bound.FROM, Kind.RELATIVE, Precision.DAY),
        ("around 5 pm", Bound.ABOUT, Kind.TIME, Precision.MINUTE),
    ],
)
def test_the_side_of_the_moment_is_known(text, bound, kind, precision):
    found = only(text)

    assert (found.bound, found.kind, found.precision) == (bound, kind, precision)


@pytest.mark.parametrize(
    "text", ["後ほど", "追って", "数日中に", "早急に", "折り返し", "近日中に", "as soon as possible"]
)
def test_the_vague_has_no_moment(text):
    found = only(f"{text}ご連絡いたします" if text[0] > "z" else f"We answer {text}")

    assert (found.kind, found.due, found.first) == (Kind.VAGUE, None, None)


def test_what_has_no_end_is_not_due():
    assert (local(only("25日以降").earliest), only("25日以降").due) == ("11-25 00:00", None)


@pytest.mark.parametrize("text", ["2月30日", "13/45", "25日(水)31時", "来年2月30日", "令和8年2月29日", "13 pm"])
def test_a_day_or_time_that_there_is_not_is_told(text):
    assert [each.due for each in find_written(text, HERE) if each.is_impossible] == [None]


@pytest.mark.parametrize(
    ("text", "is_wrong"),
    [
        ("11月25日(水)", False),
        ("11月25日(木)", True),
        ("25日(木)まで", True),
        ("明日(火)", False),
        ("明日（水）", True),
        ("2027年11月25日(木)", False),
        ("11/25 水曜日", False),
        ("11/25 木曜日", True),
        ("November 25 (Thu)", True),
        ("Wednesday, November 25", False),
        ("Thursday, November 25", True),
        ("11月23日(月・祝)", False),
        ("25日", False),
    ],
)
def test_a_weekday_is_compared_with_its_day(text, is_wrong):
    assert only(text).is_wrong_weekday is is_wrong


def test_a_stretch_has_a_beginning_and_an_end():
    begin, end = find_written("25日(水)の10時から12時までにお届けします", HERE)

    assert (begin.bound, begin.due, local(begin.earliest)) == (Bound.FROM, None, "11-25 10:00")
    assert (end.bound, local(end.earliest), local(end.due)) == (Bound.BY, "11-25 10:00", "11-25 12:00")


@pytest.mark.parametrize("text", ["11月25日〜27日", "11月25日から27日", "25日-27日", "Nov 25 to Nov 27"])
def test_a_stretch_of_days_ends_with_the_last(text):
    begin, end = find_written(text, HERE)

    assert (begin.first, begin.due) == (date(2026, 11, 25), None)
    assert (local(end.earliest), local(end.due)) == ("11-25 00:00", "11-27 17:00")


def test_places_are_those_of_the_text_with_the_word_that_bounds_it():
    text = "恐れ入りますが、１１月２５日（水）１７時までに、ご連絡いたします。"

    found = only(text)

    assert text[found.start : found.end] == found.text == "１１月２５日（水）１７時までに"


def test_several_dates_come_in_their_order():
    found = find_written("本日発送し、25日(水)に到着予定です。遅れる場合は翌営業日までにご連絡します。", HERE)

    assert [each.text for each in found] == ["本日", "25日(水)", "翌営業日までに"]


def test_own_closed_days_and_openings_count():
    plan = replace(
        WEEKDAYS,
        closures=(Closure(date(2026, 11, 24), date(2026, 11, 24), "棚卸"),),
        openings=(Opening(date(2026, 11, 28), ((540, 720),)),),
    )
    there = Reference(MONDAY, plan)

    assert local(only("翌営業日まで", there).due) == "11-25 17:00"
    assert local(only("今週中に", there).due) == "11-28 12:00"


def test_another_time_zone_has_another_day():
    new_york = Reference(MONDAY, Plan("America/New_York", WEEKDAYS.week, has_japanese_holidays=False))

    assert only("本日中", new_york).first == date(2026, 11, 23)
    assert only("本日中", new_york).due == datetime(2026, 11, 23, 17, tzinfo=ZoneInfo("America/New_York"))


def test_without_a_calendar_days_last_until_midnight_and_holidays_are_closed():
    nowhere = Reference.without_calendar(MONDAY, "Asia/Tokyo")

    assert local(only("明日まで", nowhere).due) == "11-25 00:00"
    assert local(only("2営業日以内", nowhere).due) == "11-26 00:00"
    assert only("明日3時", nowhere).due == datetime(2026, 11, 24, 15, tzinfo=TOKYO)


def test_business_days_of_a_calendar_that_never_opens_have_no_moment():
    never = Reference(MONDAY, Plan("Asia/Tokyo", ((),) * 7))

    assert only("2営業日以内", never).due is None
    assert local(only("明日まで", never).due) == "11-25 00:00"


def test_a_desk_open_at_night_means_the_night():
    nights = Reference(MONDAY, Plan("Asia/Tokyo", (((0, 360),),) * 7))

    assert local(only("明日3時", nights).due) == "11-24 03:00"


def test_what_is_found_is_bounded():
    assert len(find_written("明日、明後日。" * 1000, HERE)) == MOST_FOUND
