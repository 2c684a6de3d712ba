import pytest

from madoguchi.core.addresses import fold_address


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Taro@Example.JP", "taro@example.jp"),
        ('"taro..y."@DOCOMO.ne.jp', "taro..y.@docomo.ne.jp"),
        ("taro..y.@docomo.ne.jp", "taro..y.@docomo.ne.jp"),
        ("-hanako@ezweb.example", "-hanako@ezweb.example"),
        (r'"a\"b\\c"@x.example', r'a"b\c@x.example'),
        ("a@ＥＸＡＭＰＬＥ．jp", "a@example.jp"),
        ("a@日本語.example", "a@xn--wgv71a119e.example"),
        ("a@x.example.", "a@x.example"),
        (" a@x.example ", "a@x.example"),
        ("a@b@x.example", "a@b@x.example"),
        ("nobody", "nobody"),
        ("a@" + "x" * 70 + ".example", "a@" + "x" * 70 + ".example"),
        ("", ""),
    ],
)
def test_fold_address_gives_one_form_for_one_person(written, folded):
    assert fold_address(written) == folded
