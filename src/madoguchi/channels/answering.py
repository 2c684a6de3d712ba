"""Whether a machine may answer an address: only one that people read, and none of our own (RFC 3834 §2). Pure."""

import re
from collections.abc import Collection
from typing import Final

from madoguchi.core.addresses import fold_address

_NEVER_ANSWERED: Final = re.compile(
    r"(?:mailer|mail|mdaemon|list)?-?daemon|mdaemon|post-?master|nobody|root|abuse|bounces?|(?:do|please)?[-_.]?(?:no|not)[-_.]?reply\d*"
    r"|auto[-_.]?(?:reply|response|mailer|confirm|notify|mail)|notifications?|listserv|majordomo|owner-.+|.+-(?:owner|request|bounces|errors)"
    r"|(?:noreply|no-reply|donotreply|bounces?)[-+=_.].+|.+[-_.](?:noreply|no-reply|donotreply)"
)  # fmt: skip
#: Domains that only send: x@noreply.example.com.
_ONLY_SENDS: Final = frozenset({"noreply", "no-reply", "donotreply", "do-not-reply", "bounce", "bounces"})


def may_auto_answer(addresses: Collection[str], *, own_addresses: Collection[str] = ()) -> bool:
    """True when a machine may answer a message from and for these addresses; how often is not decided here.

    `own_addresses` are folded (`core.addresses.fold_address`).
    """
    return bool(addresses) and all(_is_answerable(each, own_addresses) for each in addresses)


def _is_answerable(address: str, own_addresses: Collection[str]) -> bool:
    folded = fold_address(address)
    local, at, domain = folded.rpartition("@")
    if not (at and local and domain) or folded in own_addresses:
        return False
    return not (_NEVER_ANSWERED.fullmatch(local) or _ONLY_SENDS.intersection(domain.split(".")))
