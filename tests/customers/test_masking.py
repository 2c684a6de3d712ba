"""Masked addresses and numbers: what is hidden, what is ours, and the way back."""

from html import escape, unescape

import pytest
from tests.factories.accounts import make_user
from tests.factories.conversations import make_conversation

from madoguchi.channels.contract import Address
from madoguchi.customers.actions import add_identity
from madoguchi.customers.actions.hiding import keep_hidden
from madoguchi.customers.masked_pages import mask_data, mask_page
from madoguchi.customers.masking import Ours, cut_whole, first_words, mask, masked_mail, masked_phone, numbers_in, tight
from madoguchi.customers.phones import phone_key
from madoguchi.customers.places import places_in
from madoguchi.customers.unmasking import hidden_from, is_masked, unmasked, unmasked_part


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("宛先 yumiko@mail.example です", "yumiko"),
        ("&lt;yumiko@mail.example&gt;", "yumiko"),
        ('{"email":"yumiko.takahashi+shop@mail.example"}', "yumiko.takahashi"),
        ("?q=from%3Ayumiko%40mail.example", "yumiko%40"),
        ("電話 090-1234-5678 まで", "1234"),
        ("電話 03-1234-5678", "1234"),
        ("電話03-1234-5678を変更", "1234"),
        ("(03)1234-5678", "1234"),
        ("09012345678", "012345"),
        ("+81 90 1234 5678", "1234"),
        ("+819012345678", "90123456"),
        ("０９０－１２３４－５６７８", "１２３４"),
        ("０９０ー１２３４ー５６７８", "１２３４"),
        ("ＴＥＬ０９０１２３４５６７８", "０１２３４５６"),
        ("TEL090-1234-5678FAX", "1234"),
        ("TEL/03-1234-5678", "1234"),
        ("tel:09012345678", "012345"),
        ("?q=09012345678", "012345"),
        ("?q=%E3%81%82090-1234-5678", "1234"),
        ("〒150-0001\r\n東京都", "0001"),
        ("150-0001\r\n東京都", "0001"),
        ("090.1234.5678", "1234"),
        ("090・1234・5678", "1234"),
        ("+81(0)90-1234-5678", "1234"),
        ("（０３）１２３４－５６７８", "１２３４"),
        ("ｙｕｍｉｋｏ＠ｍａｉｌ．ｅｘａｍｐｌｅ", "ｙｕｍｉｋｏ"),
        ("yumiko @ mail.example", "yumiko"),
        ("yumiko[at]mail.example", "yumiko"),
        ("yumiko ＠ mail.example", "yumiko"),
        ("yumiko@mail．example", "yumiko"),
        ("〒150-0001", "0001"),
        ("〒１５０－０００１", "０００１"),
        ("郵便番号:1500001", "150"),
        ("東京都千代田区紀尾井町9-87", "紀尾井町9-87"),
        ("千代田区紀尾井町9丁目87番", "紀尾井町9"),
        ("東京都千代田区紀尾井町９ー８７　クロノスタワー301号室です", "タワー301"),
        ("京都府京都市下京区四条通烏丸東入長刀鉾町8", "長刀鉾町8"),
        ("102-8794 東京都千代田区紀尾井町9-87", "8794"),
        ("電話 090-1234…", "1234"),
        ("…-1234-5678 です", "1234"),
        ("yumiko@mail…", "yumiko"),
        ("Send it to 1-2-3 Jingumae, Shibuya-ku, Tokyo 150-0001.", "Jingumae"),
    ],
)
def test_what_belongs_to_a_customer_is_hidden(text, hidden):
    masked = mask(text)

    assert hidden not in masked
    assert "•" in masked


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-25",
        "2026-11-25T10:00:00+09:00",
        "注文 HK-104815",
        "5,000円",
        "05-12-2026",
        "北海道への送料は500円",
        "札幌市では3-4日かかる",
        "ver. 0.12.3456",
        "受付番号:0123",
        "10:00~17:00",
        "3個 @ 100.50",
        "meet @ 10:00",
    ],
)
def test_dates_orders_and_amounts_stay(text):
    assert mask(text) == text


def test_our_own_addresses_and_numbers_stay():
    text = "support@shop.example 03-9999-0000"

    assert mask(text, Ours({"support@shop.example"}, numbers_in("TEL: 03-9999-0000"))) == text


def test_a_mask_tells_two_addresses_apart_and_is_the_same_in_any_case():
    first, second = masked_mail("yumiko@mail.example"), masked_mail("yukari@mail.example")

    assert first.startswith("yu•••")
    assert first.endswith("@mail.example")
    assert first != second
    assert first.casefold() == masked_mail("Yumiko@Mail.example").casefold()
    assert masked_phone("090-1234-5678") == "09•-••••-••78"


