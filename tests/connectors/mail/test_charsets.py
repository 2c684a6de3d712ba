import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from madoguchi.connectors.mail.carrier_emoji import carrier_of, from_shift_jis, replace_private_use
from madoguchi.connectors.mail.charsets import candidates, canonical, decode, read_as
from madoguchi.connectors.mail.japanese import decode_cp932, decode_euc_jp, decode_iso2022jp, encode_iso2022jp

LABELS = [
    "",
    "utf-8",
    "shift_jis",
    "iso-2022-jp",
    "euc-jp",
    "utf-7",
    "utf-16",
    "hz",
    "gb2312",
    "big5",
    "euc-kr",
    "iso-2022-kr",
    "johab",
    "utf-32",
    "us-ascii",
]
JAPANESE = [
    "お問い合わせの件",
    "領収書送付",
    "東京都",
    "見積書",
    "ご確認",
    "㈱サンプル①",
    "Re: 【至急】返品",
    "お世話になっております。株式会社サンプルの山田です。\n髙橋様",
]
CHINESE = ["您好，我想查询订单。请尽快回复，谢谢。"]
TAIWANESE = ["您好，請問我的訂單何時會到？謝謝"]
KOREAN = ["안녕하세요 주문 확인 부탁드립니다"]
WESTERN = ["Café crème à Zürich, détail naïve", "Ich möchte wissen, wann die Lieferung für Müller kommt", "señor año"]
TEXTS = [
    *((text, "cp932") for text in JAPANESE),
    *((text, "euc_jp") for text in JAPANESE if "㈱" not in text and "髙" not in text),
    *((text, "utf-8") for text in JAPANESE + CHINESE + TAIWANESE + KOREAN + WESTERN),
    *((text, "gb18030") for text in CHINESE),
    *((text, "big5") for text in TAIWANESE),
    *((text, "cp949") for text in KOREAN),
    *((text, "cp1252") for text in WESTERN),
]


@pytest.mark.parametrize("declared", ["", "us-ascii", "iso-8859-1", "utf-8", "iso-2022-jp", "unknown-8bit", "x-foo"])
@pytest.mark.parametrize(("text", "actual"), TEXTS)
def test_decode_finds_the_encoding_behind_a_missing_or_wrong_label(text, actual, declared):
    assert decode(text.encode(actual), declared).text == text


@pytest.mark.parametrize("declared", ["shift_jis", "euc-jp", "gb2312", "big5", "euc-kr"])
@pytest.mark.parametrize(("text", "actual"), [pair for pair in TEXTS if pair[0] in JAPANESE])
def test_decode_finds_japanese_behind_the_label_of_another_language(text, actual, declared):
    assert decode(text.encode(actual), declared).text == text


def test_row_13_and_the_vendors_kanji_survive_every_japanese_encoding():
    text = "①㈱№ 髙﨑 ～"

    assert decode_cp932(text.encode("cp932")) == text
    assert decode_iso2022jp(b"\x1b$B\x2d\x21\x2d\x6a\x2d\x62\x1b(B \x1b$B\x7c\x62\x79\x75\x1b(B \x1b$B!A\x1b(B") == text
    assert decode_euc_jp(b"\xad\xa1\xad\xea\xad\xe2 \x8f\xf4\xfb\x8f\xf4\xbd \xa1\xc1") == text


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"\x1b(I6^\x1b(B", "ｶﾞ"),
        (b"\x0e6^\x0f.", "ｶﾞ."),
        (b"\xb6\xde", "ｶﾞ"),
        (b"\x1b(J\\100~\x1b(B\\", "¥100~\\"),
        (b"\x1b$(D\x30\x21\x1b(B", "丂"),
        (b"\x1b$(D\x30\n\x7e\x7e\x1b(B", "\ufffd\n\ufffd"),
        (b'\x1b$@$"\x1b(B', "あ"),
        (b'\x1b$(B$"\x1b(B', "あ"),
        (b'\x1b&@\x1b$B$"\x1b(B', "あ"),
        (b'\x1b$B$"\n$$\x1b(B', "あ\nい"),
        (b'\x1b$B$"$', "あ\ufffd"),
        (b"\x1b$B\x29\x21\x1b(B", "\ufffd"),
        (b"\x1b$(Q\x2d\x21\x1b(B", "①"),
        (b"\x1b$A0!\x1b(B", "啊"),
        (b"\x1b$Gj\x0f", "\ue04a"),
    ],
)  # fmt: skip
def test_iso_2022_jp_reads_what_senders_put_in_it(raw, text):
    assert decode_iso2022jp(raw) == text


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"\x8e\xb1\x8e\xb2", "ｱｲ"),
        (b"\x8f\xb0\xa1", "丂"),
        (b"\x8f\xf3\xf3\x8f\xf4\xfe", "ⅰ黑"),
        (b"\xa4\xa2\xff\xa4", "あ\ufffd\ufffd"),
        (b"a\x8e", "a"),
    ],
)
def test_euc_jp_reads_kana_supplement_and_damage(raw, text):
    assert decode_euc_jp(raw) == text


