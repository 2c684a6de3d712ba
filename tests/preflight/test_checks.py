"""Each check: what it finds, where, and the repair it offers; and what it must not be troubled by."""

from datetime import timedelta

import pytest
from tests.factories.findings import hits
from tests.factories.preflight import NOW, look, make_surroundings, only

from madoguchi.preflight.choices import Check, Level
from madoguchi.preflight.outgoing import File
from madoguchi.preflight.parts import Part
from madoguchi.preflight.rulebook import Rulebook, WatchedWord

pytestmark = pytest.mark.usefixtures("in_english")


SIGNATURE = "────────\nはるかぜ日用品店 サポート窓口\nTEL 0120-000-000\n────────"


@pytest.mark.parametrize(
    "text",
    [
        "請求書を添付いたします。",
        "資料を添付しております。",
        "添付ファイルをご確認ください。",
        "添付のとおりです。",
        "Please find attached the invoice.",
    ],
)
def test_attachment_that_is_spoken_of_and_missing(text):
    (found,) = look(Check.ATTACHMENT, text)

    assert (found.repair.text, found.repair.part) == (None, Part.FILES)


@pytest.mark.parametrize(
    "text",
    [
        "添付いただいたお写真を確認しました。",
        "お写真を添付のうえ、ご返信ください。",
        "添付してお送りください。",
        "Could you attach a photo?",
    ],
)
def test_attachment_of_the_customer_is_not_ours(text):
    assert look(Check.ATTACHMENT, text) == []


def test_attachment_that_is_there_is_right():
    assert look(Check.ATTACHMENT, "添付いたします。", files=(File("請求書.pdf", 10),)) == []


def test_attachment_in_a_quotation_is_somebody_elses():
    assert look(Check.ATTACHMENT, "承知いたしました。\n\n> 資料を添付いたします。\n") == []


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ((File("setup.exe", 10),), "refuse as dangerous"),
        ((File("list.zip", 10, is_locked=True),), "archive with a password"),
        ((File("a.pdf", 11 * 1024 * 1024),), "larger than 10 MB"),
        ((File("a.pdf", 19 * 1024 * 1024),), "larger than 18 MB"),
    ],
)
def test_files_that_may_not_arrive(files, words):
    (found,) = look(Check.FILES, "本文", files=files)

    assert words in str(found.message)


def test_placeholders_block_and_marks_ask():
    found = look(Check.PLACEHOLDERS, "{{customer.name}} 様\n〇〇の件、XX月の分です。", subject="【件名】{{order.no}}")

    assert [(each.words, each.level, each.place.part) for each in found] == [
        ("{{order.no}}", Level.BLOCK, Part.SUBJECT),
        ("{{customer.name}}", Level.BLOCK, Part.TEXT),
        ("〇〇", Level.WARN, Part.TEXT),
        ("XX", Level.WARN, Part.TEXT),
    ]


@pytest.mark.parametrize("text", ["○○○○\n本文", "●●● 重要 ●●●", "> {{name}}", "〇 いいえ\n× はい", "2×3"])
def test_placeholders_are_no_rules_marks_and_quotations(text):
    assert look(Check.PLACEHOLDERS, text) == []


def test_watched_words_are_found_in_any_spelling_outside_quotations():
    rules = only(Check.WORDS, words=(WatchedWord("ぜったい", advice="断定しない"), WatchedWord("ng", Level.BLOCK)))
    text = "ゼッタイ届きます。PINGではなくＮＧです。\n\n> 絶対ぜったい"

    found = look(Check.WORDS, text, rules=rules)

    assert [(each.words, each.level) for each in found] == [("ＮＧ", Level.BLOCK), ("ゼッタイ", Level.WARN)]
    assert "断定しない" in str(found[1].message)


def test_watched_words_go_no_further_than_the_check():
    rules = only(Check.WORDS, words=(WatchedWord("返金保証", Level.BLOCK),))
    asking = Rulebook({**rules.levels, Check.WORDS: Level.WARN}, rules.words)

    (found,) = look(Check.WORDS, "返金保証です。", rules=asking)

    assert found.level == Level.WARN


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("カードは4111 1111 1111 1111です。", "************1111"),
        ("３７８２－８２２４６３－１０００５", "***********0005"),
        ("個人番号は1234 5678 9012です。", "************"),
        ("番号は123456789018です。", "************"),
        ("ご注文のカード番号は4111 1111 1111 1111です。", "************1111"),
        ("会員番号A-1様、カード番号4111111111111111を承りました。", "************1111"),
        ("注文番号HK-104655、4111-1111-1111-1111で決済しました。", "************1111"),
        ("ご予約のお支払いは4111 1111 1111 1111です。", "************1111"),
    ],
)
def test_numbers_that_do_not_go_by_mail(text, masked):
    (found,) = look(Check.NUMBERS, text)

    assert (found.level, found.repair.text) == (Level.BLOCK, masked)