@pytest.mark.django_db
def test_what_two_customers_could_be_is_put_back_for_nobody():
    seen: dict[str, str] = {}
    address = next(
        each
        for each in (f"yu{number}@mail.example" for number in range(200_000))
        if seen.setdefault(masked_mail(each), each) != each
    )
    twin = seen[masked_mail(address)]
    make_conversation(sender=Address(address))
    assert unmasked(masked_mail(address)) == address

    make_conversation(sender=Address(twin))

    assert unmasked(masked_mail(address)) == masked_mail(address)
    assert unmasked(masked_mail(address), [twin]) == twin


@pytest.mark.django_db
def test_what_a_customer_has_is_put_back():
    conversation = make_conversation(sender=Address("yumiko@mail.example", "髙橋 由美子"))
    add_identity(conversation.customer, "phone", "090-1234-5678", by=make_user().actor)
    masked = mask("髙橋 <yumiko@mail.example> 090-1234-5678")

    assert unmasked(masked) == "髙橋 <yumiko@mail.example> 090-1234-5678"
    assert is_masked(masked)
    assert unmasked(masked_mail("other@mail.example"), ["other@mail.example"]) == "other@mail.example"


@pytest.mark.django_db
@pytest.mark.parametrize("local", ["s-murakami", "..dots..", "-dash", "a_b+c", "x", "o'brien"])
def test_any_beginning_of_an_address_is_put_back(local):
    address = f"{local}@mail.example"
    make_conversation(sender=Address(address))

    masked = mask(f"宛先 {address} へ")

    assert local not in masked.replace("mail.example", "") or len(local) == 1
    assert unmasked(masked) == f"宛先 {address} へ"


@pytest.mark.django_db
def test_what_nobody_has_stays_masked_and_is_known_as_such():
    masked = masked_mail("nobody@mail.example")

    assert unmasked(masked) == masked
    assert is_masked(masked)
    assert not is_masked("• 箇条書き\n•• 10:00")


@pytest.mark.django_db
def test_what_stands_in_a_field_comes_back_exactly_and_for_its_reader_alone():
    user = make_user()
    written = "o'brien@x.example 090-1111-2278 090-3333-2278\n東京都千代田区紀尾井町9-87 <&>"
    page = f"<p>a@x.example</p><textarea name='text'>{escape(written)}</textarea>"

    masked, hidden = mask_page(page, Ours())
    keep_hidden(hidden, user=user)
    sent = unescape(masked.partition("name='text'>")[2].removesuffix("</textarea>"))

    assert not any(each in masked for each in ("a@x", "brien", "1111", "3333", "紀尾井町"))
    assert unmasked(sent, (), hidden_from(user, sent)) == written
    assert is_masked(unmasked(sent, (), hidden_from(make_user(), sent)))


def test_parts_of_a_postal_address_are_masked_in_their_fields():
    page = '<input name="street" value="紀尾井町"><input type="text" name="q" value="紀尾井町">'

    masked, hidden = mask_page(page, Ours())
    data = mask_data({"street": "紀尾井町", "subject": "紀尾井町", "rows": [{"building": "塔"}]}, Ours())

    assert masked.count("紀尾井町") == 1
    assert list(hidden.values()) == ["紀尾井町"]
    assert (data["subject"], "紀尾井町" in data["street"], data["rows"][0]["building"][:3]) == (
        "紀尾井町",
        False,
        "•••",
    )


@pytest.mark.parametrize(
    "page",
    [
        "<mark>yumiko</mark>.takahashi@mail.example",
        "<b>yumi</b><i>ko</i>.takahashi<wbr>@mail.example",
        "090-<mark>1234</mark>-5678",
        "東京都千代田区<mark>紀尾井町</mark>9-87",
        "090&nbsp;1234&nbsp;5678",
        "<a href='mailto:yumiko.takahashi@mail.example' title='090-1234-5678'>x</a>",
        "<span>name</span><span>09012345678</span>",
        "090<code>-1234-</code>5678",
        "<s>090</s>-<small>1234</small>-5678",
        "<tr>\n <td>090</td>\n <td>1234</td>\n <td>5678</td></tr>",
        "090<br>-1234-<br>&gt; 5678",
        "yumiko<sub>@</sub>mail.example",
        "090\u200b-12\u200d34-5678 yumi\u00adko@mail.example",
    ],
)
def test_tags_inside_of_it_do_not_save_it(page):
    masked, _hidden = mask_page(page, Ours())

    assert not any(each in masked for each in ("yumi", "1234", "紀尾井町"))
    assert masked.count("<") == page.count("<")


@pytest.mark.parametrize("between", ["</b> <b>", "</b><br><b>", "</td><td>", "</p><p>", "</b>\n<b>"])
def test_tags_between_words_join_nothing(between):
    masked, _hidden = mask_page(f"<b>髙橋 taro{between}yumiko@mail.example</b>", Ours())

    assert f"taro{between}yu•••" in masked


