"""What stands where no view answers, in the look and the language of the desk; JSON for programs."""

import json

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.test import Client
from django.urls import path
from tests.factories.accounts import make_user
from tests.factories.desk import HTMX, browser_of, text_of

from madoguchi import urls

pytestmark = pytest.mark.django_db


def suspicious(_request):
    raise SuspiciousOperation("odd")


def forbidden(_request):
    raise PermissionDenied


def broken(_request):
    raise RuntimeError("a defect")


urlpatterns = [
    path("odd", suspicious),
    path("closed", forbidden),
    path("broken", broken),
    path("api/odd", suspicious),
    path("api/closed", forbidden),
    path("api/broken", broken),
    *urls.urlpatterns,
]
handler400, handler403, handler404, handler500 = urls.handler400, urls.handler403, urls.handler404, urls.handler500


def browser(language):
    client = browser_of(make_user(language=language))
    client.raise_request_exception = False
    return client


@pytest.mark.parametrize(
    ("language", "title", "way_back"),
    [("ja", "ページが見つかりません", "受信箱へ"), ("en", "The page was not found", "To the inbox")],
)
@pytest.mark.parametrize("address", ["/nope", "/settings/nope", "/c/abc"])
def test_an_unknown_address_has_a_page_of_ours(language, title, way_back, address):
    answer = browser(language).get(address)

    assert answer.status_code == 404
    assert all(text in text_of(answer) for text in (title, way_back, 'class="gate"', f'lang="{language}"'))


def test_strangers_are_told_in_the_language_of_the_workspace():
    browser("ja")

    answer = Client().get("/nope")

    assert answer.status_code == 404
    assert "ページが見つかりません" in text_of(answer)
    assert 'name="language" value="en"' in text_of(answer)


@pytest.mark.urls("tests.desk.test_wrong")
@pytest.mark.parametrize(
    ("address", "status", "title"),
    [
        ("/odd", 400, "The request could not be read"),
        ("/closed", 403, "This is not open to you"),
        ("/broken", 500, "Something went wrong"),
    ],
)
def test_refusals_and_failures_have_one_too(address, status, title):
    answer = browser("en").get(address)

    assert answer.status_code == status
    assert title in text_of(answer)
    assert 'class="gate"' in text_of(answer)


@pytest.mark.urls("tests.desk.test_wrong")
def test_our_failure_is_said_without_asking_the_database(django_assert_num_queries):
    client = Client(raise_request_exception=False)
    make_user()
    browser("en")
    client.get("/nope")  # reads the language of the workspace once

    with django_assert_num_queries(0):
        answer = client.get("/broken")

    assert answer.status_code == 500


@pytest.mark.urls("tests.desk.test_wrong")
@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        ("/api/odd", 400, "bad_request"),
        ("/api/closed", 403, "not_allowed"),
        ("/api/nope", 404, "not_found"),
        ("/api/", 404, "not_found"),
        ("/api", 404, "not_found"),
        ("/api/broken", 500, "internal"),
    ],
)
def test_programs_are_answered_in_json(address, status, code):
    answer = browser("en").get(address)

    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


def test_a_host_that_is_not_ours_is_refused_in_the_language_of_the_browser(settings):
    settings.ALLOWED_HOSTS = ["desk.example"]

    answer = Client(headers={"accept-language": "en"}).get("/", headers={"host": "evil.example"})

    assert answer.status_code == 400
    assert "The request could not be read" in text_of(answer)


def test_a_form_without_its_token_says_what_to_do():
    client = Client(enforce_csrf_checks=True)
    client.cookies = browser("en").cookies

    answer = client.post("/account/language/", {"language": "ja"})

    assert answer.status_code == 403
    assert "The page had become too old" in text_of(answer)
    assert "CSRF" not in text_of(answer)


def test_htmx_gets_a_line_and_keeps_the_page():
    answer = browser("en").get("/nope", headers=HTMX)

    assert (answer.status_code, answer["HX-Reswap"], answer.content) == (404, "none", b"")
    assert "Perhaps the address" in json.loads(answer["HX-Trigger"])["toast"]["text"]
