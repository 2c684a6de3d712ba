"""How long a mailbox waits after failures."""

from imapclient.exceptions import LoginError

from madoguchi.connectors.mail.imap import FetchTrouble
from madoguchi.connectors.mail.mailboxes import pause_after


def test_a_server_that_is_back_is_soon_asked_and_a_refused_password_seldom() -> None:
    refused = FetchTrouble("refused")
    refused.__cause__ = LoginError("no")

    pauses = [pause_after(OSError(), failures) for failures in (0, 1, 4, 99)]

    assert pauses == [1.0, 5, 60, 60]
    assert pause_after(refused, 99) == 300
