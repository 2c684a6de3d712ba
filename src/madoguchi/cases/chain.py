"""The hash chain of evidence. Pure.

Each link is SHA-256 over the hash before it and the canonical JSON of what was frozen, so that nothing can be changed,
put in or taken out without all later hashes changing too.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any


def genesis(case_id: int) -> str:
    """What the first link of a case builds on."""
    return hashlib.sha256(f"madoguchi evidence of case {case_id}".encode()).hexdigest()


def canonical(content: Mapping[str, Any]) -> bytes:
    """The one way in which a content is written: keys in order, no spaces, UTF-8."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def link(previous: str, content: Mapping[str, Any]) -> str:
    """The hash of a content behind another."""
    return hashlib.sha256(previous.encode() + b"\n" + canonical(content)).hexdigest()
