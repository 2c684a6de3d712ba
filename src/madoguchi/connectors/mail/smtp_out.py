"""Handing one mail to a mail server, for all its recipients or for none.

If one recipient is refused nobody gets the mail: an agent who corrects an address and sends again must not write to
the others twice. Every refusal becomes a sentence with what to do, and the server's own words beside it.
"""

import re
import smtplib
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from madoguchi.channels.contract import PermanentSendError, SendError, TransientSendError, UncertainSendError
from madoguchi.connectors.mail.config import Security, Server, SignIn
from madoguchi.connectors.mail.net_trouble import why
from madoguchi.connectors.mail.oauth import xoauth2
from madoguchi.core.errors import DomainError
from madoguchi.core.telling import Told, together
from madoguchi.core.telling import telling as _

#: For each answer. RFC 5321 section 4.5.3.2 asks for minutes, but a job must not hold a worker that long.
TIMEOUT_SECONDS = 30
#: After the final dot: the server may be scanning a large mail (the RFC asks for 10 minutes).
CONFIRM_SECONDS = 120
_DOT_ATOM = re.compile(r"[^\s\"(),:;<>@\[\]\\.]+(\.[^\s\"(),:;<>@\[\]\\.]+)*")
_UNSAFE = re.compile(r"[\x00-\x1f\x7f<>]")


def hand_over(server: Server, password: str, mail: bytes, *, sender: str, recipients: Sequence[str]) -> None:
    """Give the mail (CRLF lines, without Bcc) to the server for these recipients.

    `password` is the password or the access token. Returns when the server has taken responsibility.
    Raises TransientSendError, PermanentSendError or UncertainSendError.
    """
    envelope = [envelope_address(address) for address in recipients]
    origin = envelope_address(sender)
    with connected(server, password) as smtp, _trouble_with(server):
        _begin(smtp, origin, envelope, mail)
        _name_recipients(smtp, envelope)
        _send_data(smtp, server, mail)


def envelope_address(address: str) -> str:
    """The address as SMTP takes it: odd local parts of old carrier addresses quoted, domains in ASCII."""
    local, at, domain = address.strip().rpartition("@")
    if not (at and local and domain) or _UNSAFE.search(address):
        raise PermanentSendError(
            _("“%(address)s” cannot be used as a mail address. Correct it and send again.") % {"address": address}
        )
    if not _DOT_ATOM.fullmatch(local) and not (local.startswith('"') and local.endswith('"')):
        local = '"' + local.replace("\\", "\\\\").replace('"', '\\"') + '"'
    try:
        return f"{local}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError as error:
        raise PermanentSendError(
            _("There is no domain “%(domain)s”. Correct the address and send again.") % {"domain": domain}
        ) from error


@contextmanager
def connected(server: Server, password: str) -> Iterator[smtplib.SMTP]:
    """A session with the server, secured and signed in; also what the connection test of the settings uses."""
    with _trouble_with(server):
        smtp = _open(server)
    try:
        with _trouble_with(server):
            _sign_in(smtp, server, password)
        yield smtp
    finally:
        _leave(smtp)


def _open(server: Server) -> smtplib.SMTP:
    if server.security is Security.TLS:
        return smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT_SECONDS, context=server.tls_context())
    smtp = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_SECONDS)
    if server.security is Security.STARTTLS:
        try:
            smtp.starttls(context=server.tls_context())
        except BaseException:
            smtp.close()
            raise
    return smtp


def _sign_in(smtp: smtplib.SMTP, server: Server, password: str) -> None:
    smtp.ehlo_or_helo_if_needed()
    if server.sign_in is SignIn.PASSWORD:
        smtp.login(server.user, password)
    elif server.uses_oauth:
        # A refusal comes as a challenge with JSON; an empty line asks for the final answer.
        line = xoauth2(server.user, password)
        smtp.auth("XOAUTH2", lambda challenge=None: line if challenge is None else "")


def _leave(smtp: smtplib.SMTP) -> None:
    try:
        smtp.quit()
    except (OSError, smtplib.SMTPException):
        smtp.close()  # whatever the server says to goodbye, the mail's fate is decided


@contextmanager
def _trouble_with(server: Server) -> Iterator[None]:
    named = {"host": server.host}
    try:
        yield
    except DomainError as error:
        raise TransientSendError(error.user_message) from error
    except smtplib.SMTPAuthenticationError as error:
        # A wrong password is about the 窓口, not about this mail: it leaves by itself once the settings are right.
        raise TransientSendError(
            _("%(host)s refused the user name or password. An administrator must check the settings of the desk.")
            % named,
            detail=_said(error.smtp_code, error.smtp_error),
        ) from error
    except smtplib.SMTPNotSupportedError as error:
        raise TransientSendError(
            _("%(host)s does not offer what the settings of the desk ask for (TLS, sign-in). Check port and security.")
            % named,
            detail=str(error),
        ) from error
    except smtplib.SMTPResponseException as error:
        raise refusal(error.smtp_code, error.smtp_error, host=server.host) from error
    except ssl.SSLError as error:
        raise TransientSendError(
            _("No safe connection to %(host)s: its certificate or the chosen security does not fit.") % named,
            detail=why(error),
        ) from error
    except (OSError, smtplib.SMTPException) as error:
        raise TransientSendError(
            _("%(host)s cannot be reached. It is tried again by itself.") % named,
            detail=why(error),
        ) from error


