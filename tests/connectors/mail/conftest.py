"""What the tests of the mail connector share."""

import smtplib
from collections.abc import Iterator

import pytest
from django.utils import translation
from tests.connectors.mail import servers
from tests.connectors.mail.certificates import Authority
from tests.connectors.mail.fake_oauth import FakeOAuth, fake_oauth
from tests.connectors.mail.running import listener
from tests.factories.conversations import make_inbox

from madoguchi.channels.models import Inbox
from madoguchi.connectors.mail.listener import Listening


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


@pytest.fixture
def ports(transactional_db: None, desk: Inbox) -> Iterator[list[int]]:
    """A listener for the desk: its ports for SMTP and LMTP."""
    with listener(Listening(smtp_port=0, lmtp_port=0, max_bytes=200_000)) as opened:
        yield opened


@pytest.fixture
def smtp(ports: list[int]) -> Iterator[smtplib.SMTP]:
    with smtplib.SMTP("127.0.0.1", ports[0], timeout=10) as client:
        yield client
