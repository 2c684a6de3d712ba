"""Browsers for tests: somebody signed in, with or without htmx; addresses of the desk."""

from django.conf import settings
from django.test import Client
from django.urls import reverse
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


def url(name: str, *args) -> str:
    """The address of a page of the desk."""
    return reverse(f"desk:{name}", args=args)
