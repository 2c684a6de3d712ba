"""Fields in texts: what is read, what is pointed at, and what stands in the letter."""

from datetime import UTC, date, datetime
from time import monotonic
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation
from tests.factories.calendars import WEEKDAYS

from madoguchi.wording.dates import business_day, day_text
from madoguchi.wording.fields import FIELDS, Surroundings, field_named
from madoguchi.wording.filling import MAX_FAULTS, BrokenFields, Fault, blanks, fill, pieces, places
from madoguchi.wording.letters import worded
from madoguchi.wording.own_fields import check_fields

NOW = datetime(2026, 11, 20, 14, 5, tzinfo=ZoneInfo("Asia/Tokyo"))  # a Friday; the Monday after it is a holiday
KNOWN = Surroundings(
    now=NOW,
    customer_name="髙橋\u3000由美子",
    honorific="様",
    salutation="髙橋\u3000由美子 様",
    family_name="髙橋",
    number=1234,
    subject="土鍋の件",
    received_at=NOW,
    agent_name="小林 あかり",
    agent_family_name="小林",
    shop="はるかぜ日用品店",
    signature="――――\nはるかぜ日用品店\n――――",
    plan=WEEKDAYS,
)
NOBODY = Surroundings(now=NOW)


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("{{customer.name}} {{customer.honorific}}", "髙橋\u3000由美子 様"),
        ("{{お客様名}} {{敬称}}", "髙橋\u3000由美子 様"),
        ("{{ customer.family_name }}様", "髙橋様"),
        ("受付番号:{{inquiry.number}}", "受付番号:1234"),
        ("{{date}}", "11月20日(金)"),
        ("{{date+3}}", "11月23日(月)"),
        ("{{ date + 3 }}", "11月23日(月)"),
        ("{{日付-1}}", "11月19日(木)"),
        ("{{date_full+45}}", "2027年1月4日(月)"),
        ("{{business_day+1}}まで", "11月24日(火)まで"),  # over the week-end and the holiday
        ("{{営業日+2}}", "11月25日(水)"),
        ("{{business_day}}", "11月20日(金)"),
        ("{{inquiry.received}}", "2026年11月20日(金) 14:05"),
        ("{{season}}", "晩秋の候"),
        ("{{Customer.Name}}", "髙橋\u3000由美子"),
        ("{ customer.name }", "{ customer.name }"),
    ],
)
def test_what_is_known_is_filled_in(text, filled):
    assert fill(text, KNOWN).text == filled


def test_what_is_not_known_stays_visible():
    filled = fill("{{customer.name}} 様\n注文番号:{{order.number}}", NOBODY)

    assert filled.text == "{{customer.name}} 様\n注文番号:{{order.number}}"
    assert filled.missing == ("{{customer.name}}", "{{order.number}}")


def test_a_fallback_stands_where_nothing_is_known_and_the_line_ends_with_it():
    assert fill("{{customer.name|お客様}} {{customer.honorific}}\n次", NOBODY).text == "お客様\n次"
    assert fill("{{customer.name|お客様}} {{customer.honorific}}", KNOWN).text == "髙橋\u3000由美子 様"
    assert fill("{{order.number|}}.", NOBODY).text == "."


def test_blanks_are_for_the_writer():
    text = "{{?お届け予定日}}にお届けします。{{?お届け予定日}}、{{?時間帯}}"

    assert blanks(text) == ["お届け予定日", "時間帯"]
    assert fill(text, KNOWN).missing == ("{{?お届け予定日}}", "{{?お届け予定日}}", "{{?時間帯}}")

    answered = fill(text, KNOWN, answers={"お届け予定日": "25日(水)"})
    assert answered.text == "25日(水)にお届けします。25日(水)、{{?時間帯}}"


def test_values_are_not_read_for_fields_again():
    sly = Surroundings(now=NOW, customer_name="{{agent.name}}", agent_name="小林")

    assert fill("{{customer.name}}", sly).text == "{{agent.name}}"


@pytest.mark.parametrize(
    ("text", "line", "column", "source"),
    [
        ("一行目\n二{{custmer.name}}", 2, 2, "{{custmer.name}}"),
        ("{{customer.name", 1, 1, "{{"),
        ("{{customer.\nname}}", 1, 1, "{{"),
        ("お名前}}", 1, 4, "}}"),
        ("｛｛customer.name｝｝", 1, 1, "｛｛"),
        ("{{}}", 1, 1, "{{}}"),
        ("{{?}}", 1, 1, "{{?}}"),
        ("{{?日|明日}}", 1, 1, "{{?日|明日}}"),
        ("{{date+}}", 1, 1, "{{date+}}"),
        ("{{date+999}}", 1, 1, "{{date+999}}"),
        ("{{customer.name+3}}", 1, 1, "{{customer.name+3}}"),
        ("{{customer.{{name}}}}", 1, 1, "{{"),
    ],
)
def test_what_nothing_can_fill_is_pointed_at(text, line, column, source):
    fault = next(piece for piece in pieces(text) if isinstance(piece, Fault))

    assert (fault.line, fault.column, fault.source) == (line, column, source)


def test_a_broken_text_loses_nothing_when_filled():
    assert fill("a {{nobody}} b }} c {{ d", KNOWN).text == "a {{nobody}} b }} c {{ d"


