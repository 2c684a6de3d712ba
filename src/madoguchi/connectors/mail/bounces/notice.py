"""The human-readable half of a report: what the mail server wrote, about whom, and where the returned message starts.

qmail, Exim, the webmail providers and most Japanese carriers send nothing else. The layouts differ, but all of them
set an address at the start of a line, or name it after words such as "delivering to", and explain below.
"""

import re
from dataclasses import dataclass, field
from typing import Final

from madoguchi.connectors.mail.bounces.fields import unquoted

_MAX_NOTICE: Final = 20_000
_MAX_LINE: Final = 1_000
MAX_RECIPIENTS: Final = 200

#: Lines that open the returned message; compared after decoration and case are gone.
_RETURNED: Final = re.compile(
    r"original message(?: headers?)?(?: follows)?$|message headers? follows?$|unsent message follows"
    r"|(?:this|below|enclosed|included|below this line) is a copy of|the header of the original message"
    r"|original mail info|(?:undelivered|returned|undeliverable) message$|message text follows"
    r"|message contents follow|en-têtes de message d'origine|元のメッセージ$|元メッセージ$|返送メッセージ$"
)
_TRACE_HEADER: Final = re.compile(
    r"(?:received:\s?(?:from|by)|return-path:|dkim-signature:|x-received:)", re.IGNORECASE
)
_DECORATION: Final = " \t-=*|#_~:.>"

_ADDRESS: Final = r"[^\s<>()\[\]:;,\"'|]{1,128}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?"
_AT_START: Final = re.compile(
    r"[\s*>\"'<]{0,20}(?:(?:recipient(?: address)?|(?:addressed |message )?to|address|宛先|あて先|送信先)"
    r"\s?[:：]\s{0,5})?[<\"']{0,2}(?P<address>" + _ADDRESS + r")(?=[>\"'\s:(\[]|$)",
    re.IGNORECASE,
)
_AFTER_WORDS: Final = re.compile(
    r"(?:deliver\w*|message|mail|recipients?|addresse?s?|attempts|size)\b[^<@]{0,60}?"
    r"(?:\bto\b|\bfor\b|[:<])\s{0,3}[<\"']{0,2}(?P<address>" + _ADDRESS + r")",
    re.IGNORECASE,
)
_ANY_ADDRESS: Final = re.compile(rf"(?P<address>{_ADDRESS})")
#: Lines whose addresses are the sender's, the helper's or the reporter's own.
_NOT_RECIPIENTS: Final = re.compile(
    r"\s*(?:>>>\s*mail|<<<|out:|in:|(?:from|return-path|reply-to|subject|message-id|date|sender|errors-to"
    r"|arrival-date|[a-z]+-recipient)\s?:)"
    r"|.{0,200}(?:contact|for (?:further )?assistance|send mail to|support@|questions)",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Section:
    """What the notice says of one recipient."""

    recipient: str
    lines: list[str] = field(default_factory=list)

    @property
    def words(self) -> str:
        """The explanation on one line."""
        return " ".join(" ".join(self.lines).split())


@dataclass(frozen=True, slots=True)
class Notice:
    """A report's running text, taken apart."""

    text: str  #: what the server wrote, before the returned message
    rest: str  #: the returned message, or its headers, when the text holds it
    sections: tuple[Section, ...]  #: one for each recipient, in order

    def about(self, recipient: str) -> str:
        """Return what is said of `recipient`: its own section among several, else the whole text."""
        if len(self.sections) > 1:
            for section in self.sections:
                if section.recipient.lower() == recipient.lower():
                    return section.words
        return self.text


def addresses_in(text: str) -> tuple[str, ...]:
    """Return the addresses in a header value, in order, each once."""
    return tuple(dict.fromkeys(_ANY_ADDRESS.findall(text[:_MAX_NOTICE])))[:MAX_RECIPIENTS]


def read_notice(text: str, *, own: frozenset[str]) -> Notice:
    """Split a report's running text; `own` are lower-case addresses that are never the recipient in question."""
    lines = unquoted(text).splitlines()
    cut = _start_of_returned(lines)
    told = "\n".join(line[:_MAX_LINE] for line in lines[:cut])[:_MAX_NOTICE]
    rest = "\n".join(lines[cut:])
    return Notice(told, rest, _sections(told.split("\n"), own))


def _start_of_returned(lines: list[str]) -> int:
    for number, line in enumerate(lines):
        if len(line) > _MAX_LINE:
            continue
        if _RETURNED.match(line.strip(_DECORATION).casefold()) or (number and _TRACE_HEADER.match(line)):
            return number
    return len(lines)


def _sections(lines: list[str], own: frozenset[str]) -> tuple[Section, ...]:
    found: dict[str, Section] = {}
    current: Section | None = None
    for pattern in (_AT_START, _AFTER_WORDS, _ANY_ADDRESS):
        for line in lines:
            address = "" if _NOT_RECIPIENTS.match(line) else _address_in(pattern, line)
            if address and address.lower() not in own and len(found) < MAX_RECIPIENTS:
                current = found.setdefault(address.lower(), Section(address))
            if current is not None:
                current.lines.append(line)
        if found:
            break
    return tuple(found.values())


def _address_in(pattern: re.Pattern[str], line: str) -> str:
    match = pattern.match(line) if pattern is _AT_START else pattern.search(line)
    return match["address"] if match else ""
