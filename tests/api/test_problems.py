"""Refusals have one shape, the right language, and give nothing away."""

import json
import re

import pytest
from django.db import DataError, OperationalError
from django.http import HttpRequest
from django.test import Client
from django.utils import translation
from psycopg.errors import DeadlockDetected
from tests.factories.conversations import make_conversation

from madoguchi.api.app import api
from madoguchi.api.parsing import is_storable
from madoguchi.api.wrong_values import _WORDS, wrong_value

pytestmark = pytest.mark.django_db

LONG = b'--x\r\nContent-Disposition: form-data; name="file"; filename="%s"' % (b"a" * 3_000)
DEEP = "[" * 100_000 + "]" * 100_000


def post_raw(caller, body, content_type="application/json"):
    number = make_conversation().pk
    return caller.client.post(f"/api/v1/conversations/{number}/notes", body, content_type=content_type)


@pytest.mark.parametrize("path", ["/nothing", "/conversations/abc", "/conversations/1/nothing", "/"])
@pytest.mark.parametrize("method", ["get", "post", "delete"])
def test_unknown_address_is_said_in_json(path, method):
    response = getattr(Client(enforce_csrf_checks=True), method)(f"/api/v1{path}")

    assert (response.status_code, response.json()["error"]["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=\xff", b"x"),
        ("multipart/form-data; boundary=x", LONG),
    ],
)
@pytest.mark.parametrize("path", ["/files", "/nothing"])
def test_multipart_that_is_none_is_refused(caller, path, kind, body):
    response = caller.client.generic("POST", f"/api/v1{path}", body, content_type=kind)

    assert (response.status_code, response.json()["error"]["code"]) == (400, "bad_request")


@pytest.mark.parametrize(("method", "path"), [("put", "/me"), ("delete", "/status")])
def test_method_that_an_address_does_not_have(caller, method, path):
    response = getattr(caller.client, method)(f"/api/v1{path}")

    assert (response.status_code, response.json()["error"]["code"]) == (405, "method_not_allowed")
    assert "GET" in response["Allow"]


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"",
        b"\xff\xfe",
        b"NaN",
        b'{"text": Infinity}',
        DEEP.encode(),
        b'{"text": "a\\u0000b"}',
        b'{"text": "\\ud800"}',
    ],
)
def test_what_is_no_json_is_refused(caller, body):
    response = post_raw(caller, body)

    assert response.status_code in {400, 422}
    assert set(response.json()["error"]) == {"code", "message", "field", "facts"}


@pytest.mark.parametrize("body", [b"[]", b"1", b'"x"', b"null", b'{"text": 1}', b'{"text": null}', b'{"text": ["x"]}'])
def test_json_of_another_shape_is_refused(caller, body):
    response = post_raw(caller, body)

    assert (response.status_code, response.json()["error"]["code"]) == (422, "invalid")


def test_every_wrong_value_is_listed(caller):
    number = make_conversation().pk

    error = caller.post(f"/conversations/{number}/replies", {"to": [{"email": 1}], "text": 2}).json()["error"]

    assert error["field"] == "to.0.email"
    assert [each["field"] for each in error["facts"]["errors"]] == ["to.0.email", "text", "seen_event_id"]


