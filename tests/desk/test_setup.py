"""初期設定: from an empty database to the inbox, and nobody else on the way."""

from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django import app
from procrastinate.testing import InMemoryConnector
from tests.factories.accounts import PASSWORD, make_owner, make_user, make_workspace

from madoguchi.accounts import queries
from madoguchi.accounts.choices import Role
from madoguchi.accounts.models import User
from madoguchi.accounts.setup_code import setup_code
from madoguchi.channels.models import Inbox
from madoguchi.desk.mailbox_setup import MailboxSetup

pytestmark = pytest.mark.django_db

OWNER = {
    "workspace": "はるかぜ日用品店",
    "language": "ja",
    "name": "桜井 真琴",
    "email": "owner@harukaze.example",
    "password": PASSWORD,
}
MAILBOX = {
    "name": "サポート窓口",
    "address": "support@harukaze.example",
    "incoming": "listener",
    "outgoing": "local",
}
FAR = {"REMOTE_ADDR": "203.0.113.9"}


@pytest.fixture(autouse=True)
def own_data_dir(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    settings.PROXIED = False


@pytest.fixture
def owner_browser() -> Client:
    browser = Client()
    browser.post(reverse("desk:setup-owner"), OWNER)
    return browser


@pytest.mark.parametrize("path", ["/", "/settings/profile/", "/account/login/", "/setup/"])
def test_everything_leads_to_the_wizard_while_nobody_is_here(path):
    answer = Client().get(path, follow=True)

    assert answer.redirect_chain[-1][0] == reverse("desk:setup-owner")


def test_first_owner_comes_in_and_goes_on(owner_browser):
    user = User.objects.get()

    assert (user.role, user.name) == (Role.OWNER, "桜井 真琴")
    assert queries.find_workspace().name == "はるかぜ日用品店"
    assert owner_browser.get("/", follow=True).redirect_chain[-1][0] == reverse("desk:setup-mailbox")


@pytest.mark.parametrize("changed", [{"password": "1234567890"}, {"email": "no"}, {"workspace": " "}, {"name": ""}])
def test_first_owner_with_a_mistake_is_shown_again(changed):
    answer = Client().post(reverse("desk:setup-owner"), OWNER | changed)

    assert answer.status_code == 422
    assert not User.objects.exists()


def test_wizard_is_closed_once_somebody_is_here():
    make_workspace()
    make_owner()

    shown = Client().get(reverse("desk:setup-owner"))
    posted = Client().post(reverse("desk:setup-owner"), OWNER)

    assert (shown.url, posted.url) == (reverse("desk:setup"), reverse("desk:setup"))
    assert User.objects.count() == 1


def test_from_elsewhere_the_code_of_the_log_is_needed():
    asked = Client().get(reverse("desk:setup-owner"), **FAR)
    posted = Client().post(reverse("desk:setup-owner"), OWNER, **FAR)

    assert 'name="code"' in asked.content.decode()
    assert 'name="code"' in posted.content.decode()
    assert not User.objects.exists()


def test_with_the_code_one_may_begin_from_elsewhere(tmp_path):
    browser = Client()

    browser.post(reverse("desk:setup-owner"), {"code": setup_code()}, **FAR)
    browser.post(reverse("desk:setup-owner"), OWNER, **FAR)

    assert User.objects.get().role == Role.OWNER
    assert not (tmp_path / "setup-code").exists()


def test_wrong_codes_are_refused_and_limited():
    answers = [Client().post(reverse("desk:setup-owner"), {"code": "wrong"}, **FAR).status_code for _ in range(12)]

    assert answers == [422] * 10 + [429] * 2


def test_a_proxy_on_this_machine_does_not_make_strangers_local():
    answer = Client().post(reverse("desk:setup-owner"), OWNER, headers={"x-forwarded-for": "203.0.113.9"})

    assert 'name="code"' in answer.content.decode()
    assert not User.objects.exists()


def test_mailbox_is_added_and_colleagues_come_next(owner_browser):
    answer = owner_browser.post(reverse("desk:setup-mailbox"), MAILBOX)

    inbox = Inbox.objects.get()
    assert answer.url == reverse("desk:setup-people")
    assert (inbox.name, inbox.kind, inbox.address) == ("サポート窓口", "mail", "support@harukaze.example")


def test_mailbox_is_tried_without_being_stored(owner_browser):
    answer = owner_browser.post(reverse("desk:setup-mailbox"), MAILBOX | {"try": "1"})

    findings = answer.context["draft"].findings
    assert [(finding.is_good, finding.text.partition(":")[0]) for finding in findings] == [
        (True, "受信"),
        (True, "送信"),
    ]
    assert not Inbox.objects.exists()


def test_password_typed_for_a_test_need_not_be_typed_again(owner_browser):
    given = MAILBOX | {
        "incoming": "imap",
        "imap_host": "127.0.0.1",
        "imap_port": "1",
        "imap_security": "none",
        "imap_sign_in": "password",
        "imap_user": "support",
        "imap_password": "himitsu-123",
        "try": "1",
    }

    answer = owner_browser.post(reverse("desk:setup-mailbox"), given)

    assert not answer.context["draft"].findings[0].is_good
    assert 'value="himitsu-123"' in answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("changed", [{"address": "no"}, {"name": ""}, {"incoming": "imap"}])
def test_mailbox_with_a_mistake_is_shown_again(owner_browser, changed):
    answer = owner_browser.post(reverse("desk:setup-mailbox"), MAILBOX | changed)

    assert answer.status_code == 422
    assert not Inbox.objects.exists()


def test_mailbox_whose_address_is_taken_meanwhile_says_so(owner_browser):
    setup = MailboxSetup(User.objects.get(), QueryDict(urlencode(MAILBOX)))
    valid = setup.is_valid()
    owner_browser.post(reverse("desk:setup-mailbox"), MAILBOX | {"name": "別の窓口"})

    saved = setup.save()

    assert (valid, saved, list(setup.form.errors)) == (True, False, ["address"])


@pytest.mark.parametrize("address", ["/", "/setup/", "/setup/mailbox/"])
def test_who_left_after_the_mailbox_goes_on_with_the_colleagues(owner_browser, address):
    owner_browser.post(reverse("desk:setup-mailbox"), MAILBOX)
    later = Client()
    later.force_login(User.objects.get())

    answer = later.get(address, follow=True)

    assert answer.redirect_chain[-1][0] == reverse("desk:setup-people")


def test_the_first_mailbox_sent_twice_makes_one(owner_browser):
    owner_browser.post(reverse("desk:setup-mailbox"), MAILBOX)

    owner_browser.post(reverse("desk:setup-mailbox"), MAILBOX | {"name": "別の窓口", "address": "b@harukaze.example"})

    assert Inbox.objects.get().name == "サポート窓口"


def test_who_wants_no_mailbox_yet_is_not_asked_again(owner_browser):
    owner_browser.get(reverse("desk:setup-people"))

    assert owner_browser.get("/", follow=True).redirect_chain[-1][0] == reverse("desk:setup-people")


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_first_mailbox_writes_in_the_language_of_the_workspace(language):
    browser = Client()
    browser.post(reverse("desk:setup-owner"), OWNER | {"language": language})

    browser.post(reverse("desk:setup-mailbox"), MAILBOX)

    assert Inbox.objects.get().language == language


def test_colleagues_are_invited_several_at_once(owner_browser):
    answer = owner_browser.post(
        reverse("desk:setup-people"),
        {"emails": "mori@harukaze.example\nsato@harukaze.example, mori@harukaze.example", "role": "agent"},
        follow=True,
    )

    page = answer.content.decode()
    assert ("mori@harukaze.example" in page, "/account/invitation/" in page) == (True, True)
    assert User.objects.filter(role=Role.AGENT).count() == 2


@pytest.mark.parametrize("emails", ["no-address", " ".join(f"a{number}@x.example" for number in range(21))])
def test_colleagues_with_a_mistake_are_shown_again(owner_browser, emails):
    answer = owner_browser.post(reverse("desk:setup-people"), {"emails": emails, "role": "agent"})

    assert answer.status_code == 422
    assert User.objects.count() == 1


def test_colleague_who_is_here_already_is_named(owner_browser):
    answer = owner_browser.post(reverse("desk:setup-people"), {"emails": OWNER["email"], "role": "agent"})

    assert answer.status_code == 422
    assert OWNER["email"] in answer.content.decode()


def test_finishing_opens_the_inbox_for_good(owner_browser):
    answer = owner_browser.post(reverse("desk:setup-finish"))

    assert answer.url == reverse("desk:inbox")
    assert owner_browser.get("/").status_code == 200
    assert owner_browser.get("/setup/").url == reverse("desk:inbox")


def test_agents_are_not_bothered_by_an_unfinished_first_run():
    make_workspace(set_up_at=None)
    make_owner()
    browser = Client()
    browser.force_login(make_user())

    assert browser.get("/").status_code == 200
    assert browser.get("/setup/").url == reverse("desk:inbox")
    assert browser.get(reverse("desk:setup-mailbox")).status_code == 403


def test_owner_made_by_the_command_line_names_the_shop_first():
    browser = Client()
    browser.force_login(make_owner())

    first = browser.get("/", follow=True).redirect_chain[-1][0]
    answer = browser.post(reverse("desk:setup-workspace"), {"workspace": "はるかぜ日用品店", "language": "ja"})
    shown = browser.get(reverse("desk:setup-workspace"))

    assert (first, answer.url) == (reverse("desk:setup-workspace"), reverse("desk:setup-mailbox"))
    assert (shown.status_code, queries.find_workspace().name) == (200, "はるかぜ日用品店")


@pytest.fixture
def jobs():
    connector = InMemoryConnector()
    with app.replace_connector(connector):
        yield connector.jobs


def test_demo_is_one_click_and_loads_as_a_job(jobs):
    browser = Client()

    answer = browser.post(reverse("desk:setup-demo"))
    again = browser.post(reverse("desk:setup-demo"))

    assert (answer.url, again.url) == (reverse("desk:setup-demo"), reverse("desk:setup-demo"))
    assert [job["task_name"] for job in jobs.values()] == ["madoguchi.flows.load_demo"]
    assert "hx-trigger" in browser.get(reverse("desk:setup-demo")).content.decode()


def test_demo_says_who_can_log_in_when_it_is_there():
    make_workspace(is_demo=True)
    make_owner()

    page = Client().get(reverse("desk:setup-demo")).content.decode()

    assert "admin@harukaze-nichiyo.example" in page


def test_demo_is_closed_to_strangers_and_once_somebody_is_here(jobs):
    stranger = Client().post(reverse("desk:setup-demo"), **FAR)
    make_workspace()
    make_owner()
    late = Client().post(reverse("desk:setup-demo"))
    shown = Client().get(reverse("desk:setup-demo"))

    assert {stranger.url, late.url, shown.url} == {reverse("desk:setup")}
    assert not jobs
