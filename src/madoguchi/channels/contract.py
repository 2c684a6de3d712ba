"""What a channel is: the messages that come in and go out, what it can do, and its errors.

Receiving is not part of the contract: webhooks, polling and widgets differ and share only their end,
`flows.inbound.receive`. Differences between channels are data (`Capabilities`), never an `if kind ==`.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from django.forms import Form

    from madoguchi.channels.models import Inbox
    from madoguchi.core.telling import Sentence
    from madoguchi.events.actor import Actor


class AutoKind(StrEnum):
    """What a machine-made message is; a person's own message is NONE. Never auto-answered unless NONE."""

    NONE = ""
    BOUNCE = "bounce"  #: a delivery failure or delay report
    FEEDBACK = "feedback"  #: an abuse report of a feedback loop (RFC 5965)
    AUTOREPLY = "autoreply"  #: out of office, receipt confirmation
    BULK = "bulk"  #: mailing list, newsletter
    LOOP = "loop"  #: our own message come back


#: What mail servers write, to whom nobody answers.
REPORTS = frozenset({AutoKind.BOUNCE, AutoKind.FEEDBACK})
#: What they write is not the customer's own.
MACHINES = frozenset({*REPORTS, AutoKind.AUTOREPLY, AutoKind.LOOP})


@dataclass(frozen=True, slots=True)
class Address:
    """One party of a message. `email` keeps the local part as received; compare with `core.addresses.fold_address`."""

    email: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class InboundAttachment:
    """One file of an inbound message, decoded."""

    name: str
    content_type: str
    content: bytes
    content_id: str = ""  #: without < >; set where the HTML shows it by cid:
    is_inline: bool = False


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """What a bounce or feedback report says of one recipient."""

    recipient: str
    status: str = ""  #: RFC 3463 code, e.g. 5.1.1; empty when the report names none
    reason: str = ""  #: our word: userunknown, mailboxfull, blocked, spamdetected, expired, …
    is_hard: bool = False  #: True when sending again to this address cannot help
    diagnostic: str = ""  #: the remote server's own words, at most 1,000 characters


@dataclass(frozen=True, slots=True)
class InboundMessage:
    """One message as a channel understood it; pure data, no row behind it."""

    external_id: str  #: the provider's id (mail: Message-ID without < >, or sha256-<hex>@raw when it has none)
    sender: Address
    subject: str
    text: str  #: what the person wrote, quotes and signature included; never empty when html is not
    fingerprint: str  #: hex; equal for two deliveries of one message, different when somebody reuses an id
    html: str = ""  #: sanitised at the edge (core.html); empty when the message had none
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    reply_to: tuple[Address, ...] = ()
    sent_at: datetime | None = None  #: the sender's clock, aware; never used for ordering
    in_reply_to: str = ""
    references: tuple[str, ...] = ()  #: oldest first, without < >
    attachments: tuple[InboundAttachment, ...] = ()
    auto_kind: AutoKind = AutoKind.NONE
    reports: tuple[DeliveryReport, ...] = ()  #: for BOUNCE and FEEDBACK
    reported_id: str = ""  #: the external id of the message a report is about
    language: str = ""  #: "ja", "en", … or empty when unknown
    charset: str = ""  #: how the text was decoded
    is_forward: bool = False  #: Fw:, FW:, 転送:, WG: … in the subject
    warnings: tuple[str, ...] = ()  #: what was repaired or suspicious, short English keys
    headers: dict[str, str] = field(default_factory=dict)  #: the few worth keeping, decoded, lower-case names


@dataclass(frozen=True, slots=True)
class OutboundAttachment:
    """One file of an outbound message."""

    name: str
    content_type: str
    content: bytes
    content_id: str = ""


@dataclass(frozen=True, slots=True)
class OutboundMessage:
    """One message to leave by a channel; complete, so that sending needs no database."""

    external_id: str  #: ours, made before the first try, so that a retry is the same message
    sender: Address
    to: tuple[Address, ...]
    subject: str
    text: str
    html: str = ""
    cc: tuple[Address, ...] = ()
    bcc: tuple[Address, ...] = ()
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    attachments: tuple[OutboundAttachment, ...] = ()
    is_automatic: bool = False  #: sent by a machine: marked so that no other machine answers
    at: datetime | None = None  #: for the Date header
    charset: str = ""  #: of `channels.choices.SendCharset`; empty where the channel has no encodings
    lets_in: bool = False  #: holds a key to somebody's account (a new password, an invitation): for its receiver only


@dataclass(frozen=True, slots=True)
class Reinterpretation:
    """One way to read a received message whose text looks garbled."""

    charset: str
    confidence: float  #: 0 to 1; only ranks, it is no probability
    text: str  #: what would be shown, at least its beginning


