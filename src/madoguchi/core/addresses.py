"""The form in which two mail addresses are compared; never shown, never sent to."""

import unicodedata
from contextlib import suppress
from functools import lru_cache

#: No address is longer (RFC 3696 erratum 1690); longer ones are folded, not remembered.
_MAX_REMEMBERED = 320


def fold_address(email: str) -> str:
    """Lower case, the domain in its ASCII form, needless quotes gone; odd local parts stay odd.

    `"taro..y."@DOCOMO.ne.jp` and `taro..y.@docomo.ne.jp` are one person. Case in local parts distinguishes people
    in the standard (RFC 5321 §2.4) and nowhere else.
    """
    return _remembered(email) if len(email) <= _MAX_REMEMBERED else _fold(email)


#: Their dots before the @ mean nothing, and both names are one.
_DOTLESS = {"gmail.com": "gmail.com", "googlemail.com": "gmail.com"}


def fold_mailbox(email: str) -> str:
    """The mailbox behind an address, as a guess that errs by joining: what stands after + is not told apart.

    Dots in names at Gmail are not, either. For counting what we send to one place, never for who somebody is.
    """
    local, at, domain = fold_address(email).rpartition("@")
    local = local.partition("+")[0] or local
    if domain in _DOTLESS:
        local, domain = local.replace(".", "") or local, _DOTLESS[domain]
    return f"{local}{at}{domain}"


def _fold(email: str) -> str:
    local, _, domain = email.strip().rpartition("@")
    if len(local) > 2 and local.startswith('"') and local.endswith('"'):
        local = local[1:-1].replace('\\"', '"').replace("\\\\", "\\")
    folded = unicodedata.normalize("NFKC", domain).lower().strip(" .")
    with suppress(UnicodeError):  # a domain no registry would hold is compared as it is
        folded = folded.encode("idna").decode("ascii")
    return f"{local.lower()}@{folded}" if local else folded


_remembered = lru_cache(maxsize=4096)(_fold)
