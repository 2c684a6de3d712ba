"""What tests of signing in share."""

from collections.abc import Callable

import pytest
from django.test import Client
from tests.factories.accounts import PASSWORD, make_user, make_workspace

from madoguchi.accounts.models import User


@pytest.fixture(autouse=True)
def quick_passwords(settings) -> None:
    settings.PASSWORD_HASHERS = ["tests.factories.accounts.QuickArgon2"]


@pytest.fixture
def agent(db: None) -> User:
    make_workspace()
    return make_user(password=PASSWORD)


@pytest.fixture
def sign_in() -> Callable[[User], Client]:
    """A browser in which this person has signed in by the real page."""

    def browser_of(user: User) -> Client:
        browser = Client()
        answer = browser.post("/account/login/", {"login": user.email, "password": PASSWORD})
        assert answer.status_code == 302, answer.content.decode()
        return browser

    return browser_of
