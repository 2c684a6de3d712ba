import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.connectors.mail.mails import b_word

from madoguchi.channels.contract import Address
from madoguchi.connectors.mail.addresses import domain_of, read_addresses


@pytest.mark.parametrize(
    ("value", "email", "name"),
    [
        (b"taro@x.example", "taro@x.example", ""),
        (b"<taro@x.example>", "taro@x.example", ""),
        (b"Taro Yamada <taro@x.example>", "taro@x.example", "Taro Yamada"),
        (b'"Yamada, Taro" <taro@x.example>', "taro@x.example", "Yamada, Taro"),
        (b'"Taro \\"T\\" Yamada" <taro@x.example>', "taro@x.example", 'Taro "T" Yamada'),
        (b"taro@x.example (Taro Yamada)", "taro@x.example", "Taro Yamada"),
        (b"taro@x.example (Taro (the \\) one))", "taro@x.example", "Taro (the \\) one)"),
        (b"(never closed taro@x.example", "", ""),
        (b"Taro (comment) <taro@x.example>", "taro@x.example", "Taro"),
        (b"=?utf-8?B?5bGx55Sw?= <taro@x.example>", "taro@x.example", "山田"),
        (b'"=?utf-8?B?5bGx55Sw?=" <taro@x.example>', "taro@x.example", "山田"),
        (b"=?utf-8?Q?Yamada,_Taro_(=E5=B1=B1)?= <taro@x.example>", "taro@x.example", "Yamada, Taro (山)"),
        (b_word("山田, 太郎 <taro@x.example>".encode(), "utf-8"), "taro@x.example", "山田, 太郎"),
        (b_word(b"\x1b$B;3ED\x1b(B") + b" <taro@x.example>", "taro@x.example", "山田"),
        (b"\x1b$B;3ED\x1b(B <taro@x.example>", "taro@x.example", "山田"),
        ("山田 <taro@x.example>".encode("cp932"), "taro@x.example", "山田"),
        ("山田太郎 <taro@x.example>".encode(), "taro@x.example", "山田太郎"),
        # carriers' addresses the standard forbids
        (b"taro..y.@docomo.ne.jp", "taro..y.@docomo.ne.jp", ""),
        (b"Taro <taro..y.@docomo.ne.jp>", "taro..y.@docomo.ne.jp", "Taro"),
        (b'"taro..y."@docomo.ne.jp', "taro..y.@docomo.ne.jp", ""),
        (b'<"taro..y."@docomo.ne.jp>', "taro..y.@docomo.ne.jp", ""),
        (b".taro@ezweb.ne.jp", ".taro@ezweb.ne.jp", ""),
        (b"-taro-@ezweb.ne.jp", "-taro-@ezweb.ne.jp", ""),
        (b"<ta/ro?=@docomo.ne.jp>", "ta/ro?=@docomo.ne.jp", ""),
        # what people and programs get wrong
        (b'"a b"@x.example', '"a b"@x.example', ""),
        (b"Taro taro@x.example", "taro@x.example", "Taro"),
        (b"<<taro@x.example>>", "taro@x.example", ""),
        (b"Taro <taro@x.example", "taro@x.example", "Taro"),
        (b"<mailto:taro@x.example>", "taro@x.example", ""),
        (b"<@relay.example:taro@x.example>", "taro@x.example", ""),
        (b"< taro @ x.example >", "taro@x.example", ""),
        (b"taro@x.example <taro@x.example>", "taro@x.example", "taro@x.example"),
        ("taro＠ｘ．example".encode(), "taro@x.example", ""),
        (b"Taro <not an address> taro@x.example", "taro@x.example", "Taro not an address"),
        (b"'Taro' <taro@x.example>", "taro@x.example", "Taro"),
        (b"O'Neil <taro@x.example>", "taro@x.example", "O'Neil"),
        (b"ta\x00ro@x.example", "taro@x.example", ""),
        (b"taro@x.example.", "taro@x.example", ""),
        (b"undisclosed-recipients:;", "", ""),
        (b"Taro", "", ""),
        (b"@x.example", "", ""),
        (b"taro@", "", ""),
        (b"a" * 300 + b"@" + b"x" * 100 + b".example", "", ""),
        (b"", "", ""),
    ],
)
def test_one_address(value, email, name):
    assert read_addresses(value) == ((Address(email, name),) if email else ())


@pytest.mark.parametrize(
    "value",
    [
        b"a@x.example, B <b@x.example>",
        b"a@x.example; B <b@x.example>;",
        "a@x.example、B <b@x.example>".encode(),
        "a@x.example，B <b@x.example>".encode(),
        b"Team: a@x.example, B <b@x.example>;",
        b"Team: a@x.example;, Other: B <b@x.example>;",
        b"a@x.example,,, B <b@x.example>,",
        b"<a@x.example> , B (b, c) <b@x.example>",
    ],
)
def test_several_addresses(value):
    assert read_addresses(value) == (Address("a@x.example"), Address("b@x.example", "B"))


def test_a_japanese_comma_in_a_name_does_not_cut_it():
    assert read_addresses("山田、太郎 <t@x.example>".encode()) == (Address("t@x.example", "山田、太郎"),)


def test_addresses_are_bounded():
    assert len(read_addresses(b",".join(b"a%d@x.example" % number for number in range(3_000)))) == 1_000


def test_force_re_reads_names():
    name = "山田".encode("euc_jp")

    assert read_addresses(name + b" <t@x.example>", force="euc-jp")[0].name == "山田"
    assert read_addresses(b_word(name, "utf-8") + b" <t@x.example>", force="euc-jp")[0].name == "山田"


@pytest.mark.parametrize(
    ("value", "domain"),
    [(b"T <t@Docomo.NE.jp>", "docomo.ne.jp"), (b"t@", ""), (b"nobody", ""), (b"", "")],
)
def test_domain_of(value, domain):
    assert domain_of(value) == domain


@pytest.mark.parametrize(
    ("value", "email"),
    [
        ("花子 <hana\u00adko@shop.ex\u00adample>", "hanako@shop.example"),
        ("hana\u200bko@shop\u2060.example", "hanako@shop.example"),
        ("hanako@\u00ad", None),
    ],
)
def test_what_nobody_sees_is_no_part_of_an_address(value, email):
    assert [each.email for each in read_addresses(value.encode(), charset="utf-8")] == ([email] if email else [])


@given(st.binary(max_size=200))
@settings(deadline=None)
@example(b"\x80@\xad")
def test_any_bytes_give_clean_addresses(raw):
    for address in read_addresses(raw):
        local, at, domain = address.email.rpartition("@")
        assert local
        assert at
        assert domain
        assert address.email.isprintable()
        assert not any(char in address.name for char in "\r\n\x00")