@pytest.mark.parametrize("kind", ["phone", "mail", "line"])
@pytest.mark.parametrize("text", ["taro/love@docomo.example", "1-212-5551", "Uabc4711", "hanako@[192.0.2.7]"])
def test_what_a_field_says_is_an_address_is_masked_by_its_kind(kind, text):
    row = {"kind": kind, "address": text, "key": text, "text": text, "label": "自宅"}

    data = mask_data({"identities": [row]}, Ours())["identities"][0]
    page, hidden = mask_page(f'<span data-reached="{kind}">{text}</span>', Ours())

    assert [data[each] for each in ("address", "key", "text")] == [page.split(">")[1].split("<")[0]] * 3
    assert not any(each in page for each in ("love", "5551", "4711", "nako"))
    assert (data["label"], hidden) == ("自宅", {})


def test_numbers_that_a_customer_has_are_masked_in_any_writing():
    ours = Ours(known=frozenset({phone_key("1 212 555 0101")}))

    assert "555" not in mask("と書かれた 1 212 555 0101", ours)
    assert mask("1 212 555 0102 と 2026-11-25", ours) == "1 212 555 0102 と 2026-11-25"


@pytest.mark.parametrize(
    "text",
    [
        "東京都渋谷区\n神宮前1-2-3",
        "〒150-0001\r\n東京都渋谷区神宮前\r\n1-2-3",
        "住所:東京都 渋谷区\n   神宮前 1丁目2-3",
        "> 大阪府大阪市北区\n> 梅田1-2-3 ビル5F",
        "渋谷区\n神宮前1-2-3",
        "東京都渋谷区<br />\n神宮前1-2-3",
    ],
)
def test_a_place_on_two_lines_is_masked(text):
    masked = mask(text)

    assert not any(each in masked for each in ("神宮前", "梅田", "2-3"))


@pytest.mark.parametrize(
    "text",
    [
        "東京都渋谷区に\n伺います。3-4日",
        "商品市場\n担当 村上\n2-3日",
        "小田原市\n3-4日で届きます",
        "市川\n田中\n注文番号 3-4",
    ],
)
def test_lines_that_only_follow_a_town_stay(text):
    assert mask(text) == text


def test_our_own_place_stays():
    signature = "はるかぜ日用品店\n〒060-0001 北海道札幌市中央区北1条西2-3 はるかぜビル5F\nTEL 011-222-3333"

    assert mask(signature, Ours((), numbers_in(signature), tight(signature))) == signature
    assert [signature[each.start : each.end] for each in places_in(signature)] == [
        "〒060-0001",
        "北海道札幌市中央区北1条西2-3 はるかぜビル5F",
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("around", ["5{}", "{}5", "-5{}", "{}5 5{}"])
def test_what_would_be_read_clear_beside_its_neighbours_is_not_put_back(around):
    conversation = make_conversation(sender=Address("yumiko@mail.example"))
    add_identity(conversation.customer, "phone", "090-1234-5678", by=make_user().actor)
    text = f"yumiko@mail.example {around}"
    came = text.replace("yumiko@mail.example", masked_mail("yumiko@mail.example")).replace("{}", "09•-••••-••78")

    put = unmasked(came)

    assert "1234" not in put
    assert is_masked(put)


@pytest.mark.parametrize("around", ["{}", "x {}", "【{}】", "TEL:{}", "(携帯) {}\r\n次の行", "{}, {}。", "> {}"])
def test_what_is_masked_again_is_put_back(around):
    hidden = {"09•••aaaaaa••78": "090-1234-5678", "東京都•••bbbbbb": "東京都千代田区紀尾井町9-87"}

    for masked, text in hidden.items():
        assert unmasked(around.replace("{}", masked), (), hidden, is_looked_up=False) == around.replace("{}", text)


def test_a_street_alone_is_put_back_into_no_text():
    hidden = {"•••aaaaaa": "紀尾井町", "東京都•••bbbbbb": "東京都千代田区紀尾井町9-87"}

    assert unmasked("住所 •••aaaaaa", (), hidden) == "住所 •••aaaaaa"
    assert unmasked_part("•••aaaaaa", hidden) == "紀尾井町"
    assert unmasked_part("x•••aaaaaa", hidden) == "x•••aaaaaa"
    assert unmasked_part("東京都•••bbbbbb", hidden) == "東京都•••bbbbbb"


@pytest.mark.parametrize("whole", ["yumiko.takahashi@mail.example", "090-1234-5678", "東京都千代田区紀尾井町9-87"])
def test_a_cut_leaves_nothing_torn(whole):
    for most in range(6, 6 + len(whole)):
        assert cut_whole(f"件名です。 {whole} 続き", most) == "件名です。 "[:most]

    assert cut_whole(f"件名 {whole}", 100) == f"件名 {whole}"
    assert cut_whole("あ" * 20, 10) == "あ" * 10
    assert cut_whole("あ" * 5000 + whole, 5003) == "あ" * 5000
    assert first_words(f"件名\n\n {whole}", 9) == "件名 "
