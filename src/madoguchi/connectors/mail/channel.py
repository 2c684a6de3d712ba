"""Mail as a channel: a message is composed, signed if wished, and leaves by the server of its 窓口, or stays inside."""

from typing import ClassVar

from django.utils.translation import gettext_lazy

from madoguchi.accounts.queries import find_workspace
from madoguchi.channels.choices import SendCharset
from madoguchi.channels.contract import (
    Capabilities,
    Channel,
    InboundMessage,
    KeptMessage,
    KeptReader,
    OutboundMessage,
    PermanentSendError,
    PermissionErrand,
    Reinterpretation,
    TransientSendError,
)
from madoguchi.channels.models import Inbox
from madoguchi.channels.queries import inbox_of_addresses
from madoguchi.connectors.mail import outbox
from madoguchi.connectors.mail.compose import compose, lost_characters
from madoguchi.connectors.mail.config import Server, leaves, outgoing_server
from madoguchi.connectors.mail.encoded import UnsendableAddress
from madoguchi.connectors.mail.forms import MailSettingsForm
from madoguchi.connectors.mail.models import LocalMail
from madoguchi.connectors.mail.oauth import access_token, ask_permission, client_of, exchange_code, keep_tokens
from madoguchi.connectors.mail.parse import parse_mail, readings
from madoguchi.connectors.mail.screening import loop_marker
from madoguchi.connectors.mail.signing import BadSigningKey, dkim_sign
from madoguchi.connectors.mail.smtp_out import hand_over
from madoguchi.connectors.mail.structure import Unparsable
from madoguchi.conversations.charsets import refusal_of
from madoguchi.core.addresses import fold_address
from madoguchi.core.errors import DomainError
from madoguchi.core.lasting import LOST
from madoguchi.core.telling import telling as _
from madoguchi.events.actor import Actor

#: Most servers take 25 MB; as base64 with line ends, files grow by 37 %.
ATTACHMENTS_MAX_BYTES = 18 * 1024 * 1024


class MailChannel(Channel):
    """Mail."""

    kind = "mail"
    label = gettext_lazy("Mail")  # type: ignore[assignment] # shown, so it becomes a str where it is
    capabilities = Capabilities(
        html=True, threads=True, subject=True, cc=True, attachment_max_bytes=ATTACHMENTS_MAX_BYTES
    )
    settings_form: ClassVar = MailSettingsForm

    def send(self, message: OutboundMessage) -> str:
        """Hand the mail to the server, or to the local mailbox in the demo and where no server is set."""
        mail = self._compose(message, message.charset or SendCharset.UTF_8)
        recipients = _envelope(message)
        try:
            inbox = inbox_of_addresses([message.sender.email])
            server = None if stays_inside() else outgoing_server(self.settings, self.secrets)
            password = self._password(server, inbox)
            if server is None:
                _keep_inside(message, mail, recipients)
                return message.external_id
        except DomainError as error:
            # About the 窓口, not about this mail: it leaves by itself once the settings are right.
            raise TransientSendError(error.user_message) from error
        except LOST as error:
            raise TransientSendError(
                _("The database was interrupted before the mail left."), detail=str(error)
            ) from error
        hand_over(server, password, mail, sender=message.sender.email, recipients=recipients)
        return message.external_id

    def _compose(self, message: OutboundMessage, charset: str) -> bytes:
        for text in (message.subject, message.text):
            if lost := lost_characters(text, charset):
                raise PermanentSendError(refusal_of(lost, charset))
        try:
            mail = compose(message, charset=charset, marker=loop_marker())
        except UnsendableAddress as error:
            raise PermanentSendError(
                _("One of the addresses cannot be used. Correct it and send again."), detail=str(error)
            ) from error
        domain, selector = self.settings.get("dkim_domain"), self.settings.get("dkim_selector")
        key = self.secrets.get("dkim_key")
        if domain and selector and key:
            try:
                return dkim_sign(mail, str(domain), str(selector), key)
            except BadSigningKey as error:
                raise TransientSendError(
                    _("The mail cannot be signed. An administrator must check the DKIM key of the desk."),
                    detail=str(error),
                ) from error
        return mail

    def _password(self, server: Server | None, inbox: Inbox | None) -> str:
        if server is None:
            return ""
        if server.uses_oauth and inbox is not None:
            return access_token(inbox)
        return server.password

    @classmethod
    def reinterpretations(cls, raw: bytes) -> list[Reinterpretation]:
        """The encodings in which the mail makes sense, the most plausible first."""
        try:
            return [Reinterpretation(each.charset, each.confidence, each.text) for each in readings(raw)]
        except Unparsable:
            return []

    @classmethod
    def reinterpret(cls, raw: bytes, charset: str) -> InboundMessage | None:
        """The mail read by force in one encoding."""
        try:
            return parse_mail(raw, charset_override=charset)
        except Unparsable:
            return None

    @classmethod
    def lost_characters(cls, text: str, charset: str) -> list[str]:
        """What ISO-2022-JP cannot carry even after the usual replacements."""
        return lost_characters(text, charset)

    @classmethod
    def keeps_messages(cls, settings: dict[str, object]) -> bool:
        """True without a server for what leaves."""
        return not leaves(settings)

    @classmethod
    def kept_messages(cls, reader: KeptReader, *, before: int | None, limit: int) -> list[KeptMessage]:
        """The local mailbox."""
        rows = outbox.local_mails(reader)
        if before is not None:
            rows = rows.filter(pk__lt=before)
        return [_kept(row) for row in rows[:limit]]

    @classmethod
    def kept_message(cls, reader: KeptReader, pk: int) -> KeptMessage | None:
        """One mail of the local mailbox."""
        row = outbox.local_mails(reader).filter(pk=pk).first()
        return _kept(row, outbox.raw_of(row)) if row else None

    @classmethod
    def ask_permission(cls, inbox: Inbox, *, redirect_uri: str) -> PermissionErrand | None:
        """The way to Google's or Microsoft's page, where the 窓口 signs in by them."""
        if not inbox.settings.get("oauth_provider"):
            return None
        errand = ask_permission(client_of(inbox), redirect_uri=redirect_uri, login_hint=inbox.address)
        return PermissionErrand(errand.url, errand.state, errand.verifier)

    @classmethod
    def keep_permission(cls, inbox: Inbox, *, code: str, verifier: str, redirect_uri: str, by: Actor) -> None:
        """Exchange the code for tokens and seal them."""
        keep_tokens(
            inbox, exchange_code(client_of(inbox), code=code, verifier=verifier, redirect_uri=redirect_uri), by=by
        )


def _kept(row: LocalMail, raw: bytes = b"") -> KeptMessage:
    return KeptMessage(row.pk, row.at, row.sender, tuple(row.recipients), row.subject, raw)


def stays_inside() -> bool:
    """True in the demo: nothing touches the network."""
    workspace = find_workspace()
    return workspace is not None and workspace.is_demo


def _envelope(message: OutboundMessage) -> list[str]:
    """Everybody who gets the mail, each once."""
    everybody = (address.email for address in (*message.to, *message.cc, *message.bcc))
    return list({fold_address(email): email for email in everybody}.values())


def _keep_inside(message: OutboundMessage, mail: bytes, recipients: list[str]) -> None:
    try:
        outbox.keep_mail(
            mail,
            external_id=message.external_id,
            sender=message.sender.email,
            recipients=recipients,
            subject=message.subject,
            lets_in=message.lets_in,
        )
    except OSError as error:
        raise TransientSendError(_("The local mailbox cannot be written."), detail=str(error)) from error
