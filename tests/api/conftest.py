"""Programs that call the API."""

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from tests.factories.accounts import make_user

from madoguchi.accounts.actions import create_token
from madoguchi.accounts.models import User


class Caller:
    """A program with a person's token: `caller.get("/me")`."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.client = Client(headers={"authorization": f"Bearer {create_token(user, label='Test', by=user.actor)}"})

    def get(self, path: str, **values: Any) -> HttpResponse:
        return self.client.get(f"/api/v1{path}", values)

    def post(self, path: str, data: Any = None, **headers: str) -> HttpResponse:
        return self.send("post", path, data, **headers)

    def patch(self, path: str, data: Any) -> HttpResponse:
        return self.send("patch", path, data)

    def put(self, path: str, data: Any) -> HttpResponse:
        return self.send("put", path, data)

    def delete(self, path: str) -> HttpResponse:
        return self.client.delete(f"/api/v1{path}")

    def send(self, method: str, path: str, data: Any, **headers: str) -> HttpResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        send = getattr(self.client, method)
        return send(f"/api/v1{path}", {} if data is None else data, content_type="application/json", headers=named)

    def all(self, path: str, **values: Any) -> list[dict[str, Any]]:
        """Every row of a list, page by page."""
        page = self.get(path, **values).json()
        rows = page["items"]
        while page["next"]:
            page = self.get(path, **values, cursor=page["next"]).json()
            rows += page["items"]
        return rows


@pytest.fixture
def caller_of(db: None) -> Callable[..., Caller]:
    """A program acting as this person, or as a new one of a role."""

    def make(who: User | str = "agent", **values: Any) -> Caller:
        return Caller(who if isinstance(who, User) else make_user(who, **values))

    return make


@pytest.fixture
def caller(caller_of: Callable[..., Caller]) -> Caller:
    """A program acting as an agent."""
    return caller_of()


@pytest.fixture
def admin(caller_of: Callable[..., Caller]) -> Caller:
    """A program acting as an administrator."""
    return caller_of("admin")
