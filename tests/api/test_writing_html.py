"""HTML of replies through the API: what it says is read, and it says what the text says."""

import pytest
from tests.factories.api_writing import letter
from tests.factories.conversations import make_conversation
from tests.factories.writing import sent

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "hidden",
    [
        "<div style='display:none;display:block'>80,000円を返金します。</div>",
        "<style>.a{display:block!important}</style><div class='a' style='display:none'>80,000円を返金します。</div>",
        "<p>確認<wbr style='display:none'>80,000円を返金します。</p>",
    ],
)
def test_what_html_hides_is_read_and_seen(caller, hidden):
    number = make_conversation().pk

    response = caller.post(f"/conversations/{number}/replies", letter(caller, number, text="", html=hidden))

    written = response.json()
    assert response.status_code == 201
    assert "80,000円を返金します。" in written["text"]
    assert "display" not in written["html"]


@pytest.mark.parametrize(
    ("text", "html"),
    [("リスト\u200fブラック", ""), ("", "<p>&#x2067;リスト\u200fブラック&#x2069;</p>")],
)
def test_no_mark_turns_the_direction_of_a_letter(caller, text, html):
    number = make_conversation().pk
    wanted = letter(caller, number, text=f"\u2067{text}" if text else "", html=html, subject="ご返信\u202e認確")

    response = caller.post(f"/conversations/{number}/replies", wanted)

    written = sent().get()
    assert response.status_code == 201
    assert "リストブラック" in written.text
    assert not set(f"{written.text}{written.html}{written.subject}") & set("\u200f\u202e\u2067\u2069")


def test_picture_within_the_html_is_refused(caller):
    number = make_conversation().pk
    html = "<p>図です。</p><img src='data:image/png;base64,iVBORw0KGgo='>"

    response = caller.post(f"/conversations/{number}/replies", letter(caller, number, text="", html=html))

    assert (response.status_code, response.json()["error"]["field"]) == (422, "html")
    assert not sent().exists()


@pytest.mark.parametrize("html", ["<p>返金は80,000円です。</p>", "<p>本日発送いたします。</p><p>{{顧客名}}</p>"])
def test_html_that_says_other_words_than_the_text_is_refused(caller, html):
    number = make_conversation().pk

    response = caller.post(f"/conversations/{number}/replies", letter(caller, number, html=html))

    assert (response.status_code, response.json()["error"]["field"]) == (422, "html")
    assert not sent().exists()