@pytest.mark.parametrize(
    ("raw", "carrier", "text"),
    [
        (b"\xf8\x9f", "", "☀"),
        (b"\xf6\x59", "", "⚠"),
        (b"\xf9\x41", "softbank", "👦"),
        (b"\xfb\x41", "softbank", "😥"),
        (b"\xfb\x41", "", "涬"),
        (b"\xeb\x59", "", "⚠"),
        (b"\xf0\x40", "", "〓"),
        (b"\x85\x40\x82\xa0", "", "\ufffdあ"),
        (b"\x82", "", "\ufffd"),
    ],
)
def test_shift_jis_turns_carrier_codes_into_emoji(raw, carrier, text):
    assert decode_cp932(raw, carrier) == text


@pytest.mark.parametrize(
    ("text", "carrier", "emoji"),
    [
        ("\ue63e", "", "☀"),
        ("\ue04a", "", "☀"),
        ("\ue488", "", "☀"),
        ("\ue6e2", "", "1\ufe0f⃣"),
        ("\ue501", "", "🏩"),
        ("\ue757", "", "😱"),
        ("\ue6a6", "", "〓"),
        ("\uf8ff plain", "", "\uf8ff plain"),
        ("plain", "", "plain"),
    ],
)
def test_private_use_code_points_of_carriers_become_emoji(text, carrier, emoji):
    assert replace_private_use(text, carrier) == emoji


def test_au_and_softbank_differ_where_their_code_points_collide():
    assert replace_private_use("\ue501", "au") != replace_private_use("\ue501", "softbank")


def test_au_pictograms_in_iso_2022_jp_need_the_sender_only_where_they_collide():
    assert decode_iso2022jp(b"\x1b$B\x75\x3a\x1b(B") == "⚠"
    assert decode_iso2022jp(b"\x1b$B\x79\x21\x1b(B") == b"\xed\x40".decode("cp932")
    assert decode_iso2022jp(b"\x1b$B\x79\x21\x1b(B", "au") == from_shift_jis(0xF340)


@pytest.mark.parametrize(
    ("domain", "carrier"),
    [
        ("docomo.ne.jp", "docomo"),
        ("EZWEB.ne.jp", "au"),
        ("au.com", "au"),
        ("i.softbank.ne.jp", "softbank"),
        ("t.vodafone.ne.jp", "softbank"),
        ("notdocomo.ne.jp", ""),
        ("", ""),
    ],
)
def test_carrier_of_a_domain(domain, carrier):
    assert carrier_of(domain) == carrier


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("ISO-2022-JP-MS", "iso-2022-jp"),
        ("cp50221", "iso-2022-jp"),
        ('"Shift_JIS"', "cp932"),
        ("Windows-31J", "cp932"),
        ("x-sjis", "cp932"),
        ("eucJP-ms", "euc-jp"),
        ("CP51932", "euc-jp"),
        ("utf8", "utf-8"),
        ("UTF-8*ja", "utf-8"),
        ("unicode-1-1-utf-7", "utf-7"),
        ("gb2312", "gb18030"),
        ("ks_c_5601-1987", "cp949"),
        ("iso-8859-1", "cp1252"),
        ("iso-8859-15", "iso8859-15"),
        ("koi8-r", "koi8-r"),
        ("hex", ""),
        ("zlib", ""),
        ("idna", ""),
        ("unicode_escape", ""),
        ("rot13", ""),
        ("a\x00b", ""),
        ("", ""),
    ],
)
def test_canonical_names_only_real_text_encodings(label, name):
    assert canonical(label) == name