@dataclass(frozen=True, slots=True)
class KeptMessage:
    """One message that would have left but stayed inside (demo, development)."""

    pk: int
    at: datetime
    sender: str
    recipients: tuple[str, ...]
    subject: str
    raw: bytes = b""  #: only when one is read, not in lists


@dataclass(frozen=True, slots=True)
class KeptReader:
    """Who looks at what stayed inside."""

    senders: frozenset[str] | None  #: the addresses whose mail they may see; None for all
    address: str  #: their own: what lets somebody in is shown to its receiver
    is_owner: bool  #: and to owners, who could let themselves in anyway


@dataclass(frozen=True, slots=True)
class PermissionErrand:
    """A permission being asked for at a provider; kept in the person's session until they come back."""

    url: str  #: of the provider's page
    state: str  #: must come back unchanged (RFC 6749 section 10.12)
    verifier: str  #: proves that the one who comes back is the one who left (RFC 7636)


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a channel can carry; None means no limit."""

    html: bool = False
    threads: bool = False
    subject: bool = False
    cc: bool = False
    attachments: bool = True
    text_max_chars: int | None = None
    attachment_max_bytes: int | None = None
    reply_window: timedelta | None = None
    takes_retry_key: bool = False  #: the provider drops a second send of the same external_id


class SendError(Exception):
    """A message did not leave.

    SendError
     ├ TransientSendError   trying again later may help
     ├ PermanentSendError   only a person can help
     └ UncertainSendError   it may have left: a person looks, nothing is sent again by itself
    """

    def __init__(self, reason: "Sentence", *, detail: "Sentence" = "") -> None:
        """`reason` is a sentence for the agent, told (`core.telling`); `detail` the provider's own words."""
        super().__init__(reason)
        self.reason = reason
        self.detail = detail


class TransientSendError(SendError):
    """Trying again later may help: the network, a 4xx, a rate limit."""


class PermanentSendError(SendError):
    """Trying again cannot help: a wrong address, a refused sender, a message too large."""


class UncertainSendError(SendError):
    """The whole message was handed over, but the answer was lost: it may have left."""


class Channel(ABC):
    """One kind of channel; an instance serves one Inbox for one send."""

    kind: ClassVar[str]
    label: ClassVar[str]
    capabilities: ClassVar[Capabilities]
    settings_form: ClassVar["type[Form] | None"] = None

    def __init__(self, *, settings: dict[str, object], secrets: dict[str, str]) -> None:
        """`settings` and `secrets` are the Inbox's own, secrets already decrypted."""
        self.settings = settings
        self.secrets = secrets

    @abstractmethod
    def send(self, message: OutboundMessage) -> str:
        """Hand the message over; return the provider's id of it (mail: the Message-ID).

        Raises TransientSendError, PermanentSendError or UncertainSendError and nothing else.
        """

    @classmethod
    def reinterpretations(cls, _raw: bytes) -> list[Reinterpretation]:
        """The ways to read what arrived, the most plausible first; nothing where a channel has no encodings."""
        return []

    @classmethod
    def reinterpret(cls, _raw: bytes, _charset: str) -> InboundMessage | None:
        """What arrived, read in this encoding whatever it declares; None when it cannot be read."""
        return None

    @classmethod
    def lost_characters(cls, _text: str, _charset: str) -> list[str]:
        """What this encoding cannot carry, each character once; nothing where a channel has no encodings."""
        return []

    @classmethod
    def keeps_messages(cls, _settings: dict[str, object]) -> bool:
        """True where what is sent with these settings stays inside."""
        return False

    @classmethod
    def kept_messages(cls, _reader: KeptReader, *, before: int | None, limit: int) -> list[KeptMessage]:  # noqa: ARG003 - for the channels that keep any
        """What stayed inside and this reader may see, newest first, after the one numbered `before`."""
        return []

    @classmethod
    def kept_message(cls, _reader: KeptReader, _pk: int) -> KeptMessage | None:
        """One message that stayed inside, with its bytes; None for what this reader may not see."""
        return None

    @classmethod
    def ask_permission(cls, _inbox: "Inbox", *, redirect_uri: str) -> PermissionErrand | None:  # noqa: ARG003 - for the channels that ask
        """The way to the provider's permission page; None when this 窓口 signs in otherwise."""
        return None

    @classmethod
    def keep_permission(cls, _inbox: "Inbox", *, code: str, verifier: str, redirect_uri: str, by: "Actor") -> None:
        """Turn the code the provider sent back into a permission, and keep it sealed. Raises DomainError."""
        raise NotImplementedError  # nobody is sent to a provider by a channel that asks for no permission
