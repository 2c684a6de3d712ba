"""How the mail to an address is encoded, and what that would cost."""

from collections.abc import Iterable, Mapping, Sequence

from madoguchi.channels.choices import SendCharset
from madoguchi.channels.models import Inbox
from madoguchi.channels.registry import channel_class
from madoguchi.conversations.letters import Letter
from madoguchi.core.errors import Invalid
from madoguchi.core.telling import Told
from madoguchi.core.telling import telling as _
from madoguchi.customers.queries import identities_for

#: Characters named in a refusal; more help nobody.
_NAMED = 10


def charset_for(inbox: Inbox, addresses: Iterable[str]) -> str:
    """The encoding of one mail to these addresses: what an address asks for goes before the custom of the 窓口.

    Of addresses that ask for different ones, the older encoding is read by all.
    """
    asked = set(identities_for(addresses).exclude(charset="").values_list("charset", flat=True))
    if not asked:
        return inbox.send_charset
    return SendCharset.ISO_2022_JP if SendCharset.ISO_2022_JP in asked else SendCharset.UTF_8


def check_charset(inbox: Inbox, letter: Letter) -> None:
    """Raise Invalid, naming the characters, when the encoding of this letter cannot carry its words."""
    charset = charset_for(inbox, (party.email for party in (*letter.to, *letter.cc, *letter.bcc)))
    channel = channel_class(inbox.kind)
    for field_name, text in (("subject", letter.subject), ("text", letter.text)):
        if lost := channel.lost_characters(text, charset):
            raise Invalid(refusal_of(lost, charset), field=field_name)


def charset_of_automatic(inbox: Inbox, parties: Sequence[Mapping[str, str]], words: Iterable[str]) -> str:
    """The encoding of a mail that nobody writes: UTF-8 where the usual one would lose characters of a customer's name.

    There is nobody to replace them, and whoever writes 髙 or 😀 to us reads it too.
    """
    charset, channel = charset_for(inbox, (party["email"] for party in parties)), channel_class(inbox.kind)
    told = (*words, *(party.get("name", "") for party in parties))
    return SendCharset.UTF_8 if any(channel.lost_characters(text, charset) for text in told) else charset


def refusal_of(lost: Sequence[str], charset: str) -> Told:
    """What to say of characters that an encoding cannot carry."""
    sentence = _("These characters cannot be sent in %(charset)s: %(characters)s Replace them, or send as UTF-8.")
    return sentence % {"charset": charset.upper(), "characters": " ".join(lost[:_NAMED])}
