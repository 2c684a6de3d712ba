"""What the tests of the mail connector share."""

from collections.abc import Iterator

import pytest
from django.utils import translation
from tests.connectors.mail import servers
from tests.connectors.mail.certificates import Authority
from tests.connectors.mail.fake_oauth import FakeOAuth, fake_oauth
from tests.factories.conversations import make_inbox

from madoguchi.channels.models import Inbox


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """The sentences of the source, whatever is translated."""
    with translation.override("en"):
        yield


@pytest.fixture(scope="session")
def authority() -> Authority:
    return Authority()


@pytest.fixture(scope="session")
def oauth_server() -> Iterator[FakeOAuth]:
    with fake_oauth() as server:
        yield server


@pytest.fixture(scope="session")
def dovecot(authority: Authority, oauth_server: FakeOAuth) -> Iterator[servers.Dovecot]:
    servers.need_servers()
    with servers.dovecot(authority, oauth_server.port) as running:
        yield running


@pytest.fixture(scope="session")
def postfix(authority: Authority, dovecot: servers.Dovecot) -> Iterator[servers.Postfix]:
    with servers.postfix(authority, dovecot) as running:
        yield running


@pytest.fixture
def desk(db: None) -> Inbox:
    return make_inbox(name="サポート窓口", address="support@desk.example", aliases=["help@desk-smtp.example"])