@pytest.mark.parametrize(
    "text",
    [
        "4111 1111 1111 1112",
        "お問い合わせ番号 1234-5678-9018",
        "注文番号:123456789018",
        "電話 0120-000-000",
        "T1234567890123",
        "会員番号:4111111111111111",
        "ポイントカード番号 4111 1111 1111 1111",
        "商品コード 4111111111111111",
        "4111111111111111(注文番号)",
        "123456789018のお荷物",
    ],
)
def test_numbers_that_are_something_else(text):
    assert look(Check.NUMBERS, text) == []


def test_numbers_in_quotations_are_not_sent_back():
    assert len(look(Check.NUMBERS, "承知しました。\n\n> 4111 1111 1111 1111")) == 1


def test_others_are_named_with_what_belongs_to_them():
    strangers = frozenset({"name:佐藤花子", "phone:09000001111", "mail:s@mail.example", "code:hk104655"})
    text = "佐藤 花子様の090-0000-1111とs@mail.exampleへ、HK-104655を送りました。"
    files = (File("請求書_佐藤花子様.pdf"),)

    found = look(Check.OTHERS, text, around=make_surroundings(strangers=strangers), files=files)

    assert sorted((each.words, each.place.part) for each in found) == [
        ("090-0000-1111", "text"),
        ("HK-104655", "text"),
        ("s@mail.example", "text"),
        ("佐藤 花子", "text"),
        ("佐藤花子", "files"),
    ]


def test_encoding_names_each_character_with_what_may_stand_instead():
    around = make_surroundings(lost={"text": ("①", "髙", "☃")}, charset="iso-2022-jp")

    found = look(Check.ENCODING, "①髙橋☃", around=around)

    assert hits(found) == [("①", "(1)"), ("髙", "高"), ("☃", None)]


@pytest.mark.parametrize(
    ("subject", "values", "words"),
    [
        ("", {}, "does not say what"),
        ("(無題)", {}, "does not say what"),
        ("Re: 別の件(受付番号:99)", {"subject_number": 99}, "number of another conversation: 99"),
        ("Re: Re: 商品", {}, "more than one Re:"),
    ],
)
def test_subject_that_says_nothing_or_something_else(subject, values, words):
    around = make_surroundings(usual_subject="Re: 商品(受付番号:2518)", **values)

    (found,) = look(Check.SUBJECT, "本文", subject=subject, around=around)

    assert words in str(found.message)


def test_subject_of_a_reply_that_is_left_empty_is_filled_in_and_only_shown():
    (found,) = look(Check.SUBJECT, "本文", subject="")

    assert found.level == Level.NOTE


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"本文\n\n{SIGNATURE}\n\n{SIGNATURE}", "signed twice"),
        ("本文\n\n────\n法人窓口 はるかぜ商会\n────", "signature of another desk"),
        ("本文", "signature is missing"),
    ],
)
def test_signature_is_missing_double_or_anothers(text, words):
    around = make_surroundings(signature=SIGNATURE, other_signatures=("────\n法人窓口 はるかぜ商会\n────",))

    (found,) = look(Check.SIGNATURE, text, around=around)

    assert words in str(found.message)


def test_signature_in_a_quotation_is_no_second_one():
    text = f"本文\n\n{SIGNATURE}\n\n> 前回の返信\n> はるかぜ日用品店 サポート窓口\n"

    assert look(Check.SIGNATURE, text, around=make_surroundings(signature=SIGNATURE)) == []


def test_repeated_letter_is_recognised_with_a_character_changed():
    text = (
        "このたびはお問い合わせいただき、誠にありがとうございます。本日発送いたしましたので、今しばらくお待ちください。"
    )
    around = make_surroundings(recent=(text.replace("本日", "本日、"),))

    assert len(look(Check.REPEATED, text, around=around)) == 1


def test_repeated_is_not_what_only_begins_alike():
    around = make_surroundings(recent=("髙橋 由美子 様\n\n本日発送いたします。",))

    assert look(Check.REPEATED, "髙橋 由美子 様\n\n返金の手続きをいたしました。", around=around) == []


def test_circumstances_are_told():
    night = make_surroundings(now=NOW.replace(hour=23), meanwhile=1, approval=("高額: 85,000円",))

    levels = [
        [each.level for each in look(check, "本文", around=night)]
        for check in (Check.MEANWHILE, Check.HOURS, Check.APPROVAL)
    ]

    assert levels == [[Level.WARN], [Level.NOTE], [Level.NOTE]]