def test_saving_names_place_and_likely_meaning():
    with translation.override("en"), pytest.raises(BrokenFields) as refused:
        check_fields("様\n{{customer.nmae}}", field="body")

    assert "Line 2, character 1: {{customer.nmae}}" in str(refused.value)
    assert "{{customer.name}}" in str(refused.value)
    assert refused.value.field == "body"
    assert [fault["line"] for fault in refused.value.facts["faults"]] == [2]


def test_every_field_has_two_names_and_gives_a_value():
    for field in FIELDS.values():
        assert field_named(field.name) is field_named(field.japanese) is field
        assert field.value(KNOWN, 0) is None or isinstance(field.value(KNOWN, 0), str)


def test_places_are_where_they_say():
    text = "あ{{date+1}}い{{?う}}"

    assert [text[place.start : place.end] for place in places(text)] == ["{{date+1}}", "{{?う}}"]


@pytest.mark.parametrize(
    ("language", "text"),
    [("ja", "11月26日(木)"), ("en", "Thursday, November 26"), ("zh", "11月26日(星期四)"), ("ko", "11월 26일(목)")],
)
def test_days_are_written_in_the_language_of_the_letter(language, text):
    assert day_text(date(2026, 11, 26), language) == text


def test_business_days():
    friday = date(2026, 11, 20)
    holiday = date(2026, 11, 23)

    assert business_day(WEEKDAYS, friday, -1) == date(2026, 11, 19)
    assert business_day(WEEKDAYS, holiday, 0) == date(2026, 11, 24)
    assert business_day(WEEKDAYS, holiday, 1) == date(2026, 11, 24)
    assert business_day(WEEKDAYS, date(2026, 12, 28), 1) == date(2027, 1, 4)
    assert business_day(None, friday, 2) == date(2026, 11, 22)


def test_a_letter_does_not_get_its_salutation_or_signature_twice():
    body = "{{宛名}}\n\nお待たせしました。\n\n{{署名}}"
    begun = f"髙橋 由美子\u3000様\n\n\n\n{KNOWN.signature}\n"

    assert worded("", body, KNOWN, letter=begun).text == "お待たせしました。"
    assert worded("", body, KNOWN).text == f"髙橋\u3000由美子 様\n\nお待たせしました。\n\n{KNOWN.signature}"


def test_a_letter_to_a_firm_does_not_get_the_persons_line_twice():
    body = "{{宛名}}\n\nお待たせしました。"
    begun = "株式会社みどり商事 総務部\n髙橋\u3000由美子 様\n\n\n"

    assert worded("", body, KNOWN, letter=begun).text == "お待たせしました。"
    assert worded("", body, KNOWN, letter="お世話になっております。\n\n").text.startswith("髙橋")


FIRM = "株式会社あおぞら企画 総務部\n中島 綾 様"


@pytest.mark.parametrize(
    ("letter", "text", "put_in"),
    [
        (FIRM, "中島\u3000綾 様\n\n領収書の件です。", "領収書の件です。"),
        (FIRM, "株式会社あおぞら企画 御中\n\n領収書の件です。", "領収書の件です。"),
        (FIRM, "中島 綾 様\n領収書の件です。", "領収書の件です。"),
        ("中島 綾 様", f"{FIRM}\n\n領収書の件です。", "領収書の件です。"),
        ("Dear Emily Thompson,", "Dear customer,\n\nThank you.", "Thank you."),
        ("", f"{FIRM}\n\n領収書の件です。", f"{FIRM}\n\n領収書の件です。"),
        ("お待たせしました。", f"{FIRM}\n\n領収書の件です。", f"{FIRM}\n\n領収書の件です。"),
        (FIRM, "領収書はマイページにございます。", "領収書はマイページにございます。"),
        (FIRM, "中島 綾 様", "中島 綾 様"),
    ],
)
def test_a_letter_has_one_salutation_of_firm_or_person(letter, text, put_in):
    assert worded("", text, KNOWN, letter=f"{letter}\n\n").text == put_in


def test_a_subject_is_one_line():
    assert worded("【{{店名}}】\n{{件名}}", "本文", KNOWN).subject == "【はるかぜ日用品店】 土鍋の件"


def test_a_moment_is_told_in_the_zone_of_the_desk():
    around = Surroundings(now=NOW, received_at=datetime(2026, 11, 20, 5, 5, tzinfo=UTC).astimezone(NOW.tzinfo))

    assert fill("{{受付日}}", around).text == "11月20日(金)"


@pytest.mark.parametrize("broken", ["{{", "{{no such field}}", "{{date+999}}\n"])
def test_a_hundred_thousand_faults_are_told_in_a_moment_and_not_all(broken):
    text = broken * (200_000 // len(broken))
    begun = monotonic()

    with pytest.raises(BrokenFields) as refused:
        check_fields(text, field="text")

    assert monotonic() - begun < 2
    assert len(refused.value.facts["faults"]) == MAX_FAULTS
    assert len(str(refused.value)) < 1_000


def test_a_text_of_faults_alone_is_read_in_linear_time():
    begun = monotonic()

    assert len(list(pieces("{{" * 100_000))) == 200_000
    assert monotonic() - begun < 5
