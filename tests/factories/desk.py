"""Browsers for tests: somebody signed in, with or without htmx."""

from django.conf import settings
from django.test import Client
from tests.factories.accounts import make_workspace

from madoguchi.accounts.models import User, Workspace

HTMX = {"HX-Request": "true"}


def browser_of(user: User) -> Client:
    """A browser in which this person is signed in, of a workspace that is set up."""
    if not Workspace.objects.exists():
        make_workspace()
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


def text_of(response) -> str:
    return response.content.decode()
