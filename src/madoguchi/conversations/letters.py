"""A letter: what somebody wants to send, checked and complete, before any row of it exists."""

from dataclasses import dataclass, field, replace

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.translation import gettext_lazy as _

from madoguchi.channels.contract import Address
from madoguchi.core.errors import Invalid
from madoguchi.core.seen_text import straight

#: More recipients than this is a mailing, not a letter.
MAX_RECIPIENTS = 50
MAX_TEXT_CHARS = 200_000
#: What common mail servers still take, Base64 included.
MAX_ATTACHMENT_BYTES = 18 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A stored file to go with a letter."""

    blob_id: int
    name: str
    content_type: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Letter:
    """What is to be sent to whom; whatever is made of it is shown in the order in which it is written."""

    to: tuple[Address, ...]
    subject: str
    text: str
    cc: tuple[Address, ...] = ()
    bcc: tuple[Address, ...] = ()
    html: str = ""
    enclosures: tuple[Enclosure, ...] = field(default=())

    def __post_init__(self) -> None:
        """Take out the marks that turn the direction of what follows: nobody sees them, and checks read past them."""
        for name in ("subject", "text", "html"):
            object.__setattr__(self, name, straight(getattr(self, name)))
        for name in ("to", "cc", "bcc"):
            party: tuple[Address, ...] = getattr(self, name)
            object.__setattr__(self, name, tuple(replace(each, name=straight(each.name)) for each in party))


def check_letter(letter: Letter) -> None:
    """Raise Invalid, naming the field, when a letter cannot leave as it is."""
    everyone = [*letter.to, *letter.cc, *letter.bcc]
    if not letter.to:
        raise Invalid(_("There is no recipient. Enter at least one mail address."), field="to")
    if len(everyone) > MAX_RECIPIENTS:
        raise Invalid(_("There are too many recipients. A letter goes to 50 addresses at most."), field="to")
    for party, name in ((letter.to, "to"), (letter.cc, "cc"), (letter.bcc, "bcc")):
        for address in party:
            check_address(address.email, field_name=name)
    if not letter.text.strip():
        raise Invalid(_("The text is empty. Write the reply first."), field="text")
    if len(letter.text) > MAX_TEXT_CHARS:
        raise Invalid(_("The text is too long. Send long documents as an attachment."), field="text")
    if sum(enclosure.size_bytes for enclosure in letter.enclosures) > MAX_ATTACHMENT_BYTES:
        raise Invalid(_("The attachments are larger than 18 MB together. Send some of them separately."), field="files")


_STRICT = EmailValidator()


def check_address(email: str, *, field_name: str = "to") -> None:
    """Raise Invalid for what is no mail address; old carrier addresses (`taro..y.@…`) are addresses."""
    local, at, domain = email.rpartition("@")
    try:
        # The domain is held to the letter of the law; carriers once sold local parts that break it.
        _STRICT(f"x@{domain}")
    except ValidationError:
        at = ""
    is_writable = local.isascii() and email.isprintable() and not any(c.isspace() or c in '<>,;"' for c in email)
    if not at or not local or len(email) > 254 or not is_writable:
        raise Invalid(_("Check the format of the mail address: %(email)s") % {"email": email[:100]}, field=field_name)