@pytest.mark.parametrize(
    ("body", "field", "japanese"),
    [
        ({"seen_event_id": 1, "text": "x"}, "to", "値がありません。"),
        ({"seen_event_id": 1, "text": 2, "to": [{"email": "a@b.example"}]}, "text", "文字列で指定してください。"),
        (
            {"seen_event_id": -1, "text": "x", "to": [{"email": "a@b.example"}]},
            "seen_event_id",
            "0以上にしてください。",
        ),
        ({"seen_event_id": 1, "text": "x", "to": []}, "to", "1件以上必要です。"),
        (
            {"seen_event_id": 1, "text": "x", "to": [{"email": "a@b.example"}], "status_after": "x"},
            "status_after",
            "次のいずれかを指定してください:'wait', 'open', 'internal', 'done'",
        ),
    ],
)
def test_what_is_wrong_is_said_in_one_language(caller, body, field, japanese):
    error = caller.post(f"/conversations/{make_conversation().pk}/replies", body).json()["error"]

    assert (error["field"], error["facts"]["errors"][0]["why"]) == (field, japanese)
    assert error["message"].endswith(japanese)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ({"type": "made_up_tomorrow"}, "値を使用できません。"),
        ({"type": "too_long", "ctx": {"other": 1}}, "値を使用できません。"),
        ({"type": "enum", "ctx": {"expected": "'a', 'b' or 'c'"}}, "次のいずれかを指定してください:'a', 'b', 'c'"),
    ],
)
def test_what_nobody_foresaw_is_said_in_general(error, words):
    with translation.override("ja"):
        assert wrong_value(error) == words


def test_every_sentence_has_its_japanese():
    facts = dict.fromkeys(["min_length", "max_length", "gt", "ge", "lt", "le", "expected"], 1)

    with translation.override("ja"):
        sentences = [wrong_value({"type": each, "ctx": facts}) for each in _WORDS]

    assert all(re.search("[ぁ-ん]", sentence) for sentence in sentences)


@pytest.mark.parametrize("number", [0, 2**63, 10**30])
def test_number_that_none_has_is_refused(caller, number):
    assert caller.get(f"/conversations/{number}").status_code == 422


@pytest.mark.parametrize("cursor", ["x", "LTE", "MTIzNDU2Nzg5MDEyMzQ1Njc4OTA", "%00", "77yR"])
def test_place_that_no_page_gave_out_is_refused(caller, cursor):
    response = caller.client.get(f"/api/v1/notifications?cursor={cursor}")

    assert (response.status_code, response.json()["error"]["field"]) == (422, "cursor")


def test_errors_speak_the_callers_language(caller):
    japanese = caller.delete("/me/tokens/999").json()["error"]["message"]
    caller.patch("/me", {"language": "en"})

    english = caller.delete("/me/tokens/999").json()["error"]["message"]
    response = caller.client.delete("/api/v1/me/tokens/999", headers={"accept-language": "ja"})

    assert english == "This API key does not exist any more."
    assert (response.json()["error"]["message"], response["Content-Language"]) == (japanese, "ja")


def test_answers_are_private(caller):
    answers = [caller.get("/me"), caller.get("/conversations/999")]

    assert [answer["Cache-Control"] for answer in answers] == ["private, no-store"] * 2
    assert [answer["Content-Language"] for answer in answers] == ["ja"] * 2


def test_what_the_database_cannot_hold_is_the_callers_mistake():
    response = api.on_exception(HttpRequest(), DataError("value out of range"))

    assert (response.status_code, json.loads(response.content)["error"]["code"]) == (422, "invalid")


def test_unexpected_error_gives_nothing_away(caplog):
    response = api.on_exception(HttpRequest(), RuntimeError("password=hunter2"))

    assert (response.status_code, json.loads(response.content)["error"]["code"]) == (500, "internal")
    assert b"hunter2" not in response.content
    assert "an API request failed" in caplog.text


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("土鍋 𠮷野家 🍲", True),
        ({"a": ["b", {"c": None}], "d": 1.5}, True),
        ("a\x00b", False),
        ("\udfff", False),
        ({"\x00": 1}, False),
        ([[["\ud800"]]], False),
    ],
)
def test_text_that_can_be_stored(value, expected):
    assert is_storable(value) is expected


def test_a_collision_of_two_people_asks_to_do_it_again():
    error = OperationalError("deadlock detected")
    error.__cause__ = DeadlockDetected()

    response = api.on_exception(HttpRequest(), error)

    assert (response.status_code, json.loads(response.content)["error"]["code"]) == (409, "collision")