@pytest.mark.parametrize(
    ("raw", "declared", "charset", "text"),
    [
        (b"", "shift_jis", "cp932", ""),
        (b"plain", "", "us-ascii", "plain"),
        (b"plain", "shift_jis", "cp932", "plain"),
        (b"\xef\xbb\xbf\xe3\x81\x82", "utf-8", "utf-8", "あ"),
        ("あいう".encode()[:-1], "utf-8", "utf-8", "あい"),
        ("あいう".encode()[:-1], "", "utf-8", "あい"),
        (b'\x1b$B$"$$\x1b(B', "utf-8", "iso-2022-jp", "あい"),
        (b'\x1b$B$"$$\x1b(B', "", "iso-2022-jp", "あい"),
        (b"+MEIwRDBG-", "utf-7", "utf-7", "あいう"),
        (b"+MEIwRDBG-", "", "utf-7", "あいう"),
        (b"C+code- 1+1-2", "", "us-ascii", "C+code- 1+1-2"),
        (b"~{<:Ky~}", "hz", "hz", "己所"),
        ("注文の件".encode("utf-16"), "", "utf-16", "注文の件"),
        ("Hello 注文".encode("utf-16-le"), "", "utf-16", "Hello 注文"),
        ("Hello 注文".encode("utf-16-be"), "", "utf-16", "Hello 注文"),
        ("Привет, заказ".encode("koi8-r"), "koi8-r", "koi8-r", "Привет, заказ"),
    ],
)  # fmt: skip
def test_decode_reads_special_cases(raw, declared, charset, text):
    reading = decode(raw, declared)

    assert (reading.charset, reading.text) == (charset, text)


def test_decode_judges_a_long_text_by_where_it_stops_being_ascii():
    raw = b"line of English\n" * 3_000 + "お世話になっております。".encode("cp932") * 3

    reading = decode(raw, "")

    assert reading.charset == "cp932"
    assert reading.text == raw.decode("cp932")


def test_candidates_rank_readings_and_offer_each_text_once():
    found = candidates("お問い合わせありがとうございます。".encode("euc_jp"), "shift_jis")

    assert (found[0].charset, found[0].text) == ("euc-jp", "お問い合わせありがとうございます。")
    assert [one.confidence for one in found] == sorted((one.confidence for one in found), reverse=True)
    assert len({one.text for one in found}) == len(found) > 3
    assert all(0 <= one.confidence <= 1 for one in found)


def test_candidates_of_plain_ascii_is_one():
    assert [(one.charset, one.text) for one in candidates(b"hello")] == [("us-ascii", "hello")]


def test_read_as_never_lets_a_lone_surrogate_or_unknown_name_through():
    assert read_as(b"+2D0-x", "utf-7") == "\ufffdx"
    assert read_as(b"\xe9", "no-such-name") == "é"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("〜～―—", "～～――"),
        ("ｶﾞｷﾞ", "ガギ"),
        ("①㈱髙𠮷😀", "〓〓〓〓〓"),
        ("¥\u00a0‾", "￥ ￣"),
        ("か\u3099", "が"),
    ],
)
def test_encode_iso2022jp_maps_twins_and_marks_losses(text, written):
    assert decode_iso2022jp(encode_iso2022jp(text)) == written


@given(st.binary(max_size=200), st.sampled_from(LABELS))
@settings(deadline=None)
def test_decode_takes_any_bytes(raw, declared):
    reading = decode(raw, declared)

    assert reading.text.encode("utf-8").decode("utf-8") == reading.text
    assert 0 <= reading.confidence <= 1


@given(
    st.text(alphabet=st.characters(codec="cp932", exclude_categories=["Co"], exclude_characters="¢£¬‖−〜"), max_size=60)
)
@settings(deadline=None)
def test_cp932_text_comes_back(text):
    assert decode_cp932(text.encode("cp932")) == text
