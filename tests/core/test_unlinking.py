"""Words of strangers in which nothing can be clicked."""

import pytest

from madoguchi.core.unlinking import without_links


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("当選https://evil.example/1 です", "当選- です"),
        ("(http://evil.example/1)", "(-)"),
        ("HTTPS://evil.example", "-"),
        ("www.evil.example はこちら", "- はこちら"),
        ("evil.example/x", "evil .example/x"),
        ("日本.jp", "日本 .jp"),
        ("evil\uff0eexample", "evil .example"),
        ("報告書 1.5 版。Re: 注文", "報告書 1.5 版。Re: 注文"),
    ],
)
def test_links_are_left_out_and_names_of_servers_torn(text, told):
    assert without_links(text, instead="-") == told