@pytest.mark.parametrize(
    ("text", "heard", "expected"),
    [
        ("Thank you very much for your message.", "土鍋がまだ届きません。よろしくお願いします。", 1),
        ("お問い合わせありがとうございます。", "Where is my order? It has not arrived yet.", 1),
        ("お問い合わせありがとうございます。", "土鍋がまだ届きません。", 0),
        ("您好,感谢您的来信,我们会尽快处理您的问题。", "土鍋がまだ届きません。よろしくお願いします。", 1),
        ("OK", "土鍋がまだ届きません。よろしくお願いします。", 0),
    ],
)
def test_language_of_the_customer(text, heard, expected):
    assert len(look(Check.LANGUAGE, text, around=make_surroundings(heard=heard))) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("11月28日(日)にお届けいたします。", [("11月28日(日)", "11月28日(土)")]),
        ("2027年3月22日（火曜日）", [("2027年3月22日（火曜日）", "2027年3月22日（月曜日）")]),
        ("11/28(日)まで", [("11/28(日)まで", "11/28(土)まで")]),
        ("2月30日まで", [("2月30日まで", None)]),
        ("11月20日(金)までにご連絡いたします。", [("11月20日(金)までに", None)]),
        ("11月29日(日)にご連絡いたします。", [("11月29日(日)", None)]),
        ("1月1日にお電話いたします。", [("1月1日", None)]),
    ],
)
def test_dates_that_cannot_be_meant(text, expected):
    assert hits(look(Check.DATES, text)) == expected


def test_a_closed_day_is_named_without_the_words_around_it():
    (found,) = look(Check.DATES, "11月29日(日)までにご連絡いたします。")

    assert str(found.message) == "The desk is closed on 11月29日(日) (Sunday)."


@pytest.mark.parametrize(
    "text",
    [
        "11月28日(土)にお届けの予定です。",
        "11月20日(金)にご注文いただきました。",
        "11月25日(水)17時までにご連絡いたします。",
        "注文番号 11/28-443",
        "11月20日(金)にご連絡いたしました件",
        "〇月〇日までにご返送ください。",
        "11月20日(金)にお届けの予定でしたが、遅れております。",
        "11月20日(金)にご連絡したとおり、返金いたします。",
    ],
)
def test_dates_that_are_right(text):
    assert look(Check.DATES, text) == []


@pytest.mark.parametrize(
    ("text", "days", "expected"),
    [
        ("本日発送いたしました。明日の11月25日(水)に届きます。", 1, ["本日", "明日"]),
        ("本日発送いたしました。", 0, []),
        ("11月25日(水)に届きます。", 1, []),
        ("We shipped it today.", 1, ["today"]),
    ],
)
def test_days_counted_from_today_in_a_letter_that_leaves_later(text, days, expected):
    around = make_surroundings(now=NOW + timedelta(days=days), written_on=NOW.date())

    found = look(Check.DATES, text, around=around)

    assert [each.words for each in found] == expected


def test_ticks_are_asked_for_each_address_and_file():
    files = (File("a.pdf", 1, key="file:1:a.pdf"),)

    found = look(Check.TICKS, "本文", files=files, ticked=frozenset({"yumiko@mail.example"}))

    assert [(each.words, each.level) for each in found] == [("file:1:a.pdf", Level.BLOCK)]


def test_a_finding_keeps_its_key_wherever_it_moves():
    first, second = (look(Check.PLACEHOLDERS, f"{before}〇〇の件")[0] for before in ("", "お世話になっております。"))

    assert (first.key, first.place) != (first.key, second.place)
    assert first.key == second.key


def test_the_same_words_in_several_places_are_several_findings():
    once = look(Check.PLACEHOLDERS, "〇〇の件です。")
    twice = look(Check.PLACEHOLDERS, "〇〇の件です。\n〇〇をお送りします。\n〇〇")

    assert [each.place.start for each in twice] == [0, 8]
    assert once[0].key == twice[0].key
    assert once[0].key != twice[1].key


def test_what_blocks_is_found_behind_any_number_of_what_asks():
    found = look(Check.PLACEHOLDERS, "〇〇の件。" * 200 + "{{name}}様", subject="〇〇の件。" * 100)

    assert (found[0].words, found[0].level) == ("{{name}}", Level.BLOCK)
    assert "240 more places" in str(found[-1].message)
    assert found[-1].level == Level.WARN


@pytest.mark.parametrize(
    ("check", "text", "words"),
    [
        (Check.PLACEHOLDERS, "{{name}}", "{{name}}"),
        (Check.NUMBERS, "4111 1111 1111 1111", "4111 1111 1111 1111"),
        (Check.WORDS, "返金保証", "返金保証"),
    ],
)
def test_what_blocks_is_found_however_far_down(check, text, words):
    rules = only(check, words=(WatchedWord("返金保証", Level.BLOCK),))

    (found,) = look(check, "お世話になっております。\n" * 10_000 + text, rules=rules)

    assert (found.words, found.level) == (words, Level.BLOCK)


def test_what_is_not_read_to_its_end_is_said():
    (found,) = look(Check.OTHERS, "お世話になっております。\n" * 2_000)

    assert "first 20000 characters only" in str(found.message)
