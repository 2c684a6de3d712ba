"""The Markdown subset of rich letters."""

import pytest

from madoguchi.core.markup import render_markup


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("一行\n二行", "<p>一行<br>二行</p>"),
        ("一段\n\n\n二段", "<p>一段</p>\n<p>二段</p>"),
        ("**強** *斜* `x < y`", "<p><strong>強</strong> <em>斜</em> <code>x &lt; y</code></p>"),
        ("# 大\n## 中", "<h2>大</h2><h3>中</h3>"),
        ("- 一\n- 二", "<ul><li>一</li><li>二</li></ul>"),
        ("・一\n・二", "<ul><li>一</li><li>二</li></ul>"),
        ("1. 一\n2. 二", "<ol><li>一</li><li>二</li></ol>"),
        ("> 引用\n> **強**", "<blockquote>引用<br><strong>強</strong></blockquote>"),
        ("前\n- 一\n後", "<p>前</p>\n<ul><li>一</li></ul>\n<p>後</p>"),
        ("2*3*4 と **", "<p>2*3*4 と **</p>"),
        ("<b>x</b> & y", "<p>&lt;b&gt;x&lt;/b&gt; &amp; y</p>"),
        ("", ""),
    ],
)
def test_markup(text, html):
    assert render_markup(text) == html


def test_links_are_made_of_safe_addresses_only():
    html = render_markup("[見る](https://shop.example/a?b=1&c=2) [悪](javascript:x) https://bare.example/")

    assert 'href="https://shop.example/a?b=1&amp;c=2"' in html
    assert ">見る</a>" in html
    assert "[悪](javascript:x)" in html
    assert 'href="https://bare.example/"' in html