def _begin(smtp: smtplib.SMTP, origin: str, envelope: Sequence[str], mail: bytes) -> None:
    limit = smtp.esmtp_features.get("size", "")
    if limit.isdigit() and 0 < int(limit) < len(mail):
        raise PermanentSendError(
            _("The mail has %(size)d MB, but the mail server takes only %(limit)d MB. Make the attachments smaller.")
            % {"size": _megabytes(len(mail)), "limit": int(limit) // 1_000_000}
        )
    options = [f"SIZE={len(mail)}"] if limit else []
    if not mail.isascii() and smtp.has_extn("8bitmime"):
        options.append("BODY=8BITMIME")
    if not "".join((origin, *envelope)).isascii():
        if not smtp.has_extn("smtputf8"):
            raise PermanentSendError(
                _("The mail server cannot deliver to addresses with Japanese letters. Ask for another address.")
            )
        options.append("SMTPUTF8")
        smtp.command_encoding = "utf-8"
    code, words = smtp.mail(origin, options)
    if code // 100 != 2:
        raise refusal(code, words, host="", address=origin)


def _name_recipients(smtp: smtplib.SMTP, envelope: Sequence[str]) -> None:
    refused: list[tuple[int, bytes, str]] = []
    for address in envelope:
        code, words = smtp.rcpt(address)
        if code // 100 != 2:
            refused.append((code, words, address))
    if refused:
        smtp.rset()
        worst = max(refused, key=lambda one: one[0])  # a 5xx needs a person, whatever the others say
        raise refusal(worst[0], worst[1], host="", address=worst[2], others=len(envelope) - 1)


def _send_data(smtp: smtplib.SMTP, server: Server, mail: bytes) -> None:
    code, words = smtp.docmd("DATA")
    if code != 354:
        raise refusal(code, words, host=server.host)
    smtp.send(stuffed(mail))  # breaking off here is harmless: without the final dot the server drops the mail
    assert smtp.sock is not None
    smtp.sock.settimeout(CONFIRM_SECONDS)
    try:
        smtp.send(b".\r\n")
        code, words = smtp.getreply()
    except (OSError, smtplib.SMTPException) as error:
        raise UncertainSendError(
            _("%(host)s did not confirm the mail, so it may have left or not. Ask the customer before sending again.")
            % {"host": server.host},
            detail=str(error),
        ) from error
    if code // 100 != 2:
        raise refusal(code, words, host=server.host)


def stuffed(mail: bytes) -> bytes:
    """Lines ended by CRLF, leading dots doubled (RFC 5321 section 4.5.2)."""
    lines = re.sub(rb"\r\n|\r|\n", b"\r\n", mail)
    if not lines.endswith(b"\r\n"):
        lines += b"\r\n"
    return re.sub(rb"(?m)^\.", b"..", lines)


def refusal(code: int, words: bytes | str, *, host: str, address: str = "", others: int = 0) -> SendError:
    """The error for an answer of a server: what it means, what to do, and its own words."""
    detail = _said(code, words)
    if code // 100 == 4:
        return TransientSendError(
            _("The mail server asked to wait. It is tried again by itself."), detail=f"{address} {detail}".strip()
        )
    reason = _advice(detail, host=host, address=address)
    if others > 0:
        reason = together(reason, _("Nobody has received the mail."))
    return PermanentSendError(reason, detail=f"{address} {detail}".strip())


#: Enhanced status codes (RFC 3463) and words, first match wins.
_TOO_LARGE = re.compile(r"5\.3\.4|\b552\b.*size|too (?:large|big)|message size", re.IGNORECASE)
_FULL = re.compile(r"5\.2\.2|mailbox (?:is )?full|over ?quota|quota exceeded", re.IGNORECASE)
_UNKNOWN = re.compile(
    r"5\.1\.[012356]|user unknown|no such (?:user|mailbox)|unknown user|does not exist", re.IGNORECASE
)
_POLICY = re.compile(r"5\.7\.|spam|blocked|policy|denied|relay", re.IGNORECASE)


def _advice(detail: str, *, host: str, address: str) -> Told:
    named = {"address": address or host, "host": host}
    if _TOO_LARGE.search(detail):
        return _("The mail is too large for the receiving server. Make the attachments smaller.") % named
    if _FULL.search(detail):
        return _("The mailbox of %(address)s is full. Contact the customer in another way.") % named
    if _UNKNOWN.search(detail):
        return _("There is no mailbox %(address)s. Check the address and send again.") % named
    if _POLICY.search(detail):
        return (
            _("The mail server refused the mail by its rules (%(address)s). An administrator should read its answer.")
            % named
        )
    return _("The mail server refused the mail (%(address)s). Read its answer and correct what it names.") % named


def _said(code: int, words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
    return f"{code} {' '.join(text.split())}"[:1000]


def _megabytes(size: int) -> int:
    return -(-size // 1_000_000)
