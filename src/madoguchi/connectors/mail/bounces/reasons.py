"""Why a delivery failed, read from the words of mail servers and their codes.

Servers agree on little: enhanced codes (RFC 3463) are often missing, generic or wrong, so words are read first
and codes second.
"""

import re
from functools import lru_cache
from typing import Final

from madoguchi.connectors.mail.bounces.words import BY_CODE, RULES, STAGES, SURELY_UNKNOWN, Stage

_MAX_WORDS: Final = 20_000  #: characters of a text that are searched for reasons

#: Sending again to the same address cannot help.
HARD: Final = frozenset({"userunknown", "hostunknown", "hasmoved", "notaccept"})

_REPLY_WITH_CODE: Final = re.compile(r"\b[245]\d\d[- ]+['#]?([245]\.\d{1,3}\.\d{1,3})(?!\.?\d)")
_BARE_CODE: Final = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?!\.?\d)")
_NOISE: Final = re.compile(r"\b[245]\d\d[- ][245]\.\d{1,3}\.\d{1,3}\b|https?://\S{0,300}|\s+")


def plain_words(text: str) -> str:
    """Return `text` lower-case on one line, without the codes that mail servers repeat on every line."""
    return _NOISE.sub(" ", _NOISE.sub(" ", text[:_MAX_WORDS].replace("’", "'"))).strip().lower()


def stage_of(*texts: str) -> Stage:
    """Return the first stage that any of the texts names, earlier texts first."""
    return next((stage for text in texts if (stage := _named_stage(text))), Stage.UNKNOWN)


@lru_cache(maxsize=8)  # a report to hundreds of recipients has one notice for all of them
def _named_stage(text: str) -> Stage:
    words = plain_words(text)
    return next((stage for stage, pattern in STAGES if pattern.search(words)), Stage.UNKNOWN)


@lru_cache(maxsize=8)
def _named_reason(text: str) -> tuple[str, str]:
    """Return the reason the words give, empty when none, and the words."""
    words = plain_words(text)
    return next((reason for reason, pattern in RULES if pattern.search(words)), ""), words


def code_in(text: str, *, last: bool = False) -> str:
    """Return an enhanced status code (RFC 3463) quoted in `text`; one behind a reply code wins.

    A relay quotes the server behind it at the end, hence `last` for one diagnostic; in a whole notice the first
    code is the recipient's and later ones are the reporter's own.
    """
    codes = _REPLY_WITH_CODE.findall(text) or _BARE_CODE.findall(text)
    codes = [code for code in codes if not code.startswith("2")] or codes
    told = [code for code in codes if not code.endswith(".0.0")] or codes
    if not told:
        return ""
    return str(told[-1] if last else told[0])


def reason_of(texts: tuple[str, ...], *, status: str, stage: Stage) -> str:
    """Return our word for why, from the first text that says anything, else from the status, else `undefined`."""
    for text in texts:
        reason, words = _named_reason(text)
        if reason:
            return _weigh(reason, words, status=status, stage=stage)
    _, _, detail = status.partition(".")
    if known := BY_CODE.get(detail):
        return known
    if stage in {Stage.CONNECT, Stage.SENDER}:
        return "blocked" if stage is Stage.CONNECT else "rejected"
    return "undefined"


def _weigh(reason: str, words: str, *, status: str, stage: Stage) -> str:
    """Correct a reason read from words alone by where and with which code it was said."""
    if reason == "userunknown":
        sure = status[1:].startswith(".1.") or stage is Stage.RECIPIENT or SURELY_UNKNOWN.search(words)
        return "userunknown" if sure else "filtered"
    if reason == "hostunknown" and (stage is Stage.SENDER or status[1:] == ".1.8"):
        return "rejected"
    if reason == "securityerror" and stage is Stage.CONNECT:
        return "blocked"
    if reason == "expired" and stage is Stage.CONNECT and "timed out" not in words:
        return "blocked"
    return reason
