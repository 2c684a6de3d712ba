"""Letters as the API is told them, ready to be checked or sent."""

from madoguchi.api.auth import ApiRequest
from madoguchi.api.schemas.base import PartyIn
from madoguchi.api.schemas.writing import LetterIn
from madoguchi.api.uploads import enclosure_of, enclosures_of
from madoguchi.channels.contract import Address
from madoguchi.conversations.letters import Letter
from madoguchi.conversations.queries import get_attachment
from madoguchi.core.html import sanitise


def letter_of(request: ApiRequest, wanted: LetterIn) -> Letter:
    """The letter with its files, which the caller may see."""
    forwarded = [enclosure_of(get_attachment(request.auth, pk)) for pk in wanted.forwarded_attachments]
    return Letter(
        to=_addresses(wanted.to),
        cc=_addresses(wanted.cc),
        bcc=_addresses(wanted.bcc),
        subject=wanted.subject,
        text=wanted.text.replace("\r\n", "\n"),
        html=sanitise(wanted.html),
        enclosures=(*enclosures_of(request.auth, wanted.attachments), *forwarded),
    )


def _addresses(parties: list[PartyIn]) -> tuple[Address, ...]:
    return tuple(Address(each.email.strip(), " ".join(each.name.split())) for each in parties)
