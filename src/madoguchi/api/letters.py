"""Letters as the API is told them, ready to be checked or sent."""

import unicodedata

from django.utils.translation import gettext_lazy as _

from madoguchi.api.auth import ApiRequest
from madoguchi.api.schemas.base import PartyIn
from madoguchi.api.schemas.writing import LetterIn
from madoguchi.api.uploads import enclosure_of, enclosures_of
from madoguchi.channels.contract import Address
from madoguchi.conversations.letters import Letter
from madoguchi.conversations.queries import get_attachment
from madoguchi.core.errors import Invalid
from madoguchi.core.html import html_to_text
from madoguchi.core.letter_html import sanitise_letter


def letter_of(request: ApiRequest, wanted: LetterIn) -> Letter:
    """The letter with its files, which the caller may see."""
    text, html = words_of(wanted.text, wanted.html)
    forwarded = [enclosure_of(get_attachment(request.auth, pk)) for pk in wanted.forwarded_attachments]
    return Letter(
        to=_addresses(wanted.to),
        cc=_addresses(wanted.cc),
        bcc=_addresses(wanted.bcc),
        subject=wanted.subject,
        text=text,
        html=html,
        enclosures=(*enclosures_of(request.auth, wanted.attachments), *forwarded),
    )


def words_of(text: str, html: str) -> tuple[str, str]:
    """Text and sanitised HTML of a letter; without a text it is made of the HTML.

    Invalid where the two say different words: what is checked and approved is the text, so the HTML says the same.
    """
    text, html = text.replace("\r\n", "\n"), sanitise_letter(html)
    if not html:
        return text, ""
    said = html_to_text(html)
    if text.strip() and _letters(text) != _letters(said):
        message = _("The HTML says other words than the text. Send the HTML alone: the text is made of it.")
        raise Invalid(message, field="html")
    return (text if text.strip() else said), html


def _letters(text: str) -> str:
    """What is said, without how it is set."""
    return "".join(char for char in unicodedata.normalize("NFKC", text) if char.isalnum())


def _addresses(parties: list[PartyIn]) -> tuple[Address, ...]:
    return tuple(Address(each.email.strip(), " ".join(each.name.split())) for each in parties)
